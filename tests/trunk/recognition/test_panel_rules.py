"""Who may review what, and proposals that are even and free of conflicts."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.roots.errors import Invalid
from naite.trunk.recognition.panels import score_rules
from naite.trunk.recognition.panels.conflicts import Bond, Candidate, Case, Obstacle, obstacle
from naite.trunk.recognition.panels.proposal import propose

TODAY = date(2026, 11, 24)
SCHOOL, CITY, OTHER = uuid4(), uuid4(), uuid4()
CASE = Case(uuid4(), SCHOOL, frozenset({SCHOOL, CITY}), "11440")


def _why(*, region: bool = False, **fields: object) -> Obstacle | None:
    one = Candidate(uuid4(), "서아람", **fields)  # type: ignore[arg-type]
    return obstacle(one, CASE, on=TODAY, exclude_own_region=region)


@pytest.mark.req("A7", "rule")
@pytest.mark.parametrize(
    ("bond", "region", "expected"),
    [
        (Bond(date(2020, 1, 1), None, SCHOOL), False, Obstacle.OWN_INSTITUTION),
        (Bond(date(2020, 1, 1), None, CITY), False, Obstacle.OWN_INSTITUTION),
        (Bond(date(2020, 1, 1), date(2024, 11, 25), SCHOOL), False, Obstacle.OWN_INSTITUTION),
        (Bond(date(2020, 1, 1), date(2024, 11, 24), SCHOOL), False, None),
        (Bond(date(2026, 11, 25), None, SCHOOL), False, None),
        (Bond(date(2020, 1, 1), None, OTHER), False, None),
        (Bond(date(2020, 1, 1), None, OTHER, "11440"), False, None),
        (Bond(date(2020, 1, 1), None, OTHER, "11440"), True, Obstacle.OWN_REGION),
        (Bond(date(2020, 1, 1), date(2026, 11, 24), None, "11440"), True, None),
        (Bond(date(2020, 1, 1), None, None, "11380"), True, None),
    ],
)
def test_own_institution_and_own_region(bond: Bond, region: bool, expected: Obstacle | None) -> None:
    assert _why(bonds=(bond,), region=region) == expected


@pytest.mark.req("A7", "rule")
def test_an_institution_without_region_shares_none() -> None:
    nowhere = Case(uuid4(), SCHOOL, frozenset({SCHOOL}), "")
    someone = Candidate(uuid4(), "서아람", bonds=(Bond(date(2020, 1, 1), None, OTHER, ""),))
    assert obstacle(someone, nowhere, on=TODAY, exclude_own_region=True) is None


@pytest.mark.req("A7", "rule")
def test_declared_challenged_recused_undeclared_unavailable() -> None:
    assert _why() is None
    assert _why(declared=frozenset({SCHOOL})) == Obstacle.DECLARED
    assert _why(barred={SCHOOL: Obstacle.CHALLENGED}) == Obstacle.CHALLENGED
    assert _why(barred={OTHER: Obstacle.CHALLENGED}) is None
    assert _why(barred_cases={CASE.id: Obstacle.RECUSED}) == Obstacle.RECUSED
    assert _why(has_declared=False) == Obstacle.UNDECLARED
    assert _why(is_available=False) == Obstacle.UNAVAILABLE


@st.composite
def _fields(draw: st.DrawFn) -> tuple[list[Case], list[Candidate], int]:
    schools = [UUID(int=n) for n in range(1, 6)]
    cases = [
        Case(UUID(int=100 + n), school, frozenset({school}))
        for n, school in enumerate(draw(st.lists(st.sampled_from(schools), min_size=1, max_size=12)))
    ]
    people = [
        Candidate(
            UUID(int=1000 + n),
            f"위원{n:02}",
            load=draw(st.integers(0, 4)),
            is_expert=draw(st.booleans()),
            declared=frozenset(draw(st.sets(st.sampled_from(schools), max_size=2))),
        )
        for n in range(draw(st.integers(1, 7)))
    ]
    return cases, people, draw(st.integers(1, 4))


@pytest.mark.req("A7", "rule")
@given(_fields())
def test_a_proposal_names_everybody_once_and_never_a_conflict(
    given_: tuple[list[Case], list[Candidate], int],
) -> None:
    cases, people, seats = given_
    made = propose(cases, people, seats=seats, on=TODAY, exclude_own_region=False)
    assert [each.case for each in made] == [case.id for case in cases]
    by_id = {each.id: each for each in people}
    for case, proposed in zip(cases, made, strict=True):
        names = [each.id for each in proposed.chosen] + [each.id for each in proposed.passed_over]
        assert sorted(names) == sorted(by_id), "everybody is chosen or passed over with a reason"
        assert all(case.institution not in by_id[each.id].declared for each in proposed.chosen)
        able = [each for each in people if case.institution not in each.declared]
        assert len(proposed.chosen) == min(seats, len(able))
        assert proposed.missing == seats - len(proposed.chosen)
    assert made == propose(cases, people, seats=seats, on=TODAY, exclude_own_region=False)


@pytest.mark.req("A7", "rule")
@given(st.integers(1, 20), st.integers(3, 8))
def test_without_conflicts_loads_differ_by_one_at_most(cases: int, people: int) -> None:
    made = propose(
        [Case(UUID(int=n), SCHOOL, frozenset({SCHOOL})) for n in range(1, cases + 1)],
        [Candidate(UUID(int=1000 + n), f"위원{n}") for n in range(people)],
        seats=3,
        on=TODAY,
        exclude_own_region=False,
    )
    load = {UUID(int=1000 + n): 0 for n in range(people)}
    for proposed in made:
        for chosen in proposed.chosen:
            load[chosen.id] += 1
    assert max(load.values()) - min(load.values()) <= 1


@pytest.mark.req("A7", "rule")
def test_of_two_with_equal_loads_the_one_whose_field_it_is_comes_first() -> None:
    plain = Candidate(uuid4(), "가온")
    expert = Candidate(uuid4(), "하늘", is_expert=True)
    made = propose([CASE], [plain, expert], seats=1, on=TODAY, exclude_own_region=False)
    assert [each.id for each in made[0].chosen] == [expert.id]
    assert made[0].passed_over[0].obstacle is None


@pytest.mark.req("A7", "refusal")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8,5", "comma"),
        ("10.5", "above"),
        ("-1", "below"),
        ("여덟", "number"),
        ("８", "number"),
        ("1e1", "number"),
        ("8.", "number"),
        ("8.3", "step"),
        ("NaN", "number"),
    ],
)
def test_scores_that_cannot_be_are_refused_with_a_sentence(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        score_rules.points_of(text, most=Decimal(10))
    assert refusal.value.code == code
    assert "points" in refusal.value.fields


@pytest.mark.req("A7", "rule")
def test_scores_that_can_be() -> None:
    for text, points in (("", None), (" 8.5 ", "8.5"), ("0", "0"), ("10", "10"), ("7.50", "7.5")):
        assert score_rules.points_of(text, most=Decimal(10)) == (None if points is None else Decimal(points))
    assert score_rules.points_of("7.25", most=Decimal("7.25")) == Decimal("7.25"), "the full points always"
    assert [score_rules.plain(Decimal(each)) for each in ("10.00", "8.50", "0.00", "7.25")] == [
        "10",
        "8.5",
        "0",
        "7.25",
    ]
