"""The registry as a table for Excel, and such a table read back: what would change, line by line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import InstitutionFile, Organisation, Person, Region
from naite.trunk.people.registry import access, pages, rules

KEY, REVISION = "주소 이름", "판"
HEADS: dict[str, str] = {
    "name": "기관 이름",
    "kind": "기관 종류",
    "legal_basis": "법적 근거",
    "other_law": "다른 법령",
    "act": "설립 방식",
    "number": "등록(신고)번호",
    "registered_on": "등록(신고)일",
    "representative": "대표자",
    "region": "지역",
    "address": "주소",
    "opened_on": "문을 연 날",
}
COLUMNS = (KEY, REVISION, *HEADS.values())
MOST = 2000
_LABELS: dict[str, dict[str, str]] = {
    "kind": {str(label): value for value, label in Organisation.Kind.choices if value in rules.KINDS},
    "legal_basis": {f"({letter})": value for letter, value in (("가", "ga"), ("나", "na"), ("다", "da"))},
    "act": {str(label): value for value, label in InstitutionFile.Act.choices},
}
_DAY = re.compile(r"^(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D*$")


@dataclass(slots=True)
class Line:
    """One line of a table: which institution, what would change, and what is wrong with it."""

    number: int
    organisation: Organisation | None
    revision: int = 0
    changes: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def row_of(organisation: Organisation) -> list[Any]:
    """Return an institution's line in the order of ``COLUMNS``; without a page its revision is empty."""
    page = _page(organisation)
    values = pages.values_of(organisation, page)
    shown = {
        field_: next((label for label, key in _LABELS[field_].items() if key == text), text)
        if field_ in _LABELS
        else text
        for field_, text in values.items()
    }
    shown["region"] = organisation.region.full_name if organisation.region else ""
    return [organisation.slug, page.revision if page else "", *(shown[field_] for field_ in HEADS)]


def read(
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    person: Person,
    now: datetime,
) -> list[Line]:
    """Return the lines of a table that differ from the registry or are wrong; a fixed number of queries and a few for
    each line that differs. Empty cells are values: they empty a field. Columns that are missing stay as they are.

    Refuses a table without the columns that tell which institution and which state of its page is meant.
    """
    places = {name.strip(): place for place, name in enumerate(header)}
    missing = [name for name in (KEY, REVISION) if name not in places]
    if missing:
        raise Invalid(
            _("첫 줄에 열 이름이 없습니다: %(names)s. 내려받은 엑셀을 고쳐서 올려 주세요.")
            % {"names": ", ".join(missing)},
            code="columns",
        )
    table = [
        (number, {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()})
        for number, cells in rows
    ]
    table = [(number, cell) for number, cell in table if any(cell.values())]
    if len(table) > MOST:
        raise Invalid(_("%(most)s행까지 나누어 올려 주세요.") % {"most": f"{MOST:,}"}, code="too_many")
    known = {
        row.slug: row
        for row in access.seen_by(person, now=now)
        .filter(slug__in={cell[KEY] for _number, cell in table})
        .select_related("registry__office", "region__parent", "parent")
        .distinct()
    }
    regions = {
        row.full_name: row.pk for row in Region.objects.select_related("parent").filter(valid_until=None)
    }
    seen: set[str] = set()
    found = []
    for number, cell in table:
        line = _line(number, cell, known, regions, seen, person, now)
        if line.changes or line.faults:
            found.append(line)
    return found


def _line(
    number: int,
    cell: Mapping[str, str],
    known: Mapping[str, Organisation],
    regions: Mapping[str, str],
    seen: set[str],
    person: Person,
    now: datetime,
) -> Line:
    organisation = known.get(cell[KEY])
    line = Line(number, organisation)
    if organisation is None:
        line.faults.append(
            _("‘%(slug)s’: 맡은 지역에 없는 기관입니다. 주소 이름을 확인해 주세요.")
            % {"slug": cell[KEY][:60]}
        )
        return line
    if cell[KEY] in seen:
        line.faults.append(_("같은 기관이 두 번 있습니다."))
        return line
    seen.add(cell[KEY])
    wanted, faults = _wanted(cell, regions)
    page = _page(organisation)
    if page is None:
        if cell[REVISION]:
            line.faults.append(_("대장이 없는 기관입니다. 대장을 먼저 열어 주세요."))
        return line
    line.changes = pages.difference(organisation, page, wanted)
    line.faults += faults
    if not line.changes:
        return line
    line.revision = page.revision
    if cell[REVISION] != str(page.revision):
        line.faults.append(_("내려받은 뒤에 대장이 바뀌었습니다. 새로 내려받아 고쳐 주세요."))
    if organisation.closed_on is not None:
        line.faults.append(_("문을 닫은 기관의 대장은 고칠 수 없습니다."))
    elif not access.can_decide(person, organisation, now=now):
        line.faults.append(_("담당 기관이 아니어서 고칠 수 없습니다."))
    try:
        pages.check(
            {**pages.values_of(organisation, page), **{f: after for f, (_b, after) in line.changes.items()}},
            teaches_school_subjects=False if organisation.legal_basis == "na" else None,
            now=now,
        )
    except Invalid as refusal:
        line.faults += [f"{rules.FIELDS.get(f, '')}: {message}" for f, message in refusal.fields.items()]
    return line


def _wanted(cell: Mapping[str, str], regions: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    wanted: dict[str, str] = {}
    faults: list[str] = []
    for field_, head in HEADS.items():
        if head not in cell:
            continue
        text = cell[head]
        try:
            wanted[field_] = _value(field_, text, regions) if text else ""
        except ValueError:
            faults.append(_("%(head)s: ‘%(text)s’: 알 수 없는 값입니다.") % {"head": head, "text": text[:40]})
    return wanted, faults


def _value(field_: str, text: str, regions: Mapping[str, str]) -> str:
    if field_ == "region":
        if text not in regions:
            raise ValueError(text)
        return regions[text]
    if field_ == "legal_basis":
        text = text[:3]
    if field_ in _LABELS:
        if text not in _LABELS[field_]:
            raise ValueError(text)
        return _LABELS[field_][text]
    if field_ in rules.DAYS:
        match = _DAY.match(text)
        if match is None:
            raise ValueError(text)
        return date(*(int(part) for part in match.groups())).isoformat()
    return text


@transaction.atomic
def apply(
    *, wanted: Sequence[tuple[str, int, Mapping[str, str]]], reason: str, actor: Person, now: datetime
) -> int:
    """Correct several pages at once, all or none; each is (id, revision that was shown, values).

    Refuses as ``pages.correct`` does, and says at which institution.
    """
    done = 0
    rows = Organisation.objects.in_bulk([pk for pk, _revision, _values in wanted])
    by_id = {str(pk): row for pk, row in rows.items()}
    for pk, revision, values in wanted:
        organisation = by_id.get(pk)
        if organisation is None:
            raise Refused(_("기관을 찾을 수 없습니다."), code="gone")
        try:
            changed = pages.correct(
                organisation=organisation,
                values=values,
                reason=reason,
                revision=revision,
                actor=actor,
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            raise Refused(
                f"{organisation.name}: {refusal}", code=refusal.code, fields=refusal.fields
            ) from refusal
        done += bool(changed)
    return done


def _page(organisation: Organisation) -> InstitutionFile | None:
    try:
        return organisation.registry
    except ObjectDoesNotExist:
        return None
