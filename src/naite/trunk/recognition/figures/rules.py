"""Arithmetic on the history of cases. Plain values, no database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Final, NamedTuple

# Stage, the acts that begin it, the acts that end it, and how many days it should take.
STAGES: Final = (
    ("receive", ("submit",), ("receive",), 5),
    ("supplement", ("demand_supplement",), ("supplement",), 10),
    ("forward", ("receive",), ("forward",), 10),
    ("seat", ("receive",), ("seat_panel",), 5),
    ("review", ("seat_panel",), ("pass", "pass_provisionally", "fail"), 30),
    ("deliberate", ("pass", "fail", "lapse"), ("deliberate",), 30),
    ("approve", ("deliberate",), ("approve", "refuse"), 7),
    ("notify", ("approve", "refuse"), ("notify",), 14),
)
_BEGUN_BY: Final = {
    act: [stage for stage, starts, _ends, _target in STAGES if act in starts]
    for act in {act for _stage, starts, _ends, _target in STAGES for act in starts}
}
_ENDED_BY: Final = {
    act: [stage for stage, _starts, ends, _target in STAGES if act in ends]
    for act in {act for _stage, _starts, ends, _target in STAGES for act in ends}
}
# How far a case came: the step, and the acts that show it came there.
STEPS: Final = (
    ("submitted", ("submit",)),
    ("received", ("receive",)),
    ("reviewed_by_panel", ("seat_panel",)),
    ("evaluated", ("pass", "fail", "lapse")),
    ("deliberated", ("deliberate",)),
    ("decided", ("approve", "refuse")),
    ("told", ("notify",)),
)


class Act(NamedTuple):
    """One line of a case's history, as far as figures need it; a tuple, as a round has tens of thousands."""

    case: object
    name: str
    at: datetime


@dataclass(frozen=True)
class Days:
    """How many days a stage took: lower quarter, median, upper quarter, nine tenths, and of how many cases."""

    stage: str
    target: int
    count: int
    low: float
    median: float
    high: float
    most: float


def durations(acts: Iterable[Act]) -> dict[str, list[float]]:
    """Return for each stage the days it took, once for each time a case went through it.

    A stage begins with the latest act that begins it before the first that ends it.
    """
    found: dict[str, list[float]] = defaultdict(list)
    running: dict[tuple[object, str], datetime] = {}
    for case, name, at in sorted(acts, key=itemgetter(2)):
        for stage in _ENDED_BY.get(name, ()):
            began = running.pop((case, stage), None)
            if began is not None:
                found[stage].append((at - began).total_seconds() / 86400)
        for stage in _BEGUN_BY.get(name, ()):
            running[case, stage] = at
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share lies, between neighbours in proportion; values need no order."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing to take a share of")
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def days_of_stages(acts: Iterable[Act]) -> list[Days]:
    """Return how long each stage took that any case went through, in whole tenths of days."""
    found = durations(acts)
    rows = []
    for stage, _starts, _ends, target in STAGES:
        values = sorted(found.get(stage, ()))  # once: sorting what is in order costs little
        if values:
            low, median, high, most = (round(quantile(values, share), 1) for share in (0.25, 0.5, 0.75, 0.9))
            rows.append(Days(stage, target, len(values), low, median, high, most))
    return rows


def slowest(rows: Sequence[Days]) -> Days | None:
    """Return the stage that is furthest over its target, if one is."""
    late = [row for row in rows if row.median > row.target]
    return max(late, key=lambda row: row.median - row.target, default=None)


def days_to_notice(
    done: Sequence[int], *, late_open: int, still_open: int, limit: int = 7
) -> list[tuple[str, int]]:
    """Return the classes of the histogram: 1 to ``limit`` days, later, and those still within their days.

    What was done on the day of arrival counts as one day. Late and unfinished offices are late.
    """
    counts = [0] * limit
    late = late_open
    for days in done:
        if days > limit:
            late += 1
        else:
            counts[max(days, 1) - 1] += 1
    return [
        *((str(day), count) for day, count in enumerate(counts, start=1)),
        ("late", late),
        ("open", still_open),
    ]


def odd_ones(values: Sequence[float], *, by: float = 15) -> frozenset[int]:
    """Return the places of values that lie more than ``by`` from the mean of the others."""
    if len(values) < 3:
        return frozenset()
    total = sum(values)
    return frozenset(
        place for place, value in enumerate(values) if abs(value - (total - value) / (len(values) - 1)) >= by
    )


def share(part: int, whole: int) -> float | None:
    """Return a share in percent with one decimal; None of nothing."""
    return round(part * 100 / whole, 1) if whole else None


def verdict_rows(rows: Iterable[tuple[str, str, int]]) -> dict[str, Mapping[str, int]]:
    """Fold (group, state, count) into counts by group: applied, returned, recognised, provisional, refused, open."""
    found: dict[str, dict[str, int]] = {}
    into = {
        "returned": "returned",
        "withdrawn": "returned",
        "approved": "recognised",
        "recognised": "recognised",
        "provisional": "provisional",
        "re_review": "provisional",
        "refused": "refused",
    }
    for group, state, count in rows:
        row = found.setdefault(
            group,
            dict.fromkeys(("applied", "returned", "recognised", "provisional", "refused", "open"), 0),
        )
        row["applied"] += count
        row[into.get(state, "open")] += count
    return dict(found)
