"""Frameworks that institutions make for themselves, version by version."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person


class FrameworkVersion(models.Model):
    """One version of one framework as JSON; a draft until it is published, then immutable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="frameworks")
    code = models.CharField(max_length=24)
    version = models.PositiveSmallIntegerField()
    data = models.JSONField()
    revision = models.PositiveIntegerField(default=1, help_text="counts every save, for two who edit at once")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="badges_framework_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(published_at=None), name="badges_framework_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def name(self) -> str:
        """What it is called, in Korean."""
        return str(self.data.get("name", {}).get("ko") or self.code)
