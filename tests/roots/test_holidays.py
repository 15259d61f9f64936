"""Working days, with the holidays of Korea left out."""

from datetime import date
from typing import Any

import pytest

from naite.roots.dates import add_working_days, is_working_day, working_days_between


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 9, 25), False),  # 추석
        (date(2026, 10, 5), False),  # substitute for 개천절
        (date(2035, 8, 15), False),  # past the file: fixed dates still hold
        (date(2035, 8, 16), True),
    ],
)
def test_offices_rest_on_weekends_and_holidays(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_operators_add_what_the_government_adds(settings: Any) -> None:
    settings.EXTRA_HOLIDAYS = frozenset({"2026-11-24"})
    assert not is_working_day(date(2026, 11, 24))


def test_periods_leave_out_what_is_no_working_day() -> None:
    # Tuesday counts: 24, 25, 26, 27, 30, 1, 2
    assert add_working_days(date(2026, 11, 24), 7, count_first=True) == date(2026, 12, 2)
    assert add_working_days(date(2026, 11, 24), 7, count_first=False) == date(2026, 12, 3)
    # received on a Saturday: Monday is the first day either way
    assert add_working_days(date(2026, 11, 28), 1, count_first=True) == date(2026, 11, 30)
    # over 추석 (24 to 26 September) and the weekend
    assert add_working_days(date(2026, 9, 23), 2, count_first=True) == date(2026, 9, 28)
    with pytest.raises(ValueError, match="one day"):
        add_working_days(date(2026, 11, 24), 0, count_first=True)


def test_days_between_turn_negative_when_past() -> None:
    assert working_days_between(date(2026, 11, 24), date(2026, 11, 24)) == 0
    assert working_days_between(date(2026, 11, 24), date(2026, 11, 30)) == 4
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 24)) == -4
