"""What an enrolment came to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.delivery.models import Enrolment
from naite.trunk.people.models import Person


class Result(models.Model):
    """A score out of 100 for one enrolment. A correction is a new row that supersedes the old."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="results")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    comment = models.TextField(blank=True)
    graded_at = models.DateTimeField()
    graded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(superseded_at=None), name="assessment_result_live_once"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100), name="assessment_score_of_hundred"
            ),
        ]


class Completion(models.Model):
    """The decision on one enrolment, with the figures it rested on. Superseded, never edited."""

    class Outcome(models.TextChoices):
        COMPLETED = "completed", _("수료")
        NOT_COMPLETED = "not_completed", _("미수료")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="completions")
    outcome = models.CharField(max_length=14, choices=Outcome)
    reason = models.CharField(max_length=300, blank=True)
    attended_sessions = models.PositiveSmallIntegerField()
    counted_sessions = models.PositiveSmallIntegerField()
    attendance_rate = models.DecimalField(max_digits=5, decimal_places=2, help_text="percent")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1)
    decided_at = models.DateTimeField()
    completed_on = models.DateField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    supersede_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(superseded_at=None), name="assessment_completion_live_once"
            )
        ]
