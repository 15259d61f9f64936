"""Badge art: the type is the shape and its ornament, the area the colour and the emblem; words repeat both.

Units: viewBox 0 0 512 512.
"""

import math
from pathlib import Path
from typing import Final

import resvg_py

from naite.roots.drawing.lettering import MissingGlyph, outline_text
from naite.roots.drawing.markup import escaped, fingerprint, role
from naite.roots.drawing.palette import BADGE_TYPES, GOLD, Area, area_of, check_badge_type

# Below this size in pixels a ribbon cannot be read; ask for the art without it.
RIBBON_FROM: Final = 96
_MIDDLE: Final = 256.0
_RIBBON_TEXT, _RIBBON_ROOM = 39.0, 324.0
_GREY: Final = Area("grey", "", "", "#6D7882", "#464C53", "#8A949E", "#E6E8EA", "#F4F5F6", 0)

Point = tuple[float, float]

# {b} base, {l} light, {t} the plate behind; centre (0, 0), about 190 wide.
_EMBLEMS: Final = {
    "self_growth": (
        '<path d="M0 78V-6M-62 78H62" stroke="{b}" stroke-width="13" stroke-linecap="round"/>'
        '<path d="M0 10C-8-42-46-62-86-58C-84-14-52 14 0 10Z" fill="{b}"/>'
        '<path d="M0-14C4-62 40-88 80-84C82-38 50-8 0-14Z" fill="{l}"/>'
    ),
    "career": (
        '<rect x="-82" y="26" width="44" height="52" rx="8" fill="{l}"/>'
        '<rect x="-22" y="-10" width="44" height="88" rx="8" fill="{b}"/>'
        '<rect x="38" y="-46" width="44" height="124" rx="8" fill="{b}"/>'
        '<path d="M-80-14L-30-52L2-44L60-88M28-92H64V-58" stroke="{l}" stroke-width="13"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    ),
    "civic": (
        '<circle cy="-46" r="27" fill="{b}"/><circle cx="-62" cy="-18" r="20" fill="{l}"/>'
        '<circle cx="62" cy="-18" r="20" fill="{l}"/>'
        '<path d="M-46 82V30C-46 2-26-8 0-8S46 2 46 30V82Z" fill="{b}"/>'
        '<path d="M-56 82H-96V50C-96 24-80 14-62 13C-58 20-56 28-56 36ZM56 82H96V50C96 24 80 14 62 13'
        'C58 20 56 28 56 36Z" fill="{l}"/>'
    ),
    "practical_literacy": (
        '<path d="M-6 74C-30 54-60 50-90 54V-46C-60-52-30-46-6-26ZM6 74C30 54 60 50 90 54V-46'
        'C60-52 30-46 6-26Z" fill="{b}"/>'
        '<path d="M-68-16H-34V20M34-18V18H68" stroke="#fff" stroke-width="12" stroke-linecap="round"'
        ' stroke-linejoin="round"/>'
        '<path d="M0-60V-88M-44-66L-56-88M44-66L56-88" stroke="{l}" stroke-width="13"'
        ' stroke-linecap="round"/>'
    ),
    "unsorted": (
        '<circle r="78" stroke="{b}" stroke-width="13"/><circle cx="-3" cy="4" r="47" stroke="{l}"'
        ' stroke-width="11"/>'
        '<path d="M-5-19C13-5 13 17-5 33C-23 17-23-5-5-19Z" fill="{b}" transform="rotate(32 -5 7)"/>'
    ),
}


def draw_badge(
    badge_type: str,
    area: str | None,
    *,
    label: str | None = None,
    ribbon: bool = True,
    ribbon_text: str | None = None,
    grey: bool = False,
    decorative: bool = False,
    font_path: Path | None = None,
    uid: str | None = None,
) -> str:
    """The art of one badge design as SVG, equal for equal arguments.

    `label` is what a screen reader says, `ribbon_text` what the ribbon says; both default to Korean.
    With `font_path` the ribbon is outlined, otherwise it is text; also where the font lacks a character.
    `grey` is for a badge that no longer counts. Refuses codes that are not ours (ValueError).
    """
    check_badge_type(badge_type)
    own = area_of(area)
    kind = BADGE_TYPES[badge_type]
    label = f"{own.name} {kind} 배지" if label is None else label
    words = f"{own.name} · {kind}" if ribbon_text is None else ribbon_text
    uid = uid or fingerprint(badge_type, own.code, ribbon, words, grey)
    colours = _GREY if grey else own
    shift, scale = (242, 1.06) if ribbon else (262, 1.19)
    emblem = _EMBLEMS[own.code].format(b=colours.base, l=colours.light)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="badge-art" viewBox="0 0 512 512"'
        f"{role(label, decorative=decorative)}>{_definitions(uid, badge_type, colours)}"
        f'<path d="{_outline(badge_type)}" fill="url(#{uid}-g)"/>'
        f'<path d="M-20 330L330-20H210L-20 210Z" fill="#fff" fill-opacity=".13" clip-path="url(#{uid}-c)"/>'
        f'<path d="{_outline(badge_type, 0.955)}" fill="none" stroke="#fff" stroke-opacity=".38"'
        ' stroke-width="4"/>'
        f'<path d="{_plate(badge_type)}" fill="url(#{uid}-p)" stroke="{colours.light}" stroke-width="5"/>'
        f"{_ornament(badge_type, colours, gold='#D5D9DD' if grey else GOLD, ribbon=ribbon)}"
        f'<g transform="translate(256 {shift}) scale({scale})" fill="none">{emblem}</g>'
        f"{_ribbon(words, colours, font_path) if ribbon else ''}</svg>"
    )


