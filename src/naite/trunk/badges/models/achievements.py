"""What badges are given for."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from naite.roots.ids import new_id
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation, Person


class Achievement(models.Model):
    """What a badge is given for (Open Badges 3.0 ``Achievement``). Immutable once published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="achievements")
    course_version = models.ForeignKey(
        CourseVersion, null=True, on_delete=models.PROTECT, related_name="achievements"
    )
    framework = models.CharField(max_length=40, help_text="code of the framework")
    framework_version = models.PositiveSmallIntegerField()
    badge_type = models.CharField(max_length=24)
    area = models.CharField(max_length=24)
    sub_area = models.CharField(max_length=24, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    description = models.TextField()
    criteria = models.TextField()
    tags = models.JSONField(default=list)
    alignments = models.JSONField(default=list, help_text="[{code, name, framework, url, kind}]")
    min_attendance = models.PositiveSmallIntegerField(
        null=True, help_text="percent, where the type rests on it"
    )
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    activity_hours = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    prerequisites = models.JSONField(default=list, help_text="ids of the achievements to hold first")
    second_person = models.BooleanField(
        default=False, help_text="a second person approves what is given in bulk"
    )
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course_version", "framework", "badge_type"],
                condition=Q(retired_at=None),
                name="badges_achievement_live_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rule(self) -> AwardRule:
        """What one has to show for this badge."""
        return AwardRule(
            min_attendance=self.min_attendance,
            pass_mark=self.pass_mark,
            activity_hours=self.activity_hours,
            alignments=[Alignment(**item) for item in self.alignments],
            prerequisites=[UUID(item) for item in self.prerequisites],
        )
