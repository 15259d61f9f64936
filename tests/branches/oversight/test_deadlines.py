"""How periods are counted, against an oracle that walks day by day and knows no calendar arithmetic."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from naite.branches.oversight import deadlines
from naite.branches.oversight.deadlines import PERIODS, Counting, Unit
from naite.roots.holidays import is_holiday

DAY = timedelta(days=1)
days = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def closed(day: date) -> bool:
    return day.isoweekday() in (6, 7) or is_holiday(day)


def walk_days(start: date, count: int) -> date:
    """민법: every day after the event is one day; a closed last day waits for the next open one."""
    day, counted = start, 0
    while counted < count:
        day += DAY
        counted += 1
    while closed(day):
        day += DAY
    return day


def walk_months(start: date, count: int) -> date:
    """민법 제160조: from the day after, month by month, up to the day before the one of the same number."""
    first = start + DAY
    day, months = first, 0
    while months < count:
        end_of_month = monthrange(day.year, day.month)[1]
        day += (end_of_month - day.day + 1) * DAY  # the first of the next month
        months += 1
    if first.day > monthrange(day.year, day.month)[1]:
        day = day.replace(day=monthrange(day.year, day.month)[1])
    else:
        while day.day < first.day:
            day += DAY
        day -= DAY
    while closed(day):
        day += DAY
    return day


def walk_petition(start: date, count: int) -> date:
    """민원처리법 제19조제2항: the first day counts, closed days do not."""
    day = start - DAY
    while count:
        day += DAY
        count -= not closed(day)
    return day


@pytest.mark.req("A14", "rule")
@given(days, st.sampled_from(PERIODS))
@example(date(2027, 12, 30), PERIODS[0])  # 29 February 2028 exists
@example(date(2026, 12, 30), PERIODS[0])  # 31 February does not
@example(date(2027, 2, 28), PERIODS[0])  # a period that begins with a month
@example(date(2026, 9, 14), PERIODS[2])  # 추석 in between
def test_every_period_against_the_walk(start: date, period: deadlines.Period) -> None:
    if period.counting is Counting.CIVIL:
        walk = walk_days if period.unit is Unit.DAYS else walk_months
        assert deadlines.end_of(period, start) == walk(start, period.amount)
    elif period.counting is Counting.PETITION:
        assert deadlines.end_of(period, start) == walk_petition(start, period.amount)


def test_months_end_where_people_expect_it() -> None:
    end = lambda day: deadlines.last_day("correction", day)  # noqa: E731
    assert end(date(2026, 9, 24)) == date(2026, 11, 24)
    assert end(date(2027, 12, 31)) == date(2028, 2, 29)  # leap year: the whole of February
    assert end(date(2026, 12, 30)) == date(2027, 3, 2)  # 28 Feb is a Sunday, 1 March a holiday
    assert end(date(2027, 2, 28)) == date(2027, 4, 30)  # begins on 1 March


@pytest.mark.req("A14", "rule")
def test_the_new_law_of_objections_begins_on_its_day() -> None:
    before, since = date(2026, 1, 26), date(2026, 1, 27)
    assert deadlines.rule("objection_file", before).amount == 15
    assert deadlines.rule("objection_file", since).amount == 30
    assert deadlines.rule("objection_answer", before).amount == 30
    assert deadlines.rule("objection_answer", since).amount == 14
    with pytest.raises(deadlines.NoRule):
        deadlines.rule("objection_extension", before)
    assert deadlines.extended(date(2026, 12, 8)) == date(2026, 12, 18)


def test_every_period_names_its_clause_and_its_way_of_counting() -> None:
    for period in PERIODS:
        assert period.source and str(period.label) and str(period.counting.value)
        assert period.amount > 0


@given(days, st.integers(1, 3))
def test_the_notice_of_a_hearing_leaves_ten_whole_days(hearing: date, more: int) -> None:
    latest = deadlines.latest_notice(hearing)
    between = [latest + n * DAY for n in range(1, 60) if latest + n * DAY < hearing]
    assert len(between) == 10


def walk_correction(received: date, until: date, objections: list[tuple[date, date | None]]) -> date | None:
    """Day by day: a day under objection does not count; the deadline is an open day that is not under one."""
    allowed = (until - received).days
    used, day = 0, received
    while True:
        day += DAY
        under = any(filed <= day and (answered is None or day <= answered) for filed, answered in objections)
        if any(filed <= day and answered is None for filed, answered in objections):
            return None
        if under:
            continue
        used += 1
        if used >= allowed and not closed(day):
            return day


@pytest.mark.req("A14", "rule")
@given(
    days,
    st.integers(5, 62),
    st.lists(st.tuples(st.integers(1, 90), st.one_of(st.none(), st.integers(0, 30))), max_size=3),
)
@example(date(2026, 11, 20), 7, [(8, 3)])  # filed on the Saturday that makes the end wait for Monday
def test_days_under_objection_extend_a_correction(
    received: date, length: int, made: list[tuple[int, int | None]]
) -> None:
    until = received + length * DAY
    objections = [
        (received + after * DAY, None if took is None else received + (after + took) * DAY)
        for after, took in made
    ]
    assert deadlines.correction_end(until, objections) == walk_correction(received, until, objections)
