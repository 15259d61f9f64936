"""What learners did for an activity badge (활동형), and the circles in which they do it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import LearningAccount


class LearningCircle(models.Model):
    """A learning circle (학습모임, 작은세미나): a few people under an institution, led by one of them.

    Its leader confirms what the others did, as the institution's staff does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="circles")
    name = models.CharField(max_length=80)
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(ended_at=None), name="badges_circle_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """One activity of one person for one badge: when, how long, what, with pictures; confirmed or sent back."""

    class State(models.TextChoices):
        SENT = "sent", _("확인 기다림")
        CONFIRMED = "confirmed", _("확인함")
        RETURNED = "returned", _("돌려보냄")
        WITHDRAWN = "withdrawn", _("거둠")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False, unique=True)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="activities")
    circle = models.ForeignKey(LearningCircle, null=True, on_delete=models.PROTECT, related_name="activities")
    done_on = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    what = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    sent_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="badges_activity_hours")
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "achievement", "state"]),
            models.Index(fields=["achievement", "state", "sent_at"]),
        ]


class ActivityPicture(models.Model):
    """A picture of an activity; who may see it is who may see the activity."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, to_field="id", on_delete=models.PROTECT, related_name="pictures")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
