"""When a published round may open, and whom it is for; on plain values."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from naite.roots.dates import start_of

ONE_MONTH_RULE = "영 제14조의2제3항, 민법 제157조·제160조"


def first_day_to_open(published_on: date) -> date:
    """Return the first day on which applications may open after publication on a day.

    Criteria, target and procedure are published at least one month before (시행령 제14조의2제3항). The day of
    publication is not counted (민법 제157조); the month ends on the day before the day of the same number, or on
    the month's last day where there is none (제160조). A month that ends on a holiday is not lengthened, since
    nobody has to act on that day.
    """
    start = published_on + timedelta(days=1)
    year, month = (start.year, start.month + 1) if start.month < 12 else (start.year + 1, 1)
    last = monthrange(year, month)[1]
    if start.day > last:
        return date(year, month, last) + timedelta(days=1)
    return date(year, month, start.day)


def earliest_opening(published_on: date) -> datetime:
    return start_of(first_day_to_open(published_on))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a round that must follow one another."""

    opens_on: date
    last_day: date
    forward_until: date | None
    review_from: date | None
    review_until: date | None
    committee_on: date | None
    results_on: date | None


def calendar_faults(calendar: Calendar, *, complete: bool) -> dict[str, str]:
    """Return a code for each day that is missing (when all are wanted) or out of order.

    The supply of days: applications, then forwarding, review, committee, results; review may begin while
    the last applications are being forwarded.
    """
    days = [
        ("closes_at", calendar.last_day),
        ("forward_until", calendar.forward_until),
        ("review_from", calendar.review_from),
        ("review_until", calendar.review_until),
        ("committee_on", calendar.committee_on),
        ("results_on", calendar.results_on),
    ]
    faults = {name: "missing" for name, day in days if day is None} if complete else {}
    if calendar.last_day < calendar.opens_on:
        faults["closes_at"] = "order"
    before = calendar.last_day
    for name, day in days[1:]:
        if day is None:
            continue
        if name == "review_from":
            if day < calendar.last_day:
                faults[name] = "order"
            continue
        if day < before or (name == "review_until" and calendar.review_from and day < calendar.review_from):
            faults[name] = "order"
        before = max(before, day)
    return faults
