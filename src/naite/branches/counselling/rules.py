"""Decisions about questions on plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from naite.roots.dates import add_working_days, is_working_day, working_days_between
from naite.roots.holidays import is_holiday

MAX_TITLE = 120
MAX_BODY = 4_000
MAX_REASON = 500
REOPEN_WITHIN = timedelta(days=30)
# Until when a person may cancel or change an appointment, and from when one is reminded.
CHANGE_UNTIL = timedelta(hours=24)
REMIND_BEFORE = timedelta(hours=30)
# At most this many appointments to come for one person, so that nobody takes all of them.
MOST_APPOINTMENTS = 2
MOST_SLOTS = 200


@dataclass(frozen=True, slots=True)
class Clock:
    """One rule for the reply clock, for a category or (None) for all of them."""

    category: str | None
    working_days: int
    count_first_day: bool
    remind_days: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class Deadline:
    due_on: date
    remind_on: date


def clock_for(clocks: Iterable[Clock], category: str, on: date) -> Clock | None:
    """Return the rule in force: the category's own latest before the latest of all categories."""
    found = [c for c in clocks if c.valid_from <= on and c.category in (None, category)]
    return max(found, key=lambda c: (c.category is not None, c.valid_from), default=None)


def deadline(clock: Clock, received_on: date) -> Deadline:
    """Return the last day for the answer and the day on which the office is reminded.

    Saturdays, Sundays and holidays are left out (민원 처리에 관한 법률 제19조).
    """
    due = add_working_days(received_on, clock.working_days, count_first=clock.count_first_day)
    remind = due
    left = clock.remind_days
    while left > 0 and remind > received_on:
        remind -= timedelta(days=1)
        left -= is_working_day(remind)
    return Deadline(due, max(remind, received_on))


def days_left(due_on: date, today: date) -> int:
    """Return the working days up to the due day: 0 on it, negative when it is past."""
    return working_days_between(today, due_on)


def is_overdue(due_on: date, today: date) -> bool:
    """Whether the due day is past. The due day itself lasts to its end."""
    return due_on < today


def can_reopen(closed_at: datetime, now: datetime) -> bool:
    return now - closed_at <= REOPEN_WITHIN


def can_change(starts_at: datetime, now: datetime) -> bool:
    """Whether the person may still cancel or change an appointment by themselves."""
    return now <= starts_at - CHANGE_UNTIL


def slot_times(
    *, first: date, start: time, end: time, minutes: int, weeks: int
) -> list[tuple[datetime, datetime]]:
    """Return the slots of a day's span, each so many minutes long, on that weekday of so many weeks.

    Weeks in which the day is a public holiday are left out; what does not fit a whole slot is not offered.
    """
    found = []
    length = timedelta(minutes=minutes)
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        if is_holiday(day):
            continue
        at = timezone.make_aware(datetime.combine(day, start))
        until = timezone.make_aware(datetime.combine(day, end))
        while at + length <= until:
            found.append((at, at + length))
            at += length
    return found
