"""Bringing in a list of units."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, open_lines
from naite.trunk.catalogue.standards.models import StandardList, StandardUnit
from naite.trunk.catalogue.standards.rules import RowRefused, UnitRow, header_of, unit_of, words_of
from naite.trunk.people.models import Person

MOST_ROWS = 100_000
TOLD_ROWS = 1_000
CHUNK = 500


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that was not taken, under the number that Excel shows for it."""

    row: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The list that was made and the rows that were left out."""

    row: StandardList
    rejected: tuple[RowFault, ...]


def import_standards(
    *,
    content: bytes,
    file_name: str,
    label: str,
    source: str,
    source_url: str = "",
    reference_date: date | None = None,
    actor: Person | None,
    now: datetime,
    scheme: str = "ncs",
) -> Imported:
    """Bring in a list of units from a CSV or Excel file; the former lists and their units stay.

    Units are known by their code with its version, so a new version is a new unit and the old one stays to
    explain old badges. Refuses all but operators (None is the command line), a file without the needed columns
    or without a single unit, an unnamed source, and the same file again. Rows that are no unit are left out and
    told. All of it or nothing.
    """
    if actor is not None and not actor.is_operator:
        raise NotAllowed(_("표준 목록은 운영자만 들여올 수 있습니다."))
    if not label.strip() or not source.strip():
        raise Invalid(_("목록의 이름과 출처를 적어 주세요."), code="source_missing")
    sha256 = hashlib.sha256(content).hexdigest()
    if StandardList.objects.filter(scheme=scheme, sha256=sha256).exists():
        raise Refused(_("이미 들여온 파일입니다. 바뀐 것이 없습니다."), code="imported_before")
    units, rejected = _read(content)
    with transaction.atomic():
        last = StandardList.objects.filter(scheme=scheme).aggregate(last=Max("number"))["last"] or 0
        made = StandardList.objects.create(
            scheme=scheme,
            number=last + 1,
            label=label.strip()[:80],
            source=source.strip()[:200],
            source_url=source_url,
            reference_date=reference_date,
            file_name=file_name[:255],
            sha256=sha256,
            row_count=len(units) + len(rejected),
            rejected_count=len(rejected),
            imported_at=now,
        )
        rows = list(units.values())
        for start in range(0, len(rows), CHUNK):
            _write(rows[start : start + CHUNK], made)
        made.gone_count = StandardUnit.objects.filter(scheme=scheme, last_list=last).count() if last else 0
        made.save(update_fields=["new_count", "changed_count", "gone_count"])
        audit.record(
            "catalogue.import_standards",
            actor=actor,
            now=now,
            subject=made,
            units=len(units),
            rejected=len(rejected),
        )
    return Imported(made, tuple(rejected[:TOLD_ROWS]))


def _read(content: bytes) -> tuple[dict[str, UnitRow], list[RowFault]]:
    lines, _encoding = open_lines(content, max_bytes=settings.UPLOAD_MAX_BYTES, max_rows=MOST_ROWS)
    header: dict[str, int] | None = None
    units: dict[str, UnitRow] = {}
    rejected: list[RowFault] = []
    for seen, (number, cells) in enumerate(lines):
        if header is None:
            header = header_of(cells)
            if header is None and seen >= HEADER_WITHIN:
                break
            continue
        if not any(cell.strip() for cell in cells):
            continue
        try:
            unit = unit_of(cells, header)
            if unit.code in units:
                raise RowRefused(_("같은 번호가 앞에도 있습니다."))
        except RowRefused as refused:
            rejected.append(RowFault(number, cells[header["code"]][:40] if cells else "", str(refused)))
            continue
        units[unit.code] = unit
    if header is None:
        raise Invalid(
            _("‘능력단위분류번호’와 ‘능력단위명’ 칸이 있는 파일이어야 합니다."), code="columns_missing"
        )
    if not units:
        raise Invalid(_("능력단위가 하나도 없는 파일입니다."), code="no_units")
    return units, rejected


def _write(chunk: Sequence[UnitRow], made: StandardList) -> None:
    known = {
        unit.code: unit
        for unit in StandardUnit.objects.filter(scheme=made.scheme, code__in=[row.code for row in chunk])
    }
    fresh, kept = [], []
    for row in chunk:
        facts = {
            "unit_key": row.unit_key,
            "name": row.name,
            "level": row.level,
            "definition": row.definition,
            "sub_code": row.sub_code,
            "sub_name": row.sub_name,
            "path": row.path,
            "words": words_of(row),
        }
        unit = known.get(row.code)
        if unit is None:
            fresh.append(
                StandardUnit(
                    scheme=made.scheme,
                    code=row.code,
                    first_list=made.number,
                    last_list=made.number,
                    **facts,
                )
            )
            continue
        made.changed_count += any(getattr(unit, name) != value for name, value in facts.items())
        for name, value in facts.items():
            setattr(unit, name, value)
        unit.last_list = made.number
        kept.append(unit)
    made.new_count += len(fresh)
    StandardUnit.objects.bulk_create(fresh)
    if kept:
        StandardUnit.objects.bulk_update(kept, [*facts, "last_list"])
