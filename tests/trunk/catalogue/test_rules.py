"""One line of the truth table after another, then what must hold whatever the values."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.catalogue.rules import SEOUL, RegistrationState, registration_state

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SEOUL)
HOUR = timedelta(hours=1)
TODAY = NOW.date()
DAY = timedelta(days=1)


def state(**given: Any) -> RegistrationState:
    values: dict[str, Any] = {
        "opens_at": NOW - DAY,
        "closes_at": NOW + DAY,
        "always_open": False,
        "capacity": 20,
        "seats_taken": 0,
        "takes_waiting": False,
        "ends_on": TODAY + 30 * DAY,
        "now": NOW,
    }
    return registration_state(**{**values, **given})


@pytest.mark.req("A22", "rule")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, RegistrationState.OPEN),
        ({"capacity": None}, RegistrationState.OPEN),
        ({"capacity": None, "seats_taken": 900}, RegistrationState.OPEN),
        ({"seats_taken": 19}, RegistrationState.OPEN),
        ({"seats_taken": 20}, RegistrationState.FULL),
        ({"seats_taken": 20, "takes_waiting": True}, RegistrationState.FULL_WAITING),
        ({"opens_at": NOW}, RegistrationState.OPEN),
        ({"opens_at": NOW + HOUR}, RegistrationState.UPCOMING),
        ({"opens_at": NOW + HOUR, "closes_at": None}, RegistrationState.UPCOMING),
        ({"opens_at": NOW + HOUR, "seats_taken": 20}, RegistrationState.UPCOMING),
        ({"closes_at": NOW}, RegistrationState.CLOSED),
        ({"closes_at": NOW - HOUR, "opens_at": None}, RegistrationState.CLOSED),
        ({"closes_at": NOW - HOUR, "always_open": True}, RegistrationState.CLOSED),
        ({"opens_at": None}, RegistrationState.UNKNOWN),
        ({"closes_at": None}, RegistrationState.UNKNOWN),
        ({"opens_at": None, "closes_at": None}, RegistrationState.UNKNOWN),
        ({"opens_at": None, "closes_at": None, "ends_on": None}, RegistrationState.UNKNOWN),
        ({"opens_at": NOW + DAY, "closes_at": NOW - DAY}, RegistrationState.UNKNOWN),
        ({"opens_at": NOW - DAY, "closes_at": NOW - DAY}, RegistrationState.UNKNOWN),
        ({"opens_at": None, "closes_at": None, "always_open": True}, RegistrationState.ALWAYS),
        (
            {"opens_at": None, "closes_at": None, "always_open": True, "seats_taken": 20},
            RegistrationState.FULL,
        ),
        ({"opens_at": NOW + DAY, "closes_at": None, "always_open": True}, RegistrationState.UPCOMING),
        ({"ends_on": TODAY}, RegistrationState.OPEN),
        ({"ends_on": TODAY - DAY}, RegistrationState.CLOSED),
        ({"ends_on": TODAY - DAY, "opens_at": None, "closes_at": None}, RegistrationState.CLOSED),
        ({"ends_on": None}, RegistrationState.OPEN),
    ],
)
def test_each_line_of_the_table(given: dict[str, Any], expected: RegistrationState) -> None:
    assert state(**given) is expected


def test_days_are_seouls_days() -> None:
    just_after_midnight = datetime(2026, 11, 25, 0, 5, tzinfo=SEOUL)
    assert (
        state(ends_on=date(2026, 11, 24), closes_at=NOW + 9 * DAY, now=just_after_midnight)
        is RegistrationState.CLOSED
    )


moments = st.none() | st.integers(-72, 72).map(lambda hours: NOW + hours * HOUR)
days = st.none() | st.integers(-4, 4).map(lambda offset: TODAY + offset * DAY)
facts = st.fixed_dictionaries(
    {
        "opens_at": moments,
        "closes_at": moments,
        "always_open": st.booleans(),
        "capacity": st.none() | st.integers(1, 3),
        "seats_taken": st.integers(0, 4),
        "takes_waiting": st.booleans(),
        "ends_on": days,
    }
)


@pytest.mark.req("A22", "rule")
@given(facts)
def test_nothing_is_guessed(given: dict[str, Any]) -> None:
    found = state(**given)
    if found is RegistrationState.OPEN:
        assert given["opens_at"] is not None
        assert given["closes_at"] is not None
        assert given["opens_at"] <= NOW < given["closes_at"]
    if found is RegistrationState.UPCOMING:
        assert given["opens_at"] is not None
        assert given["opens_at"] > NOW
    if found in {RegistrationState.FULL, RegistrationState.FULL_WAITING}:
        assert given["capacity"] is not None
        assert given["seats_taken"] >= given["capacity"]
        assert (found is RegistrationState.FULL_WAITING) == given["takes_waiting"]
    if found is RegistrationState.ALWAYS:
        assert given["always_open"]
    if found is RegistrationState.CLOSED:
        assert (given["ends_on"] is not None and given["ends_on"] < TODAY) or given["closes_at"] <= NOW


@given(facts)
def test_time_only_moves_a_state_forward(given: dict[str, Any]) -> None:
    order = [RegistrationState.UPCOMING, RegistrationState.OPEN, RegistrationState.CLOSED]
    seen = [state(**given, now=NOW + hours * HOUR) for hours in range(-80, 80, 7)]
    known = [order.index(each) for each in seen if each in order]
    assert known == sorted(known)
