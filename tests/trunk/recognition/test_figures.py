from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.recognition.figures import rules
from naite.trunk.recognition.figures.queries import letter

pytestmark = pytest.mark.req("A25", "rule")
START = datetime(2026, 11, 2, tzinfo=UTC)


def acts(case: str, *what: tuple[str, float]) -> list[rules.Act]:
    return [rules.Act(case, name, START + timedelta(days=day)) for name, day in what]


def test_a_stage_lasts_from_the_act_that_begins_it_to_the_one_that_ends_it() -> None:
    history = acts(
        "a",
        ("submit", 0),
        ("receive", 3),
        ("demand_supplement", 4),
        ("supplement", 9),
        ("forward", 10),
        ("receive", 11),
        ("seat_panel", 13),
        ("pass", 30),
    )
    found = rules.durations(reversed(history))
    assert found["receive"] == [3]
    assert found["supplement"] == [5]
    assert found["forward"] == [7]
    assert found["seat"] == [2]
    assert found["review"] == [17]
    assert "approve" not in found


def test_a_case_sent_back_counts_each_time() -> None:
    history = acts("a", ("pass", 0), ("deliberate", 5), ("approve", 7)) + acts(
        "b", ("deliberate", 0), ("refuse", 1)
    )
    found = rules.durations(history)
    assert sorted(found["approve"]) == [1, 2]
    rows = {row.stage: row for row in rules.days_of_stages(history)}
    assert (rows["approve"].count, rows["approve"].median) == (2, 1.5)
    assert rules.slowest(list(rows.values())) is None


@given(st.lists(st.floats(0, 400), min_size=1, max_size=40))
def test_quantiles_lie_in_order_within_the_values(values: list[float]) -> None:
    found = [rules.quantile(values, share) for share in (0, 0.25, 0.5, 0.75, 0.9, 1)]
    assert found == sorted(found)
    assert found[0] == min(values)
    assert found[-1] == max(values)


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(0, 9), st.integers(0, 9))
def test_every_office_is_in_one_class(done: list[int], late: int, still: int) -> None:
    rows = rules.days_to_notice(done, late_open=late, still_open=still)
    assert [name for name, _count in rows] == ["1", "2", "3", "4", "5", "6", "7", "late", "open"]
    assert sum(count for _name, count in rows) == len(done) + late + still
    assert dict(rows)["late"] == late + sum(days > 7 for days in done)


def test_who_is_far_from_the_others() -> None:
    assert rules.odd_ones([80, 82, 60]) == {2}
    assert rules.odd_ones([80, 82, 78]) == frozenset()
    assert rules.odd_ones([20, 90]) == frozenset()


def test_states_fold_into_what_is_told() -> None:
    rows = rules.verdict_rows(
        [
            ("서울", "recognised", 3),
            ("서울", "approved", 1),
            ("서울", "withdrawn", 2),
            ("부산", "in_review", 5),
        ]
    )
    assert rows["서울"]["recognised"] == 4
    assert rows["서울"]["returned"] == 2
    assert rows["서울"]["applied"] == 6
    assert rows["부산"]["open"] == 5


def test_letters_go_on_after_z() -> None:
    assert [letter(place) for place in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
