"""What became of organisations: renamed, merged into another, closed. Old badges keep their old names."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person


class OrganisationChange(models.Model):
    """One turn in the life of an organisation; never changed."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", _("이름이 바뀜")
        MERGED = "merged", _("다른 기관과 합쳐짐")
        CLOSED = "closed", _("문을 닫음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()
    former_name = models.CharField(max_length=120)
    into = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(kind="merged") & Q(into__isnull=False)) | ~Q(kind="merged") & Q(into=None),
                name="people_merged_into",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "on"])]
