"""Plans and their steps."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation
from naite.trunk.records.models import LearningAccount


class Plan(models.Model):
    """A learner's way to a goal."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="plans", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    title = models.CharField(_("목표"), max_length=120)
    job_code = models.CharField(max_length=8, blank=True)
    units = models.JSONField(default=list, help_text="[{code, name}] as they were when chosen")
    target_on = models.DateField(_("언제까지"), null=True)
    version = models.PositiveIntegerField(default=1, help_text="grows with every change")
    created_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    shared_with = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "created_at"]),
            models.Index(fields=["shared_with", "shared_at"]),
        ]


class PlanStep(models.Model):
    """One thing to do: a course to take, or something in the learner's own words."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    plan_id = models.UUIDField()
    title = models.CharField(max_length=200)
    provider_name = models.CharField(max_length=120, blank=True)
    unit_code = models.CharField(max_length=24, blank=True)
    why = models.CharField(max_length=300, blank=True)
    listing_id = models.UUIDField(null=True)
    course_id = models.UUIDField(null=True)
    target_on = models.DateField(null=True)
    ticked_on = models.DateField(null=True, help_text="said to be done by the learner")
    added_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="when its registration opened, or was open already")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "plan_id"]),
            models.Index(
                fields=["listing_id"],
                condition=models.Q(told_at=None, removed_at=None),
                name="design_step_waiting",
            ),
        ]
