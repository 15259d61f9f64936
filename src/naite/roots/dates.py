"""Days and times as people here write them: 11.24(화), 11.24(화) 10:00, 11.27(금) 24시."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from naite.roots.holidays import is_holiday

# Django's own short names are 월요일 in Korean.
WEEKDAYS = (
    pgettext_lazy("weekday", "월"),
    pgettext_lazy("weekday", "화"),
    pgettext_lazy("weekday", "수"),
    pgettext_lazy("weekday", "목"),
    pgettext_lazy("weekday", "금"),
    pgettext_lazy("weekday", "토"),
    pgettext_lazy("weekday", "일"),
)


def day_of(instant: datetime) -> date:
    """Return the calendar day, in the installation's time zone, in which an instant lies."""
    return timezone.localtime(instant).date()


def start_of(day: date) -> datetime:
    """Return the instant at which a day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def is_working_day(day: date) -> bool:
    """Whether offices work on a day: neither Saturday, Sunday nor a public holiday."""
    return day.weekday() < 5 and not is_holiday(day)


def settled(day: date) -> date:
    """Return the last day of a period that would end on a day: the next working day where offices rest.

    행정기본법 제6조제1항, 민법 제161조.
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(start: date, days: int, *, count_first: bool) -> date:
    """Return the last of so many working days from a day on.

    ``count_first`` counts the first day itself, as periods of six days and more for civil petitions do
    (민원 처리에 관한 법률 제19조제2항); a first day that is no working day is never counted.
    """
    if days < 1:
        raise ValueError("a period has at least one day")
    day = start if count_first else start + timedelta(days=1)
    left = days
    while True:
        if is_working_day(day):
            left -= 1
            if left == 0:
                return day
        day += timedelta(days=1)


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``; negative when past."""
    if end < start:
        return -working_days_between(end, start)
    span = (end - start).days
    return sum(is_working_day(start + timedelta(days=step)) for step in range(1, span + 1))


def show_day(day: date, *, today: date | None = None) -> str:
    """Return 11.24(화); with ``today``, days of another year carry theirs: 2027.1.5(화)."""
    year = "" if today is None or today.year == day.year else f"{day.year}."
    return f"{year}{day.month}.{day.day}({WEEKDAYS[day.weekday()]})"


def show_moment(instant: datetime, *, today: date | None = None) -> str:
    """Return 11.24(화) 10:00."""
    local = timezone.localtime(instant)
    return f"{show_day(local.date(), today=today)} {local:%H:%M}"


def show_deadline(instant: datetime, *, today: date | None = None) -> str:
    """Return an exclusive deadline; midnight is told as 24시 of the day before, as offices write it."""
    local = timezone.localtime(instant)
    if local.time() == time.min:
        return _("%(day)s 24시") % {"day": show_day(local.date() - timedelta(days=1), today=today)}
    return show_moment(instant, today=today)


def show_span(starts_at: datetime, ends_at: datetime | None, *, today: date | None = None) -> str:
    """Return 11.24(화) 10:00–12:50, with the day once when both lie in it."""
    if ends_at is None:
        return show_moment(starts_at, today=today)
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if start.date() == end.date():
        return f"{show_moment(starts_at, today=today)}–{end:%H:%M}"
    return f"{show_moment(starts_at, today=today)} – {show_moment(ends_at, today=today)}"
