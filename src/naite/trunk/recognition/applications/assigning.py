"""Giving several cases to a colleague at once, and taking that back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.errors import Invalid, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import access, handling, turns
from naite.trunk.recognition.applications.handling import Outcome
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import Application, CaseEvent


def assign_many(
    *, applications: Sequence[Application], to: Person, actor: Person, now: datetime
) -> list[Outcome]:
    """Give each case that can be given to a colleague; the others keep their refusal."""
    done = []
    for row in applications:
        try:
            done.append(Outcome(handling.assign(application=row, to=to, actor=actor, now=now), ""))
        except Refused as refusal:
            done.append(Outcome(row, str(refusal)))
    return done


@transaction.atomic
def put_back(
    *, application: Application, given_to: Person, before: Person | None, actor: Person, now: datetime
) -> Application:
    """Undo an assignment: the case goes back to who had it before, or to nobody. It stays in the history.

    Refuses who does not act for the office whose turn it is, a case that somebody else has by now, and one whose
    former handler no longer acts for this office. Safe to repeat.
    """
    row = turns.locked(application, actor, now)
    if row.handler_id == (before.pk if before else None):
        return row
    if row.handler_id != given_to.pk:
        raise Refused(
            _("그 사이에 담당이 다시 바뀌어 되돌리지 않았습니다. 지금 담당: %(name)s")
            % {"name": row.handler.name if row.handler else _("없음")},
            code="moved_meanwhile",
        )
    if before is not None and not access.acts_for(before, row.office, now=now):
        message = _("%(name)s 님은 이제 이 기관의 담당자가 아니어서 되돌리지 않았습니다.") % {
            "name": before.name
        }
        raise Invalid(message, fields={"to": message})
    row.handler = before
    row.save(update_fields=["handler"])
    note_event(
        act="assign",
        actor=actor,
        now=now,
        application=row,
        office=row.office,
        audience=CaseEvent.Audience.OFFICES,
        to_person=before.name if before else "",
        before=given_to.name,
    )
    turns.note("assign", row, actor, now, to=before.pk if before else None)
    return row
