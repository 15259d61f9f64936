"""Badges that a person holds, and the key they answer with."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.records.models import LearningAccount


class HolderKey(models.Model):
    """The identity under which an account receives badges: a did:key that says nothing about its owner.

    The private half is sealed; with it the wallet can prove later that a badge is its owner's.
    """

    account = models.OneToOneField(
        LearningAccount, primary_key=True, on_delete=models.PROTECT, related_name="holder_key"
    )
    did = models.CharField(max_length=120, unique=True)
    sealed_private = models.BinaryField()
    created_at = models.DateTimeField()


class Holding(models.Model):
    """A credential in the wallet, byte for byte as it came."""

    class Source(models.TextChoices):
        AWARD = "award", _("나이테에서 받음")
        IMPORT = "import", _("가져옴")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="holdings", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    source = models.CharField(max_length=8, choices=Source)
    award_id = models.UUIDField(null=True)
    credential = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    issuer_name = models.CharField(max_length=200)
    area = models.CharField(max_length=24, blank=True)
    badge_type = models.CharField(max_length=24, blank=True)
    issued_at = models.DateTimeField()
    held_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "sha256"], name="wallet_holding_once")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "award_id"])]
