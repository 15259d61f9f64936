"""Completions that institutions hand in by file or by API, row by row."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models.accounts import LearningAccount


class CompletionUpload(models.Model):
    """One handing-in of completions: read, previewed, applied, and perhaps taken back whole."""

    class State(models.TextChoices):
        READING = "reading", _("읽는 중")
        PREVIEW = "preview", _("미리 보기")
        APPLYING = "applying", _("반영하는 중")
        APPLIED = "applied", _("반영함")
        DROPPED = "dropped", _("그만둠")
        FAILED = "failed", _("읽을 수 없음")
        UNDOING = "undoing", _("되돌리는 중")
        UNDONE = "undone", _("되돌림")

    class Channel(models.TextChoices):
        PAGE = "page", _("화면")
        API = "api", _("API")
        COMMAND = "command", _("명령줄")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.PAGE)
    file_name = models.CharField(max_length=255)
    file_path = models.CharField(max_length=255, blank=True, help_text="private storage; gone once read")
    sha256 = models.CharField(max_length=64, help_text="of the file as it came")
    rows_digest = models.CharField(max_length=64, blank=True, help_text="of what its rows say")
    same_as = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    encoding = models.CharField(max_length=20, blank=True)
    ignored = models.JSONField(default=list, help_text="columns that were not read")
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    row_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0, help_text="to be added; once applied: added")
    waiting_count = models.PositiveIntegerField(default=0)
    already_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    recognised_count = models.PositiveIntegerField(default=0, help_text="of the new ones, section 4")
    done_number = models.PositiveIntegerField(default=0, help_text="last row applied, or taken back")
    done_rows = models.PositiveIntegerField(default=0)
    told_after = models.UUIDField(null=True, help_text="accounts up to this one were told")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True)
    undone_count = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "uploaded_at"])]

    @property
    def counted(self) -> int:
        """The sum of all outcomes; equals ``row_count``."""
        return self.new_count + self.waiting_count + self.already_count + self.rejected_count


class UploadRow(models.Model):
    """A row as it was handed in, what it means and what came of it.

    ``email_key`` and ``phone_key`` are keyed digests of name, birth date and contact, by which a row that
    waits finds its person; nothing can be read back from them.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("새로 넣음")
        WAITING = "waiting", _("계좌를 기다림")
        ALREADY = "already", _("이미 있음")
        REJECTED = "rejected", _("고쳐야 함")
        ADDED = "added", _("넣음")
        UNDONE = "undone", _("되돌림")
        EXPIRED = "expired", _("보관 기간 끝남")

    pk = models.CompositePrimaryKey("upload_id", "number")
    upload = models.ForeignKey(
        CompletionUpload, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField(help_text="as Excel shows it")
    outcome = models.CharField(max_length=8, choices=Outcome)
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list, help_text="[[column, reason]]")
    facts = models.JSONField(default=dict)
    section = models.PositiveSmallIntegerField(null=True)
    account_id = models.UUIDField(null=True)
    entry_id = models.UUIDField(null=True)
    claim_key = models.CharField(max_length=64, blank=True, help_text="of person, course and day")
    email_key = models.CharField(max_length=64, blank=True)
    phone_key = models.CharField(max_length=64, blank=True)
    waits_until = models.DateField(null=True, help_text="exclusive; then the personal data is deleted")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["upload", "outcome", "number"]),
            models.Index(fields=["claim_key"], condition=~Q(claim_key=""), name="records_row_claim"),
            models.Index(fields=["email_key"], condition=~Q(email_key=""), name="records_row_email"),
            models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="records_row_phone"),
            models.Index(fields=["waits_until"], condition=~Q(waits_until=None), name="records_row_waits"),
            models.Index(fields=["upload", "account_id"], name="records_row_account"),
        ]


class EntryObjection(models.Model):
    """A learner says that an entry which an institution made is wrong (정정 요청, 개인정보 보호법 제36조)."""

    class State(models.TextChoices):
        OPEN = "open", _("살펴보는 중")
        CORRECTED = "corrected", _("기록을 거둠")
        KEPT = "kept", _("기록을 그대로 둠")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    entry_id = models.UUIDField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=1000)
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "entry_id"], condition=Q(state="open"), name="records_one_open_objection"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "raised_at"])]
