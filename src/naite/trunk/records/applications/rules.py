"""Decisions about applications on plain values."""

import hashlib
from datetime import date, timedelta

from naite.roots.dates import add_working_days, is_working_day
from naite.trunk.people.identity import Level

MAX_NOTE = 300


def needs_approval(setting: str, level: str) -> bool:
    """Whether staff have to look: always, never, or only where nobody vouches for the person."""
    return setting == "on" or (setting == "unproven" and level != Level.PROVEN)


def due_on(received_on: date, working_days: int) -> date:
    """Return the last day for the answer; the day of the application does not count."""
    return add_working_days(received_on, working_days, count_first=False)


def remind_on(due: date, received_on: date) -> date:
    """Return the working day before the due day, but not before the day of the application."""
    day = due - timedelta(days=1)
    while day > received_on and not is_working_day(day):
        day -= timedelta(days=1)
    return max(day, received_on)


def mark_of(name: str, birth_date: date | None, applied_at: float) -> str:
    """Return a short mark of what somebody looked at, so that nobody approves what changed meanwhile."""
    return hashlib.sha256(f"{name}\n{birth_date}\n{applied_at}".encode()).hexdigest()[:12]
