"""One year seen from near: its ring opened into twelve months, each as thick as what was learnt in it.

However many entries a year has, twelve months of five areas are the most that is drawn.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from naite.roots.drawing.geometry import CENTRE, Shape
from naite.roots.drawing.labels import plain_hours
from naite.roots.drawing.layout import RingEntry, exact
from naite.roots.drawing.markup import attributes, escaped, fingerprint
from naite.roots.drawing.palette import ALL_AREAS, GOLD, GOLDEN_TYPES, GRAIN, INK, PAPER, SEED, Area, area_of
from naite.roots.drawing.patterns import pattern
from naite.roots.drawing.rings import FONT, Mode

_INNER: Final = 150.0
_MOST: Final = 280.0
_LEAST: Final = 46.0
_THINNEST: Final = 12.0
_GAP: Final = 1.6  # degrees between months


@dataclass(frozen=True, slots=True)
class Band:
    """What was learnt in one area in one month, between two radii."""

    area: Area
    inner: float
    outer: float
    hours: Decimal
    count: int
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """One month, its bands from the inside outwards."""

    number: int
    bands: tuple[Band, ...]

    @property
    def hours(self) -> Decimal:
        return sum((band.hours for band in self.bands), Decimal(0))

    @property
    def count(self) -> int:
        return sum(band.count for band in self.bands)

    @property
    def badge_count(self) -> int:
        return sum(len(band.badges) for band in self.bands)


@dataclass(frozen=True)
class MonthLabels:
    """Texts of a close-up: `describe` names a month for screen readers, `mark` marks it at the edge."""

    title: str = "한 해"
    describe: Callable[[Month], str] = lambda month: f"{month.number}월"
    mark: Callable[[int], str] = lambda month: f"{month}월"
    year: Callable[[int], str] = lambda year: f"{year}년"
    hours: Callable[[Decimal], str] = lambda hours: f"{plain_hours(hours)}시간"


def months(entries: Iterable[tuple[int, RingEntry]]) -> tuple[Month, ...]:
    """The months in which something was learnt. Refuses months outside 1 to 12 (ValueError).

    The thickness follows the root of the hours, so that a short course beside a long one can still be seen;
    within a month the areas share it by their hours.
    """
    found: dict[int, dict[str, list[RingEntry]]] = {}
    for number, entry in entries:
        if not 1 <= number <= 12:
            raise ValueError(f"no month has the number {number}")
        found.setdefault(number, {}).setdefault(area_of(entry.area).code, []).append(entry)
    totals = {
        number: sum(float(entry.hours) for group in areas.values() for entry in group)
        for number, areas in found.items()
    }
    fullest = max(totals.values(), default=0.0) or 1.0
    return tuple(
        Month(number, _bands(found[number], _LEAST + (_MOST - _LEAST) * math.sqrt(totals[number] / fullest)))
        for number in sorted(found)
    )


def _bands(areas: Mapping[str, Sequence[RingEntry]], thickness: float) -> tuple[Band, ...]:
    present = [area for area in ALL_AREAS if area.code in areas]
    hours = [sum((exact(entry.hours) for entry in areas[area.code]), Decimal(0)) for area in present]
    whole = float(sum(hours)) or 1.0
    spare = max(0.0, thickness - _THINNEST * len(present))
    bands, inner = [], _INNER
    for area, total in zip(present, hours, strict=True):
        width = min(thickness, _THINNEST) + spare * (float(total) / whole if sum(hours) else 1 / len(present))
        badges = tuple(entry.badge_type for entry in areas[area.code] if entry.badge_type is not None)
        bands.append(Band(area, inner, inner + width, total, len(areas[area.code]), badges))
        inner += width
    return tuple(bands)


def draw_year(
    entries: Iterable[tuple[int, RingEntry]],
    *,
    year: int,
    seed: str,
    labels: MonthLabels | None = None,
    link: Callable[[int], Mapping[str, str]] | None = None,
    mode: Mode = "colour",
) -> str:
    """The picture of one year from (month, entry) pairs, January at noon; equal for equal arguments.

    `link` returns the attributes of a month's link; without it the picture is one image. Refuses what
    `months` refuses.
    """
    labels = labels or MonthLabels()
    grown = months(entries)
    pen = _Pen(Shape(seed, _INNER + _MOST), mode, fingerprint(seed, year, mode, len(grown)))
    whole = sum((month.hours for month in grown), Decimal(0))
    kind = "group" if link else "img"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="rings near" viewBox="0 0 1000 1000"'
            f' font-family="{FONT}" role="{kind}" aria-label="{escaped(labels.title)}">',
            f"<defs>{pen.definitions(grown)}</defs>",
            pen.ground(),
            *(pen.month(month, labels, link) for month in grown),
            pen.marks(labels, {month.number for month in grown}),
            pen.heart(labels.year(year), labels.hours(whole)),
            "</svg>",
        )
    )


class _Pen:
    def __init__(self, shape: Shape, mode: Mode, uid: str) -> None:
        self.shape, self.uid = shape, uid
        self.patterned, self.one_ink = mode != "colour", mode == "print"

    def base(self, area: Area) -> str:
        return INK if self.one_ink else area.base

    def definitions(self, grown: Sequence[Month]) -> str:
        if not self.patterned:
            return ""
        used = {band.area.code for month in grown for band in month.bands}
        return "".join(
            pattern(area, f"{self.uid}-{area.code}", self.base(area))
            for area in ALL_AREAS
            if area.code in used
        )

    def ground(self) -> str:
        """The ring where nothing was learnt, and how far it could grow."""
        rest = self.shape.band(_INNER, _INNER + 9, 0, 360)
        far = "".join(
            f'<path d="{self.shape.circle(_INNER + step)}" fill="none" stroke="{GRAIN}" stroke-opacity=".7"'
            ' stroke-width="2" stroke-dasharray="2 13" stroke-linecap="round"/>'
            for step in (_MOST / 3, _MOST * 2 / 3, _MOST)
        )
        return (
            f'<g aria-hidden="true">{far}<path d="{rest}" fill="{PAPER}" stroke="{GRAIN}" stroke-width="1.4"'
            ' fill-rule="evenodd"/></g>'
        )

    def month(
        self, month: Month, labels: MonthLabels, link: Callable[[int], Mapping[str, str]] | None
    ) -> str:
        start, end = (month.number - 1) * 30 + _GAP / 2, month.number * 30 - _GAP / 2
        body = "".join(self._band(band, start, end) for band in month.bands)
        if link is None:
            return f"<g>{body}</g>"
        outer = month.bands[-1].outer
        edge = self._outline(_INNER, outer, start, end)
        given = {"class": "mo", **link(month.number), "aria-label": labels.describe(month)}
        return (
            f'<a{attributes(given)}>{body}<g class="edge" display="none" fill="none">'
            f'<path d="{edge}" stroke="#fff" stroke-width="8"/>'
            f'<path d="{edge}" stroke="{INK}" stroke-width="4"/></g></a>'
        )

    def _outline(self, inner: float, outer: float, start: float, end: float) -> str:
        return self.shape.curve(outer, start, end) + self.shape.curve(inner, end, start, move=False) + "Z"

    def _band(self, band: Band, start: float, end: float) -> str:
        late = max(2.4, (band.outer - band.inner) * 0.24)
        early = PAPER if self.patterned else band.area.early
        parts = [f'<path d="{self._outline(band.inner, band.outer, start, end)}" fill="{early}"/>']
        if self.patterned:
            fill = f"url(#{self.uid}-{band.area.code})"
            parts.append(f'<path d="{self._outline(band.inner, band.outer, start, end)}" fill="{fill}"/>')
        else:
            lines = min(band.count - 1, int((band.outer - band.inner - late) / 8))
            for number in range(1, lines + 1):
                radius = band.inner + (band.outer - band.inner - late) * number / (lines + 1)
                parts.append(
                    f'<path d="{self.shape.curve(radius, start, end)}" fill="none" stroke="{band.area.light}"'
                    ' stroke-opacity=".6" stroke-width="1.4"/>'
                )
        rim = self._outline(band.outer - late, band.outer, start, end)
        parts.append(f'<path d="{rim}" fill="{self.base(band.area)}"/>')
        if band.badges:
            parts.append(self._knot(band, (start + end) / 2))
        return "".join(parts)

    def _knot(self, band: Band, angle: float) -> str:
        """One knot a band, with an outer line where it stands for several badges."""
        radius = (band.inner + band.outer) / 2
        x, y = self.shape.point(radius, angle)
        scale = max(0.55, min(1.7, (band.outer - band.inner) / 24))
        dark = INK if self.one_ink else band.area.dark
        core = "#fff" if self.one_ink else GOLD if GOLDEN_TYPES & set(band.badges) else band.area.early
        more = (
            f'<ellipse rx="17.2" ry="12.8" fill="{PAPER}" stroke="{dark}" stroke-width="1.6"/>'
            if len(band.badges) > 1
            else ""
        )
        return (
            f'<g transform="translate({x:.1f} {y:.1f}) rotate({angle:.0f}) scale({scale:.2f})">{more}'
            f'<ellipse rx="15" ry="10.8" fill="{PAPER}"/><ellipse rx="12.8" ry="8.8" fill="{dark}"/>'
            f'<path d="M-8 1A8.2 5 0 1 1 5 3.8" fill="none" stroke="{core}" stroke-width="1.5"'
            f' stroke-linecap="round"/><ellipse cx=".6" rx="3.6" ry="2" fill="{core}"/></g>'
        )

    def marks(self, labels: MonthLabels, busy: set[int]) -> str:
        parts = []
        for number in range(1, 13):
            angle = math.radians(number * 30 - 15 - 90)
            x, y = CENTRE + 466 * math.cos(angle), CENTRE + 466 * math.sin(angle)
            weight, ink = (700, INK) if number in busy else (500, "#58616A")
            parts.append(
                f'<text x="{x:.1f}" y="{y + 9:.1f}" text-anchor="middle" font-size="30" font-weight="{weight}"'
                f' fill="{ink}">{escaped(labels.mark(number))}</text>'
            )
        return f'<g aria-hidden="true">{"".join(parts)}</g>'

    def heart(self, year: str, hours: str) -> str:
        colour = INK if self.one_ink else SEED
        return (
            f'<g aria-hidden="true"><path d="{self.shape.circle(_INNER - 14)}" fill="#FFFDF8"'
            f' stroke="{GRAIN}" stroke-width="1.5"/><g transform="translate(500 430) rotate(32) scale(1.7)">'
            f'<path d="M0 -11.5C7.5 -5 8.2 5.5 0 11.5C-8.2 5.5 -7.5 -5 0 -11.5Z" fill="{colour}"/></g>'
            f'<text x="500" y="520" text-anchor="middle" font-size="54" font-weight="800" fill="{INK}">'
            f'{escaped(year)}</text><text x="500" y="566" text-anchor="middle" font-size="32"'
            f' fill="#464C53">{escaped(hours)}</text></g>'
        )
