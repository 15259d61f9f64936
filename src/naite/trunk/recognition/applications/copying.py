"""Taking over an earlier application."""

from datetime import datetime

from django.utils.translation import gettext as _

from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import rules
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import Application, ApplicationItem, Evidence


def copy(made: Application, old: Application, *, actor: Person, now: datetime) -> None:
    """Take over the texts of items with the same title, and the files under them; say what came from where."""
    if old.organisation_id != made.organisation_id:
        raise NotAllowed(_("같은 기관의 신청만 베낄 수 있습니다."))
    made.content = {name: old.content.get(name, "") for name in rules.CONTENT_LIMITS}
    made.content["planned_from"] = made.content["planned_until"] = ""
    made.save(update_fields=["content"])
    before = {row.item.title: row for row in old.items.select_related("item")}
    copied = []
    for row in made.items.select_related("item"):
        was = before.get(row.item.title)
        if was is not None:
            row.text = was.text
            copied.append(row)
    ApplicationItem.objects.bulk_update(copied, ["text"])
    places = {row.item.title: row.item for row in copied}
    Evidence.objects.bulk_create(
        Evidence(
            application=made,
            item=places[each.item.title],
            file=each.file,
            title=each.title,
            added_by=actor,
            added_at=now,
        )
        for each in old.evidence.filter(
            removed_at=None, item__isnull=False, file__erased_at=None
        ).select_related("item", "file")
        if each.item is not None and each.item.title in places
    )
    note_event(
        act="copy",
        actor=actor,
        now=now,
        application=made,
        office=made.organisation,
        from_number=old.number,
        items=len(copied),
    )
