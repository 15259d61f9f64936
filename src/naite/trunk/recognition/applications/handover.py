"""Handing over one's open cases to a colleague (인계인수), so that none is left without somebody."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import access
from naite.trunk.recognition.models import Application, CaseEvent


def open_cases_of(office: Organisation, person: Person | None) -> int:
    """Return how many open cases of an office somebody handles."""
    return Application.objects.filter(office=office, handler=person, state__in=Application.OPEN).count()


@transaction.atomic
def hand_over(
    *, office: Organisation, giver: Person, taker: Person, note: str, actor: Person, now: datetime
) -> int:
    """Give all open cases that somebody handles in an office to a colleague; return how many.

    Also those of somebody who has left. Each case's history says so, with the note. Refuses who does not act
    for the office, on either side, and a hand-over to oneself. Safe to repeat: a second call moves nothing.
    """
    if not access.acts_for(actor, office, now=now):
        raise NotAllowed(_("이 기관의 담당자만 인계할 수 있습니다."))
    if taker.pk == giver.pk or not access.acts_for(taker, office, now=now):
        message = _("같은 기관의 다른 담당자를 골라 주세요.")
        raise Invalid(message, fields={"taker": message})
    note = tidy(note)[:500]
    rows = list(
        Application.objects.select_for_update().filter(
            office=office, handler=giver, state__in=Application.OPEN
        )
    )
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(handler=taker)
    CaseEvent.objects.bulk_create(
        CaseEvent(
            application=row,
            at=now,
            act="hand_over",
            actor=actor,
            office=office,
            reason=note,
            audience=CaseEvent.Audience.OFFICES,
            evidence={"to_person": taker.name, "before": giver.name},
        )
        for row in rows
    )
    if rows:
        audit.record(
            "recognition.hand_over",
            actor=actor,
            now=now,
            subject=office,
            giver=giver.pk,
            taker=taker.pk,
            cases=[str(row.pk) for row in rows],
        )
    return len(rows)
