"""Recognition as a fact."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person


class Recognition(models.Model):
    """A course is recognised (평가인정) for a period, and perhaps for named past runs.

    ``granted_on`` and ``received_on`` are both kept: the 2010 plan counted five years from the first, the
    decree (평생교육법 시행령 제14조의2제5항) counts from the day on which the applicant was notified.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="recognitions")
    granted_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    granted_on = models.DateField()
    received_on = models.DateField(null=True, help_text="when the institution received the notice")
    valid_from = models.DateField()
    valid_until = models.DateField(help_text="exclusive")
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="recognition_period_forward"
            )
        ]

    @property
    def last_day(self) -> date:
        """The last day of validity, as people say it."""
        return self.valid_until - timedelta(days=1)


class CoveredRun(models.Model):
    """A past course run that a recognition of a finished course (완료학습과정) covers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="covered_runs")
    run_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recognition", "run_id"], name="recognition_covers_run_once")
        ]
        indexes: ClassVar = [models.Index(fields=["run_id"])]
