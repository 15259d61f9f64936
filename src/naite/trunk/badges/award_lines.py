"""One row of a list while it is decided: plain values, because a run has thousands (row B4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from naite.roots import bulk
from naite.roots.copying import Same
from naite.trunk.badges.models import AwardRow, AwardRun

READY: Final = AwardRow.Outcome.READY.value
UNKNOWN: Final = AwardRow.Outcome.UNKNOWN.value
AWARDED: Final = AwardRow.Outcome.AWARDED.value
PENDING: Final = AwardRow.Outcome.PENDING.value
SKIPPED: Final = AwardRow.Outcome.SKIPPED.value
REJECTED: Final = AwardRow.Outcome.REJECTED.value
# What deciding a row may change of it.
DECIDED: Final = ("name", "account_id", "person_id", "outcome", "code", "reason", "settled_at")


@dataclass(slots=True)
class Line:
    """A row of ``AwardRow`` without its object; what was handed in first, then what is decided."""

    id: UUID
    position: int
    number: int
    email: str
    name: str
    person_id: UUID | None
    narrative: str
    evidence: str
    evidence_url: str
    completed_on: date | None
    hours: Decimal | None
    attendance: Decimal | None
    score: Decimal | None
    outcome: str
    account_id: UUID | None = None
    code: str = ""
    reason: str = ""
    settled_at: datetime | None = None


_FIELDS: Final = tuple(Line.__slots__)
# Whose account it is and what comes of it is looked up anew whenever a row is decided.
_READ: Final = _FIELDS[: _FIELDS.index("account_id")]


def read(rows: QuerySet[AwardRow]) -> list[Line]:
    """Return rows of the table as lines to be decided."""
    return [Line(*values) for values in rows.values_list(*_READ)]


def write(run: AwardRun, lines: list[Line]) -> None:
    """Put lines into the table, as rows of a run."""
    columns: dict[str, Any] = {name: [getattr(line, name) for line in lines] for name in _FIELDS}
    bulk.insert_columns(AwardRow, len(lines), {**columns, "run_id": Same(run.pk)})


def save_decisions(lines: Iterable[Line]) -> None:
    """Write what was decided of lines that are in the table."""
    bulk.update(
        AwardRow,
        ({"id": line.id, **{name: getattr(line, name) for name in DECIDED}} for line in lines),
        DECIDED,
    )
