"""Who has a power that may be delegated: the one place that services ask (rows A1, A2)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person, Region, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import organisations_where
from naite.trunk.people.regions import code_on
from naite.trunk.recognition.models import Delegation

Power = Delegation.Power


def in_force(on: date) -> QuerySet[Delegation]:
    """Return the delegations that hold on a day."""
    return Delegation.objects.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gt=on))


def holder(power: str, region: Region | None, *, on: date) -> Organisation | None:
    """Return the provincial institute that has a power for a place on a day, or None: the national institute.

    A region that was renamed or joined is answered for by what it became.
    """
    if region is None:
        return None
    code = (code_on(region.pk, on) or region.pk)[:2] + "000"
    found = in_force(on).filter(power=power, province=code).select_related("institute").first()
    return found.institute if found and found.institute.closed_on is None else None


def may(
    person: Person | None, power: str, region: Region | None, institute: Organisation, *, now: datetime
) -> bool:
    """Whether a person has a power for a place: officers of the national institute always, as who delegates may
    still act, and officers of the provincial institute to which it is delegated today."""
    if has_role(person, institute, Role.NATIONAL_OFFICER, now=now):
        return True
    delegated = holder(power, region, on=day_of(now))
    return delegated is not None and has_role(person, delegated, Role.PROVINCIAL_OFFICER, now=now)


def provinces_of(person: Person, power: str, *, now: datetime) -> set[str]:
    """Return the first two digits of the provinces for which a provincial officer has a power today."""
    offices = organisations_where(person, Role.PROVINCIAL_OFFICER, now=now)
    rows = in_force(day_of(now)).filter(power=power, institute__in=offices)
    return {code[:2] for code in rows.values_list("province_id", flat=True)}


def can_delegate(person: Person | None, *, now: datetime) -> bool:
    """Whether somebody delegates powers: the ministry and the national institute."""
    return has_role(person, None, Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER, now=now)


@transaction.atomic
def delegate(
    *, power: str, institute: Organisation, valid_from: date, ground: str, actor: Person, now: datetime
) -> Delegation:
    """Delegate a power to a province's institute from a day on, with the ground.

    Refuses anyone but ministry and national institute, an office without a province or closed, a day in the past, no
    ground, and a power that the province has by then. Safe to repeat with the same day.
    """
    granting = _granting(actor, now)
    wrong: dict[str, str] = {}
    province = institute.region
    if institute.kind != Organisation.Kind.PROVINCIAL_INSTITUTE or institute.closed_on is not None:
        wrong["institute"] = _("운영하고 있는 시도평생교육진흥원을 골라 주세요.")
    elif province is None or province.level != Region.Level.SIDO:
        wrong["institute"] = _("진흥원의 시도가 등록되지 않았습니다. 기관 정보에서 지역을 먼저 적어 주세요.")
    if power not in Power.values:
        wrong["power"] = _("위임할 권한을 골라 주세요.")
    if valid_from < day_of(now):
        wrong["valid_from"] = _("지난 날로는 정할 수 없습니다.")
    ground = " ".join(tidy(ground).split())
    if not 2 <= len(ground) <= 300:
        wrong["ground"] = _("위임의 근거를 2자에서 300자 사이로 적어 주세요. 예: 교육부 고시 제2026-12호")
    if wrong or province is None:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="delegation_faults", fields=wrong)
    Region.objects.select_for_update().get(pk=province.pk)
    there = (
        Delegation.objects.filter(province=province, power=power)
        .filter(Q(valid_until=None) | Q(valid_until__gt=valid_from))
        .exclude(valid_until=F("valid_from"))  # taken back before its first day: it never held
        .first()
    )
    if there is not None:
        if (there.institute_id, there.valid_from, there.valid_until) == (institute.pk, valid_from, None):
            return there
        raise Refused(
            _("%(province)s: 그날 이미 위임되어 있습니다.") % {"province": province.name},
            code="already_delegated",
        )
    made = Delegation.objects.create(
        power=power,
        province=province,
        institute=institute,
        granted_by=granting,
        ground=ground,
        valid_from=valid_from,
        created_by=actor,
        created_at=now,
    )
    audit.record("recognition.delegate", actor=actor, now=now, subject=made, power=power, on=valid_from)
    return made


@transaction.atomic
def end(*, delegation: Delegation, last_day: date, reason: str, actor: Person, now: datetime) -> Delegation:
    """Take a power back after a day; what was decided under it stays decided.

    Refuses a day in the past, a missing reason, one that has ended, and a later day than the one set before, as
    somebody else may have the power from then on. Before its first day it never holds. Safe to
    repeat with the same day.
    """
    _granting(actor, now)
    row = Delegation.objects.select_for_update().get(pk=delegation.pk)
    until = max(last_day + timedelta(days=1), row.valid_from)
    if row.valid_until == until:
        return row
    reason = " ".join(tidy(reason).split())
    wrong: dict[str, str] = {}
    if last_day < day_of(now):
        wrong["last_day"] = _("지난 날로는 정할 수 없습니다.")
    if not 2 <= len(reason) <= 300:
        wrong["reason"] = _("거두는 까닭을 2자에서 300자 사이로 적어 주세요.")
    if wrong:
        raise Invalid(" ".join(wrong.values()), code="delegation_faults", fields=wrong)
    if row.valid_until is not None and row.valid_until <= day_of(now):
        raise Refused(_("이미 끝난 위임입니다."), code="ended")
    if row.valid_until is not None and until > row.valid_until:
        raise Refused(
            _("%(day)s까지로 이미 정했습니다. 더 오래 맡기려면 그다음 날부터 새로 위임해 주세요.")
            % {"day": show_day(row.valid_until - timedelta(days=1))},
            code="ends_earlier",
        )
    row.valid_until, row.end_reason, row.ended_by, row.ended_at = until, reason, actor, now
    row.save(update_fields=["valid_until", "end_reason", "ended_by", "ended_at"])
    audit.record("recognition.end_delegation", actor=actor, now=now, subject=row, until=until)
    return row


def _granting(actor: Person, now: datetime) -> Organisation:
    office = organisations_where(actor, Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER, now=now).first()
    if office is None:
        raise NotAllowed(_("권한의 위임은 교육부와 국가평생교육진흥원 담당자만 정합니다."))
    return office
