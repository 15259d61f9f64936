"""The geometry of the rings, on plain values."""

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naite.roots.drawing.geometry import Shape
from naite.roots.drawing.knots import place_knots
from naite.roots.drawing.layout import (
    MIN_ARC,
    MIN_GAP,
    MIN_LEARNING,
    MOST_RINGS,
    Layout,
    RingEntry,
    arcs,
    layout,
    ring_of,
)
from naite.roots.drawing.palette import ALL_AREAS, AREAS, BADGE_TYPES

NOW = 2026

entries = st.builds(
    RingEntry,
    year=st.integers(1900, NOW),
    area=st.sampled_from([None, *(area.code for area in AREAS)]),
    hours=st.one_of(
        st.decimals(0, 5000, places=2), st.floats(0, 5000, allow_nan=False, allow_subnormal=True)
    ),
    title=st.text(max_size=20),
    badge_type=st.sampled_from([None, *BADGE_TYPES]),
)


def check(plan: Layout) -> None:
    edge = plan.pith
    for ring in plan.rings:
        assert math.isclose(ring.inner, edge)
        assert ring.width >= (MIN_GAP if ring.resting else MIN_LEARNING) - 1e-9
        edge = ring.outer
        if ring.arcs:
            assert math.isclose(sum(arc.end - arc.start for arc in ring.arcs), 360)
            assert all(arc.end - arc.start >= MIN_ARC - 1e-9 for arc in ring.arcs)
            assert sum((arc.hours for arc in ring.arcs), Decimal(0)) == ring.hours
            order = [ALL_AREAS.index(arc.area) for arc in ring.arcs]
            assert order == sorted(order)
    assert math.isclose(plan.radius, edge)
    assert plan.radius <= 438 + 1e-9
    assert len(plan.rings) <= MOST_RINGS


@given(st.lists(entries, max_size=80), st.integers(1900, NOW), st.booleans())
@settings(max_examples=80, deadline=None)
def test_any_account_has_a_sound_geometry(items: list[RingEntry], first: int, gaps: bool) -> None:
    plan = layout(items, first, NOW, gaps=gaps)
    check(plan)
    assert sorted(map(id, (e for ring in plan.rings for e in ring.entries))) == sorted(map(id, items))
    knots = place_knots(plan, Shape("x", plan.radius))
    assert sum(knot.stands_for for knot in knots) == sum(e.badge_type is not None for e in items)
    for knot in knots:
        assert knot.ring.inner < knot.radius < knot.ring.outer
        arc = next(arc for arc in knot.ring.arcs if arc.area == knot.area)
        assert arc.start <= knot.angle <= arc.end


def test_one_ring_for_every_year_and_a_thin_one_for_a_year_of_rest() -> None:
    plan = layout([RingEntry(2020, "career", 40), RingEntry(2023, "civic", 4)], 2019, 2024)
    assert [ring.first for ring in plan.rings] == [2019, 2020, 2021, 2022, 2023, 2024]
    assert [ring.resting for ring in plan.rings] == [True, False, True, True, False, True]
    assert [ring.current for ring in plan.rings] == [False] * 5 + [True]
    widths = {ring.first: ring.width for ring in plan.rings}
    assert widths[2020] > widths[2023] > widths[2021] == widths[2022]


def test_rest_is_left_out_where_only_chosen_entries_are_shown() -> None:
    plan = layout([RingEntry(2015, "career", 40), RingEntry(2023, "civic", 4)], None, 2026, gaps=False)
    assert [ring.first for ring in plan.rings] == [2015, 2023]


def test_no_entries_are_only_a_seed() -> None:
    assert layout([], None, NOW).rings == ()
    assert layout([], 2014, NOW).rings == ()


def test_sixty_years_join_the_oldest_by_decades() -> None:
    plan = layout([RingEntry(year, "career", 10) for year in range(1966, 2027)], None, NOW)
    assert [(ring.first, ring.last) for ring in plan.rings][:3] == [(1966, 1969), (1970, 1979), (1980, 1980)]
    assert plan.rings[1].hours == 100
    assert ring_of(plan, 1975) is plan.rings[1]
    assert ring_of(plan, 1900) is None
    check(plan)


def test_a_lifetime_with_hardly_any_learning_keeps_visible_rings() -> None:
    check(layout([RingEntry(1900, None, 5), RingEntry(2026, None, 500)], None, NOW))


def test_shares_follow_hours_and_small_ones_stay_visible() -> None:
    found = {
        arc.area.code: arc for arc in arcs([RingEntry(2020, "career", 999), RingEntry(2020, "civic", 1)])
    }
    assert found["civic"].end - found["civic"].start == pytest.approx(14)
    assert found["career"].end - found["career"].start == pytest.approx(346)


def test_entries_without_hours_share_by_count() -> None:
    found = arcs([RingEntry(2020, "career", 0)] * 3 + [RingEntry(2020, None, 0)])
    assert [round(arc.end - arc.start) for arc in found] == [270, 90]


def test_arcs_turn_to_their_home_direction() -> None:
    for area in AREAS:
        (arc,) = arcs([RingEntry(2020, area.code, 5)])
        assert (arc.start + arc.end) / 2 == pytest.approx(area.home)
    four = arcs([RingEntry(2020, area.code, 5) for area in AREAS])
    assert [(arc.start + arc.end) / 2 % 360 for arc in four] == pytest.approx([45, 135, 225, 315])


def test_hours_are_exact() -> None:
    plan = layout([RingEntry(2026, "career", 0.1), RingEntry(2026, "career", Decimal("0.2"))], None, NOW)
    assert plan.rings[0].hours == Decimal("0.3")


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), Decimal("1e400"), Decimal("NaN")])
def test_impossible_hours_are_refused(hours: float | Decimal) -> None:
    with pytest.raises(ValueError, match="hours"):
        RingEntry(2020, None, hours)


def test_foreign_codes_the_future_and_endless_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="area"):
        RingEntry(2020, "magic", 1)
    with pytest.raises(ValueError, match="badge type"):
        RingEntry(2020, None, 1, badge_type="magic")
    with pytest.raises(ValueError, match="future"):
        layout([RingEntry(2027, None, 1)], None, NOW)
    with pytest.raises(ValueError, match="years"):
        layout([RingEntry(1800, None, 1)], None, NOW)
