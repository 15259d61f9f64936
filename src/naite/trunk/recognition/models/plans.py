"""The ministry's basic plan and the institute's implementation plan, and what offices announce (row A3a)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Organisation, Person, Region
from naite.trunk.recognition.models.rounds import Round


class Plan(models.Model):
    """One version of a plan. A published one is never changed; what changes is the next version."""

    class Kind(models.TextChoices):
        BASIC = "basic", _("기본계획")
        IMPLEMENTATION = "implementation", _("시행계획")

    class State(models.TextChoices):
        DRAFT = "draft", _("쓰는 중")
        SUBMITTED = "submitted", _("승인 대기")
        APPROVED = "approved", _("승인됨")
        PUBLISHED = "published", _("공고됨")
        SUPERSEDED = "superseded", _("다음 판으로 바뀜")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=14, choices=Kind)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("이름"), max_length=150)
    year_from = models.PositiveSmallIntegerField(_("첫 해"))
    year_until = models.PositiveSmallIntegerField(_("마지막 해"), help_text="inclusive")
    goals = models.TextField(_("목표와 내용"), blank=True)
    basic = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="implementations")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="next_version")
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-year_from", "kind", "-version"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(year_until__gte=F("year_from")), name="recognition_plan_years_forward"
            )
        ]

    def __str__(self) -> str:
        return self.title


class PlanLine(models.Model):
    """One line of a plan: a target, a sum of the budget, a date of the schedule, or training of staff.

    A schedule line becomes a round; training is a programme like any other, named by ``programme_id``.
    """

    class Kind(models.TextChoices):
        TARGET = "target", _("목표")
        BUDGET = "budget", _("예산")
        SCHEDULE = "schedule", _("평가인정 일정")
        TRAINING = "training", _("담당자 연수")

    class Measure(models.TextChoices):
        RECOGNISED = "recognised", _("평가인정 과정")
        APPLICATIONS = "applications", _("평가인정 신청")
        ACCOUNTS = "accounts", _("학습계좌")
        TRAINED = "trained", _("연수를 마친 담당자")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(_("구분"), max_length=8, choices=Kind)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("내용"), max_length=150)
    measure = models.CharField(_("지표"), max_length=12, choices=Measure, blank=True)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(_("분야"), max_length=24, choices=Area, blank=True)
    target = models.PositiveIntegerField(_("목표 수"), null=True)
    amount = models.PositiveBigIntegerField(_("금액(원)"), null=True)
    from_on = models.DateField(_("시작"), null=True)
    until_on = models.DateField(_("끝"), null=True)
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="plan_lines")
    programme_id = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["kind", "order", "id"]


class PublicNotice(models.Model):
    """What an office tells the public: a notice or a campaign. Rows are withdrawn, never deleted."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("공고")
        CAMPAIGN = "campaign", _("홍보")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("구분"), max_length=8, choices=Kind, default=Kind.NOTICE)
    title = models.CharField(_("제목"), max_length=150)
    body = models.TextField(_("내용"))
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="notices")
    from_on = models.DateField(_("올리는 날"))
    until_on = models.DateField(_("내리는 날"), null=True, help_text="inclusive")
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-from_on", "-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["from_on", "until_on"])]


class NoticeFile(models.Model):
    """A file that belongs to a public notice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")


__all__ = ["NoticeFile", "Plan", "PlanLine", "PublicNotice"]
