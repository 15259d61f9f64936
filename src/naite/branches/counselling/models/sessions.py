"""Learning-design counselling (학습설계 상담): times that counsellors offer, bookings, and what was agreed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person


class Slot(models.Model):
    """A time at which a counsellor of an office can be talked to."""

    class Mode(models.TextChoices):
        DESK = "desk", _("창구에서")
        PHONE = "phone", _("전화로")
        VIDEO = "video", _("화상으로")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    counsellor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=Mode)
    place = models.CharField(
        max_length=300, blank=True, help_text="room or address; for video the link, shown to who booked"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="counselling_slot_forward"),
            models.UniqueConstraint(
                fields=["counsellor", "starts_at"],
                condition=Q(withdrawn_at=None),
                name="counselling_slot_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["office", "starts_at"], name="counselling_slots_of_office")]


class Appointment(models.Model):
    """A person has a slot. At most one live appointment a slot, which the database sees to."""

    class State(models.TextChoices):
        BOOKED = "booked", _("예약됨")
        HELD = "held", _("상담함")
        MISSED = "missed", _("오지 않음")
        CANCELLED = "cancelled", _("취소됨")

    LIVE: ClassVar = (State.BOOKED, State.HELD, State.MISSED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    wish = models.CharField(max_length=1000, help_text="what the person wants to talk about")
    phone = models.CharField(max_length=30, blank=True)
    booked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(state__in=("booked", "held", "missed")),
                name="counselling_slot_booked_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-booked_at"], name="counselling_booked_by"),
        ]


class SessionRecord(models.Model):
    """What was talked about and agreed. Of each part it is said whether the person reads it."""

    appointment = models.OneToOneField(
        Appointment, primary_key=True, on_delete=models.PROTECT, related_name="record"
    )
    goal = models.CharField(max_length=1000)
    advice = models.TextField(blank=True)
    next_step = models.CharField(max_length=1000, blank=True)
    next_on = models.DateField(null=True)
    courses: "models.ManyToManyField[Course, models.Model]" = models.ManyToManyField(Course, related_name="+")
    internal = models.TextField(blank=True, help_text="never shown to the person")
    share_advice = models.BooleanField(default=True)
    share_next = models.BooleanField(default=True)
    share_courses = models.BooleanField(default=True)
    edition = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")


class SlotWish(models.Model):
    """Somebody wants to hear when an office has a free time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "office"], condition=Q(told_at=None), name="counselling_wish_once"
            )
        ]
