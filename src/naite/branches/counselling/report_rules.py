"""Figures about reports on courses, small numbers left out so that nobody can be made out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST = 5
REPORT_WITHIN = timedelta(days=180)
EDIT_WITHIN = timedelta(days=14)
# A mean below this, of at least LEAST reports, is a bad pattern to look into.
BAD_BELOW = 3.0


@dataclass(frozen=True, slots=True)
class Group:
    """Reports on one thing (a course, a run, an institution): how many, and the sum of grades per aspect."""

    key: str
    name: str
    count: int
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be shown of a group; ``means`` is None where it is left out, and so is the exact count."""

    key: str
    name: str
    count: int | None
    means: tuple[float, ...] | None

    @property
    def overall(self) -> float | None:
        return sum(self.means) / len(self.means) if self.means else None

    @property
    def is_bad(self) -> bool:
        return bool(self.means) and min(self.means or (5.0,)) < BAD_BELOW


def suppress(groups: Sequence[Group]) -> list[Figures]:
    """Return what may be shown: groups under five are left out, and so is the smallest other one when the
    left-out ones are together under five, since total minus the rest would tell them."""
    small = {group.key for group in groups if group.count < LEAST}
    hidden = sum(group.count for group in groups if group.key in small)
    rest = sorted((group for group in groups if group.key not in small), key=lambda group: group.count)
    if 0 < hidden < LEAST and rest:
        small.add(rest[0].key)
    return [
        Figures(group.key, group.name, None, None)
        if group.key in small
        else Figures(group.key, group.name, group.count, tuple(each / group.count for each in group.sums))
        for group in groups
    ]


def can_report(completed_at: datetime, now: datetime) -> bool:
    """Whether a learner may still report on a course: half a year from the decision."""
    return completed_at <= now <= completed_at + REPORT_WITHIN


def can_edit(submitted_at: datetime, now: datetime, *, answered: bool) -> bool:
    """Whether a report can still be changed: two weeks, and not once it was answered."""
    return not answered and now <= submitted_at + EDIT_WITHIN


def shows_text(*, anonymous: bool, completed: int) -> bool:
    """Whether an institution may read the words of a report.

    Words without a name would still tell who wrote them where fewer than five completed the run.
    """
    return not anonymous or completed >= LEAST
