"""Whether everything that the criteria ask for is there; nothing is scored here."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.errors import Invalid, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import turns
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import Application, ApplicationItem, CaseEvent

State = Application.State
Check = ApplicationItem.Check


@transaction.atomic
def check_item(
    *, application: Application, item_id: UUID, result: str, note: str = "", actor: Person, now: datetime
) -> ApplicationItem:
    """Mark whether an item is there in full. Nothing is scored here. Refuses a lack without saying what it is,
    and marks while it is not this office's turn. Safe to repeat."""
    row = turns.locked(application, actor, now)
    if row.state != State.RECEIVED:
        raise Refused(_("접수한 건만 확인할 수 있습니다. 화면을 새로 고쳐 주세요."), code="not_received")
    note = " ".join(tidy(note).split())[:500]
    if result not in Check.values:
        raise Invalid(_("갖춤이나 보완 필요를 골라 주세요."), fields={"result": _("하나를 골라 주세요.")})
    if result == Check.LACKING and not note:
        message = _("무엇이 빠졌는지 적어 주세요. 기관이 그대로 봅니다.")
        raise Invalid(message, fields={"note": message})
    item = row.items.select_related("item").filter(item_id=item_id).first()
    if item is None:
        raise Invalid(_("이 신청에 없는 항목입니다."), code="unknown_item")
    if (item.check_state, item.check_note) == (result, note):
        return item
    before = item.check_state
    item.check_state = result
    item.check_note = note if result == Check.LACKING else item.check_note
    item.save(update_fields=["check_state", "check_note"])
    note_event(
        act="check_item",
        actor=actor,
        now=now,
        application=row,
        office=row.office,
        reason=note,
        audience=CaseEvent.Audience.OFFICES,
        item=item.item.title,
        before=before,
        after=result,
    )
    return item


@transaction.atomic
def check_rest(*, application: Application, actor: Person, now: datetime) -> int:
    """Mark every item that nobody has looked at yet as there in full; return how many. Items that came back from
    a supplement, and those called lacking, stay for a look of their own. Safe to repeat."""
    row = turns.locked(application, actor, now)
    if row.state != State.RECEIVED:
        raise Refused(_("접수한 건만 확인할 수 있습니다. 화면을 새로 고쳐 주세요."), code="not_received")
    marked = row.items.filter(check_state=Check.UNCHECKED, check_note="").update(check_state=Check.COMPLETE)
    if marked:
        note_event(
            act="check_item",
            actor=actor,
            now=now,
            application=row,
            office=row.office,
            audience=CaseEvent.Audience.OFFICES,
            item=_("나머지 %(n)s개") % {"n": marked},
            after=Check.COMPLETE.value,
        )
    return marked
