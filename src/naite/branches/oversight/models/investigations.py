"""On-site investigations (현장실태조사) and the checklists that they follow."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Recognition


class Checklist(models.Model):
    """One edition of the institute's checklist; the latest is used. ``items`` holds heading, title, guidance."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    items = models.JSONField(default=list)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class Investigation(models.Model):
    """A visit to an institution about one recognised course, from its plan to its report."""

    class Cause(models.TextChoices):
        COMPLAINT = "complaint", _("신고")
        SPOT_CHECK = "spot_check", _("중간 점검 추첨")
        OWN = "own", _("직권")

    class State(models.TextChoices):
        PLANNED = "planned", _("계획")
        ONGOING = "ongoing", _("조사 중")
        REPORTED = "reported", _("결과 보고")
        DROPPED = "dropped", _("그만둠")

    class Conclusion(models.TextChoices):
        NOTHING = "nothing", _("문제 없음")
        CORRECTION = "correction", _("시정명령이 필요함")
        CANCELLATION = "cancellation", _("취소 절차가 필요함")

    OPEN: ClassVar = (State.PLANNED, State.ONGOING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause)
    why = models.TextField(blank=True, help_text="for offices only")
    visit_on = models.DateField(null=True)
    unannounced = models.BooleanField(default=True)
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    companions = models.CharField(max_length=200, blank=True)
    checklist_number = models.PositiveIntegerField(default=0, help_text="0 for the shipped sample")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    summary = models.TextField(blank=True)
    conclusion = models.CharField(max_length=12, choices=Conclusion, blank=True)
    drop_reason = models.CharField(max_length=1000, blank=True)
    edition = models.PositiveIntegerField(default=1, help_text="counts changes, so that none is lost unseen")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="reported") | ~Q(conclusion="") & Q(reported_at__isnull=False),
                name="oversight_report_concludes",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "visit_on"], name="oversight_visits"),
            models.Index(fields=["organisation", "state"], name="oversight_visits_of"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Finding(models.Model):
    """What was found at one item of the checklist, copied when the visit was planned."""

    class Result(models.TextChoices):
        FINE = "fine", _("적합")
        ADVICE = "advice", _("권고")
        VIOLATION = "violation", _("위반")
        NOT_APPLICABLE = "not_applicable", _("해당 없음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    investigation = models.ForeignKey(Investigation, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    guidance = models.CharField(max_length=500, blank=True)
    result = models.CharField(max_length=14, choices=Result, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["investigation", "position"], name="oversight_finding_position_once"
            )
        ]


class Photo(models.Model):
    """A photo or paper that a finding rests on, or the whole visit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    investigation = models.ForeignKey(Investigation, on_delete=models.CASCADE, related_name="photos")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
