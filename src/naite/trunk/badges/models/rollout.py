"""The plan by which programmes come to give badges, one after another."""

from typing import ClassVar

from django.db import models

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person


class RolloutStep(models.Model):
    """One programme of one institution gives badges from a day on. Whether it does is seen from its badges."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    planner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rollout")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=120)
    starts_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["planner", "starts_on"])]

    def __str__(self) -> str:
        return self.programme
