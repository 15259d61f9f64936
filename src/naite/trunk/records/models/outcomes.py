"""What a learner did with an entry elsewhere: applied for credit, a qualification, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.records.models.accounts import LearningAccount


class Outcome(models.Model):
    """One use of one entry, in the learner's own words; the office's paper may be kept beside it."""

    class State(models.TextChoices):
        APPLIED = "applied", _("신청함")
        RECOGNISED = "recognised", _("인정됨")
        REFUSED = "refused", _("인정 안 됨")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    entry_id = models.UUIDField()
    route = models.CharField(max_length=16, help_text="code of ``outcomes.routes``")
    state = models.CharField(max_length=12, choices=State)
    applied_on = models.DateField()
    decided_on = models.DateField(null=True)
    result = models.CharField(max_length=200, blank=True, help_text="3학점, 1급; as the office said")
    proof = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "entry_id", "route"],
                condition=Q(removed_at=None),
                name="records_outcome_once_per_route",
            ),
            models.CheckConstraint(
                condition=Q(state="applied") | Q(decided_on__isnull=False), name="records_outcome_decided"
            ),
        ]
