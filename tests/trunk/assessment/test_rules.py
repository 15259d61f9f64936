from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.roots.errors import Refused
from naite.trunk.assessment import rules
from naite.trunk.assessment.models import Completion

DONE, NOT = Completion.Outcome.COMPLETED, Completion.Outcome.NOT_COMPLETED


def outcome(attended: int, counted: int, score: str | None = None, mark: str | None = None) -> str:
    return rules.decide(
        attended=attended,
        counted=counted,
        min_attendance=80,
        score=Decimal(score) if score else None,
        pass_mark=Decimal(mark) if mark else None,
    ).outcome


@pytest.mark.req("A19", "rule")
@pytest.mark.parametrize(
    ("attended", "counted", "expected"),
    [(8, 10, DONE), (7, 10, NOT), (4, 5, DONE), (12, 15, DONE), (11, 15, NOT), (0, 1, NOT), (1, 1, DONE)],
)
def test_eighty_percent_itself_passes(attended: int, counted: int, expected: str) -> None:
    assert outcome(attended, counted) == expected


@pytest.mark.req("A19", "rule")
def test_the_pass_mark_itself_passes_and_absence_needs_no_score() -> None:
    assert outcome(8, 10, "60", "60") == DONE
    assert outcome(8, 10, "59.99", "60") == NOT
    assert outcome(7, 10, "100", "60") == NOT
    assert outcome(7, 10, None, "60") == NOT
    with pytest.raises(Refused) as refused:
        outcome(8, 10, None, "60")
    assert refused.value.code == "score_missing"


@pytest.mark.req("A19", "refusal")
@pytest.mark.parametrize(("attended", "counted"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_figures_are_refused(attended: int, counted: int) -> None:
    with pytest.raises(Refused):
        outcome(attended, counted)


@given(counted=st.integers(1, 400), attended=st.integers(0, 400), minimum=st.integers(1, 100))
def test_the_shown_rate_never_contradicts_the_outcome(counted: int, attended: int, minimum: int) -> None:
    attended = min(attended, counted)
    decision = rules.decide(
        attended=attended, counted=counted, min_attendance=minimum, score=None, pass_mark=None
    )
    assert (decision.outcome == DONE) == (decision.rate >= minimum)
    assert f"{rules.show_rate(decision.rate)}%" in decision.reason
