"""People who may act for others: representatives by choice, guardians of children under 14."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models.persons import Person


class Representation(models.Model):
    """A person lets another look at chosen sections and do chosen things until a time (영 제14조제2항·제3항).

    Rows are ended, never deleted. A guardian may do everything until the child's 14th birthday.
    """

    class Kind(models.TextChoices):
        REPRESENTATIVE = "representative", _("대리인")
        GUARDIAN = "guardian", _("법정대리인")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=14, choices=Kind)
    principal = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="represented_by")
    representative = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="represents")
    relation = models.CharField(max_length=40, help_text="in the principal's words: 손녀")
    sections = models.JSONField(default=list, help_text="numbers of the record's sections")
    certificates = models.BooleanField(default=False)
    courses = models.BooleanField(default=False)
    badges = models.BooleanField(default=False)
    code_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique or absent
    invited_at = models.DateTimeField()
    invitation_ends_at = models.DateTimeField(null=True, help_text="exclusive")
    accepted_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(help_text="exclusive")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["principal", "representative"],
                condition=Q(ended_at=None, accepted_at__isnull=False),
                name="people_represents_once",
            )
        ]

    def is_on(self, now: datetime) -> bool:
        return self.accepted_at is not None and self.ended_at is None and now < self.valid_until

    def is_open(self, now: datetime) -> bool:
        """Whether the invitation can still be accepted."""
        return (
            self.accepted_at is None
            and self.ended_at is None
            and self.invitation_ends_at is not None
            and now < self.invitation_ends_at
        )
