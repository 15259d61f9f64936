"""Badges as they were given, and where each is found by its public id."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from naite.roots.ids import new_id
from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.badges.models.status_lists import StatusList
from naite.trunk.records.models import LearningAccount


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
    digest = models.BinaryField(max_length=32, null=True, help_text="what was signed; the leaf in the log")
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revocation_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    revocation_index = models.PositiveIntegerField()
    suspension_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    suspension_index = models.PositiveIntegerField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=300, blank=True)
    suspended_at = models.DateTimeField(null=True)
    successor_id = models.UUIDField(null=True, help_text="the award that was given in its place")
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "achievement", "entry_id"],
                condition=Q(revoked_at=None, succeeded_at=None),
                name="badges_award_live_once",
            ),
            models.UniqueConstraint(
                fields=["account", "achievement"],
                condition=Q(revoked_at=None, succeeded_at=None, entry_id=None),
                name="badges_award_live_once_by_hand",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "entry_id"]),
            models.Index(
                fields=["valid_until"],
                condition=Q(valid_until__isnull=False, succeeded_at=None, revoked_at=None),
                name="badges_award_ends",
            ),
        ]


class BadgeNumber(models.Model):
    """Where the badge with this public id is kept: the one look-up that is not by account."""

    badge_id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    award_id = models.UUIDField()
