from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.recognition.rules import validity, years_after


@pytest.mark.req("A12", "rule")
def test_five_years_count_from_the_receipt_of_the_notice() -> None:
    assert validity(granted_on=date(2024, 3, 2), received_on=date(2024, 3, 5)) == (
        date(2024, 3, 5),
        date(2029, 3, 5),
    )


@pytest.mark.req("A12", "rule")
def test_before_the_decree_they_counted_from_the_day_of_recognition() -> None:
    assert validity(granted_on=date(2011, 5, 1), received_on=date(2011, 6, 1))[0] == date(2011, 5, 1)


def test_a_leap_day_ends_on_the_last_day_of_february() -> None:
    assert years_after(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


@given(st.dates(date(2010, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_a_period_is_always_five_years_long(granted_on: date, days: int) -> None:
    start, end = validity(granted_on=granted_on, received_on=granted_on + timedelta(days=days))
    assert end.year - start.year == 5
    assert 1825 <= (end - start).days <= 1827
