"""From entries to rings: radii and arcs as plain numbers, nothing drawn yet."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from naite.roots.drawing.palette import ALL_AREAS, Area, area_of, check_badge_type

MOST_RINGS: Final = 50
MOST_YEARS: Final = 150
MOST_HOURS: Final = 1_000_000
MIN_ARC: Final = 14.0
MIN_LEARNING: Final = 6.0
MIN_GAP: Final = 3.0
_PITH, _PITH_SMALL, _PITH_LARGE = 16.0, 6.0, 34.0
_NARROW, _WIDE, _GAP, _CURRENT, _PER_ROOT_HOUR = 10.0, 64.0, 9.0, 14.0, 3.4
_SMALLEST, _GROWTH, _SCALE = 120.0, 318.0, 185.0


@dataclass(frozen=True, slots=True)
class RingEntry:
    """One thing learnt. Refuses hours outside 0 up to a million, and codes that are not ours (ValueError)."""

    year: int
    area: str | None
    hours: Decimal | float
    title: str = ""
    badge_type: str | None = None

    def __post_init__(self) -> None:
        area_of(self.area)
        check_badge_type(self.badge_type)
        if not (math.isfinite(self.hours) and 0 <= self.hours < MOST_HOURS):
            raise ValueError(f"hours must be a number from 0 to {MOST_HOURS:,}, not {self.hours}")


@dataclass(frozen=True, slots=True)
class Arc:
    """The share of one area in a ring, clockwise from start to end in degrees."""

    area: Area
    start: float
    end: float
    hours: Decimal
    entries: tuple[RingEntry, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """One year, or the years first..last of a joined decade, between two radii."""

    first: int
    last: int
    inner: float
    outer: float
    arcs: tuple[Arc, ...]
    hours: Decimal
    current: bool

    @property
    def width(self) -> float:
        return self.outer - self.inner

    @property
    def entries(self) -> tuple[RingEntry, ...]:
        return tuple(entry for arc in self.arcs for entry in arc.entries)

    @property
    def badge_count(self) -> int:
        return sum(entry.badge_type is not None for entry in self.entries)

    @property
    def resting(self) -> bool:
        """Nothing was learnt: drawn as a thin line, not left out."""
        return not self.arcs

    def covers(self, year: int | None) -> bool:
        return year is not None and self.first <= year <= self.last


@dataclass(frozen=True, slots=True)
class Layout:
    """Rings from the pith outwards; `radius` is where the bark begins."""

    rings: tuple[Ring, ...]
    radius: float
    pith: float


def layout(entries: Iterable[RingEntry], first: int | None, now: int, *, gaps: bool = True) -> Layout:
    """Rings for the years first..now, oldest first; past fifty rings the oldest join by decades.

    `first` is the year in which the account begins; earlier entries move it back, None takes the earliest
    entry. Without `gaps` years without learning are left out. No entries give no rings. Refuses entries after
    `now` and spans over 150 years (ValueError).
    """
    by_year: dict[int, list[RingEntry]] = {}
    for entry in entries:
        by_year.setdefault(entry.year, []).append(entry)
    if not by_year:
        return Layout((), _PITH_LARGE, _PITH_LARGE)
    begin = min(by_year) if first is None else min(first, *by_year)
    if max(by_year) > now:
        raise ValueError("an entry lies in the future")
    if now - begin >= MOST_YEARS:
        raise ValueError(f"more than {MOST_YEARS} years cannot be drawn")
    years = [year for year in range(begin, now + 1) if gaps or year in by_year]
    spans = _spans(years)
    groups = [[entry for year in span for entry in by_year.get(year, ())] for span in spans]
    hours = [sum((exact(entry.hours) for entry in group), Decimal(0)) for group in groups]
    natural = [
        _natural_width(bool(group), float(total), current=span[-1] == now)
        for span, group, total in zip(spans, groups, hours, strict=True)
    ]
    pith, widths = _scaled(natural, [bool(group) for group in groups])
    rings: list[Ring] = []
    inner = pith
    for span, group, total, width in zip(spans, groups, hours, widths, strict=True):
        outer = inner + width
        rings.append(Ring(span[0], span[-1], inner, outer, arcs(group), total, span[-1] == now))
        inner = outer
    return Layout(tuple(rings), inner, pith)


def exact(hours: Decimal | float) -> Decimal:
    """The number as it was written: 0.1 stays 0.1."""
    return hours if isinstance(hours, Decimal) else Decimal(str(hours))


def arcs(entries: Sequence[RingEntry]) -> tuple[Arc, ...]:
    """Shares of the circle in the fixed order, the whole turned so that each lies nearest its home direction.

    Shares follow the hours, at least 14 degrees each; where no hours are known at all they follow the count.
    """
    groups: dict[str, list[RingEntry]] = {}
    for entry in entries:
        groups.setdefault(area_of(entry.area).code, []).append(entry)
    present = [area for area in ALL_AREAS if area.code in groups]
    if not present:
        return ()
    hours = [sum((exact(e.hours) for e in groups[area.code]), Decimal(0)) for area in present]
    weights = [float(total) for total in hours]
    if sum(weights) <= 0:
        weights = [float(len(groups[area.code])) for area in present]
    spans = _with_floor(weights, 360.0, [MIN_ARC] * len(weights))
    starts = [sum(spans[:index]) for index in range(len(spans))]
    turn = _turn(present, starts, spans)
    return tuple(
        Arc(area, start + turn, start + span + turn, total, tuple(groups[area.code]))
        for area, start, span, total in zip(present, starts, spans, hours, strict=True)
    )


def _turn(areas: Sequence[Area], starts: Sequence[float], spans: Sequence[float]) -> float:
    """Circular mean of the angles from where arcs lie to where they want to lie, weighted by size."""
    offsets = [
        math.radians(area.home - start - span / 2)
        for area, start, span in zip(areas, starts, spans, strict=True)
    ]
    x = sum(span * math.cos(offset) for span, offset in zip(spans, offsets, strict=True))
    y = sum(span * math.sin(offset) for span, offset in zip(spans, offsets, strict=True))
    return math.degrees(math.atan2(y, x))


def _natural_width(learnt: bool, hours: float, *, current: bool) -> float:
    width = min(_WIDE, _NARROW + _PER_ROOT_HOUR * math.sqrt(hours)) if learnt else _GAP
    return max(width, _CURRENT) if current else width


def _scaled(natural: Sequence[float], learnt: Sequence[bool]) -> tuple[float, list[float]]:
    """Pith and widths so that a long life still fits and its thin years can still be seen."""
    whole = _PITH + sum(natural)
    radius = _SMALLEST + _GROWTH * (1 - math.exp(-whole / _SCALE))
    pith = _PITH * radius / whole
    if len(natural) <= 3:
        room = radius - pith
        pith = min(pith, _PITH_LARGE)
    else:
        pith = max(pith, _PITH_SMALL)
        room = radius - pith
    return pith, _with_floor(natural, room, [MIN_LEARNING if some else MIN_GAP for some in learnt])


def _with_floor(weights: Sequence[float], total: float, floors: Sequence[float]) -> list[float]:
    """Divide the total by weight, giving nobody less than its floor. The floors must fit into the total."""
    fixed: set[int] = set()
    while True:
        left = total - sum(floors[i] for i in fixed)
        open_weight = sum(weight for i, weight in enumerate(weights) if i not in fixed)
        shares = [left * (weight / open_weight) if open_weight > 0 else 0.0 for weight in weights]
        short = {i for i, share in enumerate(shares) if i not in fixed and share < floors[i]}
        if not short:
            return [floors[i] if i in fixed else share for i, share in enumerate(shares)]
        fixed |= short


def _spans(years: list[int]) -> list[list[int]]:
    """One ring per year; while there are more than fifty, the oldest years become rings of a decade each."""
    joined: list[list[int]] = []
    rest = years
    while len(joined) + len(rest) > MOST_RINGS:
        decade = rest[0] // 10
        joined.append([year for year in rest if year // 10 == decade])
        rest = rest[len(joined[-1]) :]
    return [*joined, *([year] for year in rest)]


def ring_of(plan: Layout, year: int | None) -> Ring | None:
    """The ring in which this year lies, if it is drawn."""
    return next((ring for ring in plan.rings if ring.covers(year)), None)
