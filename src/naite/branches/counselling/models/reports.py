"""What learners say of courses they completed (학습자 모니터링, row A23)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Course
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Organisation, Person


def _grade() -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField()


class CourseReport(models.Model):
    """One learner's report on one completed run, at most one per enrolment."""

    class State(models.TextChoices):
        KEPT = "kept", _("받음")
        FLAGGED = "flagged", _("검토 요청")
        HIDDEN = "hidden", _("글 가림")

    ASPECTS: ClassVar = ("content", "teaching", "facility", "operation")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="report")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    content = _grade()
    teaching = _grade()
    facility = _grade()
    operation = _grade()
    text = models.TextField(blank=True)
    anonymous = models.BooleanField(default=True)
    submitted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    edition = models.PositiveIntegerField(default=1)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.KEPT)
    flag_reason = models.CharField(max_length=500, blank=True)
    flagged_at = models.DateTimeField(null=True)
    flagged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    content__range=(1, 5),
                    teaching__range=(1, 5),
                    facility__range=(1, 5),
                    operation__range=(1, 5),
                ),
                name="counselling_report_of_five",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-submitted_at"], name="counselling_reports_of_org"),
            models.Index(fields=["course"], name="counselling_reports_of_course"),
        ]


class CourseFollowUp(models.Model):
    """The institute keeps an eye on a course because of what learners reported."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(closed_at=None), name="counselling_follow_up_once"
            )
        ]
