"""A card for sending on: a drawing at the left, a few words at the right. 1200 by 630, as link previews want it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import resvg_py

from naite.roots.drawing.mark import draw_mark
from naite.roots.drawing.markup import escaped
from naite.roots.drawing.palette import BARK, PAPER

WIDTH: Final = 1200
HEIGHT: Final = 630
_FAMILY: Final = "Pretendard GOV"
_LINES: Final = 4


def draw_card(tree: str, *, heading: str, lines: Sequence[str], signature: str) -> str:
    """Return the card as SVG. ``tree`` is a drawing of ours; every other text is escaped; long ones are cut."""
    inner = tree.replace("<svg ", '<svg x="35" y="35" width="560" height="560" ', 1)
    said = "".join(
        f'<text x="640" y="{300 + 52 * at}" font-size="32" fill="#464C53">{escaped(_cut(line, 17))}</text>'
        for at, line in enumerate(lines[:_LINES])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" font-family="{_FAMILY}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
        f'{inner}<text x="640" y="226" font-size="50" font-weight="700" fill="{BARK}">{escaped(_cut(heading, 11))}'
        f'</text>{said}<g transform="translate(640 512)">{_mark()}</g>'
        f'<text x="700" y="546" font-size="28" font-weight="700" fill="{BARK}">{escaped(_cut(signature, 20))}</text></svg>'
    )


def card_png(card: str, *, fonts: Sequence[Path]) -> bytes:
    """Return the card as PNG. Refuses what is no SVG (ValueError)."""
    png = resvg_py.svg_to_bytes(
        svg_string=card,
        width=WIDTH,
        height=HEIGHT,
        skip_system_fonts=True,
        font_files=[str(path) for path in fonts],
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
    )
    return bytes(png)


def _cut(text: str, most: int) -> str:
    """Korean letters count one, others a little more than half."""
    room = float(most)
    kept: list[str] = []
    for character in text:
        room -= 0.56 if character.isascii() else 1
        if room < 0:
            return "".join(kept).rstrip() + "…"
        kept.append(character)
    return text


def _mark() -> str:
    return draw_mark(46).replace("<svg ", '<svg x="0" y="0" ', 1)
