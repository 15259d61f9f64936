"""The lines of a plan as a table for Excel, and such a table read back."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid
from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Region
from naite.trunk.recognition.models import Plan, PlanLine
from naite.trunk.recognition.plans.services import LineFacts

COLUMNS = ("줄 번호", "구분", "내용", "지표", "지역", "분야", "목표 수", "금액(원)", "시작", "끝")
_KINDS = {str(label): value for value, label in PlanLine.Kind.choices}
_MEASURES = {str(label): value for value, label in PlanLine.Measure.choices}
_AREAS = {str(label): value for value, label in Area.choices}
_DAY = re.compile(r"^(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D*$")


def row_of(line: PlanLine) -> list[Any]:
    """Return a line in the order of ``COLUMNS``."""
    return [
        str(line.pk),
        str(line.get_kind_display()),
        line.title,
        str(line.get_measure_display()) if line.measure else "",
        line.region.full_name if line.region else "",
        str(line.get_area_display()) if line.area else "",
        line.target,
        line.amount,
        line.from_on,
        line.until_on,
    ]


def read(
    plan: Plan, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]
) -> tuple[list[tuple[UUID | None, LineFacts]], list[str], int]:
    """Return the lines that are new or differ, what is wrong (by the row's number in Excel), and how many are new.

    A row with the number of a line changes that line, one without adds one; lines that are missing stay.
    """
    places = {name.strip(): place for place, name in enumerate(header)}
    missing = [name for name in ("구분", "내용") if name not in places]
    if missing:
        raise Invalid(
            _("첫 줄에 열 이름이 없습니다: %(names)s. 내려받은 엑셀을 고쳐서 올려 주세요.")
            % {"names": ", ".join(missing)},
            code="columns",
        )
    known = {str(line.pk): line for line in plan.lines.select_related("region__parent")}
    regions = {row.full_name: row for row in Region.objects.select_related("parent").filter(valid_until=None)}
    found: list[tuple[UUID | None, LineFacts]] = []
    wrong: list[str] = []
    new = 0
    for number, cells in rows:
        cell = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        if not any(cell.values()):
            continue
        try:
            facts = _facts(cell, regions)
        except _Unknown as unknown:
            wrong.append(
                _("%(n)s행 %(head)s: ‘%(text)s’: 알 수 없는 값입니다.")
                % {"n": number, "head": unknown.args[0], "text": unknown.args[1][:40]}
            )
            continue
        key = cell.get("줄 번호", "")
        line = known.get(key)
        if key and line is None:
            wrong.append(_("%(n)s행: 이 계획에 없는 줄 번호입니다. 새 줄은 비워 두세요.") % {"n": number})
        elif line is None:
            found.append((None, facts))
            new += 1
        elif facts != of_line(line):
            found.append((line.pk, facts))
    return found, wrong, new


def of_line(line: PlanLine) -> LineFacts:
    """Return what a line says."""
    return LineFacts(
        line.kind,
        line.title,
        line.measure,
        line.region,
        line.area,
        line.target,
        line.amount,
        line.from_on,
        line.until_on,
    )


class _Unknown(ValueError):
    pass


def _facts(cell: dict[str, str], regions: dict[str, Region]) -> LineFacts:
    kind = _one(cell, "구분", _KINDS)
    measure = _one(cell, "지표", _MEASURES) or (
        PlanLine.Measure.TRAINED if kind == PlanLine.Kind.TRAINING else ""
    )
    return LineFacts(
        kind=kind,
        title=cell["내용"],
        measure=measure,
        region=_one(cell, "지역", regions) or None,
        area=_one(cell, "분야", _AREAS),
        target=_number(cell, "목표 수"),
        amount=_number(cell, "금액(원)"),
        from_on=_day(cell, "시작"),
        until_on=_day(cell, "끝"),
    )


def _one(cell: dict[str, str], head: str, known: dict[str, Any]) -> Any:
    text = cell.get(head, "")
    if not text:
        return ""
    if text not in known:
        raise _Unknown(head, text)
    return known[text]


def _number(cell: dict[str, str], head: str) -> int | None:
    text = cell.get(head, "").replace(",", "").removesuffix(".0")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise _Unknown(head, text)
    return int(text)


def _day(cell: dict[str, str], head: str) -> date | None:
    text = cell.get(head, "")
    if not text:
        return None
    match = _DAY.match(text)
    try:
        if match is None:
            raise ValueError(text)
        return date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise _Unknown(head, text) from error
