"""What persons do for organisations."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person


class Role(models.TextChoices):
    """What a person does for an organisation (row A1). A learner needs no row: everyone is one."""

    MINISTRY_OFFICIAL = "ministry_official", _("교육부 담당자")
    NATIONAL_OFFICER = "national_officer", _("국가평생교육진흥원 담당자")
    PROVINCIAL_OFFICER = "provincial_officer", _("시도평생교육진흥원 담당자")
    LOCAL_OFFICER = "local_officer", _("기초자치단체 담당자")
    EDUCATION_OFFICER = "education_officer", _("시·도교육청 담당자")
    INSTITUTION_STAFF = "institution_staff", _("기관 담당자")
    PROGRAMME_MANAGER = "programme_manager", _("운영담당자")
    DESK_STAFF = "desk_staff", _("창구 담당자")
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
