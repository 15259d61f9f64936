"""Complaints from the public about an institution's course (신문고)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.branches.oversight.models.investigations import Investigation
from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.roots.sealing.fields import EncryptedJSONField, EncryptedTextField
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Recognition


class Complaint(models.Model):
    """What somebody without an account reports about a course.

    Words and contact data are sealed; of the contact data nothing is read without a recorded reason, and it goes
    after a time. Whoever has ``number`` and the key can follow it; only the key's digest is kept.
    """

    class Concern(models.TextChoices):
        FALSE_MEANS = "false_means", _("거짓으로 인정을 받은 것 같다")
        NOT_AS_RECOGNISED = "not_as_recognised", _("인정받은 내용과 다르게 가르친다")
        BELOW_STANDARD = "below_standard", _("시설·강사·운영이 기준에 못 미친다")
        ATTENDANCE = "attendance", _("출석이나 이수를 사실과 다르게 처리한다")
        OTHER = "other", _("그 밖의 일")

    class State(models.TextChoices):
        RECEIVED = "received", _("접수 대기")
        ACCEPTED = "accepted", _("처리 중")
        INVESTIGATING = "investigating", _("현장조사 중")
        CLOSED = "closed", _("처리 완료")
        OUT_OF_SCOPE = "out_of_scope", _("처리 대상 아님")
        MERGED = "merged", _("다른 신고와 함께 처리")

    class Outcome(models.TextChoices):
        NOTHING = "nothing", _("문제를 찾지 못함")
        GUIDED = "guided", _("기관에 바로잡도록 안내함")
        ORDERED = "ordered", _("시정명령")
        CANCELLED = "cancelled", _("평가인정 취소 절차")

    WAITING: ClassVar = (State.RECEIVED, State.ACCEPTED, State.INVESTIGATING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    key_digest = models.CharField(max_length=64)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    recognition = models.ForeignKey(Recognition, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True, help_text="as typed, where it was not found")
    concern = models.CharField(max_length=20, choices=Concern)
    happened = models.CharField(max_length=100, blank=True, help_text="when, in their words")
    body = EncryptedTextField()
    contact = EncryptedJSONField(help_text="name, email, phone")
    has_contact = models.BooleanField(default=False)
    contact_erased_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=14, choices=State, default=State.RECEIVED)
    handler = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    investigation = models.ForeignKey(
        Investigation, null=True, on_delete=models.PROTECT, related_name="complaints"
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(blank=True, help_text="the reason or the result, as the complainant reads it")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="oversight_merged_into_one"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "out_of_scope"]) | ~Q(answer=""),
                name="oversight_complaint_ends_with_words",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["office", "state", "due_on"], name="oversight_complaint_list"),
            models.Index(
                fields=["ended_at"],
                condition=Q(has_contact=True, contact_erased_at=None),
                name="oversight_contact_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING


class ComplaintMessage(models.Model):
    """Something said about a complaint: by the complainant, to them, or among the officers."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("신고한 분")
        ANSWER = "answer", _("담당자")
        NOTE = "note", _("내부 메모")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=6, choices=Kind)
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    body = EncryptedTextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["complaint", "at"], name="oversight_complaint_talk")]


class ComplaintFile(models.Model):
    """A photo or paper of a complaint, or of one reply to it. Never shown to the institution."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="files")
    message = models.ForeignKey(ComplaintMessage, null=True, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class ComplaintEvent(models.Model):
    """One line of a complaint's own history; only ``shown`` ones are for the complainant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    act = models.CharField(max_length=30)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    shown = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["complaint", "at"], name="oversight_complaint_past")]
