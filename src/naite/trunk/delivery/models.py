"""Programmes, course runs, their sessions, and the people in them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.catalogue.classification import DeliveryMode, SelectionMethod
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation, Person, Region


class Programme(models.Model):
    """Several courses or lectures announced together; some may have no date yet (row M1)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    title = models.CharField(_("이름"), max_length=200)
    description = models.TextField(_("소개"), blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class CourseRun(models.Model):
    """One offering of a course that people enrol in (강좌)."""

    class State(models.TextChoices):
        OPEN = "open", _("열림")
        CANCELLED = "cancelled", _("폐강")
        FINISHED = "finished", _("끝남")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="runs")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="runs")
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="runs")
    programme_order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("반 이름"), max_length=100, blank=True)
    instructor = models.CharField(_("강사"), max_length=100, blank=True)
    mode = models.CharField(max_length=10, choices=DeliveryMode, default=DeliveryMode.OFFLINE)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("장소"), max_length=200, blank=True)
    address = models.CharField(_("주소"), max_length=200, blank=True)
    registration_opens_at = models.DateTimeField(null=True)
    registration_closes_at = models.DateTimeField(null=True, help_text="exclusive")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    capacity = models.PositiveIntegerField(_("정원"))
    waitlist_capacity = models.PositiveIntegerField(_("대기 정원"), default=0)
    fee = models.PositiveIntegerField(_("수강료"), default=0, help_text="won")
    selection = models.CharField(max_length=12, choices=SelectionMethod, default=SelectionMethod.FIRST_COME)
    min_attendance = models.PositiveSmallIntegerField(_("수료 출석률"), default=80, help_text="percent")
    pass_mark = models.DecimalField(
        _("합격 점수"), max_digits=5, decimal_places=2, null=True, help_text="of 100; none asked when null"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    seats_taken = models.PositiveIntegerField(default=0)
    applications = models.PositiveIntegerField(default=0, help_text="number of the last application")
    waiting = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(capacity__gt=0), name="delivery_capacity_positive"),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")), name="delivery_seats_within_capacity"
            ),
            models.CheckConstraint(
                condition=Q(min_attendance__gte=1, min_attendance__lte=100),
                name="delivery_attendance_percent",
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="delivery_registration_forward",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="delivery_period_forward",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "starts_on"])]


class Session(models.Model):
    """One meeting of a run (차시). It may exist before its date does."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("제목"), max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    place = models.CharField(max_length=200, blank=True)
    code_secret = models.BinaryField(max_length=32, help_text="from which the rotating QR codes are derived")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="delivery_session_number"),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="delivery_session_forward",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_at"])]


class Enrolment(models.Model):
    """One person's place, or place in the queue, in one run."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("수강 확정")
        AWAITING_PAYMENT = "awaiting_payment", _("결제 대기")
        WAITING = "waiting", _("대기")
        CANCELLED = "cancelled", _("취소")

    HOLDS_SEAT: ClassVar = (State.CONFIRMED, State.AWAITING_PAYMENT)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    number = models.PositiveIntegerField(help_text="order of application within the run")
    state = models.CharField(max_length=16, choices=State)
    applied_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    payment_due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    exempt_reason = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="delivery_application_number"),
            models.UniqueConstraint(
                fields=["run", "person"], condition=~Q(state="cancelled"), name="delivery_enrolled_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "state"])]


class Attendance(models.Model):
    """How one enrolled person attended one session. Changes are told by the audit log."""

    class State(models.TextChoices):
        PRESENT = "present", _("출석")
        LATE = "late", _("지각")
        EARLY_LEAVE = "early_leave", _("조퇴")
        EXCUSED = "excused", _("공가")
        ABSENT = "absent", _("결석")

    class Method(models.TextChoices):
        QR = "qr", _("QR")
        CODE = "code", _("번호")
        STAFF = "staff", _("담당자")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    state = models.CharField(max_length=12, choices=State)
    method = models.CharField(max_length=6, choices=Method)
    checked_in_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="delivery_attendance_once")
        ]


class Interest(models.Model):
    """Somebody wants to hear when registration opens or a date is set."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="interests")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "person"], name="delivery_interest_once")
        ]


class FailedCheckIn(models.Model):
    """Somebody typed a wrong attendance number; counted, so that numbers cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    failed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["session", "person", "failed_at"])]
