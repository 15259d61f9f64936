"""Achievements, the keys that sign them, the lists that revoke them, and awards."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import LearningAccount


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


class IssuerKey(models.Model):
    """A signing key of an organisation, encrypted at rest; rotated keys stay published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="issuer_keys")
    fragment = models.CharField(max_length=40)
    public_multikey = models.CharField(max_length=80)
    sealed_private = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "fragment"], name="badges_key_fragment"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(valid_until=None), name="badges_key_current_once"
            ),
        ]


class StatusList(models.Model):
    """A Bitstring Status List of one organisation for one purpose."""

    class Purpose(models.TextChoices):
        REVOCATION = "revocation", _("취소")
        SUSPENSION = "suspension", _("정지")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="status_lists")
    purpose = models.CharField(max_length=12, choices=Purpose)
    number = models.PositiveIntegerField()
    length = models.PositiveIntegerField(default=131072)
    allocated = models.PositiveIntegerField(default=0)
    order_key = models.BinaryField(max_length=32, help_text="keys the random order in which places are given")
    bits = models.BinaryField()
    changed_at = models.DateTimeField()
    credential = models.BinaryField(null=True, help_text="signed status list credential of changed_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "purpose", "number"], name="badges_list_number"),
            models.CheckConstraint(
                condition=Q(allocated__lte=models.F("length")), name="badges_list_not_overfull"
            ),
        ]


class Award(models.Model):
    """A badge given to an account: the signed bytes, exactly as they left (Open Badges 3.0)."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="awards", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="awards")
    entry_id = models.UUIDField(null=True)
    credential = models.BinaryField()
    credential_id = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revocation_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    revocation_index = models.PositiveIntegerField()
    suspension_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    suspension_index = models.PositiveIntegerField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=300, blank=True)
    suspended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "achievement", "entry_id"],
                condition=Q(revoked_at=None),
                name="badges_award_live_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "entry_id"])]


class BadgeNumber(models.Model):
    """Where the badge with this public id is kept: the one look-up that is not by account."""

    badge_id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    award_id = models.UUIDField()
