"""Pictures that institutions bring for their badges: checked by content, drawn anew as a square PNG."""

import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.drawing.badges import render_png
from naite.roots.errors import Invalid
from naite.roots.files import services as files
from naite.roots.files.kinds import JPEG, PNG, SVG, Kind

KINDS = frozenset({PNG, JPEG, SVG})
MOST_BYTES, MOST_SVG, MOST_SIDE, LEAST_SIDE = 2 * 1048576, 300_000, 4096, 180
SIZE = 512
# Elements that multiply the work of drawing; drawings of badges need few.
_MOST_USES, _MOST_FILTERS = 8, 4
DARK = (0x1E, 0x21, 0x24)
LEAST_CONTRAST = 1.5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it will be shown, with what is worth knowing before it is published."""

    png: bytes
    hints: tuple[str | Promise, ...]


def prepare(content: bytes, *, name: str) -> Prepared:
    """Check a picture by its content and draw it anew, 512 pixels square, nothing of the file itself kept.

    Refuses (``Invalid`` at ``picture``) what is no PNG, JPEG or SVG, scripts and outside addresses in an SVG,
    pictures too small, too large or too costly to draw.
    """
    try:
        kind = files.check(content, name=name, kinds=KINDS, limit=MOST_BYTES)
    except Invalid as refusal:
        raise _unfit(refusal.message, refusal.code) from refusal
    svg = _safe_svg(content) if kind is SVG else _framed(content, kind)
    try:
        png = render_png(svg, SIZE)
        small = render_png(svg, 48)
    except ValueError as error:
        raise _unfit(_("그림을 그릴 수 없습니다. PNG로 저장해서 올려 주세요."), "undrawable") from error
    return Prepared(png, tuple(_hints(small)))


def hints(picture: bytes) -> list[str | Promise]:
    """Say of a picture that ``prepare`` drew whether it is seen on white paper and on a dark page."""
    return _hints(render_png(_framed(picture, PNG), 48))


def _unfit(message: str | Promise, code: str) -> Invalid:
    return Invalid(message, code=code, fields={"picture": message})


def _safe_svg(content: bytes) -> str:
    if len(content) > MOST_SVG or b"data:" in content:
        raise _unfit(_("그림이 너무 복잡하거나 사진이 들어 있습니다. PNG로 저장해서 올려 주세요."), "costly")
    if content.count(b"<use") > _MOST_USES or content.count(b"<filter") > _MOST_FILTERS:
        raise _unfit(_("그림이 너무 복잡합니다. PNG로 저장해서 올려 주세요."), "costly")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unfit(_("글자를 읽을 수 없는 그림입니다. PNG로 저장해서 올려 주세요."), "damaged") from error


def _framed(content: bytes, kind: Kind) -> str:
    """A photograph within a square drawing, as one can be drawn at any size."""
    width, height = _png_sides(content) if kind is PNG else _jpeg_sides(content)
    if max(width, height) > MOST_SIDE:
        raise _unfit(_("그림이 너무 큽니다. 가로세로 4096점까지 올릴 수 있습니다."), "too_large")
    if min(width, height) < LEAST_SIDE:
        raise _unfit(_("그림이 너무 작습니다. 가로세로 180점 이상인 그림을 올려 주세요."), "too_small")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}"><image width="{SIZE}" '
        f'height="{SIZE}" preserveAspectRatio="xMidYMid meet" '
        f'href="data:{kind.media_type};base64,{b64encode(content).decode()}"/></svg>'
    )


def _png_sides(content: bytes) -> tuple[int, int]:
    return struct.unpack(">II", content[16:24])


def _jpeg_sides(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    raise _unfit(_("사진이 깨졌거나 끝까지 들어 있지 않습니다. 다시 저장해서 올려 주세요."), "damaged")


def _hints(png: bytes) -> list[str | Promise]:
    """Say whether the picture's edge is lost on white paper or on a dark page (WCAG 2.2, relative luminance)."""
    rows = _pixels(png)
    edge = [
        next((p for p in line if p[3] > 200), None)
        for line in [*rows, *([tuple(p) for p in row[::-1]] for row in rows)]
    ]
    seen = [p[:3] for p in edge if p is not None]
    if not seen:
        return [_("아무것도 그려지지 않은 그림입니다. 다른 그림을 올려 주세요.")]
    found: list[str | Promise] = []
    light = sum(_luminance(p) for p in seen) / len(seen)
    if 1.05 / (light + 0.05) < LEAST_CONTRAST:
        found.append(_("가장자리가 너무 밝아 흰 바탕에서 잘 보이지 않습니다. 테두리를 둘러 보세요."))
    dark = _luminance(DARK)
    if (max(light, dark) + 0.05) / (min(light, dark) + 0.05) < LEAST_CONTRAST:
        found.append(
            _("가장자리가 너무 어두워 어두운 화면에서 잘 보이지 않습니다. 밝은 테두리를 둘러 보세요.")
        )
    return found


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour[:3])
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _pixels(png: bytes) -> list[list[tuple[int, ...]]]:
    """The pixels of a small RGBA picture that we drew ourselves (PNG 1.2, section 6)."""
    width, height = _png_sides(png)
    at, packed = 8, b""
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        at += 12 + size
    data, step = zlib.decompress(packed), width * 4
    before = bytearray(step)
    rows = []
    for line in range(height):
        start = line * (step + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + step])
        for i in range(step):
            left = row[i - 4] if i >= 4 else 0
            above = before[i]
            corner = before[i - 4] if i >= 4 else 0
            row[i] = (row[i] + _predicted(kind, left, above, corner)) & 0xFF
        rows.append([tuple(row[i : i + 4]) for i in range(0, step, 4)])
        before = row
    return rows


def _predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda value: abs(guess - value))
    return (0, left, above, (left + above) // 2)[kind]
