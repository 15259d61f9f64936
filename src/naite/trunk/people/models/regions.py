"""Provinces and municipalities, and what became of them."""

from datetime import date
from typing import ClassVar

from django.db import models
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
