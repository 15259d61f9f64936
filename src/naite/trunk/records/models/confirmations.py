"""A learner asks an organisation whether an entry is true."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models.accounts import LearningAccount


class ConfirmationRequest(models.Model):
    """One question to one organisation about one entry, and its answer. Rows stay; asking again is a new one."""

    class State(models.TextChoices):
        WAITING = "waiting", _("확인 기다림")
        CONFIRMED = "confirmed", _("확인됨")
        DECLINED = "declined", _("확인하지 못함")
        WITHDRAWN = "withdrawn", _("거둠")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="confirmation_requests", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    entry_id = models.UUIDField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    message = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField(help_text="the last day on which an answer is in time")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    reminded_at = models.DateTimeField(
        null=True, help_text="when the organisation was told that the day nears"
    )
    late_told_at = models.DateTimeField(null=True, help_text="when the learner was told that it passed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "entry_id"],
                condition=Q(state="waiting"),
                name="records_one_open_confirmation",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "due_on"]),
            models.Index(fields=["account", "entry_id"]),
        ]
