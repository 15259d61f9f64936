"""Cancelling a recognition (취소) and objections against orders and cancellations (이의신청)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.branches.oversight.models.corrections import CorrectionOrder, Ground
from naite.branches.oversight.models.investigations import Investigation
from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Recognition


class Cancellation(models.Model):
    """A cancellation from its prior notice over opinion and hearing to the decision."""

    class State(models.TextChoices):
        NOTICED = "noticed", _("의견을 듣는 중")
        CANCELLED = "cancelled", _("취소함")
        DROPPED = "dropped", _("취소하지 않음")
        REVERSED = "reversed", _("이의신청으로 되살림")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=20, choices=Ground)
    order = models.ForeignKey(CorrectionOrder, null=True, on_delete=models.PROTECT, related_name="+")
    investigation = models.ForeignKey(
        Investigation, null=True, on_delete=models.PROTECT, related_name="cancellations"
    )
    grounds = models.TextField(help_text="the facts, for the notice")
    state = models.CharField(max_length=10, choices=State, default=State.NOTICED)
    noticed_at = models.DateTimeField()
    noticed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    notice_delivered_on = models.DateField()
    opinion_until = models.DateField()
    opinion = models.TextField(blank=True)
    opinion_waived = models.BooleanField(default=False)
    opinion_at = models.DateTimeField(null=True)
    opinion_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    hearing = models.BooleanField(default=False)
    hearing_on = models.DateField(null=True)
    hearing_place = models.CharField(max_length=200, blank=True)
    hearing_record = models.TextField(blank=True)
    hearing_held_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True, help_text="of the decision")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    delivered_on = models.DateField(null=True, help_text="when the decision arrived")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recognition"],
                condition=Q(state__in=["noticed", "cancelled"]),
                name="oversight_one_cancellation",
            ),
            models.CheckConstraint(
                condition=Q(ground="false_means") | Q(order__isnull=False),
                name="oversight_order_before_cancellation",
            ),
            models.CheckConstraint(
                condition=Q(state="noticed") | ~Q(reasons="") & Q(decided_by__isnull=False),
                name="oversight_decision_has_reasons",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "opinion_until"], name="oversight_cancellations"),
            models.Index(fields=["organisation", "state"], name="oversight_cancellations_of"),
        ]

    def __str__(self) -> str:
        return self.number


class Objection(models.Model):
    """An institution's objection against one order or one cancellation, with its own clock."""

    class State(models.TextChoices):
        FILED = "filed", _("검토 중")
        UPHELD = "upheld", _("인용")
        REJECTED = "rejected", _("기각")
        WITHDRAWN = "withdrawn", _("거둠")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(CorrectionOrder, null=True, on_delete=models.PROTECT, related_name="objections")
    cancellation = models.ForeignKey(
        Cancellation, null=True, on_delete=models.PROTECT, related_name="objections"
    )
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    extended = models.BooleanField(default=False)
    extension_reason = models.TextField(blank=True)
    handler = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.FILED)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(order__isnull=False, cancellation__isnull=True)
                | Q(order__isnull=True, cancellation__isnull=False),
                name="oversight_objection_against_one",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state="withdrawn"), name="oversight_objection_to_order_once"
            ),
            models.UniqueConstraint(
                fields=["cancellation"],
                condition=~Q(state="withdrawn"),
                name="oversight_objection_to_cancellation_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="oversight_objections")]

    def __str__(self) -> str:
        return self.number

    @property
    def decider_id(self) -> object:
        """Who decided what it is against."""
        against = self.order or self.cancellation
        assert against is not None
        return against.decided_by_id
