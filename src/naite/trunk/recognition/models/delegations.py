"""What the ministry and the national institute have delegated to provincial institutes (일부 권한 위임, rows A1, A2)."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person, Region


class Delegation(models.Model):
    """From a day until another, a provincial institute has a power in its province. Rows are ended, never deleted."""

    class Power(models.TextChoices):
        CHANGES = "changes", _("변경 보고 결정")
        REMINDERS = "reminders", _("결과 통보가 늦은 지자체 재촉")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    power = models.CharField(_("권한"), max_length=12, choices=Power)
    province = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    institute = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="delegations")
    granted_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("근거"), max_length=300)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="exclusive")
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["province", "power", "-valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "power"],
                condition=Q(valid_until=None),
                name="recognition_delegated_once",
            ),
            # Taken back on its first day, a delegation never held.
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="recognition_delegation_forward",
            ),
        ]

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)
