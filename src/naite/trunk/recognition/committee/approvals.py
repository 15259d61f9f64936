"""The ministry approves what the committee decided, or sends it back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import organisations_where
from naite.trunk.recognition import numbers
from naite.trunk.recognition.applications import workflow as cases
from naite.trunk.recognition.models import AgendaItem, Application

MOST_REASON = 1000
S, V = Application.State, Application.Verdict


@dataclass(frozen=True)
class Done:
    """What became of one row of a bulk act; ``refusal`` is None where it worked."""

    application: Application
    refusal: Refused | None = None


def ministry_of(person: Person | None, *, now: datetime) -> Organisation | None:
    """Return the ministry for which a person approves, or None."""
    if person is None or not has_role(person, None, Role.MINISTRY_OFFICIAL, now=now):
        return None
    return (
        organisations_where(person, Role.MINISTRY_OFFICIAL, now=now)
        .filter(kind=Organisation.Kind.MINISTRY, closed_on=None)
        .first()
    )


def waiting() -> QuerySet[Application]:
    """Return the cases that the ministry has to approve, oldest number first."""
    return (
        Application.objects.filter(state=S.DELIBERATED)
        .select_related("organisation__region__parent", "round", "version", "handler")
        .order_by("verdict", "number", "id")
    )


def decided(application: Application) -> AgendaItem | None:
    """Return what the committee decided last on a case."""
    return (
        application.agenda_items.filter(is_waiting=False)
        .exclude(outcome__in=["", AgendaItem.Outcome.POSTPONED])
        .select_related("meeting")
        .order_by("-decided_at")
        .first()
    )


@transaction.atomic
def approve(*, application: Application, actor: Person, now: datetime) -> Application:
    """Approve the committee's decision on one case: a recognition gets its number, a refusal stays without.

    Nothing is in force yet: a recognition begins when the institution has received the notice. Refuses anyone
    but an official of the ministry, and (``moved_meanwhile``) a case that somebody else has decided.
    """
    ministry = _ministry(actor, now)
    recognised = application.verdict == V.RECOGNISE
    item = decided(application)
    number = numbers.recognition_number(timezone.localdate(now).year) if recognised else ""
    cases.move(
        application,
        "approve" if recognised else "refuse",
        actor=actor,
        now=now,
        on_behalf_of=ministry,
        reason="" if recognised or item is None else item.grounds,
        evidence={"number": number} if number else {},
        recognition_number=number,
        office=application.round.institute,
        handler=None,
        due_on=None,
        decided_at=now,
    )
    audit.record(
        "recognition.approve", actor=actor, now=now, subject=application, verdict=application.verdict
    )
    return application


@transaction.atomic
def send_back(*, application: Application, reason: str, actor: Person, now: datetime) -> Application:
    """Send a case back to the committee with the reason; it waits for another meeting with the panel's verdict."""
    ministry = _ministry(actor, now)
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        message = _("돌려보내는 까닭을 %(most)s자까지 적어 주세요.") % {"most": f"{MOST_REASON:,}"}
        raise Invalid(message, code="reason", fields={"reason": message})
    item = decided(application)
    cases.move(
        application,
        "send_back",
        actor=actor,
        now=now,
        on_behalf_of=ministry,
        reason=reason,
        audience="offices",
        verdict=item.found if item is not None else application.verdict,
        office=application.round.institute,
        handler=None,
        due_on=None,
    )
    audit.record("recognition.send_back", actor=actor, now=now, subject=application, reason=reason)
    return application


def approve_many(*, application_ids: Iterable[UUID], actor: Person, now: datetime) -> list[Done]:
    """Approve many cases, each for itself, so that one that cannot be approved keeps none of the others back.

    Returns a row for each that was found. Repeating approves nothing twice.
    """
    _ministry(actor, now)
    return [
        _attempt(application, lambda case: approve(application=case, actor=actor, now=now))
        for application in _found(application_ids)
    ]


def send_back_many(
    *, application_ids: Iterable[UUID], reason: str, actor: Person, now: datetime
) -> list[Done]:
    """Send many cases back with one reason, each for itself."""
    _ministry(actor, now)
    return [
        _attempt(application, lambda case: send_back(application=case, reason=reason, actor=actor, now=now))
        for application in _found(application_ids)
    ]


def _found(application_ids: Iterable[UUID]) -> list[Application]:
    ids = list(dict.fromkeys(application_ids))
    found = Application.objects.filter(pk__in=ids).select_related(
        "round__institute", "organisation", "version"
    )
    return list(found.order_by("number", "id"))


def _attempt(application: Application, act: Callable[[Application], object]) -> Done:
    try:
        act(application)
    except Refused as refusal:
        return Done(application, refusal)
    return Done(application)


def _ministry(actor: Person, now: datetime) -> Organisation:
    ministry = ministry_of(actor, now=now)
    if ministry is None:
        raise NotAllowed(_("평가인정은 교육부 담당자만 승인할 수 있습니다."))
    return ministry
