"""Badges that are being designed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation, Person


class BadgeDesign(models.Model):
    """A badge on its way from a draft through the review to what is published, and out of use again."""

    class State(models.TextChoices):
        DRAFT = "draft", _("초안")
        REVIEW = "review", _("검토 기다림")
        PUBLISHED = "published", _("공개")
        RETIRED = "retired", _("그만 줌")
        DROPPED = "dropped", _("버림")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="badge_designs")
    course_version = models.ForeignKey(
        CourseVersion, null=True, on_delete=models.PROTECT, related_name="badge_designs"
    )
    framework = models.CharField(max_length=40)
    name = models.CharField(max_length=120, blank=True)
    typed = models.JSONField(default=dict, help_text="what was designed so far")
    picture = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(Achievement, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="why it was sent back")
    achievement = models.OneToOneField(
        Achievement, null=True, on_delete=models.PROTECT, related_name="design"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retired"]) | Q(achievement__isnull=False),
                name="badges_design_published_badge",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "changed_at"])]

    def __str__(self) -> str:
        return self.name
