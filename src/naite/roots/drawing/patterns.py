"""A pattern for each area, for those who do not see its colour and for paper."""

from typing import Final

from naite.roots.drawing.palette import Area

# Width, height, further attributes, drawing.
_PATTERNS: Final = {
    "self_growth": (
        13,
        13,
        "",
        '<circle cx="3.5" cy="3.5" r="2.5" fill="{0}"/><circle cx="10" cy="10" r="2.5" fill="{0}"/>',
    ),
    "career": (
        9,
        9,
        ' patternTransform="rotate(45)"',
        '<path d="M0 0V9" stroke="{0}" stroke-width="5"/>',
    ),
    "civic": (13, 13, "", '<path d="M0 6.5H13M6.5 0V13" stroke="{0}" stroke-width="1.8"/>'),
    "practical_literacy": (
        18,
        10,
        "",
        '<path d="M0 7.5Q4.5 0 9 5T18 7.5" fill="none" stroke="{0}" stroke-width="2.6"/>',
    ),
    "unsorted": (
        16,
        12,
        "",
        '<path d="M1 3H8M9 9H16" stroke="{0}" stroke-width="2" stroke-linecap="round"/>',
    ),
}


def pattern(area: Area, identifier: str, colour: str) -> str:
    """The pattern element of an area, for the drawing itself and for its legend."""
    width, height, extra, drawing = _PATTERNS[area.code]
    return (
        f'<pattern id="{identifier}" width="{width}" height="{height}" patternUnits="userSpaceOnUse"{extra}>'
        f"{drawing.format(colour)}</pattern>"
    )
