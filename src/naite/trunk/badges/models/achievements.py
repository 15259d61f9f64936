"""What badges are given for."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from naite.roots.files.models import StoredFile
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
    min_gain = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="points by which the later result is higher"
    )
    activity_hours = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    qualification = models.CharField(
        max_length=120, blank=True, help_text="whose confirmed record proves the badge by itself"
    )
    activity = models.TextField(blank=True, help_text="what one does for it")
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, help_text="else the course's")
    evidence = models.JSONField(default=list, help_text="kinds of evidence it asks for")
    valid_months = models.PositiveSmallIntegerField(
        null=True, help_text="a badge ends so long after it is given"
    )
    picture = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", help_text="else drawn"
    )
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
            min_gain=self.min_gain,
            qualification=self.qualification,
            activity_hours=self.activity_hours,
            alignments=[Alignment(**item) for item in self.alignments],
            prerequisites=[UUID(item) for item in self.prerequisites],
        )
