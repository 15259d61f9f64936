"""Text as outlines, so that a badge looks the same on every machine."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont


class MissingGlyph(ValueError):
    """The font cannot write this text."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Path data with the start of the baseline at (0, 0), and the width it takes."""

    path: str
    width: float


@dataclass(frozen=True, slots=True)
class _Font:
    characters: dict[int, str]
    glyphs: Any
    units: int


@lru_cache(maxsize=8)
def _font(path: Path) -> _Font:
    font = TTFont(path, lazy=True)
    return _Font(font.getBestCmap(), font.getGlyphSet(), font["head"].unitsPerEm)


@lru_cache(maxsize=256)
def outline_text(font_path: Path, text: str, size: float) -> Outline:
    """The outlines of one line of text. Refuses characters that the font does not have (MissingGlyph)."""
    font = _font(font_path)
    scale, x = size / font.units, 0.0
    pen = SVGPathPen(font.glyphs, ntos=lambda number: f"{number:.1f}".rstrip("0").rstrip("."))
    for character in text:
        name = font.characters.get(ord(character))
        if name is None:
            raise MissingGlyph(f"{font_path.name} has no glyph for U+{ord(character):04X}")
        glyph = font.glyphs[name]
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, x, 0)))
        x += glyph.width * scale
    return Outline(pen.getCommands(), x)
