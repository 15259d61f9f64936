"""The log: what waits for it, its leaves and nodes, its signed heads, and what was written onto a chain.

Only digests are kept here, never what they were made of.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from naite.roots.ids import new_id


class Head(models.Model):
    """The one row that says how far the log goes. Whoever locks it may append."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    # Whoever talks to the chain holds this until then, so that two workers do not send for one batch.
    chain_busy_until = models.DateTimeField(null=True)
    chain_tried_at = models.DateTimeField(null=True)
    chain_trouble = models.CharField(max_length=300, blank=True)


class Waiting(models.Model):
    """A digest on its way into the log, written in the transaction of the fact that it stands for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=20)


class Leaf(models.Model):
    """A digest in the log, for ever at its place."""

    index = models.PositiveBigIntegerField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=20)
    logged_at = models.DateTimeField()


class Tile(models.Model):
    """Up to 256 nodes of one level beside each other; ``id`` is ``number * 64 + level``."""

    id = models.PositiveBigIntegerField(primary_key=True)
    nodes = models.BinaryField()


class LogKey(models.Model):
    """A key that signs the log's heads; the newest one signs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    public = models.BinaryField(max_length=32)
    sealed_private = models.BinaryField()
    made_at = models.DateTimeField()


class Checkpoint(models.Model):
    """A signed head (C2SP ``tlog-checkpoint``)."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()


class Batch(models.Model):
    """Leaves ``first`` to ``end`` (exclusive) and the log's root at ``end``, under one root for a chain."""

    class State(models.TextChoices):
        CUT = "cut"
        SENT = "sent"
        HELD = "held"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.PositiveBigIntegerField(unique=True)
    end = models.PositiveBigIntegerField(unique=True)
    log_root = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    state = models.CharField(max_length=8, choices=State, default=State.CUT)
    cut_at = models.DateTimeField()
    network = models.CharField(max_length=40, blank=True)
    transaction = models.CharField(max_length=66, blank=True, help_text="the one that stands in a block")
    block = models.PositiveBigIntegerField(null=True)
    held_at = models.DateTimeField(null=True)
    settled = models.BooleanField(default=False, help_text="deep enough in the chain to be looked at no more")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("first")), name="ledger_batch_has_leaves")
        ]


class Sending(models.Model):
    """A transaction that was signed for a batch. Written before it is sent, so it can be sent again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="sendings")
    transaction = models.CharField(max_length=66, unique=True)
    raw = models.BinaryField()
    nonce = models.PositiveBigIntegerField()
    gas_price = models.DecimalField(max_digits=30, decimal_places=0, help_text="wei")
    made_at = models.DateTimeField()
