from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.recognition.committee.rules import QUORUM_RULES, QuorumRule, carried, vote_fault

pytestmark = pytest.mark.req("A10", "rule")


@pytest.mark.parametrize(
    ("rule", "appointed", "needed"),
    [
        ("majority", 9, 5),
        ("majority", 8, 5),
        ("majority", 1, 1),
        ("majority", 2, 2),
        ("two_thirds", 9, 6),
        ("two_thirds", 8, 6),
        ("two_thirds", 7, 5),
        ("two_thirds", 1, 1),
    ],
)
def test_how_many_must_be_there(rule: str, appointed: int, needed: int) -> None:
    assert QUORUM_RULES[rule].needed(appointed) == needed
    assert QUORUM_RULES[rule].holds(appointed=appointed, present=needed)
    assert not QUORUM_RULES[rule].holds(appointed=appointed, present=needed - 1)


def test_nobody_appointed_decides_nothing() -> None:
    assert not QUORUM_RULES["majority"].holds(appointed=0, present=0)


@given(st.integers(1, 200), st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_what_is_needed_is_the_least_that_holds(appointed: int, over: int, extra: int, strict: bool) -> None:
    share = Fraction(over, over + extra)
    needed = QuorumRule(share, strict).needed(appointed)

    def enough(present: int) -> bool:
        return present > share * appointed if strict else present >= share * appointed

    assert enough(needed)
    assert needed == 1 or not enough(needed - 1)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_motion_carries_with_more_than_half_of_the_voters(yes: int, no: int, none: int) -> None:
    voters = yes + no + none
    assert carried(votes_for=yes, voters=voters) == (yes > no + none)
    fault = vote_fault(votes_for=yes, against=no, abstained=none, voters=voters)
    assert fault == ("" if yes > no + none else "not_carried")
    assert vote_fault(votes_for=yes, against=no, abstained=none, voters=voters + 1) == "sum"
    assert vote_fault(votes_for=yes, against=-1, abstained=none + 1 + no, voters=voters) == "negative"
