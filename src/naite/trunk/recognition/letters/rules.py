"""By when an institution must know, and when a letter counts as received. Plain values, no database."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from naite.roots.dates import add_working_days, is_working_day


@dataclass(frozen=True)
class NoticePeriod:
    """From a day on, local governments have so many days to tell their institutions. ``source`` says why."""

    since: date
    days: int
    source: str


# Calendar days; the day on which the results arrived is not counted (민법 제157조), and a period that would end on
# a Saturday or holiday ends on the next working day (민법 제161조).
PERIODS: Final = (NoticePeriod(date(2010, 1, 1), 7, "평생학습계좌제 학습과정 평가인정 계획(2010)"),)
REMINDERS_BEFORE_ESCALATION: Final = 2
# What the clock does by itself: the first reminder on the first working day after the last day, and each further
# step (second reminder, word to the office above) so many working days later.
WORKING_DAYS_BETWEEN_STEPS: Final = 3


def period_on(day: date) -> NoticePeriod:
    """Return the rule in force on a day."""
    return max(
        (rule for rule in PERIODS if rule.since <= day), key=lambda rule: rule.since, default=PERIODS[0]
    )


def notice_due(arrived_on: date) -> date:
    """Return the last day on which the institutions may be told what arrived on a day."""
    day = arrived_on + timedelta(days=period_on(arrived_on).days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def step_is_due(*, due_on: date, last_on: date | None, today: date) -> bool:
    """Whether a late office is due for its next reminder, or for the word to the office above, on a working day."""
    if today <= due_on or not is_working_day(today):
        return False
    return last_on is None or today >= add_working_days(
        last_on, WORKING_DAYS_BETWEEN_STEPS, count_first=False
    )


def receipt_fault(*, received_on: date, sent_on: date, today: date) -> str:
    """Return why a letter cannot have been received on a day, as a code, or ""."""
    if received_on < sent_on:
        return "before_sent"
    return "future" if received_on > today else ""


def head_of(office: str) -> str:
    """Return who signs for a local government: 마포구청장, 수원시장, 양평군수."""
    name = office.strip()
    for ending, head in (("구청", "장"), ("구", "청장"), ("시", "장"), ("군", "수")):
        if name.endswith(ending):
            return name + head
    return f"{name}장"
