"""The forest: no difference of told sums singles out a few."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naite.trunk.catalogue.search_regions import RegionMap
from naite.trunk.records.forest import (
    EVERYWHERE,
    FEWEST,
    SMALL,
    Cell,
    Place,
    Sums,
    forest,
    place_of,
    protected,
    told_places,
)

pytestmark = pytest.mark.req("X3", "rule")
PLACES = [Place(f"{p}{n}", p) for p in ("11", "26") for n in range(3)] + [Place("11*", "11"), Place("*", "")]
COUNTS = st.dictionaries(st.sampled_from(PLACES), st.integers(0, 30), max_size=8)


def in_span(rows: list[list[int]], wanted: list[int]) -> bool:
    """Whether ``wanted`` is a combination of the rows: whether somebody can work that sum out."""
    matrix = [[Fraction(value) for value in row] for row in rows]
    target = [Fraction(value) for value in wanted]
    used = 0
    for column in range(len(wanted)):
        pivot = next((i for i in range(used, len(matrix)) if matrix[i][column]), None)
        if pivot is None:
            continue
        matrix[used], matrix[pivot] = matrix[pivot], matrix[used]
        top = matrix[used]
        for i in range(used + 1, len(matrix)):
            factor = matrix[i][column] / top[column]
            matrix[i] = [a - factor * b for a, b in zip(matrix[i], top, strict=True)]
        factor = target[column] / top[column]
        target = [a - factor * b for a, b in zip(target, top, strict=True)]
        used += 1
    return not any(target)


@settings(max_examples=300, deadline=None)
@given(COUNTS, st.sampled_from([SMALL, FEWEST]))
def test_no_combination_of_told_places_singles_out_a_few(counts: dict[Place, int], fewest: int) -> None:
    cells = {place: Cell(number, Decimal(number * 3)) for place, number in counts.items()}
    told = told_places(cells, fewest=fewest)
    people = [place for place, cell in cells.items() if cell.learners]
    rows = [[int(code in (EVERYWHERE, p.leaf, p.province)) for p in people] for code in told]
    for size in range(1, len(people) + 1):
        for group in combinations(people, size):
            if sum(counts[place] for place in group) < fewest:
                assert not in_span(rows, [int(place in group) for place in people]), (told, group)


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 20), min_size=1))
def test_what_a_row_hides_is_never_one_cell_nor_only_a_few(counts: dict[str, int]) -> None:
    cells = {name: Cell(number, Decimal(number)) for name, number in counts.items() if number}
    hidden = protected(cells)
    assert {name for name, cell in cells.items() if cell.learners < SMALL} <= hidden
    if hidden and hidden != set(cells):
        assert len(hidden) >= 2
        assert max(cells[name].learners for name in hidden) >= SMALL
    if all(cell.learners >= SMALL for cell in cells.values()):
        assert not hidden


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(PLACES),
        st.dictionaries(st.sampled_from(["career", "civic", ""]), st.integers(1, 30), min_size=1),
        min_size=1,
    )
)
def test_told_areas_add_up_and_hidden_ones_are_told_nowhere(learners: dict[Place, dict[str, int]]) -> None:
    found = Sums()
    for place, areas in learners.items():
        hours = sum(areas.values()) * 2
        found.whole.setdefault(2026, {})[place] = Cell(sum(areas.values()), Decimal(hours))
        for area, number in areas.items():
            found.areas.setdefault(2026, {}).setdefault(area, {})[place] = Cell(number, Decimal(number * 2))
    for code in {place.leaf for place in learners} | {"11", "26", EVERYWHERE}:
        for year in forest(found, code=code):
            assert year.learners >= FEWEST
            assert year.rest >= 0
            assert not year.hidden & set(year.hours)
            if not year.hidden:
                assert year.rest == 0


REGIONS = RegionMap(
    parents={"11440": "11", "51110": "51", "42110": "42"},
    successors={
        "11": frozenset({"11"}),
        "51": frozenset({"51"}),
        "11440": frozenset({"11440"}),
        "42110": frozenset({"51110"}),
        "51110": frozenset({"51110"}),
        "28110": frozenset({"51110", "11440"}),
    },
)


@pytest.mark.parametrize(
    ("code", "leaf", "province"),
    [
        ("11440", "11440", "11"),
        ("42110", "51110", "51"),
        ("11", "11*", "11"),
        (None, "*", ""),
        ("99999", "*", ""),
    ],
)
def test_people_are_counted_in_one_place(code: str | None, leaf: str, province: str) -> None:
    assert place_of(code, REGIONS) == Place(leaf, province)


def test_a_divided_region_counts_in_a_province_alone() -> None:
    assert place_of("28110", REGIONS).leaf.endswith("*")
