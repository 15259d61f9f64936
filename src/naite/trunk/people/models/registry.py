"""The registry of institutions (기관 대장): what each rests on, its documents, what it asks to change."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person


class InstitutionFile(models.Model):
    """An institution's page in the registry: what ``Organisation`` does not say about it.

    ``revision`` counts every change of the page, so that of two who change it the second is told.
    """

    class Act(models.TextChoices):
        APPROVED = "approved", _("인가")
        REGISTERED = "registered", _("등록")
        REPORTED = "reported", _("신고")
        DESIGNATED = "designated", _("지정")
        ORDINANCE = "ordinance", _("법령·조례로 설치")

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.PROTECT, related_name="registry"
    )
    office = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("담당 기관")
    )
    act = models.CharField(_("설립 방식"), max_length=10, choices=Act, blank=True)
    number = models.CharField(_("등록(신고)번호"), max_length=60, blank=True)
    registered_on = models.DateField(_("등록(신고)일"), null=True)
    other_law = models.CharField(_("다른 법령"), max_length=200, blank=True)
    representative = models.CharField(_("대표자"), max_length=60, blank=True)
    opened_on = models.DateField(_("문을 연 날"), null=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()


class InstitutionProposal(models.Model):
    """A change that an institution asks for, with proof; the responsible office decides.

    ``changes`` holds for each field what it was and what it shall be, as text: {"name": ["before", "after"]}.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("쓰는 중")
        SUBMITTED = "submitted", _("확인 중")
        SENT_BACK = "sent_back", _("보완 요청")
        ACCEPTED = "accepted", _("받아들임")
        APPLIED = "applied", _("반영함")
        REFUSED = "refused", _("받아들이지 않음")
        WITHDRAWN = "withdrawn", _("거둠")

    OPEN: ClassVar = frozenset({State.DRAFT, State.SUBMITTED, State.SENT_BACK, State.ACCEPTED})
    WRITABLE: ClassVar = frozenset({State.DRAFT, State.SENT_BACK})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    changes = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    effective_on = models.DateField()
    revision = models.PositiveIntegerField(default=1)
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-begun_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state__in=["draft", "submitted", "sent_back", "accepted"]),
                name="people_one_open_proposal",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "effective_on"])]


class InstitutionDocument(models.Model):
    """One version of a document of an institution. It belongs to the registry once it has a ``version``."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("인가증·등록증·신고증")
        CHARTER = "charter", _("정관·운영규칙")
        TAX_ID = "tax_id", _("사업자등록증·고유번호증")
        REPRESENTATIVE = "representative", _("대표자 증명(임명장, 등기사항증명서)")
        PREMISES = "premises", _("시설 증명(임대차계약서, 평면도)")
        INSURANCE = "insurance", _("보험증권")
        OTHER = "other", _("그 밖의 서류")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="documents")
    proposal = models.ForeignKey(
        InstitutionProposal, null=True, on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(_("서류"), max_length=14, choices=Kind)
    version = models.PositiveSmallIntegerField(null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField(_("발급일"), null=True)
    expires_on = models.DateField(_("유효기간"), null=True, help_text="the last day on which it holds")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["kind", "-version", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "version"], name="people_document_version_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["expires_on"])]


class InstitutionEvent(models.Model):
    """One line in an institution's history; never changed. ``values`` holds what it was and became."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="registry_events")
    at = models.DateTimeField()
    on = models.DateField(help_text="from which day it holds")
    act = models.CharField(max_length=20)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-on", "-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["organisation", "on"])]


class InstitutionCertification(models.Model):
    """The certification of an institution as a whole (기관 평가·인증, 법 제28조의2); not that of a course."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="certifications")
    number = models.CharField(_("인증번호"), max_length=40, unique=True)
    granted_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(help_text="exclusive")
    ground = models.CharField(_("근거"), max_length=300)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-valid_from", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="people_certified_forward"
            )
        ]

    @property
    def last_day(self) -> date:
        """The last day on which it holds, as people say it."""
        return self.valid_until - timedelta(days=1)

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day < self.valid_until and (
            self.cancelled_on is None or day < self.cancelled_on
        )
