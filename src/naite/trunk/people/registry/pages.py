"""An institution's page in the registry: its values as text, writing them, its history."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people import offices
from naite.trunk.people.models import (
    InstitutionEvent,
    InstitutionFile,
    Organisation,
    OrganisationChange,
    Person,
    Region,
)
from naite.trunk.people.registry import access, rules

Changes = Mapping[str, tuple[str, str]]


def values_of(organisation: Organisation, page: InstitutionFile | None) -> dict[str, str]:
    """Return every field of a page as text; days as 2026-11-24, the region as its code."""
    page = page or InstitutionFile()
    found: dict[str, Any] = {
        "name": organisation.name,
        "kind": organisation.kind,
        "legal_basis": organisation.legal_basis,
        "other_law": page.other_law,
        "act": page.act,
        "number": page.number,
        "registered_on": page.registered_on,
        "representative": page.representative,
        "region": organisation.region_id,
        "address": organisation.address,
        "opened_on": page.opened_on,
    }
    return {field: "" if found[field] is None else str(found[field]) for field in rules.FIELDS}


def sentence(field: str, fault: str) -> str:
    """Return what is said at a field that cannot stand."""
    if fault in {"future", "day"}:
        return _("오늘이나 지난 날을 적어 주세요.")
    if fault == "long":
        return _("%(most)s자까지 적어 주세요.") % {"most": rules.LONGEST[field]}
    if (field, fault) == ("other_law", "needed"):
        return _(
            "(다)는 평생교육을 주된 목적으로 하는 시설임을 정한 법령과 조를 적어 주세요. 예: 도서관법 제4조"
        )
    if fault == "before_registration":
        return _("인가·등록을 받기 전에는 문을 열 수 없습니다. 두 날을 확인해 주세요.")
    return offices.sentence(field, fault)


def check(values: Mapping[str, str], *, teaches_school_subjects: bool | None, now: datetime) -> None:
    """Refuse values that cannot stand; a hagwon that tutors school subjects with the clause (제2조제2호나목)."""
    found = rules.faults(values, teaches_school_subjects=teaches_school_subjects, today=day_of(now))
    if values["region"]:
        region = Region.objects.filter(pk=values["region"]).first()
        if region is None or not region.is_valid_on(day_of(now)):
            found["region"] = "past"
    if not found:
        return
    fields = {field: sentence(field, fault) for field, fault in found.items()}
    if found.get("teaches_school_subjects") == "school_subjects":
        raise Invalid(fields["teaches_school_subjects"], code="school_subject_hagwon", fields=fields)
    raise Invalid(_("적은 내용을 확인해 주세요. 바뀐 것은 없습니다."), code="page_faults", fields=fields)


def tidied(values: Mapping[str, str]) -> dict[str, str]:
    return {field: " ".join(tidy(text).split()) for field, text in values.items() if field in rules.FIELDS}


def difference(
    organisation: Organisation, page: InstitutionFile | None, wanted: Mapping[str, str]
) -> dict[str, Any]:
    """Return {field: [before, after]} for what differs from the page."""
    before = values_of(organisation, page)
    wanted = tidied(wanted)
    return {
        field: [before[field], wanted[field]]
        for field in rules.FIELDS
        if field in wanted and wanted[field] != before[field]
    }


def locked(organisation: Organisation) -> tuple[Organisation, InstitutionFile | None]:
    """Return an organisation and its page, locked for one writer at a time."""
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    page = InstitutionFile.objects.select_for_update(of=("self",)).filter(organisation=row).first()
    return row, page


@transaction.atomic
def open_page(
    *, organisation: Organisation, office: Organisation | None = None, actor: Person, now: datetime
) -> InstitutionFile:
    """Open an institution's page in the registry. From then on its own staff ask for changes of what it says
    instead of making them. Refuses who is not of the responsible office, and kinds without a page. Safe to repeat."""
    if organisation.kind not in rules.KINDS:
        raise Refused(_("이 종류의 기관은 기관 대장에 올리지 않습니다."), code="kind")
    if not access.can_decide(actor, organisation, now=now):
        raise NotAllowed(_("기관 대장은 담당 지자체·교육청과 상위 기관의 담당자가 엽니다."))
    made, created = InstitutionFile.objects.get_or_create(
        organisation=organisation,
        defaults={
            "office": office or access.responsible_office(organisation, now=now),
            "created_at": now,
        },
    )
    if created:
        note(organisation, "open", on=day_of(now), actor=actor, office=made.office, now=now)
        audit.record("people.open_registry_page", actor=actor, now=now, subject=organisation)
    return made


@transaction.atomic
def correct(
    *,
    organisation: Organisation,
    values: Mapping[str, str],
    reason: str,
    revision: int,
    teaches_school_subjects: bool | None = False,
    actor: Person,
    now: datetime,
) -> dict[str, Any]:
    """Set a page right by the office (직권 정정), from today on; return what changed.

    Refuses who may not decide, a missing reason, values that cannot stand, a closed institution, and the second of
    two (``changed_meanwhile``). Without a difference nothing happens.
    """
    if not access.can_decide(actor, organisation, now=now):
        raise NotAllowed(_("기관 대장은 담당 지자체·교육청과 상위 기관의 담당자가 고칩니다."))
    row, page = locked(organisation)
    if page is None:
        raise Refused(_("이 기관의 대장을 먼저 열어 주세요."), code="no_page")
    if row.closed_on is not None:
        raise Refused(_("문을 닫은 기관의 대장은 고칠 수 없습니다."), code="closed")
    changes = difference(row, page, values)
    if not changes:
        return {}
    reason = " ".join(tidy(reason).split())
    if not 2 <= len(reason) <= 500:
        message = _("고치는 까닭을 2자에서 500자 사이로 적어 주세요.")
        raise Invalid(message, code="reason", fields={"reason": message})
    if page.revision != revision:
        raise changed_meanwhile()
    check(
        {**values_of(row, page), **{field: after for field, (_before, after) in changes.items()}},
        teaches_school_subjects=teaches_school_subjects,
        now=now,
    )
    write(row, page, changes, on=day_of(now), actor=actor, now=now)
    note(
        row,
        "correct",
        on=day_of(now),
        actor=actor,
        office=page.office,
        reason=reason,
        values=changes,
        now=now,
    )
    audit.record("people.correct_registry_page", actor=actor, now=now, subject=row, fields=sorted(changes))
    return changes


def changed_meanwhile() -> Refused:
    return Refused(
        _("그 사이에 다른 사람이 대장을 고쳤습니다. 새로 고친 뒤 바뀐 내용을 보고 다시 해 주세요."),
        code="changed_meanwhile",
    )


def write(
    row: Organisation,
    page: InstitutionFile,
    changes: Mapping[str, Any],
    *,
    on: date,
    actor: Person | None,
    now: datetime,
) -> None:
    """Put changed values into a locked page. A new name is kept as ``OrganisationChange``, for old badges."""
    former = row.name
    for field, (_before, after) in changes.items():
        value: Any = (date.fromisoformat(after) if after else None) if field in rules.DAYS else after
        if field == "region":
            row.region_id = after or None
        else:
            setattr(row if field in rules.OF_ORGANISATION else page, field, value)
    page.revision += 1
    row.save()
    page.save()
    if row.name != former:
        offices.note_change(row, OrganisationChange.Kind.RENAMED, on, former, None, actor, now)


def note(
    organisation: Organisation,
    act: str,
    *,
    on: date,
    actor: Person | None,
    now: datetime,
    office: Organisation | None = None,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> InstitutionEvent:
    """Add a line to an institution's history."""
    return InstitutionEvent.objects.create(
        organisation=organisation,
        at=now,
        on=on,
        act=act,
        actor=actor,
        office=office,
        reason=reason,
        values=dict(values or {}),
    )
