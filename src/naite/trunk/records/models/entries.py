"""One thing learned, as a snapshot of its source."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.roots.sealing.fields import EncryptedJSONField
from naite.trunk.catalogue.classification import Area, Category, SubArea
from naite.trunk.records.models.accounts import LearningAccount


class Entry(models.Model):
    """One thing learned, as a snapshot of its source. Voided when the source is corrected, never edited."""

    class Section(models.IntegerChoices):
        SCHOOLING = 2, _("학력")
        CERTIFICATES = 3, _("자격증")
        RECOGNISED = 4, _("분야별 평생교육 이수실적")
        OTHER = 5, _("특기사항")

    class Provenance(models.TextChoices):
        SELF = "self", _("본인 입력")
        INSTITUTION = "institution", _("기관 확인")
        SYSTEM = "system", _("시스템 확인")

    class Source(models.TextChoices):
        COMPLETION = "completion", _("나이테에서 수료")
        LEARNER = "learner", _("직접 적음")
        UPLOAD = "upload", _("기관이 올림")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    section = models.PositiveSmallIntegerField(choices=Section)
    title = models.CharField(max_length=200)
    provider_name = models.CharField(max_length=120, blank=True)
    organisation_id = models.UUIDField(null=True)
    course_id = models.UUIDField(null=True)
    course_version_id = models.UUIDField(null=True)
    run_id = models.UUIDField(null=True)
    area = models.CharField(max_length=24, choices=Area, blank=True)
    sub_area = models.CharField(max_length=24, choices=SubArea, blank=True)
    category = models.CharField(max_length=24, choices=Category, blank=True)
    hours = models.DecimalField(max_digits=7, decimal_places=1)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    started_on = models.DateField(null=True)
    completed_on = models.DateField()
    provenance = models.CharField(max_length=12, choices=Provenance)
    recognition_id = models.UUIDField(null=True)
    recognition_number = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=12, choices=Source)
    source_key = models.CharField(max_length=120, help_text="one live entry for each key within an account")
    kind = models.CharField(max_length=24, blank=True, help_text="of sections/kinds.py, for own words")
    details = models.JSONField(default=dict, blank=True, help_text="the facts of the kind")
    sealed_details = EncryptedJSONField(help_text="its sensitive facts")
    note = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(
        max_length=120, blank=True, help_text="the organisation's name of that day"
    )
    confirmed_by_id = models.UUIDField(null=True)
    replaces_id = models.UUIDField(null=True, help_text="the entry of this account that this one corrects")
    replaced_by_id = models.UUIDField(null=True, help_text="the entry that corrects this voided one")
    added_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "source", "source_key"],
                condition=Q(voided_at=None),
                name="records_entry_once_per_source",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by_id=None) | Q(voided_at__isnull=False),
                name="records_corrected_is_voided",
            ),
            models.CheckConstraint(condition=Q(hours__gte=0), name="records_hours_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "completed_on"]),
            # For going through all accounts when a course is recognised, and for nothing else.
            models.Index(fields=["course_id"], condition=Q(voided_at=None), name="records_entry_course"),
            models.Index(
                fields=["provider_name"],
                condition=Q(voided_at=None, source="learner", section=5),
                name="records_entry_own_provider",
            ),
        ]
