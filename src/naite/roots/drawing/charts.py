"""Charts as inline SVG, one grammar for all: blue is a value, navy a result, red a broken rule, grey context.

Each has a sentence for screen readers; the page shows the same numbers as a table. Text is never below 13 units
at the width a chart is made for. Plain values in, no database.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from naite.roots.drawing.markup import escaped

INK, INK2, INK3 = "#1e2124", "#464c53", "#58616a"
GRID, PANE, BLUE, NAVY, RED, AMBER, GREY = (
    "#e6e8ea",
    "#f4f5f6",
    "#256ef4",
    "#063a74",
    "#bd2c0f",
    "#ffb114",
    "#b1b8be",
)
RAMP: Final = ("#ecf2fe", "#b1cefb", "#86aff9", "#256ef4", "#083891")
# Where each province stands on the tile map: column and row.
PROVINCES: Final[Mapping[str, tuple[float, float]]] = {
    "경기": (2, 0), "강원": (3, 0), "인천": (1, 1), "서울": (2, 1), "충남": (1, 2), "세종": (2, 2),
    "충북": (3, 2), "경북": (4, 2), "전북": (1, 3), "대전": (2, 3), "대구": (3, 3), "울산": (4, 3),
    "광주": (1, 4), "경남": (3, 4), "부산": (4, 4), "전남": (1, 5), "제주": (1, 6.3),
}  # fmt: skip


def svg(width: float, height: float, says: str, body: str, *, css: str = "") -> str:
    style = f' style="{css}"' if css else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="100%" role="img"'
        f' aria-label="{escaped(says)}"{style}>{body}</svg>'
    )


def text(
    x: float,
    y: float,
    words: object,
    *,
    size: float = 13,
    fill: str = INK2,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escaped(str(words))}</text>'
    )


def ring7(*, gone: int, left: str, note: str, late: bool, says: str, size: int = 116) -> str:
    """A clock of seven days: those gone are filled, today is amber, all red when it is late."""
    middle, radius, gap, parts = size / 2, size / 2 - 7, 6, []
    for day in range(7):
        a, b = (
            math.radians(angle - 90) for angle in (day * 360 / 7 + gap / 2, (day + 1) * 360 / 7 - gap / 2)
        )
        colour = RED if late else NAVY if day < gone else AMBER if day == gone else GRID
        parts.append(
            f'<path d="M{middle + radius * math.cos(a):.1f} {middle + radius * math.sin(a):.1f}'
            f"A{radius:g} {radius:g} 0 0 1 {middle + radius * math.cos(b):.1f}"
            f' {middle + radius * math.sin(b):.1f}" fill="none" stroke="{colour}" stroke-width="11"/>'
        )
    ink = RED if late else INK
    parts.append(text(middle, middle + 3, left, size=size * 0.22, anchor="middle", weight=800, fill=ink))
    parts.append(text(middle, middle + size * 0.17, note, anchor="middle", fill=INK3))
    return svg(size, size, says, "".join(parts), css=f"width:{size}px;height:{size}px;flex:none")


def funnel(rows: Sequence[tuple[str, int, str]], *, says: str, width: int = 456) -> str:
    """How far cases came: bars from one edge, what was lost in words beneath each."""
    step, start = 50, 92
    most, room = max((value for _name, value, _note in rows), default=0) or 1, width - 92 - 108
    parts = []
    for place, (name, value, note) in enumerate(rows):
        y, length = place * step + 4, value / most * room
        colour = NAVY if place == len(rows) - 1 else BLUE
        parts += [
            text(0, y + 19, name, size=14, weight=600, fill=INK),
            f'<rect x="{start}" y="{y}" width="{room}" height="28" fill="{PANE}"/>',
            f'<rect x="{start}" y="{y}" width="{length:.1f}" height="28" fill="{colour}"/>',
            text(start + room + 12, y + 19, f"{value:,}", size=15, weight=700, fill=INK),
            text(width, y + 19, f"{value / most * 100:.1f}%", anchor="end", fill=INK3),
        ]
        if note:
            parts.append(text(start + 4, y + 43, note, fill=INK3))
    return svg(width, max(len(rows), 1) * step, says, "".join(parts))


@dataclass(frozen=True)
class Spread:
    """How long a stage takes: the middle half, the median, nine tenths, and the target (0 for none)."""

    name: str
    low: float
    median: float
    high: float
    most: float
    target: float = 0

    @property
    def is_late(self) -> bool:
        return bool(self.target) and self.median > self.target


def stage_days(rows: Sequence[Spread], *, says: str, unit: str, width: int = 456) -> str:
    """How long stages take: median dot, band of the middle half, line to nine tenths, tick of the target."""
    step, start, room = 42, 128, width - 128 - 96
    top = max([10.0, *(row.most for row in rows), *(row.target for row in rows)])
    tick = next(each for each in (2, 5, 10, 20, 50, 100, 1000) if top / each <= 6)
    top = math.ceil(top / tick) * tick

    def at(days: float) -> float:
        return start + days / top * room

    parts = []
    for days in range(0, top + 1, tick):
        parts.append(
            f'<line x1="{at(days):.1f}" x2="{at(days):.1f}" y1="18" y2="{len(rows) * step + 20}" stroke="{GRID}"/>'
        )
        parts.append(text(at(days), 12, f"{days}{unit}", anchor="middle", fill=INK3))
    for place, row in enumerate(rows):
        y = place * step + 38
        band, dot = ("#f7afa1", RED) if row.is_late else (RAMP[1], NAVY)
        parts += [
            text(0, y + 5, row.name, size=14, fill=INK),
            f'<line x1="{at(row.high):.1f}" x2="{at(row.most):.1f}" y1="{y}" y2="{y}" stroke="#8a949e" stroke-width="2"/>',
            f'<rect x="{at(row.low):.1f}" y="{y - 8}" width="{max(at(row.high) - at(row.low), 2):.1f}" height="16"'
            f' rx="3" fill="{band}"/>',
            f'<circle cx="{at(row.median):.1f}" cy="{y}" r="6" fill="{dot}" stroke="#fff" stroke-width="1.5"/>',
        ]
        if row.target:
            x = at(row.target)
            parts.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 13}" y2="{y + 13}" stroke="{INK}" stroke-width="2.5"/>'
            )
        over = f" +{row.median - row.target:g}" if row.is_late else ""
        parts.append(
            text(
                width,
                y + 5,
                f"{row.median:g}{unit}{over}",
                size=14,
                anchor="end",
                weight=700,
                fill=RED if over else INK,
            )
        )
    return svg(width, len(rows) * step + 26, says, "".join(parts))


def tile_map(counts: Mapping[str, tuple[int | None, int]], *, says: str, hidden: str = "–") -> str:
    """Where: a tile a province with its count in five blues, and how many are late as a pill.

    ``counts`` gives count and late by short name; a count of None is too small to be shown.
    """
    unit, gap, parts = 58, 5, []
    values = [count for count, _late in counts.values() if count]
    steps = _steps(max(values, default=0))
    for name, (column, row) in PROVINCES.items():
        count, late = counts.get(name, (0, 0))
        shade = sum(count >= each for each in steps) if count else 0
        x, y = (column - 1) * (unit + gap) + 2, row * (unit + gap) + 5
        ink = "#fff" if shade > 2 else INK
        parts += [
            f'<rect x="{x}" y="{y:.1f}" width="{unit}" height="{unit}" rx="6" fill="{RAMP[shade]}"/>',
            text(x + 8, y + 21, name, weight=600, fill=ink),
            text(x + 8, y + 46, hidden if count is None else f"{count:,}", size=19, weight=800, fill=ink),
        ]
        if late:
            parts.append(
                f'<rect x="{x + unit - 23}" y="{y - 4:.1f}" width="27" height="20" rx="10" fill="{RED}" stroke="#fff"'
                ' stroke-width="2"/>'
            )
            parts.append(text(x + unit - 9.5, y + 10.5, late, anchor="middle", weight=700, fill="#fff"))
    width = 4 * (unit + gap) + 4
    return svg(width, 7.3 * (unit + gap) + 8, says, "".join(parts), css=f"max-width:{width}px")


def _steps(most: int) -> tuple[int, int, int, int]:
    """Return from which counts on the four darker blues begin."""
    if most >= 50:
        return (1, 10, 25, 50)
    quarter = max(1, math.ceil(most / 4))
    return (1, quarter + 1, 2 * quarter + 1, 3 * quarter + 1)


def histogram(
    rows: Sequence[tuple[str, int, str]],
    *,
    limit: int,
    limit_says: str,
    says: str,
    width: int = 456,
    height: int = 170,
) -> str:
    """In time: a bar for each class with its number, and the line of the limit after so many classes.

    The third value of a row is "", "late" (red) or "open" (grey).
    """
    most, bar, parts = (
        max((value for _n, value, _k in rows), default=0) or 1,
        (width - 10) / max(len(rows), 1),
        [],
    )
    for place, (name, value, kind) in enumerate(rows):
        length, x = value / most * (height - 56), 5 + place * bar
        colour = {"late": RED, "open": GREY}.get(kind, BLUE)
        y = height - 24 - length
        parts += [
            f'<rect x="{x + 4:.1f}" y="{y:.1f}" width="{bar - 8:.1f}" height="{length:.1f}" rx="2" fill="{colour}"/>',
            text(x + bar / 2, y - 6, f"{value:,}", anchor="middle", weight=700, fill=INK),
            text(x + bar / 2, height - 6, name, anchor="middle", fill=INK3),
        ]
    x = 5 + limit * bar
    parts.append(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 22}" stroke="{INK}" stroke-width="2"/>'
    )
    parts.append(text(x + 6, 12, limit_says, weight=700, fill=INK))
    return svg(width, height, says, "".join(parts))


@dataclass(frozen=True)
class Dots:
    """What several gave to one thing, on a scale up to 100; ``odd`` are the places of those far from the rest."""

    name: str
    values: Sequence[float]
    odd: frozenset[int] = frozenset()


def strip(rows: Sequence[Dots], *, line: float, line_says: str, says: str, width: int = 456) -> str:
    """Do they agree: a dot each, a bar at the mean, a diamond for one far from the rest."""
    step, start, room = 36, 170, width - 170 - 70
    lowest = min((min(row.values) for row in rows if row.values), default=50)
    least = min(50, math.floor(lowest / 10) * 10)

    def at(value: float) -> float:
        return start + (value - least) / (100 - least) * room

    parts, tick = [], 10 if least >= 40 else 20
    marks = [mark for mark in range(int(least), 101, tick) if abs(mark - line) >= tick / 2]
    for mark in marks:
        x = at(mark)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="18" y2="{len(rows) * step + 20}" stroke="{GRID}"/>'
        )
        parts.append(text(x, 12, mark, anchor="middle", fill=INK3))
    ruled = at(line)
    parts.append(
        f'<line x1="{ruled:.1f}" x2="{ruled:.1f}" y1="18" y2="{len(rows) * step + 20}" stroke="{INK2}" stroke-dasharray="4 3"/>'
    )
    parts.append(text(ruled, 12, line_says, anchor="middle", weight=700, fill=INK))
    for place, row in enumerate(rows):
        if not row.values:
            continue
        y, mean = place * step + 38, sum(row.values) / len(row.values)
        low, high = min(row.values), max(row.values)
        parts.append(text(0, y + 5, row.name, size=14, fill=INK))
        parts.append(
            f'<line x1="{at(low):.1f}" x2="{at(high):.1f}" y1="{y}" y2="{y}" stroke="{GREY}" stroke-width="2"/>'
        )
        for number, value in enumerate(row.values):
            if number in row.odd:
                parts.append(
                    f'<path d="M{at(value):.1f} {y - 8}l8 8-8 8-8-8z" fill="{RED}" stroke="#fff" stroke-width="1.5"/>'
                )
            else:
                parts.append(
                    f'<circle cx="{at(value):.1f}" cy="{y}" r="6" fill="{BLUE}" fill-opacity=".85" stroke="#fff"'
                    ' stroke-width="1.5"/>'
                )
        parts.append(
            f'<line x1="{at(mean):.1f}" x2="{at(mean):.1f}" y1="{y - 12}" y2="{y + 12}" stroke="#fff" stroke-width="5"/>'
            f'<line x1="{at(mean):.1f}" x2="{at(mean):.1f}" y1="{y - 12}" y2="{y + 12}" stroke="{NAVY}" stroke-width="3"/>'
        )
        fill = RED if row.odd else INK
        parts.append(text(width, y + 5, f"{high - low:.1f}", size=14, anchor="end", weight=700, fill=fill))
    return svg(width, len(rows) * step + 26, says, "".join(parts))
