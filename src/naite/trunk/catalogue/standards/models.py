"""Imported lists of standards and the units in them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from naite.roots.ids import new_id


class StandardList(models.Model):
    """One file of units, as it was brought in. Lists are kept, so that it stays known what held when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scheme = models.CharField(max_length=12, default="ncs")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=80, help_text="as the operator names it: 2026년 3월 고시")
    source = models.CharField(max_length=200)
    source_url = models.URLField(max_length=300, blank=True)
    reference_date = models.DateField(null=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    gone_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "number"], name="catalogue_standard_list_number"),
            models.UniqueConstraint(fields=["scheme", "sha256"], name="catalogue_standard_list_once"),
        ]


class StandardUnit(models.Model):
    """One unit of competence (능력단위) in one version; its code never means anything else.

    ``first_list`` to ``last_list`` are the lists that have it; it is current while the last one is the newest.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scheme = models.CharField(max_length=12, default="ncs")
    code = models.CharField(max_length=24, help_text="with its version: 2001020205_16v4")
    unit_key = models.CharField(max_length=16, help_text="the unit whatever its version: 2001020205")
    name = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField(null=True, help_text="1–8")
    definition = models.TextField(blank=True)
    sub_code = models.CharField(max_length=8, help_text="세분류")
    sub_name = models.CharField(max_length=120, blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="대분류 > 중분류 > 소분류")
    words = models.CharField(max_length=700, help_text="names without blanks, for search")
    first_list = models.PositiveIntegerField()
    last_list = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "code"], name="catalogue_standard_unit_once"),
            models.CheckConstraint(
                condition=Q(first_list__lte=F("last_list")), name="catalogue_standard_lists_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scheme", "sub_code"]),
            models.Index(fields=["scheme", "unit_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
