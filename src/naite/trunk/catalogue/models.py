"""Courses in immutable versions, and listings: what can be found by search."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.catalogue.classification import Area, Category, DeliveryMode, SelectionMethod, SubArea
from naite.trunk.people.models import Organisation, Person, Region


class Course(models.Model):
    """What is taught (학습과정). Its content lives in versions; this row is its lasting identity."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="courses")
    current = models.OneToOneField(
        "CourseVersion", null=True, on_delete=models.PROTECT, related_name="current_of"
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class CourseVersion(models.Model):
    """One immutable version of a course; a change of content is a new version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(_("과정 이름"), max_length=200)
    summary = models.CharField(_("한 줄 소개"), max_length=300, blank=True)
    description = models.TextField(_("내용"), blank=True)
    audience = models.CharField(_("교육대상"), max_length=100, blank=True)
    category = models.CharField(_("6진 분류"), max_length=24, choices=Category, blank=True)
    area = models.CharField(_("영역"), max_length=24, choices=Area, blank=True)
    sub_area = models.CharField(_("세부 영역"), max_length=24, choices=SubArea, blank=True)
    total_hours = models.DecimalField(_("총 시간"), max_digits=6, decimal_places=1)
    syllabus = models.JSONField(default=list, help_text='[{"title": str, "hours": str}] in order')
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "number"], name="catalogue_version_number"),
            models.CheckConstraint(condition=Q(total_hours__gt=0), name="catalogue_version_hours_positive"),
        ]

    def __str__(self) -> str:
        return self.title


class ImportBatch(models.Model):
    """One upload of a file of listings: previewed, then applied or dropped."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("미리 보기")
        APPLYING = "applying", _("반영하는 중")
        APPLIED = "applied", _("반영함")
        DROPPED = "dropped", _("그만둠")
        FAILED = "failed", _("읽을 수 없음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="import_batches")
    uploaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    file_name = models.CharField(max_length=255)
    file_path = models.CharField(max_length=255, help_text="below the private storage root")
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    row_count = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    rejected = models.JSONField(default=list, help_text="[{row, column, value, reason}]")
    applied_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)


class Listing(models.Model):
    """One thing that can be found by search: a course run of Naite, or a listing (안내 강좌) from a file.

    A listing without ``run_id`` only informs; its ``apply_url`` leads to where one applies. ``delivery``
    keeps the rows of course runs up to date. Whether one can apply now is never stored: it follows from the
    dates and the seats at the time of asking (``rules.registration_state``).
    """

    class Source(models.TextChoices):
        NAITE = "naite", _("나이테")
        STANDARD_FILE = "standard_file", _("전국평생학습강좌표준데이터")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=16, choices=Source)
    source_key = models.CharField(max_length=64, help_text="hash of what identifies the row at its source")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="listings")
    provider_name = models.CharField(_("운영기관"), max_length=120)
    provider_phone = models.CharField(_("전화번호"), max_length=40, blank=True)
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="listings")
    run_id = models.UUIDField(null=True, unique=True)

    title = models.CharField(_("강좌명"), max_length=200)
    description = models.TextField(_("내용"), blank=True)
    instructor = models.CharField(_("강사"), max_length=100, blank=True)
    audience = models.CharField(_("교육대상"), max_length=100, blank=True)
    category = models.CharField(max_length=24, choices=Category, blank=True)
    area = models.CharField(max_length=24, choices=Area, blank=True)
    sub_area = models.CharField(max_length=24, choices=SubArea, blank=True)
    mode = models.CharField(max_length=10, choices=DeliveryMode, blank=True)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)

    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    start_time = models.TimeField(null=True)
    end_time = models.TimeField(null=True)
    weekdays = models.PositiveSmallIntegerField(default=0, help_text="bit 0 Monday … bit 6 Sunday")
    registration_opens_at = models.DateTimeField(null=True)
    registration_closes_at = models.DateTimeField(null=True, help_text="exclusive")
    always_open = models.BooleanField(default=False)
    capacity = models.PositiveIntegerField(null=True)
    seats_taken = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    takes_waiting = models.BooleanField(default=False)
    fee = models.PositiveIntegerField(null=True, help_text="won; null when unknown")
    selection = models.CharField(max_length=12, choices=SelectionMethod, blank=True)
    application_method = models.CharField(max_length=60, blank=True)
    apply_url = models.URLField(max_length=500, blank=True)
    recognised = models.BooleanField(
        default=False, help_text="평생학습계좌제 평가인정 as the source says or we know"
    )
    credit_bank = models.BooleanField(default=False)
    training_subsidy = models.BooleanField(default=False)
    reference_date = models.DateField(null=True)

    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.SET_NULL, related_name="+")
    content_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["supplier", "source", "source_key"], name="catalogue_listing_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["registration_closes_at"]),
            models.Index(fields=["starts_on"]),
            models.Index(fields=["region", "registration_closes_at"]),
            models.Index(fields=["area"]),
        ]

    def __str__(self) -> str:
        return self.title


class SearchEntry(models.Model):
    """A listing's place in the search index: its number there, and when it last changed.

    The words themselves are kept beside it, in the form that the database searches best (``search_index``).
    Entries are never deleted: one that is not live tells readers to forget it.
    """

    id = models.BigAutoField(primary_key=True)
    listing = models.OneToOneField(Listing, on_delete=models.PROTECT, related_name="search_entry")
    live = models.BooleanField(default=True)
    seq = models.BigIntegerField(db_index=True)


# Django looks for an app's rows here.
from naite.trunk.catalogue.standards.models import StandardList, StandardUnit  # noqa: E402, F401
from naite.trunk.catalogue.suggestions.models import LearnedWord  # noqa: E402, F401
