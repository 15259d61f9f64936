"""How long the rings of a young, a grown and an endless account take to draw, and how much is sent.

Also one badge as SVG and as PNG. Everything is pure Python on made-up values, the same in every run.
"""

import gzip
import random
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from naite.roots.drawing.badges import draw_badge, render_png
from naite.roots.drawing.layout import Ring, RingEntry
from naite.roots.drawing.palette import AREAS, BADGE_TYPES
from naite.roots.drawing.rings import draw_rings

NOW = 2026
ROUNDS = 25
ACCOUNTS = {"first entry": (1, 1), "13 years, 39 entries": (13, 39), "25 years, 204 entries": (25, 204)} | {
    "50 years, 2000 entries": (50, 2000),
    "70 years, 2000 entries": (70, 2000),
}


def _account(years: int, count: int) -> list[RingEntry]:
    chance = random.Random(count)
    areas = [None, *(area.code for area in AREAS)]
    return [
        RingEntry(
            NOW - index % years,
            chance.choice(areas),
            Decimal(chance.randint(2, 80)) / 2,
            "배움",
            chance.choice([None, None, *BADGE_TYPES]),
        )
        for index in range(count)
    ]


def _link(ring: Ring) -> dict[str, str]:
    return {"id": f"ring-{ring.first}", "href": f"?year={ring.first}#year"}


def _median(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(times), 1)


def run() -> dict[str, Any]:
    """Time the drawings; milliseconds and kilobytes as the names say."""
    figures: dict[str, Any] = {}
    for name, (years, count) in ACCOUNTS.items():
        entries = _account(years, count)

        def draw(entries: list[RingEntry] = entries) -> str:
            return draw_rings(entries, first=None, now=NOW, seed="bench", link=_link, axis="both")

        figures[f"{name}: ms"] = _median(draw)
        figures[f"{name}: gzip kB"] = round(len(gzip.compress(draw().encode())) / 1000, 1)
    badge = draw_badge("achievement", "civic")
    figures["badge svg ms"] = _median(lambda: draw_badge("achievement", "civic"))
    figures["badge png 512 ms"] = _median(lambda: render_png(badge, 512))
    return {"figures": figures, "ratios": {}}