def render_png(svg: str, size: int, *, font_path: Path | None = None) -> bytes:
    """The picture as a square PNG of this many pixels; text that is not outlined needs `font_path`.

    Refuses what is no SVG (ValueError).
    """
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=size,
        height=size,
        skip_system_fonts=True,
        font_files=[str(font_path)] if font_path else None,
    )
    return bytes(png)


def _definitions(uid: str, badge_type: str, colours: Area) -> str:
    return (
        f'<defs><linearGradient id="{uid}-g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="{colours.base}"/>'
        f'<stop offset="1" stop-color="{colours.dark}"/></linearGradient>'
        f'<linearGradient id="{uid}-p" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#fff"/>'
        f'<stop offset="1" stop-color="{colours.tint}"/></linearGradient>'
        f'<clipPath id="{uid}-c"><path d="{_outline(badge_type)}"/></clipPath></defs>'
    )


def _ribbon(words: str, colours: Area, font_path: Path | None) -> str:
    return (
        f'<path d="M110 392H34L56 424L34 456H118ZM402 392H478L456 424L478 456H394Z" fill="{colours.dark}"/>'
        f'<rect x="80" y="362" width="352" height="66" rx="12" fill="{colours.dark}" stroke="#fff"'
        f' stroke-width="4"/>{_lettering(words, font_path)}'
    )


def _lettering(words: str, font_path: Path | None) -> str:
    """The words centred on the ribbon, made smaller where they are long."""
    if font_path is not None:
        try:
            outline = outline_text(font_path, words, _RIBBON_TEXT)
        except MissingGlyph:
            pass
        else:
            factor = min(1.0, _RIBBON_ROOM / outline.width) if outline.width else 1.0
            x, y = _MIDDLE - outline.width * factor / 2, 395 + 14 * factor
            return (
                f'<path transform="translate({x:.1f} {y:.1f}) scale({factor:.3f})" d="{outline.path}"'
                ' fill="#fff"/>'
            )
    width = sum(0.55 if character.isascii() else 0.9 for character in words) * _RIBBON_TEXT
    size = _RIBBON_TEXT * min(1.0, _RIBBON_ROOM / width) if width else _RIBBON_TEXT
    return (
        f'<text x="256" y="{395 + size * 0.36:.1f}" text-anchor="middle" font-size="{size:.1f}"'
        " font-weight=\"700\" font-family=\"'Pretendard GOV Variable','Pretendard GOV','Noto Sans KR',"
        f'sans-serif" fill="#fff">{escaped(words)}</text>'
    )


def _outline(badge_type: str, scale: float = 1.0) -> str:
    if badge_type == "participation":
        return _circle(216 * scale)
    if badge_type == "achievement":
        lobes = [_polar((203 if i % 2 else 232) * scale, i * 18) for i in range(20)]
        return _rounded(lobes, 23 * scale)
    if badge_type == "activity":
        return _rounded([_polar(232 * scale, 60 * i) for i in range(6)], 37 * scale)
    if badge_type == "qualification":
        return _shield(scale, 14 if scale < 0.9 else 0)
    half = 196 * scale
    low, high = _MIDDLE - half, _MIDDLE + half
    return _rounded([(low, low), (high, low), (high, high), (low, high)], half * 0.34)


def _plate(badge_type: str) -> str:
    if badge_type == "participation":
        return _circle(167)
    if badge_type == "achievement":
        return _circle(158)
    return _outline(badge_type, 0.76 if badge_type == "qualification" else 0.785)


