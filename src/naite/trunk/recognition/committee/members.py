"""Appointing members of the committee for a term."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.recognition.committee import policies
from naite.trunk.recognition.models import CommitteeMember


@transaction.atomic
def appoint(
    *,
    institute: Organisation,
    person: Person,
    term_from: date,
    term_until: date,
    affiliation: Organisation | None = None,
    field: str = "",
    is_chair: bool = False,
    actor: Person,
    now: datetime,
) -> CommitteeMember:
    """Appoint somebody who holds the role 심의위원 for a term; ``term_until`` is the first day after it.

    Refuses who does not prepare the committee, a person without the role, a term that runs backwards or lies over
    another one of the same person, and a second chair over the same days.
    """
    if not policies.can_prepare(actor, institute, now=now):
        raise NotAllowed(_("심의위원은 국가평생교육진흥원 담당자만 위촉할 수 있습니다."))
    if not has_role(person, institute, Role.COMMITTEE_MEMBER, now=now):
        message = _("심의위원 역할이 없는 사람입니다. 구성원·초대에서 먼저 초대해 주세요.")
        raise Invalid(message, code="no_role", fields={"person": message})
    if term_until <= term_from:
        message = _("임기의 끝 날은 시작하는 날보다 뒤여야 합니다.")
        raise Invalid(message, code="term", fields={"term_until": message})
    # One writer per institute at a time, so that two secretaries cannot both find the days free.
    Organisation.objects.select_for_update().get(pk=institute.pk)
    same_days = CommitteeMember.objects.filter(
        institute=institute, term_from__lt=term_until, term_until__gt=term_from
    )
    if same_days.filter(person=person).exists():
        message = _("같은 기간에 이미 위촉된 사람입니다.")
        raise Invalid(message, code="term_taken", fields={"person": message})
    if is_chair and same_days.filter(is_chair=True).exists():
        message = _("같은 기간에 위원장이 있습니다. 먼저 그 임기를 끝내 주세요.")
        raise Invalid(message, code="second_chair", fields={"is_chair": message})
    member = CommitteeMember.objects.create(
        institute=institute,
        person=person,
        affiliation=affiliation,
        field=" ".join(field.split()),
        is_chair=is_chair,
        term_from=term_from,
        term_until=term_until,
        appointed_by=actor,
        appointed_at=now,
    )
    audit.record(
        "recognition.appoint_member", actor=actor, now=now, subject=member, about=person.pk, chair=is_chair
    )
    return member


@transaction.atomic
def end_term(*, member: CommitteeMember, actor: Person, now: datetime) -> CommitteeMember:
    """End a term with today as its last day; what was decided with the member stays. Safe to repeat."""
    if not policies.can_prepare(actor, member.institute, now=now):
        raise NotAllowed(_("심의위원의 임기는 국가평생교육진흥원 담당자만 끝낼 수 있습니다."))
    # A term that has not begun ends where it begins: nobody ever sat in it.
    today = max(timezone.localdate(now), member.term_from)
    if CommitteeMember.objects.filter(pk=member.pk, term_until__gt=today).update(term_until=today):
        member.refresh_from_db()
        audit.record("recognition.end_member", actor=actor, now=now, subject=member, about=member.person_id)
    return member
