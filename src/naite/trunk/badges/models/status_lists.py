"""The lists that revoke and suspend badges."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation


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
