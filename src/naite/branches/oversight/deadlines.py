"""How each period of oversight is counted, since when, and which clause says so. Plain days, no database.

Unless another law speaks, periods follow the Civil Code (행정기본법 제6조제1항): the first day is not counted, months
run by the calendar, and a period whose last day is a Saturday or holiday ends on the next working day. Civil
petitions of six days and more count the first day and leave out Saturdays and holidays (민원처리법 제19조제2항).
The shorter counting of 행정기본법 제6조제2항 is for periods in which a right is restricted; here periods only give
somebody time, and reading them shorter would be to their disadvantage.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.dates import add_working_days, settled

Label = str | Promise
DAY = timedelta(days=1)


class Unit(Enum):
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class Counting(Enum):
    """A way of counting; the values are the names that pages and documents show."""

    CIVIL = _(
        "첫날을 넣지 않고, 마지막 날이 토요일이나 공휴일이면 다음 근무일까지 (민법 제157조·제159조~제161조)"
    )
    PETITION = _("첫날을 넣고 토요일과 공휴일을 빼고 셈 (민원처리법 제19조제2항)")
    FROM_THE_DAY = _("그 날부터 셈하고 공휴일에도 그 날에 찬다")
    BEFORE = _("그 날을 넣지 않고 거꾸로 셈 (민법 제157조)")


@dataclass(frozen=True, slots=True)
class Period:
    """A period that the law gives: for what, how long, how counted, since when, by which clause."""

    key: str
    label: Label
    amount: int
    unit: Unit
    counting: Counting
    since: date
    source: str


ALWAYS = date(2000, 1, 1)
# When 행정기본법 제36조 began to govern objections here; older texts gave 15 days to file and 30 to answer.
OBJECTION_LAW = date(2026, 1, 27)
_ACT = "행정기본법 제36조"
_OLD = "평생교육법 시행령 (2026-01-26까지의 안내)"
PERIODS = (
    Period("correction", _("시정 기한 (가장 길게)"), 2, Unit.MONTHS, Counting.CIVIL, ALWAYS, "평생교육법 시행령 제14조의4"),
    Period("objection_file", _("이의신청을 낼 수 있는 기간"), 15, Unit.DAYS, Counting.CIVIL, ALWAYS, _OLD),
    Period("objection_file", _("이의신청을 낼 수 있는 기간"), 30, Unit.DAYS, Counting.CIVIL, OBJECTION_LAW, f"{_ACT}제1항"),
    Period("objection_answer", _("이의신청에 답하는 기간"), 30, Unit.DAYS, Counting.CIVIL, ALWAYS, _OLD),
    Period("objection_answer", _("이의신청에 답하는 기간"), 14, Unit.DAYS, Counting.CIVIL, OBJECTION_LAW, f"{_ACT}제2항"),
    Period("objection_extension", _("이의신청 답변 연장 (한 차례)"), 10, Unit.DAYS, Counting.CIVIL, OBJECTION_LAW, f"{_ACT}제2항 단서"),
    Period("notice", _("결과 통보"), 7, Unit.DAYS, Counting.CIVIL, ALWAYS, "평생교육법 시행령 제14조의2"),
    Period("opinion", _("의견제출 기한 (가장 짧게)"), 10, Unit.DAYS, Counting.CIVIL, ALWAYS, "행정절차법 제21조제3항"),
    Period("hearing_notice", _("청문 통지"), 10, Unit.DAYS, Counting.BEFORE, ALWAYS, "행정절차법 제21조제2항"),
    Period("complaint", _("신고 처리"), 7, Unit.DAYS, Counting.PETITION, ALWAYS, "민원처리법 시행령 제17조제1항"),
    Period("site_visit", _("현장조사 (처리 기간에 넣지 않음)"), 14, Unit.DAYS, Counting.PETITION, ALWAYS, "민원처리법 시행령 제17조제4항"),
    Period("spot_check", _("중간 점검을 할 수 있는 때"), 3, Unit.YEARS, Counting.FROM_THE_DAY, ALWAYS, "평가인정 기본계획(2010)"),
)  # fmt: skip


class NoRule(LookupError):
    """The law gave no such period on that day."""


def rule(key: str, on: date) -> Period:
    """Return the period in force on a day; raises ``NoRule`` where the law of that day knew none."""
    found = [period for period in PERIODS if period.key == key and period.since <= on]
    if not found:
        raise NoRule(key)
    return max(found, key=lambda period: period.since)


def last_day(key: str, start: date) -> date:
    """Return the last day of a period that is set off by an event on a day, by the rule of that day."""
    return end_of(rule(key, start), start)


def end_of(period: Period, start: date, amount: int | None = None) -> date:
    """Return the last day of a period set off on ``start``; ``amount`` for a shorter one than the law allows."""
    size = period.amount if amount is None else amount
    if period.counting is Counting.PETITION:
        return add_working_days(start, size, count_first=True)
    if period.counting is Counting.FROM_THE_DAY:
        return _months_on(start, size * (12 if period.unit is Unit.YEARS else 1))
    if period.counting is Counting.BEFORE:
        raise ValueError("a period before a day has a latest day, not an end")
    if period.unit is Unit.DAYS:
        return settled(start + size * DAY)
    # The period begins the day after, and ends the day before the one that answers to its beginning.
    months = size * (12 if period.unit is Unit.YEARS else 1)
    return settled(_day_before_answering(start + DAY, months))


def latest_notice(hearing_on: date) -> date:
    """Return the last day on which the notice of a hearing must have arrived.

    Ten whole days lie between; the day of the hearing is none of them (행정절차법 제21조제2항).
    """
    return hearing_on - (rule("hearing_notice", hearing_on).amount + 1) * DAY


def extended(end: date) -> date:
    """Return the end of an answer's period after its one extension, counted from the day after its end."""
    return settled(end + rule("objection_extension", end).amount * DAY)


def correction_end(ordered_until: date, objections: Iterable[tuple[date, date | None]]) -> date | None:
    """Return the last day to correct, with the days under objection added; None while one is under way.

    ``ordered_until`` is the last day that the order names; each objection is the day it was filed and the day
    its answer arrived. Days that two objections share count once, and one filed after the end adds nothing
    (평생교육법 시행령 제14조의4).
    """
    end = ordered_until  # before any holiday is made up for
    covered: date | None = None  # the last day counted so far
    for filed, answered in sorted(objections, key=lambda pair: pair[0]):
        begin = filed if covered is None or filed > covered else covered + DAY
        if filed > settled(end):
            continue
        if answered is None:
            return None
        if answered >= begin:
            # One filed on the day that a holiday adds leaves the day after its answer.
            end = max(end, begin) + (answered - begin + DAY)
            covered = answered
    return settled(end)


def days_left(due: date, today: date) -> int:
    """Return the calendar days from today to a due day; negative when it has passed."""
    return (due - today).days


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day_before_answering(first: date, months: int) -> date:
    answering = _months_on(first, months)
    # Where the last month has no such day the period ends with that month (민법 제160조제3항).
    return answering if answering.day < first.day else answering - DAY
