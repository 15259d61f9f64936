"""Pathways from badges to a further badge."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.badges import pathway_rules
from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.people.models import Organisation, Person


class Pathway(models.Model):
    """A way over several badges to one more. A draft until it is published; then immutable, like its badge."""

    class OnLoss(models.TextChoices):
        SUSPEND = "suspend", _("경로 배지를 정지합니다")
        FLAG = "flag", _("기관에 알리기만 합니다")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pathways")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    framework = models.CharField(max_length=40)
    badge_type = models.CharField(max_length=24)
    area = models.CharField(max_length=24, blank=True)
    sub_area = models.CharField(max_length=24, blank=True)
    rule = models.JSONField(default=dict, help_text="pathway_rules.as_data")
    on_loss = models.CharField(max_length=8, choices=OnLoss, default=OnLoss.SUSPEND)
    revision = models.PositiveIntegerField(default=1, help_text="counts every save, for two who edit at once")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    achievement = models.OneToOneField(
        Achievement, null=True, on_delete=models.PROTECT, related_name="pathway"
    )
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["published_at"],
                condition=Q(published_at__isnull=False, retired_at=None),
                name="badges_pathway_live",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def way(self) -> pathway_rules.Pathway:
        """The rule as a value."""
        return pathway_rules.from_data(self.rule)


class PathwayLoss(models.Model):
    """A pathway badge whose conditions are met no more, because a badge on the way was taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="losses")
    account_id = models.UUIDField()
    award_id = models.UUIDField()
    found_at = models.DateTimeField()
    suspended = models.BooleanField()
    over_at = models.DateTimeField(null=True, help_text="when the conditions were met again")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account_id", "award_id"], condition=Q(over_at=None), name="badges_pathwayloss_open"
            )
        ]
