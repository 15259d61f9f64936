"""The issuing body's seal: its own picture where the operator gives one, else a square drawn from its name."""

import math
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from naite.roots.drawing.lettering import MissingGlyph, outline_text
from naite.trunk.records.certificates.render import fonts_dir

RED = "#b3261e"


def seal(issuer: str) -> str:
    """Return a seal as SVG. The drawn one is no registered seal and has no force of its own."""
    if settings.CERTIFICATE_SEAL:
        return Path(settings.CERTIFICATE_SEAL).read_text(encoding="utf-8")
    return draw(issuer)


@lru_cache(maxsize=8)
def draw(issuer: str) -> str:
    """Set the letters of a name and 의인 in columns from right to left, as seals are read."""
    letters = [c for c in issuer if not c.isspace()][:22] + (
        ["인"] if _ends_in(issuer, "의") else ["의", "인"]
    )
    rows = math.ceil(math.sqrt(len(letters)))
    columns = math.ceil(len(letters) / rows)
    width, height = 84 / columns, 84 / rows
    size = min(width, height) * 0.98
    font, parts = fonts_dir() / "PretendardGOV-Bold.otf", []
    for place, letter in enumerate(letters):
        column, row = place // rows, place % rows
        try:
            outline = outline_text(font, letter, size)
        except MissingGlyph:
            continue
        x = 92 - (column + 0.5) * width - outline.width / 2
        y = 8 + (row + 0.5) * height + size * 0.36
        parts.append(f'<path transform="translate({x:.1f} {y:.1f})" d="{outline.path}"/>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        f'<rect x="2.5" y="2.5" width="95" height="95" rx="5" fill="none" stroke="{RED}" stroke-width="4"/>'
        f'<g fill="{RED}">{"".join(parts)}</g></svg>'
    )


def _ends_in(text: str, end: str) -> bool:
    return text.rstrip().endswith(end)
