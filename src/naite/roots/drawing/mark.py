"""The brand mark: a seed at the pith, two closed rings, and this year's ring open where the tree grows."""

import math
from typing import Final

from naite.roots.drawing.markup import role
from naite.roots.drawing.palette import BARK, NAVY, SEED

_LEAF: Final = "M48.2 15.8C47.4 10.2 50.6 5.6 57.6 5C58.6 11.6 55 16 48.2 15.8Z"
_SEED: Final = "M29 29.6C33.4 33 33.8 38.8 29 42.4C24.2 38.8 24.6 33 29 29.6Z"


def draw_mark(
    size: int = 42, *, ink: str = BARK, seed: str = SEED, label: str = "나이테", decorative: bool = True
) -> str:
    """The mark at this size in pixels; below 24 the middle ring is dropped so that the rest stays clear."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="mark" viewBox="0 0 64 64" width="{size}"'
        f' height="{size}"{role(label, decorative=decorative)}>{_drawing(ink, seed, middle=size >= 24)}</svg>'
    )


def staff_mark(size: int = 42, *, label: str = "나이테", decorative: bool = True) -> str:
    """The mark in the navy of the staff pages."""
    return draw_mark(size, ink=NAVY, seed=NAVY, label=label, decorative=decorative)


def favicon() -> str:
    """The mark for a browser tab, on a pale ground so that it is seen on dark tabs as well."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        '<circle cx="32" cy="32" r="32" fill="#FAF3E8"/>'
        f'<g transform="translate(5.5 5.5) scale(.83)">{_drawing(BARK, SEED, middle=False)}</g></svg>'
    )


def _drawing(ink: str, seed: str, *, middle: bool) -> str:
    wide = 0 if middle else 1.4
    rings = (
        f'<circle cx="29" cy="36" r="11.5" stroke-width="{3.6 + wide:.1f}"/>'
        '<circle cx="30.2" cy="34.4" r="19" stroke-width="3.8"/>'
        if middle
        else f'<circle cx="29.6" cy="35.2" r="13.5" stroke-width="{3.6 + wide:.1f}"/>'
    )
    return (
        f'<g fill="none" stroke="{ink}" stroke-linecap="round">{rings}'
        f'<path d="{_open_ring(31.5, 32.5, 27.5, -24, -66)}" stroke-width="{4.4 + wide:.1f}"/></g>'
        f'<path d="{_SEED}" fill="{seed}" transform="rotate(38 29 36)"/><path d="{_LEAF}" fill="{seed}"/>'
    )


def _open_ring(x: float, y: float, radius: float, start: float, end: float) -> str:
    def at(degrees: float) -> str:
        angle = math.radians(degrees)
        return f"{x + radius * math.cos(angle):.2f} {y + radius * math.sin(angle):.2f}"

    return f"M{at(start)}A{radius} {radius} 0 1 1 {at(end)}"
