"""What is kept of an uploaded file besides its content."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id


class StoredFile(models.Model):
    """A file that was taken in. Its content lies in the private storage under a name that says nothing.

    ``location`` is empty once the content is gone; the row stays, so that what referred to it can say so.
    Who may see a file is decided by the app that owns it, never here.
    """

    class Scan(models.TextChoices):
        UNSCANNED = "unscanned", _("바이러스 검사 전")
        CLEAN = "clean", _("바이러스 없음")
        INFECTED = "infected", _("바이러스 있음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=8)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField(max_length=60)
    location = models.CharField(max_length=120, blank=True)
    kept_at = models.DateTimeField()
    keep_until = models.DateTimeField(null=True, help_text="exclusive; erased after it")
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True)
    scan_detail = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scan", "kept_at"]),
            models.Index(fields=["keep_until"]),
            models.Index(fields=["erased_at", "location"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it as a picture."""
        return self.kind in {"png", "jpeg", "webp"}
