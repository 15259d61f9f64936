"""Papers beside an entry."""

from typing import ClassVar

from django.db import models

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.records.models.accounts import LearningAccount


class Evidence(models.Model):
    """A file that shows what an entry says: a photo of an old 수료증, a scan, a PDF."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="evidence", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    entry_id = models.UUIDField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "entry_id", "file"], name="records_evidence_once_per_entry"
            )
        ]
        ordering: ClassVar = ["added_at", "id"]
