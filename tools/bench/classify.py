"""How good the suggestions of classes are: precision and recall for each scheme on labelled titles.

Measures ``tests/trunk/catalogue/labelled_later.csv``: made-up titles written after the seed words and never used
to change them; and, with NAITE_BENCH_LABELLED=/path/to.csv, a file of one's own (columns title, sub_area,
category; empty where no class fits). A word list is measured fairly only on titles that nobody looked at while
writing it, so each file is told by itself. "Taught" learns from every other row as confirmations would teach it
and is measured on the rows between; "taught, crossed" is the mean of both ways.
"""

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
LATER = ROOT / "tests" / "trunk" / "catalogue" / "labelled_later.csv"
COLUMNS = {"area": "sub_area", "category": "category"}
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Quality:
    """Of so many labelled titles, how many got a suggestion and how many of these are right."""

    labelled: int
    suggested: int
    right: int

    @property
    def precision(self) -> float:
        """Of what was suggested, the share that is right."""
        return self.right / self.suggested if self.suggested else 0.0

    @property
    def recall(self) -> float:
        """Of what has a class, the share that was found."""
        return self.right / self.labelled if self.labelled else 0.0

    def __add__(self, other: "Quality") -> "Quality":
        return Quality(
            self.labelled + other.labelled, self.suggested + other.suggested, self.right + other.right
        )


def run() -> dict[str, Any]:
    """Measure each file; precision and recall as ratios, counts as figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
    django.setup()  # no table is used, but the rules import models
    files = {"made-up titles": LATER}
    if own := os.environ.get("NAITE_BENCH_LABELLED"):
        files[Path(own).stem] = Path(own)
    figures: dict[str, Any] = {}
    ratios: dict[str, Any] = {}
    for name, path in files.items():
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for scheme in COLUMNS:
            first, second = rows[::2], rows[1::2]
            measured = {
                "seed words": quality(rows, scheme),
                "taught, crossed": quality(second, scheme, first) + quality(first, scheme, second),
            }
            for how, found in measured.items():
                label = f"{name}, {scheme}, {how}"
                figures[f"{label}: right/suggested/labelled"] = (
                    f"{found.right}/{found.suggested}/{found.labelled}"
                )
                ratios[f"{label}: precision"] = round(found.precision, 3)
                ratios[f"{label}: recall"] = round(found.recall, 3)
    return {"figures": figures, "ratios": ratios}


def quality(rows: Rows, scheme: str, taught_by: Rows = ()) -> Quality:
    """Measure one scheme (``area``, ``category``) on these rows, after confirming others."""
    from naite.trunk.catalogue.suggestions.rules import suggest, tokens  # noqa: PLC0415 - Django has to be up

    learned: dict[str, dict[str, dict[str, int]]] = {"area": {}, "category": {}}
    for row in taught_by:
        for kind, column in COLUMNS.items():
            for word in tokens(row["title"]) if row[column] else ():
                counts = learned[kind].setdefault(word, {})
                counts[row[column]] = counts.get(row[column], 0) + 1
    labelled = suggested = right = 0
    for row in rows:
        found = getattr(suggest(row["title"], learned=learned), scheme)  # type: ignore[arg-type]
        labelled += bool(row[COLUMNS[scheme]])
        suggested += found is not None
        right += found is not None and found.code == row[COLUMNS[scheme]]
    return Quality(labelled, suggested, right)
