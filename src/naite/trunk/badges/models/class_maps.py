"""How the official classification is led over to a framework's areas, version by version."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from naite.roots.ids import new_id
from naite.trunk.people.models import Person


class ClassMap(models.Model):
    """One version of the table between the six fields and a framework's areas; immutable once published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    framework = models.CharField(max_length=40, help_text="code of the framework")
    version = models.PositiveSmallIntegerField()
    lines = models.JSONField(default=list, help_text="class_map_rules.as_data")
    note = models.CharField(max_length=200, blank=True, help_text="why it was changed")
    revision = models.PositiveIntegerField(default=1, help_text="counts every save, for two who edit at once")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["framework", "version"], name="badges_class_map_version"),
            models.UniqueConstraint(
                fields=["framework"], condition=Q(published_at=None), name="badges_class_map_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework} {self.version}"
