"""From scores to a verdict, exactly (rows A8 and A9 of the requirements). No database, no binary floats.

- The mean of an item is the arithmetic mean over the evaluators.
- An item is reached when its mean is at least 70 % of its points.
- 인정 when every item is reached; 예비인정 when at least two thirds of the items are; else 불인정.
- A re-evaluation knows no 예비인정: whoever does not reach every item then has failed.

Means of three evaluators have no finite decimal form, so sums and counts are kept and compared by whole
multiples; only what is shown is cut off (never rounded up, so that nothing below 70 % is shown as 70 %).

Evaluators may differ; that is something to talk about, not a fault. An item is marked when the highest and
the lowest score lie at least 30 % of its points apart, and a single score when it lies at least 15 % of the
points away from everybody else's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import TypeVar

from naite.trunk.recognition.models import Application

Verdict = Application.Verdict

REACHED = Fraction(7, 10)
MOST_ITEMS = Fraction(2, 3)
WIDE = Fraction(3, 10)
APART = Fraction(15, 100)

_CENT = Decimal("0.01")
K = TypeVar("K")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Sum:
    """The scores of one item, one from each evaluator, in the order of the evaluators."""

    points: Decimal
    scores: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if self.points <= 0:
            raise ValueError("an item has points")
        if not self.scores:
            raise ValueError("nobody has scored the item")
        if any(not 0 <= score <= self.points for score in self.scores):
            raise ValueError("a score lies outside its points")

    @property
    def total(self) -> Decimal:
        return sum(self.scores, Decimal(0))

    @property
    def mean(self) -> Fraction:
        return Fraction(self.total) / len(self.scores)

    @property
    def share(self) -> Fraction:
        """The mean as a share of the points, 0 to 1."""
        return self.mean / Fraction(self.points)

    @property
    def is_reached(self) -> bool:
        return is_reached(self.total, len(self.scores), self.points)

    @property
    def spread(self) -> Decimal:
        return max(self.scores) - min(self.scores)

    @property
    def is_wide(self) -> bool:
        return len(self.scores) > 1 and Fraction(self.spread) >= WIDE * Fraction(self.points)

    @property
    def apart(self) -> tuple[int, ...]:
        """The places of the evaluators whose score lies far from everybody else's."""
        if len(self.scores) < 3:  # of two nobody can say which one is apart
            return ()
        limit = APART * Fraction(self.points)
        return tuple(
            place
            for place, score in enumerate(self.scores)
            if all(abs(score - other) >= limit for at, other in enumerate(self.scores) if at != place)
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict with how many of the items were reached."""

    verdict: Verdict
    items: int
    reached: int


def is_reached(total: Decimal, count: int, points: Decimal) -> bool:
    """Whether the mean of ``count`` scores that sum up to ``total`` is at least 70 % of the points."""
    return total * REACHED.denominator >= points * count * REACHED.numerator


def verdict_of(*, items: int, reached: int, again: bool = False) -> Outcome:
    """Return the verdict on so many items of which so many were reached; ``again`` for a re-evaluation."""
    if items < 1 or not 0 <= reached <= items:
        raise ValueError("a verdict needs items")
    if reached == items:
        verdict = Verdict.RECOGNISE
    elif not again and reached * MOST_ITEMS.denominator >= items * MOST_ITEMS.numerator:
        verdict = Verdict.PROVISIONAL
    else:
        verdict = Verdict.REFUSE
    return Outcome(verdict, items, reached)


def judge(sums: Sequence[Sum], *, again: bool = False) -> Outcome:
    """Return the verdict on one application from the scores of all its items."""
    return verdict_of(items=len(sums), reached=sum(each.is_reached for each in sums), again=again)


def sums_of(points: Mapping[K, Decimal], sheets: Mapping[E, Mapping[K, Decimal]]) -> dict[K, Sum]:
    """Line up the evaluators' sheets by item; refuses (``ValueError``) a sheet without a score for an item."""
    missing = [key for sheet in sheets.values() for key in points if key not in sheet]
    if missing:
        raise ValueError("a sheet is incomplete")
    return {key: Sum(most, tuple(sheet[key] for sheet in sheets.values())) for key, most in points.items()}


def shown(value: Fraction) -> Decimal:
    """Return a value with two decimals, cut off: 69.999 % is shown as 69.99, never as 70."""
    numerator, denominator = value.numerator * 100, value.denominator
    whole = abs(numerator) // denominator
    return (Decimal(whole if numerator >= 0 else -whole) / 100).quantize(_CENT, rounding=ROUND_DOWN)


def shown_mean(total: Decimal, count: int) -> Decimal:
    return shown(Fraction(total) / count)


def shown_percent(total: Decimal, count: int, points: Decimal) -> Decimal:
    """Return the mean as a percentage of the points, cut off after two decimals."""
    return shown(Fraction(total) * 100 / count / Fraction(points))
