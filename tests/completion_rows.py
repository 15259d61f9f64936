"""Files of completions for tests."""

import csv
import io
from typing import Any

from naite.trunk.people.models import Person
from naite.trunk.records.uploads import columns as col
from naite.trunk.records.uploads.columns import COLUMNS
from tests import factories as make


def learner(name: str = "한가람", **fields: Any) -> Person:
    """Make a person of whom an upload knows enough; without an account yet."""
    fields.setdefault("birth_date", make.date(1968, 5, 12))
    return make.person(name, **fields)


def row(who: Person | None = None, **changes: str) -> dict[str, str]:
    """A row that is right in every cell; change cells by the names of ``columns``: ``HOURS="0"``."""
    usual = {
        col.NAME: who.name if who else "한가람",
        col.BIRTH: who.birth_date.isoformat() if who and who.birth_date else "1968-05-12",
        col.EMAIL: (who.email or "") if who else "garam@example.kr",
        col.TITLE: "마을 기록가 되기",
        col.COMPLETED: "2026-11-17",
        col.HOURS: "4",
    }
    return usual | {getattr(col, name): value for name, value in changes.items()}


def as_csv(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([each.get(name, "") for name in COLUMNS] for each in rows)
    return out.getvalue()
