"""How long a recognition lasts."""

from datetime import date

VALID_YEARS = 5
# Since the decree of 2014 the period counts from the day on which the applicant was notified; the 2010 plan
# counted from the day of recognition.
COUNTS_FROM_RECEIPT_SINCE = date(2014, 1, 1)


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 28 February where there is none (민법 제160조)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def validity(*, granted_on: date, received_on: date) -> tuple[date, date]:
    """Return the first day of validity and the first day after it (평생교육법 시행령 제14조의2제5항)."""
    start = received_on if granted_on >= COUNTS_FROM_RECEIPT_SINCE else granted_on
    return start, years_after(start, VALID_YEARS)
