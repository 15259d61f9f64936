"""The office's own deadline and memo on the page of a case."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import marks
from naite.trunk.recognition.applications.marks import Edit
from naite.trunk.recognition.models import Application
from naite.web.fields import DATE_INPUT


class MarkForm(forms.Form):
    """What an office notes for itself; ``stood`` is the case as it was read."""

    internal_due_on = forms.DateField(label=gettext_lazy("내부 기한"), required=False, widget=DATE_INPUT)
    memo = forms.CharField(
        label=gettext_lazy("메모"),
        required=False,
        max_length=marks.MOST_MEMO,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    stood = forms.CharField(widget=forms.HiddenInput)


def form_of(row: Application, office: Organisation) -> MarkForm:
    """Return the form as the case stands."""
    mark = marks.marks_of(office, [row.pk]).get(row.pk)
    now = marks.edit_of(row, mark)
    return MarkForm(
        initial={
            "internal_due_on": now.internal_due_on,
            "memo": now.memo,
            "stood": marks.fingerprint(row, mark),
        }
    )


def save(
    row: Application, given: dict[str, Any], office: Organisation, *, actor: Person, now: datetime
) -> None:
    """Keep what was typed, if nobody has changed the case meanwhile."""
    marks.edit(
        application=row,
        office=office,
        to=Edit(row.handler_id, given["internal_due_on"], given["memo"]),
        stood=given["stood"],
        actor=actor,
        now=now,
    )
