"""Bringing a decided case back before the committee, because an objection to its result was upheld."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition import policies
from naite.trunk.recognition.applications.workflow import move
from naite.trunk.recognition.models import Application, CaseEvent, ResultNotice
from naite.trunk.recognition.results.services import last_day_of

S = Application.State


@transaction.atomic
def reopen(*, application: Application, reason: str, actor: Person, now: datetime) -> Application:
    """Have the committee deliberate anew on a refused or provisional case; its letter is superseded, never removed.

    What the panel found stays as it was found. Refuses anyone but the granting institute, and
    (``moved_meanwhile``) a case that has gone on, such as one that was supplemented and handed in again.
    """
    if policies.granting_institute(actor, now=now) is None:
        raise NotAllowed(_("결과를 다시 심의하게 하는 일은 국가평생교육진흥원 담당자만 할 수 있습니다."))
    case = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round__institute")
        .get(pk=application.pk)
    )
    ResultNotice.objects.filter(application=case, superseded_at=None).update(superseded_at=now)
    move(
        case,
        "reopen",
        actor=actor,
        now=now,
        on_behalf_of=case.round.institute,
        reason=reason,
        audience=CaseEvent.Audience.PARTIES,
        office_id=case.round.institute_id,
        due_on=None,
        decided_at=None,
    )
    audit.record("recognition.reopen", actor=actor, now=now, subject=case)
    return case


@transaction.atomic
def pause_supplement(*, application: Application, now: datetime) -> None:
    """Stop the time to supplement while an objection is answered. Does nothing for a case in another state."""
    Application.objects.filter(pk=application.pk, state=S.PROVISIONAL).update(due_on=None, changed_at=now)


@transaction.atomic
def resume_supplement(*, application: Application, until: date, now: datetime) -> None:
    """Let the time to supplement go on until a day. Does nothing for a case in another state."""
    Application.objects.filter(pk=application.pk, state=S.PROVISIONAL).update(due_on=until, changed_at=now)


def supplement_until(notice: ResultNotice) -> date:
    """Return the last day to supplement by the letter alone, without any objection."""
    if notice.received_on is None:
        raise Refused(_("아직 받은 날이 적히지 않은 통보입니다."), code="not_received")
    return last_day_of(notice.received_on, notice.application.round.supplement_days)
