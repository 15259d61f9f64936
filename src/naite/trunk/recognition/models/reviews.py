"""Which evaluator reviews which case, their scores, and what these add up to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Person
from naite.trunk.recognition.models.applications import Application
from naite.trunk.recognition.models.criteria import CriteriaItem
from naite.trunk.recognition.models.panels import Evaluator, Panel


class Stage(models.TextChoices):
    PAPER = "paper", _("서면평가")
    SECOND = "second", _("2차 평가")


class PanelCase(models.Model):
    """An application before a panel: in which stage, and whether for the first time or again (재평가)."""

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.PROTECT, related_name="panel_case"
    )
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="cases")
    stage = models.CharField(max_length=6, choices=Stage, default=Stage.PAPER)
    attempt = models.PositiveSmallIntegerField(default=1, help_text="2 for the re-evaluation")
    seated_at = models.DateTimeField()


class Assignment(models.Model):
    """One evaluator's review of one application in one stage.

    A replaced one keeps its scores, sealed for good: nobody reads them and nothing is computed from them.
    """

    class State(models.TextChoices):
        OPEN = "open", _("평가 중")
        SUBMITTED = "submitted", _("제출함")
        REPLACED = "replaced", _("바뀜")

    LIVE: ClassVar = (State.OPEN, State.SUBMITTED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assignments")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="assignments")
    evaluator = models.ForeignKey(Evaluator, on_delete=models.PROTECT, related_name="assignments")
    stage = models.CharField(max_length=6, choices=Stage)
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    explanation = models.JSONField(default=dict, help_text="why this evaluator: load, field, by hand or not")
    assigned_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "stage", "attempt", "evaluator"], name="recognition_assigned_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["evaluator", "state", "due_on"]),
            models.Index(fields=["panel", "state"]),
        ]

    @property
    def is_again(self) -> bool:
        return self.attempt > 1


class Score(models.Model):
    """What one evaluator gives one item, with the comment; nobody else reads it while the case is sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="scores")
    item = models.ForeignKey(CriteriaItem, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(_("점수"), max_digits=5, decimal_places=2, null=True)
    comment = models.TextField(_("의견"), blank=True, max_length=1000)
    is_held = models.BooleanField(_("보류"), default=False)
    quotes = models.JSONField(default=list, help_text='[{"text": str, "source": str}]')
    revision = models.PositiveIntegerField(default=1, help_text="for the second of two tabs")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "item"], name="recognition_score_once"),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=0), name="recognition_score_not_negative"
            ),
        ]


class Result(models.Model):
    """What a stage of the review came to; made when the last evaluator submits, then unchangeable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="results")
    stage = models.CharField(max_length=6, choices=Stage)
    attempt = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=12, choices=Application.Verdict)
    items = models.PositiveSmallIntegerField()
    reached = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["computed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "stage", "attempt"], name="recognition_result_once"
            )
        ]


class ItemResult(models.Model):
    """The sum over the evaluators for one item and their number: the mean, exactly.

    In a re-evaluation ``carried`` marks items that had reached 70 % before and were not judged again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="item_results")
    item = models.ForeignKey(CriteriaItem, on_delete=models.PROTECT, related_name="+")
    total = models.DecimalField(max_digits=7, decimal_places=2)
    count = models.PositiveSmallIntegerField()
    is_reached = models.BooleanField()
    spread = models.DecimalField(max_digits=5, decimal_places=2)
    is_wide = models.BooleanField(default=False)
    carried = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["result", "item"], name="recognition_item_result_once")
        ]
