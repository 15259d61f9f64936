"""Who did what, and who looked at whose data: append-only, sealed into a hash chain."""
