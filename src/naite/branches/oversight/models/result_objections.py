"""Objections (이의신청, 행정기본법 제36조) to a result that an institution was told: refused or provisional."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from naite.branches.oversight.models.cancellations import Objection
from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Application, ResultNotice


class ResultObjection(models.Model):
    """An institution's objection to one letter, with its own clock; the states are those of ``Objection``."""

    State = Objection.State

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    notice = models.ForeignKey(ResultNotice, on_delete=models.PROTECT, related_name="objections")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="objections")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    extended = models.BooleanField(default=False)
    extension_reason = models.TextField(blank=True)
    handler = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Objection.State, default=Objection.State.FILED)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice"], condition=~Q(state="withdrawn"), name="oversight_objection_to_result_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "rejected"])
                | ~Q(answer="") & Q(decided_by__isnull=False, answered_on__isnull=False),
                name="oversight_result_objection_answered",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="oversight_result_objections")]

    def __str__(self) -> str:
        return self.number
