"""What happens to badges after they were given: taken back and appealed, about to end, followed by a new one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import LearningAccount


class AwardAct(models.Model):
    """One thing done to a badge: by whom and why. Never changed; appeals are against one of these."""

    class Act(models.TextChoices):
        REVOKE = "revoke", _("취소")
        SUSPEND = "suspend", _("정지")
        UNSUSPEND = "unsuspend", _("정지 풀기")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    award_id = models.UUIDField()
    act = models.CharField(max_length=10, choices=Act)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "award_id", "at"])]


class BadgeAppeal(models.Model):
    """A holder says that a badge should not have been taken back; somebody else than who did it decides."""

    class State(models.TextChoices):
        OPEN = "open", _("살펴보는 중")
        UPHELD = "upheld", _("받아들임")
        REJECTED = "rejected", _("받아들이지 않음")
        WITHDRAWN = "withdrawn", _("거둠")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    award_id = models.UUIDField()
    act_id = models.UUIDField(help_text="what it is against")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="badge_appeals")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.TextField()
    made_at = models.DateTimeField()
    due_on = models.DateField(help_text="the last day for an answer")
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    successor_id = models.UUIDField(null=True, help_text="the badge that was given anew")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "act_id"], name="badges_appeal_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"]) | Q(decided_by__isnull=False),
                name="badges_appeal_decided_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "due_on"])]


class AwardReminder(models.Model):
    """That a holder was told so many days before a badge ends: the ledger that keeps it from being told twice."""

    pk = models.CompositePrimaryKey("account_id", "award_id", "days")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    award_id = models.UUIDField()
    days = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()
