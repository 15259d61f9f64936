"""What becomes of an institution's applications when it closes or is merged into another."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from naite.roots.audit import services as audit
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications.workflow import WORKFLOW, move, note_event
from naite.trunk.recognition.models import Application

State = Application.State


def under_way(organisation: Organisation) -> QuerySet[Application]:
    """Return the applications of an institution that are not over."""
    return Application.objects.filter(organisation=organisation, state__in=Application.OPEN)


def withdrawable(application: Application) -> bool:
    """Whether an application can still be withdrawn; from the verdict on it is decided as it stands."""
    return WORKFLOW.allows("withdraw", application.state)


@transaction.atomic
def withdraw_all(*, organisation: Organisation, reason: str, actor: Person, now: datetime) -> int:
    """Withdraw the applications of an institution that closes, each with the reason in its history.

    Whether the actor may close it is the caller's to know. What has its verdict already goes on, as the ministry
    decides on it. Safe to repeat.
    """
    rows = under_way(organisation).select_for_update(of=("self",)).order_by("id")
    done = 0
    for row in rows:
        if not withdrawable(row):
            continue
        move(
            row,
            "withdraw",
            actor=actor,
            now=now,
            on_behalf_of=organisation,
            reason=reason[:500],
            office=None,
            handler=None,
            due_on=None,
        )
        audit.record("recognition.withdraw_application", actor=actor, now=now, subject=row, closed=True)
        done += 1
    return done


@transaction.atomic
def pass_on(*, organisation: Organisation, into: Organisation, actor: Person, now: datetime) -> int:
    """Let the successor stand in the applications of an institution that is merged into it. Route, state and
    deadlines stay. Whether the actor may is the caller's to know. Safe to repeat."""
    rows = list(under_way(organisation).select_for_update(of=("self",)).order_by("id"))
    for row in rows:
        # While the institution itself has the turn (draft, supplement), the turn goes along.
        turn = {"office": into} if row.office_id == organisation.pk else {}
        Application.objects.filter(pk=row.pk).update(organisation=into, changed_at=now, **turn)
        note_event(
            act="succeed",
            actor=actor,
            now=now,
            application=row,
            office=into,
            reason=f"{organisation.name} → {into.name}",
        )
        audit.record("recognition.pass_on_application", actor=actor, now=now, subject=row, into=into.pk)
    return len(rows)
