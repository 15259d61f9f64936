"""A link to a picture of somebody's rings, for whoever has it."""

from typing import ClassVar

from django.db import models

from naite.roots.ids import new_id


class RingShare(models.Model):
    """What of the rings a link shows. The token is its key; only its SHA-256 is kept."""

    token_digest = models.CharField(primary_key=True, max_length=64)
    id = models.UUIDField(default=new_id, editable=False, unique=True)
    account_id = models.UUIDField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    shows_name = models.BooleanField(default=False)
    shows_years = models.BooleanField(default=False)
    shows_hours = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    view_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account_id", "created_at"])]
