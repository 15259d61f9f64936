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
    container = models.CharField(max_length=8, default="json", help_text="json, jwt, png or svg")
    standard = models.CharField(
        max_length=8, default="ob3", help_text="ob3, ob3-vc11, ob2, clr2 or vc, as verification names it"
    )
    badge_key = models.CharField(
        max_length=64, blank=True, help_text="of issuer and id: the same badge again"
    )
    owned = models.BooleanField(default=True, help_text="the badge names this owner")
    # Of badges of others only: what the last check found, and when the next is due.
    outcome = models.CharField(max_length=8, blank=True)
    verdict = models.CharField(max_length=16, blank=True)
    checked_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "sha256"], name="wallet_holding_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "award_id"]),
            models.Index(
                fields=["check_at"], condition=models.Q(check_at__isnull=False), name="wallet_check_due"
            ),
        ]


class Collection(models.Model):
    """Badges that an owner keeps together under a name."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    name = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="wallet_collection_name_once")
        ]


class Collected(models.Model):
    """One badge in one collection."""

    pk = models.CompositePrimaryKey("account_id", "collection_id", "holding_id")
    account = models.ForeignKey(LearningAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    collection_id = models.UUIDField()
    holding_id = models.UUIDField()
