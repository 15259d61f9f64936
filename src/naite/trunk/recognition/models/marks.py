"""What an office notes for itself on a case."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models.applications import Application


class CaseMark(models.Model):
    """An office's own deadline and memo on a case. Nobody outside the office sees them, nothing follows from them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="marks")
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    internal_due_on = models.DateField(_("내부 기한"), null=True)
    memo = models.CharField(_("메모"), max_length=500, blank=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "office"], name="recognition_case_mark_once_an_office"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["office", "internal_due_on"])]
