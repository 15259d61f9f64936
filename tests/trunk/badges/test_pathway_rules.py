"""How far somebody has come on a pathway, against trying out every way of counting badges."""

from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naite.trunk.badges.pathway_rules import (
    Held,
    Level,
    Pathway,
    Step,
    as_data,
    from_data,
    meets,
    position,
    problems,
)

DAY = date(2026, 1, 1)
BADGES = [UUID(int=n) for n in range(1, 6)]
CODES = [("ncs_unit", "1"), ("ncs_unit", "2")]

pytestmark = [pytest.mark.req("B10", "rule")]


def step(key: str, *, named: int | None = None, code: int | None = None, required: bool = True) -> Step:
    return Step(
        key=key,
        title=key,
        achievement=BADGES[named] if named is not None else None,
        alignment=CODES[code] if code is not None else None,
        required=required,
    )


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    levels, number = [], 0
    for at in range(draw(st.integers(1, 2))):
        steps = []
        for _n in range(draw(st.integers(1, 3))):
            number += 1
            by_name = draw(st.booleans())
            steps.append(
                step(
                    f"s{number}",
                    named=draw(st.integers(0, 4)) if by_name else None,
                    code=None if by_name else draw(st.integers(0, 1)),
                    required=draw(st.booleans()),
                )
            )
        electives = sum(not each.required for each in steps)
        levels.append(Level(name=f"{at}단계", steps=tuple(steps), need=draw(st.integers(0, electives))))
    return Pathway(levels=tuple(levels), within_days=draw(st.sampled_from([None, 0, 3])))


@st.composite
def badges(draw: st.DrawFn) -> list[Held]:
    return [
        Held(
            key=f"b{n}",
            achievement=draw(st.sampled_from([None, *BADGES])),
            alignments=frozenset(draw(st.sets(st.sampled_from(CODES)))),
            on=DAY + timedelta(days=draw(st.integers(0, 5))),
        )
        for n in range(draw(st.integers(0, 4)))
    ]


def by_trying_everything(way: Pathway, held: list[Held]) -> int:
    """The most of what is asked that any assignment of badges to steps reaches."""
    best = 0
    starts = {badge.on for badge in held} if way.within_days is not None else {DAY}
    for start in starts:
        span = [
            badge
            for badge in held
            if way.within_days is None or start <= badge.on <= start + timedelta(days=way.within_days)
        ]
        padded: list[Held | None] = [*span, *([None] * len(way.steps))]
        for chosen in set(permutations(padded, len(way.steps))):
            met = {
                step.key
                for step, badge in zip(way.steps, chosen, strict=True)
                if badge is not None and meets(badge, step)
            }
            best = max(
                best,
                sum(
                    sum(step.key in met for step in level.required)
                    + min(level.need, sum(step.key in met for step in level.elective))
                    for level in way.levels
                ),
            )
    return best


@settings(max_examples=60, deadline=None)
@given(pathways().filter(lambda way: len(way.steps) <= 4), badges())
def test_the_position_is_the_best_that_any_counting_gives(way: Pathway, held: list[Held]) -> None:
    found = position(way, held)
    assert found.reached == by_trying_everything(way, held)
    assert len(set(found.met.values())) == len(found.met) == found.reached
    by_key = {badge.key: badge for badge in held}
    by_step = {each.key: each for each in way.steps}
    assert all(meets(by_key[badge], by_step[key]) for key, badge in found.met.items())


@given(pathways(), badges(), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_more_badges_never_hurt(
    way: Pathway, held: list[Held], chance: object
) -> None:
    found = position(way, held)
    mixed = list(held)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert position(way, mixed) == found
    for at in range(len(held)):
        assert position(way, held[:at] + held[at + 1 :]).reached <= found.reached


@given(pathways())
def test_a_pathway_is_read_back_as_it_was_kept(way: Pathway) -> None:
    assert from_data(as_data(way)) == way
    assert not position(way, []).fulfilled


def test_a_badge_counts_for_one_step_only_and_the_choice_is_made_well() -> None:
    """X could be a or c; that b is met by Y lets X count for c."""
    way = Pathway(
        levels=(
            Level(
                name="기초",
                need=1,
                steps=(step("a", code=0, required=False), step("b", code=1, required=False)),
            ),
            Level(name="심화", need=1, steps=(step("c", code=0, required=False),)),
        )
    )
    x = Held(key="X", alignments=frozenset({CODES[0]}), on=DAY)
    y = Held(key="Y", alignments=frozenset({CODES[1]}), on=DAY)
    assert position(way, [x, y]).fulfilled
    assert not position(way, [x]).fulfilled


def test_a_time_limit_counts_badges_that_lie_close() -> None:
    way = Pathway(levels=(Level(name="1", steps=(step("a", named=0), step("b", named=1))),), within_days=30)
    early = Held(key="1", achievement=BADGES[0], on=DAY)
    late = Held(key="2", achievement=BADGES[1], on=DAY + timedelta(days=31))
    again = Held(key="3", achievement=BADGES[0], on=DAY + timedelta(days=10))
    assert not position(way, [early, late]).fulfilled
    assert position(way, [early, late, again]).fulfilled


@pytest.mark.parametrize(
    ("way", "told"),
    [
        (Pathway(levels=()), "걸음이 없습니다"),
        (Pathway(levels=(Level(name="1", steps=(step("a", named=0),)),)), "두 개 이상"),
        (
            Pathway(
                levels=(Level(name="1", steps=(step("a", named=0), step("b", named=0), step("c", named=1))),)
            ),
            "두 번",
        ),
        (
            Pathway(
                levels=(
                    Level(name="1", need=2, steps=(step("a", named=0), step("b", named=1, required=False))),
                )
            ),
            "채울 수 없습니다",
        ),
        (
            Pathway(
                levels=(Level(name="1", steps=(step("a", named=0), step("b", named=1, required=False))),)
            ),
            "몇 개를",
        ),
        (
            Pathway(
                levels=(Level(name="1", steps=(step("a", named=0), step("b", named=1))),), within_days=9999
            ),
            "기한",
        ),
    ],
)
def test_what_keeps_a_pathway_from_being_published(way: Pathway, told: str) -> None:
    assert any(told in problem for problem in problems(way))
