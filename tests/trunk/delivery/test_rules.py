from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW

from naite.roots.dates import show_deadline, show_moment, show_span, start_of
from naite.roots.errors import Refused
from naite.trunk import delivery
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.delivery import rules
from naite.trunk.delivery.drafts import RunDraft, SessionDraft
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.delivery.workflow import ENROLMENT

OPEN = rules.Door(
    state=CourseRun.State.OPEN,
    opens_at=NOW - timedelta(days=1),
    closes_at=NOW + timedelta(days=1),
    capacity=2,
    seats_taken=0,
    waiting=0,
    waitlist_capacity=1,
)
HOUR = timedelta(hours=1)


def code_of(door: rules.Door, *, now: datetime = NOW, already: bool = False) -> str:
    try:
        rules.refuse_application(door, already=already, now=now)
    except Refused as refused:
        assert refused.message
        return refused.code
    return ""


@pytest.mark.req("K6", "rule")
def test_an_open_run_takes_applications_from_opening_until_just_before_closing() -> None:
    assert OPEN.opens_at and OPEN.closes_at
    moment = timedelta(microseconds=1)
    assert code_of(OPEN, now=OPEN.opens_at) == ""
    assert code_of(OPEN, now=OPEN.opens_at - moment) == "not_open_yet"
    assert code_of(OPEN, now=OPEN.closes_at - moment) == ""
    assert code_of(OPEN, now=OPEN.closes_at) == "registration_closed"


@pytest.mark.req("K6", "refusal")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": CourseRun.State.CANCELLED}, "run_cancelled"),
        ({"state": CourseRun.State.FINISHED}, "run_finished"),
        ({"opens_at": None, "closes_at": None}, "registration_not_set"),
        ({"seats_taken": 2, "waitlist_capacity": 0}, "full"),
        ({"seats_taken": 2, "waiting": 1}, "waitlist_full"),
        ({"seats_taken": 2}, ""),
    ],
)
def test_what_shuts_the_door(change: dict[str, object], code: str) -> None:
    assert code_of(replace(OPEN, **change)) == code
    assert code_of(OPEN, already=True) == "already_enrolled"


@pytest.mark.req("K6", "rule")
def test_nobody_passes_those_who_wait() -> None:
    assert rules.first_state(OPEN, fee=0) == Enrolment.State.CONFIRMED
    assert rules.first_state(OPEN, fee=1000) == Enrolment.State.AWAITING_PAYMENT
    assert rules.first_state(replace(OPEN, seats_taken=2), fee=0) == Enrolment.State.WAITING
    assert rules.first_state(replace(OPEN, seats_taken=1, waiting=1), fee=0) == Enrolment.State.WAITING


def test_a_fee_is_due_at_the_end_of_the_third_day_or_when_the_course_begins() -> None:
    due = rules.payment_due(NOW, days=3, first_start=None)
    assert due == start_of(date(2026, 11, 28))
    assert show_deadline(due) == "11.27(금) 24시"
    assert rules.payment_due(NOW, days=3, first_start=NOW + HOUR) == NOW + HOUR
    assert rules.payment_due(NOW, days=3, first_start=NOW + HOUR / 2) == due
    assert rules.payment_due(NOW, days=3, first_start=NOW - HOUR) == due


def draft(**changes: object) -> RunDraft:
    version = cast("CourseVersion", SimpleNamespace())
    plain = RunDraft(
        version=version,
        capacity=20,
        sessions=(SessionDraft(starts_at=NOW + HOUR * 48, ends_at=NOW + HOUR * 50),),
        registration_opens_at=NOW,
        registration_closes_at=NOW + HOUR * 24,
    )
    return replace(plain, **changes)


@pytest.mark.req("K6", "refusal")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"capacity": 0}, "capacity"),
        ({"capacity": -3}, "capacity"),
        ({"waitlist_capacity": -1}, "waitlist_capacity"),
        ({"fee": -1}, "fee"),
        ({"min_attendance": 0}, "min_attendance"),
        ({"min_attendance": 101}, "min_attendance"),
        ({"pass_mark": Decimal("100.5")}, "pass_mark"),
        ({"selection": "lottery"}, "selection"),
        ({"mode": "hologram"}, "mode"),
        ({"sessions": ()}, "sessions"),
        ({"sessions": (SessionDraft(hours=Decimal(0)),)}, "sessions.1"),
        ({"sessions": (SessionDraft(starts_at=NOW),)}, "sessions.1"),
        ({"sessions": (SessionDraft(starts_at=NOW, ends_at=NOW),)}, "sessions.1"),
        (
            {
                "sessions": (
                    SessionDraft(starts_at=NOW + HOUR * 48, ends_at=NOW + HOUR * 50),
                    SessionDraft(),
                    SessionDraft(starts_at=NOW + HOUR * 49, ends_at=NOW + HOUR * 52),
                )
            },
            "sessions.3",
        ),
        ({"registration_opens_at": NOW.replace(year=26)}, "registration_opens_at"),
        ({"registration_closes_at": NOW.replace(year=9999)}, "registration_closes_at"),
        (
            {"sessions": (SessionDraft(starts_at=NOW.replace(year=1), ends_at=NOW + HOUR * 50),)},
            "sessions.1",
        ),
        ({"registration_opens_at": None}, "registration_opens_at"),
        ({"registration_closes_at": None}, "registration_closes_at"),
        ({"registration_closes_at": NOW}, "registration_closes_at"),
        ({"registration_closes_at": NOW + HOUR * 51}, "registration_closes_at"),
    ],
)
def test_a_draft_says_which_field_is_wrong(changes: dict[str, object], field: str) -> None:
    assert next(iter(rules.check_draft(draft(**changes)))) == field


@pytest.mark.req("M1", "rule")
def test_a_draft_may_leave_dates_open() -> None:
    assert rules.check_draft(draft()) == {}
    undated = draft(sessions=(SessionDraft(),), registration_opens_at=None, registration_closes_at=None)
    assert rules.check_draft(undated) == {}
    assert rules.check_draft(draft(sessions=(SessionDraft(),))) == {}


def test_weekly_sessions_pass_over_skipped_days() -> None:
    found = rules.weekly_sessions(
        first_day=date(2026, 12, 21),
        weekdays=frozenset({0, 4}),
        start=time(19),
        end=time(21),
        count=3,
        hours=Decimal(2),
        skipped=frozenset({date(2026, 12, 25)}),
    )
    assert [show_span(s.starts_at, s.ends_at) for s in found if s.starts_at] == [
        "12.21(월) 19:00–21:00",
        "12.28(월) 19:00–21:00",
        "1.1(금) 19:00–21:00",
    ]
    none = rules.weekly_sessions(
        first_day=date(2026, 12, 21),
        weekdays=frozenset(),
        start=time(19),
        end=time(21),
        count=3,
        hours=Decimal(2),
    )
    assert none == ()


@given(counted=st.integers(1, 400), percent=st.integers(1, 100))
def test_needed_sessions_are_the_fewest_that_reach_the_rate(counted: int, percent: int) -> None:
    needed = rules.sessions_needed(counted, percent)
    assert needed * 100 >= percent * counted
    assert (needed - 1) * 100 < percent * counted


def test_moments_are_told_in_seoul_time() -> None:
    assert show_moment(NOW) == "11.24(화) 10:00"
    assert show_moment(NOW, today=date(2027, 1, 2)) == "2026.11.24(화) 10:00"


def test_the_readme_draws_the_states_as_they_are() -> None:
    readme = Path(delivery.__file__).with_name("readme.md").read_text(encoding="utf-8")
    assert ENROLMENT.mermaid() in readme
