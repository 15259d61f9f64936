"""What courses are measured by: items and detailed indicators under the five statutory headings."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Person


class CriteriaVersion(models.Model):
    """One version of the criteria (평가인정 기준, 시행령 제14조의2제2항); unchangeable once published.

    ``is_sample`` marks a set that is not the official one, and every page that shows it says so.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("작성 중")
        PUBLISHED = "published", _("공개됨")
        RETIRED = "retired", _("쓰지 않음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("이름"), max_length=120)
    number = models.PositiveSmallIntegerField()
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    is_sample = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    note = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="for the second of two tabs")
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "number"], name="recognition_criteria_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}판"


class CriteriaItem(models.Model):
    """An item (평가항목) with its points; a course must reach 70 % of them in every item."""

    class Heading(models.TextChoices):
        FACILITIES = "facilities", _("시설·설비")
        TEACHING = "teaching", _("교수·학습 과정")
        TEACHERS = "teachers", _("교수·강사")
        SUPPORT = "support", _("학습자 지원·관리")
        OTHER = "other", _("그 밖의 사항")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(CriteriaVersion, on_delete=models.PROTECT, related_name="items")
    heading = models.CharField(max_length=12, choices=Heading)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("평가항목"), max_length=120)
    points = models.DecimalField(_("배점"), max_digits=5, decimal_places=2)
    manual = models.TextField(_("평가편람"), blank=True, help_text="markdown for evaluators")
    evidence_demanded = models.CharField(_("증빙으로 낼 것"), max_length=300, blank=True)
    evidence_required = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="recognition_item_position_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="recognition_item_points_positive"),
        ]

    def __str__(self) -> str:
        return self.title


class Indicator(models.Model):
    """A detailed indicator (세부지표): what to look at within an item, with its share of the points."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(CriteriaItem, on_delete=models.PROTECT, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("세부지표"), max_length=300)
    points = models.DecimalField(_("배점"), max_digits=5, decimal_places=2, null=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "position"], name="recognition_indicator_position_once")
        ]
