"""Certifying institutions as a whole (기관 평가·인증, 평생교육법 제28조의2), apart from recognising their courses."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import InstitutionCertification, Organisation, Person, Role
from naite.trunk.people.queries import organisations_where
from naite.trunk.people.registry import pages, rules


def certifying_office(person: Person | None, *, now: datetime) -> Organisation | None:
    """Return the office in whose name a person certifies: the ministry or the national institute."""
    if person is None or not person.is_active:
        return None
    return organisations_where(person, Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER, now=now).first()


@transaction.atomic
def certify(
    *,
    organisation: Organisation,
    number: str,
    valid_from: date,
    last_day: date,
    ground: str,
    actor: Person,
    now: datetime,
) -> InstitutionCertification:
    """Record that an institution is certified from a day through another.

    Refuses anyone but ministry and national institute, a closed institution or one of no such kind, a number that was
    used, no ground, days out of order, and days on which it is certified already.
    """
    office = certifying_office(actor, now=now)
    if office is None:
        raise NotAllowed(_("기관 인증은 교육부와 국가평생교육진흥원 담당자만 기록합니다."))
    row, _page = pages.locked(organisation)
    if row.kind not in rules.KINDS or row.closed_on is not None:
        raise Refused(_("지금 운영하는 평생교육기관만 인증합니다."), code="kind")
    number, ground = " ".join(tidy(number).split()), " ".join(tidy(ground).split())
    until = last_day + timedelta(days=1)
    wrong: dict[str, str] = {}
    if not number or len(number) > 40:
        wrong["number"] = _("인증번호를 40자까지 적어 주세요.")
    elif InstitutionCertification.objects.filter(number=number).exists():
        wrong["number"] = _("이미 쓰인 인증번호입니다.")
    if not 2 <= len(ground) <= 300:
        wrong["ground"] = _("근거를 2자에서 300자 사이로 적어 주세요.")
    if last_day < valid_from:
        wrong["last_day"] = _("끝이 시작보다 앞섭니다.")
    if wrong:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="certification_faults", fields=wrong)
    overlapping = row.certifications.filter(valid_from__lt=until, valid_until__gt=valid_from).filter(
        Q(cancelled_on=None) | Q(cancelled_on__gt=valid_from), ~Q(cancelled_on=F("valid_from"))
    )
    if overlapping.exists():
        raise Refused(_("같은 기간에 이미 인증을 받았습니다."), code="already_certified")
    made = InstitutionCertification.objects.create(
        organisation=row,
        number=number,
        granted_by=office,
        valid_from=valid_from,
        valid_until=until,
        ground=ground,
        decided_by=actor,
        created_at=now,
    )
    pages.note(row, "certify", on=valid_from, actor=actor, office=office, reason=number, now=now)
    audit.record("people.certify_institution", actor=actor, now=now, subject=made)
    return made


@transaction.atomic
def cancel(
    *, certification: InstitutionCertification, reason: str, actor: Person, now: datetime
) -> InstitutionCertification:
    """Cancel a certification from today on, with the reason. Safe to repeat."""
    office = certifying_office(actor, now=now)
    if office is None:
        raise NotAllowed(_("기관 인증은 교육부와 국가평생교육진흥원 담당자만 기록합니다."))
    reason = " ".join(tidy(reason).split())
    if not 2 <= len(reason) <= 300:
        message = _("취소하는 까닭을 2자에서 300자 사이로 적어 주세요.")
        raise Invalid(message, code="reason", fields={"reason": message})
    today = day_of(now)
    changed = InstitutionCertification.objects.filter(pk=certification.pk, cancelled_on=None).update(
        cancelled_on=today, cancel_reason=reason
    )
    certification.refresh_from_db()
    if changed:
        pages.note(
            certification.organisation,
            "uncertify",
            on=today,
            actor=actor,
            office=office,
            reason=f"{certification.number}: {reason}",
            now=now,
        )
        audit.record("people.cancel_certification", actor=actor, now=now, subject=certification)
    return certification
