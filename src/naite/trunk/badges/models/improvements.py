"""Two measured results of one person, before and after, that prove an assessed improvement (향상)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from naite.roots.ids import new_id
from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount


class Improvement(models.Model):
    """What somebody scored before and after for one badge. A correction is a further row; the former stays."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="improvements", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="improvements")
    before = models.DecimalField(max_digits=5, decimal_places=2)
    after = models.DecimalField(max_digits=5, decimal_places=2)
    before_on = models.DateField()
    after_on = models.DateField()
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "achievement"],
                condition=Q(superseded_at=None),
                name="badges_improvement_live_once",
            ),
            models.CheckConstraint(
                condition=Q(before_on__lte=F("after_on")), name="badges_improvement_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["achievement", "entered_at"])]
