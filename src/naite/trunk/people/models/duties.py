"""Who does whose work for a while (대직)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from naite.roots.ids import new_id
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person
from naite.trunk.people.models.roles import Role


class StandIn(models.Model):
    """From a day through another, somebody of the same organisation acts in an absent person's role.

    The log says of each act for whom it was done. Rows are ended, never deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    absent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stood_in_by")
    substitute = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stands_in_for")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=Role)
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="people_stand_in_forward"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="people_stand_in_is_another"),
        ]
        indexes: ClassVar = [models.Index(fields=["substitute", "last_day"])]
