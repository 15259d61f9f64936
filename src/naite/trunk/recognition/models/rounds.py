"""Rounds (차수) of recognition, and which way applications go."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person, Region
from naite.trunk.recognition.models.criteria import CriteriaVersion


class Round(models.Model):
    """A round: who may apply, when, for which kinds of course, and by which criteria it is judged.

    Criteria, target and procedure are published at least a month before applications open (시행령
    제14조의2제3항). Whether it is open, closed or judged follows from its dates, not from a state.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("준비 중")
        PUBLISHED = "published", _("공고됨")
        CANCELLED = "cancelled", _("취소됨")

    class Scope(models.TextChoices):
        ALL = "all", _("모든 평생교육기관")
        LEARNING_CITIES = "cities", _("평생학습도시의 기관")
        NAMED = "named", _("정한 기관")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    year = models.PositiveSmallIntegerField(_("연도"))
    number = models.PositiveSmallIntegerField(_("차수"))
    title = models.CharField(_("이름"), max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    institute = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    criteria = models.ForeignKey(CriteriaVersion, null=True, on_delete=models.PROTECT, related_name="rounds")
    scope = models.CharField(_("신청할 수 있는 기관"), max_length=8, choices=Scope, default=Scope.ALL)
    admits_finished = models.BooleanField(_("완료학습과정"), default=True)
    admits_planned = models.BooleanField(_("예정학습과정"), default=True)
    opens_at = models.DateTimeField(_("신청 시작"))
    closes_at = models.DateTimeField(_("신청 마감"), help_text="exclusive")
    forward_until = models.DateField(_("지자체·시도 검토 마감"), null=True)
    review_from = models.DateField(_("평가 시작"), null=True)
    review_until = models.DateField(_("평가 마감"), null=True)
    committee_on = models.DateField(_("심의 예정일"), null=True)
    results_on = models.DateField(_("결과 공고 예정일"), null=True)
    stages = models.JSONField(default=list, help_text="review stages in order: paper, second")
    evaluators_per_application = models.PositiveSmallIntegerField(_("신청 건마다 평가위원 수"), default=3)
    exclude_own_region = models.BooleanField(_("같은 시군구의 평가위원을 뺌"), default=False)
    supplement_days = models.PositiveSmallIntegerField(_("예비인정 보완 기간(일)"), default=30)
    target = models.PositiveIntegerField(_("목표 과정 수"), null=True)
    procedure = models.TextField(_("공고문"), blank=True, help_text="markdown")
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-year", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "number"], name="recognition_round_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="recognition_round_period_forward"
            ),
            models.CheckConstraint(
                condition=Q(admits_finished=True) | Q(admits_planned=True),
                name="recognition_round_admits_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def takes_applications_at(self, now: datetime) -> bool:
        """Whether institutions may submit at an instant; the last second of the last day still counts."""
        return self.state == self.State.PUBLISHED and self.opens_at <= now < self.closes_at


class RoundScope(models.Model):
    """An institution, or a local government as 평생학습도시, that a round is for.

    ``since`` is the day on which a municipality became a learning city; its institutions may apply from then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="scopes")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "organisation"], name="recognition_scope_org_once"),
            models.UniqueConstraint(fields=["round", "region"], name="recognition_scope_region_once"),
            models.CheckConstraint(
                condition=Q(organisation=None) ^ Q(region=None), name="recognition_scope_names_one"
            ),
        ]


class RoundChange(models.Model):
    """What was done with a round since its publication, for the public notice. Rows are only ever added."""

    class Act(models.TextChoices):
        PUBLISH = "publish", _("공고")
        EXTEND = "extend", _("신청 마감을 늦춤")
        CANCEL = "cancel", _("취소")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    act = models.CharField(max_length=10, choices=Act)
    reason = models.CharField(max_length=500, blank=True)
    values = models.JSONField(default=dict)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at"]


class ProvincialStage(models.Model):
    """From a day on, applications of a province pass its provincial institute (row A2).

    Without a row in force local governments forward to the national institute directly. An application keeps
    the route that held when it was submitted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    province = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    institute = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="exclusive")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province"],
                condition=Q(valid_until=None),
                name="recognition_provincial_stage_open_once",
            )
        ]

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)
