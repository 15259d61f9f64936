"""Applications for a learning account, where the operator wants approval or proof of identity."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person, Region


class AccountApplication(models.Model):
    """Somebody asks for a learning account. A returned one is corrected and sent again as the same row."""

    class State(models.TextChoices):
        APPLIED = "applied", _("확인을 기다림")
        RETURNED = "returned", _("고쳐 달라고 돌려보냄")
        APPROVED = "approved", _("승인함")
        WITHDRAWN = "withdrawn", _("본인이 거둠")

    LIVE = (State.APPLIED, State.RETURNED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_applications")
    applied_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", help_text="the person, or a guardian"
    )
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=40, help_text="which identity step was made")
    level = models.CharField(max_length=10, help_text="how well the person is known by it")
    reference = models.CharField(max_length=64, blank=True, help_text="digest that tells a natural person")
    note = models.CharField(max_length=300, blank=True)
    applied_at = models.DateTimeField()
    due_on = models.DateField()
    remind_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=("applied", "returned")), name="records_applies_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["office", "state", "due_on"], name="records_applied_at"),
            models.Index(fields=["person", "applied_at"], name="records_applied_by"),
            models.Index(
                fields=["remind_on"], condition=Q(state="applied"), name="records_application_remind"
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.APPLIED


class ApplicationMove(models.Model):
    """What happened to an application: appended, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(AccountApplication, on_delete=models.PROTECT, related_name="moves")
    state = models.CharField(max_length=10, choices=AccountApplication.State)
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", help_text="none: by itself"
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["application", "at"], name="records_application_moves")]
