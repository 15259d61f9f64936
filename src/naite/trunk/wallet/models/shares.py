"""Links under which a holder shows badges."""

from typing import ClassVar

from django.db import models


class Share(models.Model):
    """A link to one holding for whoever has it. The token is its key; only its SHA-256 is kept."""

    token_digest = models.CharField(primary_key=True, max_length=64)
    account_id = models.UUIDField()
    holding_id = models.UUIDField()
    purpose = models.CharField(max_length=200, blank=True)
    shows_name = models.BooleanField(default=False, help_text="the owner lets viewers see the owner's name")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    view_count = models.PositiveIntegerField(default=0)
    last_viewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account_id", "holding_id"])]
