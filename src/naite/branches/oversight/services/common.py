"""What all services of oversight do alike."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from naite.branches.oversight import deadlines, policies, rules
from naite.branches.oversight.queries import institute
from naite.branches.oversight.texts import need
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.policies import COURSE_STAFF
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import CaseEvent, Recognition

OFFICES, PARTIES, PUBLIC = CaseEvent.Audience.OFFICES, CaseEvent.Audience.PARTIES, CaseEvent.Audience.PUBLIC


def require_officer(actor: Person, organisation_id: UUID, *, now: datetime) -> None:
    """Refuse anybody but an officer of the national institute without a role in the institution."""
    if not policies.can_oversee(actor, organisation_id, now=now):
        raise NotAllowed(
            _(
                "국가평생교육진흥원에서 사후 관리를 맡은 담당자만 할 수 있습니다. 그 기관의 사람은 맡을 수 없습니다."
            )
        )


def require_speaker(actor: Person, organisation: Organisation, *, now: datetime) -> None:
    """Refuse anybody who does not answer for the institution."""
    if not policies.can_speak_for(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 담당자만 할 수 있습니다."))


def next_number(model: type[models.Model], *, now: datetime) -> str:
    """Return the next number of the year, such as 2026-0007, inside the caller's transaction."""
    office = institute()
    if office is None:
        raise Refused(_("국가평생교육진흥원이 등록되어 있지 않습니다."), code="no_office")
    # One writer at a time, so that nobody gets the same number.
    Organisation.objects.select_for_update().get(pk=office.pk)
    year = day_of(now).year
    count = model._default_manager.filter(number__startswith=f"{year}-").count()
    return f"{year}-{count + 1:04}"


def note(
    recognition: Recognition,
    *,
    act: str,
    actor: Person | None,
    now: datetime,
    subject: models.Model,
    audience: str = PARTIES,
    by: Organisation | None = None,
    **more: Any,
) -> None:
    """Write an act to the recognition's case and to the log; ``by`` is the institution where it acts itself."""
    note_event(
        act=act,
        actor=actor,
        now=now,
        recognition=recognition,
        office=by or recognition.granted_by,
        audience=audience,
        **more,
    )
    audit.record(f"oversight.{act}", actor=actor, now=now, subject=subject)


def tell_institution(organisation: Organisation, *, subject: str, body: str, key: str, now: datetime) -> None:
    """Tell everybody who runs courses for an institution, once for each ``key``."""
    people = {held.person for held in staff_of(organisation, now=now) if held.role in COURSE_STAFF}
    for person in sorted(people, key=lambda each: str(each.pk)):
        notices.tell(
            to=person, subject=subject, body=body, now=now, dedupe_key=f"oversight:{key}:{person.pk}"
        )


def put_off(*, due_on: date, extended: bool, reason: str, now: datetime) -> tuple[str, date]:
    """Return the reason and the later day of an answer: ten days, once, before it is due (행정기본법 제36조제2항)."""
    words = need(reason, field="reason", most=rules.MAX_REASON, empty=_("미루는 까닭을 적어 주세요."))
    if extended:
        raise Refused(_("한 차례만 미룰 수 있습니다."), code="extended_already")
    if due_on < day_of(now):
        raise Refused(_("답할 날이 지나서 미룰 수 없습니다. 바로 답하세요."), code="too_late")
    try:
        due = deadlines.extended(due_on)
    except deadlines.NoRule:
        raise Refused(_("이 이의신청에는 미루는 규정이 없습니다."), code="no_extension") from None
    return words, due
