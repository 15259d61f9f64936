"""Pictures made of plain values: tree rings, badge art, the mark, QR codes. Knows no database and no page."""
