"""Clocks on plain values."""

from datetime import date, timedelta

ANSWER_DAYS = 10
MOST_POSTPONED_DAYS = 30


def due_on(asked_on: date) -> date:
    """Return the last day for an answer: ten days, the day of asking not counted (시행령 제41조, 제43조, 제44조).

    It is not moved behind holidays: answering early is always right.
    """
    return asked_on + timedelta(days=ANSWER_DAYS)


def days_left(due: date, today: date) -> int:
    return (due - today).days


def postpone_fault(due: date, until: date) -> str:
    """Return "not_later", "too_late" or "" for a new day that staff propose."""
    if until <= due:
        return "not_later"
    return "too_late" if until > due + timedelta(days=MOST_POSTPONED_DAYS) else ""
