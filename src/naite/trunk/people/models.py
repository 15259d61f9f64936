"""Persons, organisations, regions and the roles that join them."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id


class Region(models.Model):
    """A province (시도) or municipality (시군구) under its 행정표준코드, valid for a span of days.

    A code that is replaced stays as it was, because old records keep the names of their time;
    ``RegionChange`` leads from it to what came after.
    """

    class Level(models.TextChoices):
        SIDO = "sido", _("시도")
        SIGUNGU = "sigungu", _("시군구")

    code = models.CharField(primary_key=True, max_length=10)
    name = models.CharField(max_length=40)
    level = models.CharField(max_length=8, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True, help_text="exclusive")

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """Return the name with its province; 세종 is its own only municipality and named once."""
        if self.parent is None or self.parent.name == self.name:
            return self.name
        return f"{self.parent.name} {self.name}"

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


class RegionChange(models.Model):
    """On a day, (part of) one region became (part of) another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    predecessor = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="changes_out")
    successor = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="changes_in")
    effective_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="people_region_change_once")
        ]


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A natural person who can sign in. Never holds a resident registration number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("전자우편"), unique=True, null=True, blank=True)
    name = models.CharField(_("이름"), max_length=60)
    birth_date = models.DateField(_("생년월일"), null=True, blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False, help_text="runs this installation")
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar = PersonManager()

    def __str__(self) -> str:
        return self.name


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


class Role(models.TextChoices):
    """What a person does for an organisation (row A1). A learner needs no row: everyone is one."""

    MINISTRY_OFFICIAL = "ministry_official", _("교육부 담당자")
    NATIONAL_OFFICER = "national_officer", _("국가평생교육진흥원 담당자")
    PROVINCIAL_OFFICER = "provincial_officer", _("시도평생교육진흥원 담당자")
    LOCAL_OFFICER = "local_officer", _("기초자치단체 담당자")
    EDUCATION_OFFICER = "education_officer", _("시·도교육청 담당자")
    INSTITUTION_STAFF = "institution_staff", _("기관 담당자")
    PROGRAMME_MANAGER = "programme_manager", _("운영담당자")
    INSTRUCTOR = "instructor", _("강사")
    HUB_OPERATOR = "hub_operator", _("거점 운영자")
    COMPANY_MENTOR = "company_mentor", _("기업 멘토")
    COUNSELLOR = "counsellor", _("상담사")
    DEPARTMENT_HEAD = "department_head", _("부서장")
    EMPLOYER = "employer", _("고용주")
    EVALUATOR = "evaluator", _("평가위원")
    COMMITTEE_MEMBER = "committee_member", _("심의위원")


class RoleAssignment(models.Model):
    """A person holds a role in an organisation from one instant until another.

    Rows are ended, never deleted: grants and changes are kept three years (안전성 확보조치 기준 제5조).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=24, choices=Role)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True, help_text="exclusive")
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(valid_until=None),
                name="people_role_open_once",
            )
        ]

    def is_valid_at(self, now: datetime) -> bool:
        return self.valid_from <= now and (self.valid_until is None or now < self.valid_until)


class Invitation(models.Model):
    """An organisation asks somebody to take a role; the link's token is kept only as its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=24, choices=Role)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
