"""Endorsements: another organisation says, under its own signature, what a badge is worth to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.badges.models.status_lists import StatusList
from naite.trunk.people.models import Organisation, Person


class BadgeEndorsement(models.Model):
    """Asked of one organisation about one badge; once accepted, a signed EndorsementCredential (Open Badges 3.0)."""

    class State(models.TextChoices):
        ASKED = "asked", _("답을 기다림")
        ACCEPTED = "accepted", _("보증함")
        DECLINED = "declined", _("하지 않음")
        REVOKED = "revoked", _("보증을 거둠")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="endorsements")
    endorser = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="endorsements")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    message = models.CharField(max_length=500, blank=True, help_text="what the asker wants to say")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    comment = models.TextField(blank=True, help_text="what the endorser says; signed")
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    credential = models.BinaryField(default=b"")
    status_list = models.ForeignKey(StatusList, null=True, on_delete=models.PROTECT, related_name="+")
    status_index = models.PositiveIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["achievement", "endorser"],
                condition=Q(state__in=["asked", "accepted"]),
                name="badges_endorsement_live_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "revoked"]) | Q(status_list__isnull=False),
                name="badges_endorsement_signed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["endorser", "state", "asked_at"])]
