"""Switching the provincial stage on and off, by province and day (row A2)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person, Region, Role
from naite.trunk.people.policies import has_role
from naite.trunk.recognition.models import ProvincialStage


def can_switch(person: Person | None, *, now: datetime) -> bool:
    """Whether somebody switches provincial stages: the ministry and the national institute."""
    return has_role(person, None, Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER, now=now)


@transaction.atomic
def switch_on(
    *, institute: Organisation, valid_from: date, note: str = "", actor: Person, now: datetime
) -> ProvincialStage:
    """Let applications of a province pass its institute from a day on; those under way keep their route.

    Refuses anyone but ministry and national institute, an office without a province or closed, a day in the
    past, and a province whose stage is on by then. Safe to repeat with the same day.
    """
    _require(actor, now)
    if institute.kind != Organisation.Kind.PROVINCIAL_INSTITUTE or institute.closed_on is not None:
        message = _("운영하고 있는 시도평생교육진흥원을 골라 주세요.")
        raise Invalid(message, fields={"institute": message})
    province = institute.region
    if province is None or province.level != Region.Level.SIDO:
        message = _("진흥원의 시도가 등록되지 않았습니다. 기관 정보에서 지역을 먼저 적어 주세요.")
        raise Invalid(message, fields={"institute": message})
    _not_past(valid_from, now, "valid_from")
    Region.objects.select_for_update().get(pk=province.pk)
    there = ProvincialStage.objects.filter(province=province).filter(
        Q(valid_until=None) | Q(valid_until__gt=valid_from)
    )
    if row := there.first():
        if (row.institute_id, row.valid_from, row.valid_until) == (institute.pk, valid_from, None):
            return row
        raise Refused(
            _("%(province)s: 그날 이미 시도 단계를 거칩니다.") % {"province": province.name},
            code="already_on",
        )
    made = ProvincialStage.objects.create(
        province=province, institute=institute, valid_from=valid_from, note=note.strip()[:300]
    )
    audit.record(
        "recognition.switch_on_province",
        actor=actor,
        now=now,
        subject=made,
        province=province.pk,
        on=valid_from,
    )
    return made


@transaction.atomic
def switch_off(
    *, stage: ProvincialStage, last_day: date, note: str = "", actor: Person, now: datetime
) -> ProvincialStage:
    """Let a province's stage end with a day; applications handed in until then keep their route.

    Refuses a day in the past or before the stage began. Safe to repeat.
    """
    _require(actor, now)
    _not_past(last_day, now, "last_day")
    row = ProvincialStage.objects.select_for_update().get(pk=stage.pk)
    until = last_day + timedelta(days=1)
    if until <= row.valid_from:
        message = _("시작한 날보다 앞섭니다.")
        raise Invalid(message, fields={"last_day": message})
    if row.valid_until == until:
        return row
    row.valid_until = until
    row.note = note.strip()[:300] or row.note
    row.save(update_fields=["valid_until", "note"])
    audit.record("recognition.switch_off_province", actor=actor, now=now, subject=row, until=until)
    return row


def _require(actor: Person, now: datetime) -> None:
    if not can_switch(actor, now=now):
        raise NotAllowed(_("시도 단계는 교육부와 국가평생교육진흥원 담당자만 정합니다."))


def _not_past(day: date, now: datetime, field: str) -> None:
    if day < day_of(now):
        message = _("지난 날로는 정할 수 없습니다. 이미 낸 신청의 길은 바뀌지 않습니다.")
        raise Invalid(message, fields={field: message})
