"""The bodies that take part."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models.regions import Region


class Organisation(models.Model):
    """A body that takes part: an office, an institution, a hub, a company (row A3)."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("교육부")
        NATIONAL_INSTITUTE = "national_institute", _("국가평생교육진흥원")
        PROVINCIAL_INSTITUTE = "provincial_institute", _("시도평생교육진흥원")
        LOCAL_GOVERNMENT = "local_government", _("기초자치단체")
        EDUCATION_OFFICE = "education_office", _("시·도교육청")
        GOVERNMENT = "government", _("국가기관")
        SCHOOL = "school", _("학교")
        SCHOOL_ATTACHED = "school_attached", _("학교부설 평생교육시설")
        SCHOOL_TYPE = "school_type", _("학교형태 평생교육시설")
        IN_COMPANY_UNIVERSITY = "in_company_university", _("사내대학")
        DISTANCE_UNIVERSITY = "distance_university", _("원격대학")
        WORKPLACE_ATTACHED = "workplace_attached", _("사업장부설 평생교육시설")
        CIVIL_SOCIETY_ATTACHED = "civil_society_attached", _("시민사회단체부설 평생교육시설")
        MEDIA_ATTACHED = "media_attached", _("언론기관부설 평생교육시설")
        HUMAN_RESOURCES = "human_resources", _("지식·인력개발 관련 평생교육시설")
        HUB = "hub", _("디지털 훈련 거점")
        COMPANY = "company", _("기업")

    class LegalBasis(models.TextChoices):
        LIFELONG_EDUCATION_ACT = "ga", _("(가) 평생교육법에 따라 인가·등록·신고된 시설")
        VOCATIONAL_HAGWON = "na", _("(나) 평생직업교육을 하는 학원")
        OTHER_LAW = "da", _("(다) 다른 법령에 따라 평생교육을 주된 목적으로 하는 시설")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("기관 이름"), max_length=120)
    kind = models.CharField(_("기관 종류"), max_length=24, choices=Kind)
    legal_basis = models.CharField(_("법적 근거"), max_length=2, choices=LegalBasis, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("주소"), max_length=200, blank=True)
    phone = models.CharField(_("전화번호"), max_length=30, blank=True)
    homepage_url = models.URLField(_("누리집"), blank=True)
    created_at = models.DateTimeField()
    closed_on = models.DateField(null=True, blank=True)

    OFFICES: ClassVar = frozenset(
        {Kind.MINISTRY, Kind.NATIONAL_INSTITUTE, Kind.PROVINCIAL_INSTITUTE, Kind.EDUCATION_OFFICE}
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def runs_courses(self) -> bool:
        return self.kind not in self.OFFICES and self.kind != self.Kind.COMPANY
