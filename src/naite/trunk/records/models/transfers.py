"""Entries that may change their section because a recognition came, or went for false means."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models.accounts import LearningAccount


class SectionTransfer(models.Model):
    """A proposal to move one entry between sections 5 and 4, and what was decided (평생교육법 시행규칙 제4조)."""

    class Direction(models.TextChoices):
        UP = "up", _("5. 특기사항에서 4. 이수실적으로")
        DOWN = "down", _("4. 이수실적에서 5. 특기사항으로")

    class Basis(models.TextChoices):
        SOURCE = "source", _("수료나 기관이 올린 실적")
        NAMED = "named", _("직접 적은 기관과 과정 이름")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("확인을 기다림")
        CONFIRMING = "confirming", _("옮기는 중")
        CONFIRMED = "confirmed", _("옮김")
        DECLINED = "declined", _("옮기지 않음")
        LAPSED = "lapsed", _("더 해당하지 않음")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    direction = models.CharField(max_length=4, choices=Direction)
    basis = models.CharField(max_length=6, choices=Basis, default=Basis.SOURCE)
    entry_id = models.UUIDField()
    new_entry_id = models.UUIDField(null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    course_id = models.UUIDField()
    course_version_id = models.UUIDField(null=True)
    recognition_id = models.UUIDField()
    recognition_number = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "entry_id", "recognition_id", "direction"],
                name="records_transfer_proposed_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "direction"]),
            models.Index(fields=["recognition_id", "direction", "state"]),
            models.Index(fields=["account", "state"]),
        ]


class RecognitionSweep(models.Model):
    """How far the accounts were gone through for a recognition that came, or went for false means."""

    class Kind(models.TextChoices):
        GRANTED = "granted"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recognition_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    after_account = models.UUIDField(null=True)
    after_entry = models.UUIDField(null=True)
    named = models.BooleanField(default=False, help_text="now at what learners wrote themselves")
    proposed_count = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recognition_id", "kind"], name="records_sweep_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["started_at"], condition=Q(done_at=None), name="records_sweep_open")
        ]
