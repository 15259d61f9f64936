"""What has to be known about a badge although the badge itself stands."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.records.models import LearningAccount


class AwardFlag(models.Model):
    """A mark on a live badge: nothing is taken away silently, whoever looks is told."""

    class Kind(models.TextChoices):
        RECOGNITION_WITHDRAWN = "recognition_withdrawn", _("평가인정이 취소됨")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    award_id = models.UUIDField()
    kind = models.CharField(max_length=24, choices=Kind)
    says = models.CharField(max_length=300)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "award_id", "kind"],
                condition=Q(cleared_at=None),
                name="badges_flag_once",
            )
        ]
