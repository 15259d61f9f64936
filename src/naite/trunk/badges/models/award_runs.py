"""Giving one badge to many: the run, and its rows as they were handed in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.people.models import Organisation, Person


class IssuingPolicy(models.Model):
    """What an organisation asks of everybody who gives its badges."""

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.PROTECT, related_name="issuing_policy"
    )
    second_person = models.BooleanField(
        default=False, help_text="a second person approves what is given in bulk"
    )
    changed_at = models.DateTimeField()


class AwardRun(models.Model):
    """One badge for a list of people: previewed, approved where that is asked, then given chunk by chunk.

    ``row_count = awarded + pending + skipped + rejected + left`` at any moment, and every chunk moves the
    counts with the badges it gives, in one transaction.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", _("미리 보기")
        WAITING = "waiting", _("승인 기다림")
        READY = "ready", _("곧 시작")
        RUNNING = "running", _("수여 중")
        PAUSED = "paused", _("멈춤")
        DONE = "done", _("마침")
        CANCELLED = "cancelled", _("그만둠")
        FAILED = "failed", _("읽지 못함")

    class Source(models.TextChoices):
        FILE = "file", _("파일")
        PEOPLE = "people", _("직접 고름")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="award_runs")
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="award_runs")
    state = models.CharField(max_length=12, choices=State, default=State.PREVIEW)
    source = models.CharField(max_length=8, choices=Source)
    file_name = models.CharField(max_length=255, blank=True)
    encoding = models.CharField(max_length=12, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the list as it was handed in")
    ignored = models.JSONField(default=list, help_text="columns of the file that were passed over")
    failure = models.CharField(max_length=300, blank=True)
    narrative = models.TextField(blank=True, help_text="for rows that have none of their own")
    needs_approval = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, help_text="not before")
    row_count = models.PositiveIntegerField(default=0)
    awarded_count = models.PositiveIntegerField(default=0)
    pending_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    next_position = models.PositiveIntegerField(default=0)
    busy_ms = models.PositiveBigIntegerField(default=0, help_text="time spent giving, without pauses")
    prepared_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True, help_text="when the last chunk ended")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-prepared_at"]),
            models.Index(fields=["achievement", "-prepared_at"]),
        ]

    @property
    def left(self) -> int:
        """Rows that nothing was decided about yet."""
        return self.row_count - self.settled

    @property
    def settled(self) -> int:
        return self.awarded_count + self.pending_count + self.skipped_count + self.rejected_count


class AwardRow(models.Model):
    """One person of a run. Its id becomes the award's, so that giving it twice cannot happen."""

    class Outcome(models.TextChoices):
        READY = "ready", _("줄 수 있음")
        UNKNOWN = "unknown", _("아직 회원이 아님")
        AWARDED = "awarded", _("수여")
        PENDING = "pending", _("받기를 기다림")
        SKIPPED = "skipped", _("건너뜀")
        REJECTED = "rejected", _("거절")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(AwardRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    position = models.PositiveIntegerField()
    number = models.PositiveIntegerField(help_text="the row in the file")
    email = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=120, blank=True)
    account_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    narrative = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=500, blank=True)
    completed_on = models.DateField(null=True)
    hours = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    attendance = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "position"], name="badges_awardrow_position")
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "outcome", "position"]),
            models.Index(fields=["email"], condition=Q(outcome="pending"), name="badges_awardrow_pending"),
        ]
