"""The keys that sign an organisation's badges."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation


class IssuerKey(models.Model):
    """A signing key of an organisation, encrypted at rest; rotated keys stay published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="issuer_keys")
    fragment = models.CharField(max_length=40)
    public_multikey = models.CharField(max_length=80)
    sealed_private = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True, help_text="what claims to be signed since is not believed")
    revoke_reason = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField(null=True, help_text="when the loss was declared")
    custody = models.CharField(
        max_length=200,
        default="naite.trunk.badges.custody.InDatabase",
        help_text="dotted name of the class that made the key and signs with it",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "fragment"], name="badges_key_fragment"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(valid_until=None), name="badges_key_current_once"
            ),
        ]
