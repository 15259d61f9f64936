from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcore.trust import Former, judge_issuer
from naite.trunk.badges.trust_rules import UNLISTED, issuer_fault, standing_on


@dataclass
class Row:
    standing: str
    valid_from: date
    valid_until: date | None = None
    reason: str = "까닭"
    keeps_past: bool = True


def day(month: int, number: int = 1) -> date:
    return date(2026, month, number)


@pytest.mark.req("B9", "rule")
def test_since_goes_back_over_what_follows_without_a_gap() -> None:
    rows = [Row("trusted", day(1)), Row("watched", day(5)), Row("trusted", day(6))]
    assert standing_on(rows, date(2025, 12, 31)) == UNLISTED
    assert (standing_on(rows, day(5)).state, standing_on(rows, day(5)).since) == ("watched", day(1))
    assert (standing_on(rows, day(7)).state, standing_on(rows, day(7)).since) == ("trusted", day(1))
    gap = [Row("trusted", day(1), day(3)), Row("trusted", day(5))]
    assert standing_on(gap, day(6)).since == day(5)
    again = [Row("trusted", day(1)), Row("removed", day(3)), Row("trusted", day(5))]
    assert standing_on(again, day(6)).since == day(5)


@pytest.mark.req("B9", "rule")
def test_what_is_over_or_taken_off_has_left_on_its_day() -> None:
    ended = standing_on([Row("trusted", day(1), day(3))], day(3))
    assert (ended.state, ended.left, ended.on_list) == ("removed", day(3), False)
    taken = standing_on([Row("trusted", day(1)), Row("removed", day(2), keeps_past=False)], day(9))
    assert (taken.state, taken.left, taken.keeps_past) == ("removed", day(2), False)
    # A decision for later changes nothing before its day.
    assert standing_on([Row("trusted", day(1)), Row("removed", day(8))], day(7)).state == "trusted"


@pytest.mark.req("B9", "rule")
@given(
    st.lists(st.tuples(st.sampled_from(["trusted", "watched", "removed"]), st.dates()), max_size=6),
    st.dates(),
)
def test_since_is_never_later_than_the_day_asked_about(rows: list[tuple[str, date]], on: date) -> None:
    found = standing_on([Row(standing, starts) for standing, starts in rows], on)
    assert found.on_list == (found.since is not None)
    assert (found.since or on) <= on
    assert (found.left or on) <= on


@pytest.mark.req("B9", "refusal")
def test_ids_of_issuers() -> None:
    good = [
        "did:web:example.ac.kr",
        "did:web:localhost%3A8000:o:a",
        "did:key:z6Mk",
        "https://a.example/issuer",
    ]
    assert [issuer_fault(each) for each in good] == [""] * 4
    bad = [
        "",
        "http://a.example",
        "https://localhost",
        "https://u@a.example",
        "did:web:../x",
        "did:x",
        "example",
    ]
    assert all(issuer_fault(each) for each in bad)
    assert issuer_fault("did:web:a.example#key") == "address"
    assert issuer_fault("https://a.example/" + "x" * 500) == "long"


@pytest.mark.req("B9", "rule")
def test_a_former_issuer_counts_for_what_it_gave_before() -> None:
    until = datetime(2026, 3, 1, tzinfo=UTC)

    def judged(began: datetime | None) -> tuple[str, str, str]:
        check, word = judge_issuer("did:web:a.example", lambda _issuer: Former(until), lambda: began)
        return check.outcome, check.reason, word

    assert judged(datetime(2026, 2, 28, tzinfo=UTC)) == ("ok", "former", "former")
    assert judged(until) == ("unknown", "taken_off", "former")
    assert judged(None) == ("unknown", "taken_off", "former")
    # A date that cannot be compared makes no badge good.
    assert judged(datetime(2026, 2, 28))[0] == "unknown"  # noqa: DTZ001
