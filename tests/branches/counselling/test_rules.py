"""The reply clock, on plain values."""

from datetime import date, timedelta

import pytest
from tests.factories import NOW

from naite.branches.counselling import rules
from naite.branches.counselling.rules import Clock

ALL = Clock(None, 7, True, 2, date(2010, 1, 1))
FASTER = Clock(None, 5, False, 1, date(2027, 1, 1))
OWN = Clock("badge", 3, False, 1, date(2026, 1, 1))


@pytest.mark.req("A21", "rule")
def test_the_rule_of_the_category_goes_before_that_of_all_and_the_latest_holds() -> None:
    clocks = [ALL, FASTER, OWN]
    assert rules.clock_for(clocks, "badge", date(2026, 11, 24)) == OWN
    assert rules.clock_for(clocks, "badge", date(2025, 11, 24)) == ALL
    assert rules.clock_for(clocks, "other", date(2026, 11, 24)) == ALL
    assert rules.clock_for(clocks, "other", date(2027, 1, 1)) == FASTER
    assert rules.clock_for(clocks, "other", date(2009, 1, 1)) is None


@pytest.mark.req("A21", "rule")
def test_the_deadline_counts_working_days_and_reminds_before() -> None:
    found = rules.deadline(ALL, date(2026, 11, 24))
    assert (found.due_on, found.remind_on) == (date(2026, 12, 2), date(2026, 11, 30))
    # reminded on the day of receipt at the earliest
    soon = rules.deadline(Clock(None, 1, True, 5, date(2010, 1, 1)), date(2026, 11, 24))
    assert (soon.due_on, soon.remind_on) == (date(2026, 11, 24), date(2026, 11, 24))


def test_the_due_day_lasts_to_its_end() -> None:
    due = date(2026, 12, 2)
    assert not rules.is_overdue(due, due)
    assert rules.is_overdue(due, due + timedelta(days=1))
    assert rules.days_left(due, due) == 0


def test_what_was_closed_opens_again_for_thirty_days() -> None:
    assert rules.can_reopen(NOW, NOW + timedelta(days=30))
    assert not rules.can_reopen(NOW, NOW + timedelta(days=30, seconds=1))
