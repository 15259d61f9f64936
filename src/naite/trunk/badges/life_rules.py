"""When an appeal may be made, when it is due, and when a badge's end is told; pure decisions."""

from datetime import date, datetime, timedelta

from naite.roots.dates import add_working_days, day_of

# As for objections against decisions on civil petitions (민원 처리에 관한 법률 제35조): within sixty days, answered
# within ten working days.
APPEAL_DAYS, ANSWER_DAYS = 60, 10
REASON_LENGTH, ANSWER_LENGTH = 1000, 1000
# Days before its end on which a holder is told; the nearest that is due is told, earlier ones are passed over.
REMIND_DAYS = (60, 30, 7)
# From so long before its end until so long after it, a badge can be renewed.
RENEW_BEFORE, RENEW_AFTER = timedelta(days=120), timedelta(days=365)


def can_still_appeal(acted_at: datetime, *, now: datetime) -> bool:
    """Whether sixty days have not passed; the day of the act does not count."""
    return day_of(now) <= day_of(acted_at) + timedelta(days=APPEAL_DAYS)


def appeal_due(made_at: datetime) -> date:
    return add_working_days(day_of(made_at), ANSWER_DAYS, count_first=True)


def reminder_due(valid_until: datetime, *, now: datetime) -> int | None:
    """Return which reminder is due now, as days before the end; None when none is, or the badge ended."""
    left = valid_until - now
    if left <= timedelta(0):
        return None
    return min((days for days in REMIND_DAYS if left <= timedelta(days=days)), default=None)


def can_renew(valid_until: datetime | None, *, now: datetime) -> bool:
    return valid_until is not None and valid_until - RENEW_BEFORE <= now < valid_until + RENEW_AFTER
