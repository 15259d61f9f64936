"""Small numbers that could tell about single applicants are left out, and so is what would give them back.

Plain values, no database. Row A25: cells under five and their complements.
"""

from collections.abc import Mapping, Sequence
from typing import Final

LEAST: Final = 5
Table = dict[str, dict[str, int | None]]


def suppressed(rows: Mapping[str, Mapping[str, int]], *, total: str) -> Table:
    """Return a table of counts by group with cells of one to four left out (None), and their complements.

    In each row the column ``total`` is the sum of the others, and each column's own sum is known from elsewhere.
    So wherever something is left out, more is left out until what is missing is at least two cells that make
    together at least five, or all there are. Zeros stay where nothing else helps.
    """
    shown: Table = {name: dict(row) for name, row in rows.items()}
    for row in shown.values():
        for key, count in row.items():
            if count is not None and 0 < count < LEAST:
                row[key] = None
    columns = list(next(iter(rows.values()), {}))
    groups = [[(name, key) for key in columns] for name in rows]
    groups += [[(name, key) for name in rows] for key in columns]
    while sum(_complete(group, rows, shown, total) for group in groups):
        continue
    return shown


def _complete(
    group: Sequence[tuple[str, str]], rows: Mapping[str, Mapping[str, int]], shown: Table, total: str
) -> bool:
    """Leave out one more cell of a row or column if what is missing could be worked out; say whether one was."""
    missing = [cell for cell in group if shown[cell[0]][cell[1]] is None]
    if not missing:
        return False
    # A row's total against its parts: what is known is the parts' sum, so the total counts as a cell of its own.
    parts = [cell for cell in missing if cell[1] != total] or missing
    if len(missing) >= 2 and sum(rows[name][key] for name, key in parts) >= LEAST:
        return False
    rest = [cell for cell in group if shown[cell[0]][cell[1]] is not None]
    if not rest:
        return False
    name, key = min(rest, key=lambda cell: (rows[cell[0]][cell[1]] == 0, rows[cell[0]][cell[1]], cell))
    shown[name][key] = None
    return True
