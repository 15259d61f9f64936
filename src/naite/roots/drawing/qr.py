"""QR codes as SVG."""

from typing import Final

import segno

from naite.roots.drawing.markup import role
from naite.roots.drawing.palette import INK

# ISO/IEC 18004 asks for four modules of quiet zone.
_BORDER: Final = 4
# Readers undo any of the eight masks. Weighing all of them takes four fifths of the time, for codes that are printed
# large and dark anyway.
_MASK: Final = 4


def draw_qr(text: str, *, size: int | None = None, label: str = "QR 코드", decorative: bool = False) -> str:
    """The text as a QR code with error correction level M, with the quiet zone the standard asks for.

    Without `size` it fills the box it stands in. Refuses more text than a QR code holds (ValueError).
    """
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    rows = [list(row) for row in code.matrix_iter(scale=1, border=_BORDER)]
    side = len(rows)
    sides = f' width="{size}" height="{size}"' if size else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {side} {side}"{sides}'
        f' shape-rendering="crispEdges"{role(label, decorative=decorative)}>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="{INK}" d="{"".join(_runs(rows))}"/></svg>'
    )


def _runs(rows: list[list[int]]) -> list[str]:
    """Horizontal runs of dark modules."""
    parts: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                parts.append(f"M{start} {y}h{x - start}v1H{start}z")
            x += 1
    return parts
