"""Small cells are left out, and nothing of what is left gives them back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naite.trunk.recognition.figures.suppression import LEAST, suppressed

PARTS = ("returned", "recognised", "refused")


def table(*rows: tuple[int, int, int]) -> dict[str, dict[str, int]]:
    return {
        f"지역{place}": {"applied": sum(row), **dict(zip(PARTS, row, strict=True))}
        for place, row in enumerate(rows)
    }


@pytest.mark.req("A25", "rule")
def test_a_small_cell_takes_its_complements_with_it() -> None:
    shown = suppressed(table((2, 30, 8), (9, 40, 11), (7, 20, 6)), total="applied")
    assert shown["지역0"]["returned"] is None
    assert sum(value is None for value in shown["지역0"].values()) >= 2
    assert sum(row["returned"] is None for row in shown.values()) >= 2
    assert suppressed(table((5, 6, 7), (0, 9, 8)), total="applied") == table((5, 6, 7), (0, 9, 8))
    assert suppressed({}, total="applied") == {}


@pytest.mark.req("A25", "rule")
@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=2, max_size=6))
def test_nothing_left_out_can_be_worked_out_from_one_row_or_column(rows: list[tuple[int, int, int]]) -> None:
    given_rows = table(*rows)
    shown = suppressed(given_rows, total="applied")
    for name, row in given_rows.items():
        for key, count in row.items():
            assert shown[name][key] in (None, count)
            if 0 < count < LEAST:
                assert shown[name][key] is None
    columns = ("applied", *PARTS)
    for name in given_rows:
        missing = [key for key in columns if shown[name][key] is None]
        assert len(missing) != 1
    for key in columns:
        names = [name for name in given_rows if shown[name][key] is None]
        assert len(names) != 1
        if names and len(names) < len(given_rows):
            assert sum(given_rows[name][key] for name in names) >= LEAST or all(
                shown[name][key] is None for name in given_rows
            )