def _ornament(badge_type: str, colours: Area, *, gold: str, ribbon: bool) -> str:
    if badge_type == "participation":
        return "".join(_dot(_polar(192, i * 10), 4, "#fff") for i in range(36))
    if badge_type == "achievement":
        leaves = [(side, turn) for side in (-1, 1) for turn in range(30, 135, 15)]
        return "".join(_leaf(side, turn, gold) for side, turn in leaves) + _star(256, 66, 27, gold)
    if badge_type == "activity":
        return "".join(
            _dot(_polar(203, i * 60), 9, "#fff") + _dot(_polar(203, i * 60), 5, colours.light)
            for i in range(6)
        )
    if badge_type == "qualification":
        return _star(256, 84, 17, gold) + _star(214, 98, 13, gold) + _star(298, 98, 13, gold)
    stops = "".join(
        f'<circle cx="{x}" cy="{y}" r="12" fill="{colours.base}" stroke="#fff" stroke-width="6"/>'
        for x, y in ((82, 256), (256, 82), (430, 256))
    )
    # Under a ribbon the track ends behind it, whose lower edge would cut the dots of its foot in half.
    track = _arch(174) if ribbon else _outline(badge_type, 174 / 196)
    return (
        f'<path d="{track}" fill="none" stroke="#fff" stroke-width="5"'
        f' stroke-dasharray="1 13" stroke-linecap="round"/>{stops}'
    )


def _arch(half: float) -> str:
    """A rounded square without its foot."""
    low, high, corner = _MIDDLE - half, _MIDDLE + half, half * 0.34
    return (
        f"M{low:.1f} 400L{low:.1f} {low + corner:.1f}Q{low:.1f} {low:.1f} {low + corner:.1f} {low:.1f}"
        f"L{high - corner:.1f} {low:.1f}Q{high:.1f} {low:.1f} {high:.1f} {low + corner:.1f}L{high:.1f} 400"
    )


def _polar(radius: float, degrees: float) -> Point:
    angle = math.radians(degrees - 90)
    return _MIDDLE + radius * math.cos(angle), _MIDDLE + radius * math.sin(angle)


def _dot(at: Point, radius: float, fill: str) -> str:
    return f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}" fill="{fill}"/>'


def _leaf(side: int, turn: int, fill: str) -> str:
    x, y = _polar(186, side * turn)
    return (
        f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="8" ry="17"'
        f' transform="rotate({side * (turn + 18)} {x:.1f} {y:.1f})" fill="{fill}"/>'
    )


def _star(x: float, y: float, radius: float, fill: str) -> str:
    corners = []
    for index in range(10):
        length = radius * 0.45 if index % 2 else radius
        angle = math.radians(index * 36 - 90)
        corners.append(f"{x + length * math.cos(angle):.1f} {y + length * math.sin(angle):.1f}")
    return f'<path d="M{"L".join(corners)}Z" fill="{fill}"/>'


def _circle(radius: float) -> str:
    r = f"{radius:.1f}"
    turn = f"a{r} {r} 0 1 0"
    return f"M{_MIDDLE - radius:.1f} 256{turn} {2 * radius:.1f} 0{turn} {-2 * radius:.1f} 0Z"


def _rounded(corners: list[Point], radius: float) -> str:
    """A polygon with rounded corners."""
    parts = []
    for index, corner in enumerate(corners):
        start = _toward(corner, corners[index - 1], radius)
        end = _toward(corner, corners[(index + 1) % len(corners)], radius)
        parts.append(
            f"{'L' if index else 'M'}{start[0]:.1f} {start[1]:.1f}"
            f"Q{corner[0]:.1f} {corner[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
        )
    return "".join(parts) + "Z"


def _toward(start: Point, end: Point, distance: float) -> Point:
    share = min(distance / math.dist(start, end), 0.5)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _shield(scale: float, down: float) -> str:
    def at(x: float, y: float) -> str:
        return f"{256 + (x - 256) * scale:.1f} {256 + (y - 256) * scale + down:.1f}"

    return (
        f"M{at(256, 40)}C{at(312, 78)} {at(376, 92)} {at(432, 92)}Q{at(446, 92)} {at(446, 108)}"
        f"L{at(446, 240)}C{at(446, 352)} {at(372, 432)} {at(256, 476)}"
        f"C{at(140, 432)} {at(66, 352)} {at(66, 240)}L{at(66, 108)}Q{at(66, 92)} {at(80, 92)}"
        f"C{at(136, 92)} {at(200, 78)} {at(256, 40)}Z"
    )
