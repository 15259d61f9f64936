from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.roots.dates import is_working_day
from naite.trunk.recognition.letters.rules import head_of, notice_due, receipt_fault, step_is_due

pytestmark = pytest.mark.req("A11", "rule")


@pytest.mark.parametrize(
    ("arrived", "due"),
    [
        (date(2026, 11, 18), date(2026, 11, 25)),  # Wednesday to Wednesday; the first day is not counted
        (date(2026, 11, 21), date(2026, 11, 30)),  # would end on Saturday the 28th
        (date(2026, 12, 18), date(2026, 12, 28)),  # would end on Christmas, a Friday
        (date(2026, 2, 9), date(2026, 2, 19)),  # would end on the first day of 설, 16 to 18 February
        (date(2026, 12, 31), date(2027, 1, 7)),
    ],
)
def test_seven_days(arrived: date, due: date) -> None:
    assert notice_due(arrived) == due


@given(st.dates(date(2020, 1, 1), date(2029, 12, 1)))
def test_the_last_day_is_a_working_day_and_never_before_the_seventh(arrived: date) -> None:
    due = notice_due(arrived)
    assert is_working_day(due)
    assert due >= arrived + timedelta(days=7)
    between = (arrived + timedelta(days=7 + n) for n in range((due - arrived).days - 7))
    assert not any(is_working_day(day) for day in between)


@pytest.mark.req("A11", "rule")
@pytest.mark.parametrize(
    ("today", "last_on", "due"),
    [
        (date(2026, 12, 1), None, False),  # the last day is not over
        (date(2026, 12, 2), None, True),
        (date(2026, 12, 5), None, False),  # Saturday
        (date(2026, 12, 4), date(2026, 12, 2), False),
        (date(2026, 12, 7), date(2026, 12, 2), True),  # three working days later
        (date(2026, 12, 28), date(2026, 12, 23), False),  # 성탄절 lies between
        (date(2026, 12, 29), date(2026, 12, 23), True),
    ],
)
def test_the_clock_takes_its_next_step_on_working_days(today: date, last_on: date | None, due: bool) -> None:
    assert step_is_due(due_on=date(2026, 12, 1), last_on=last_on, today=today) is due


def test_a_letter_is_received_between_its_sending_and_today() -> None:
    days = [date(2026, 11, day) for day in (19, 20, 24, 25)]
    sent, today = days[1], days[2]
    found = [receipt_fault(received_on=day, sent_on=sent, today=today) for day in days]
    assert found == ["before_sent", "", "", "future"]


@pytest.mark.parametrize(
    ("office", "head"),
    [("마포구", "마포구청장"), ("수원시", "수원시장"), ("양평군", "양평군수"), ("마포구청", "마포구청장")],
)
def test_who_signs(office: str, head: str) -> None:
    assert head_of(office) == head
