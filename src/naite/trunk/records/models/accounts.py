"""The learning account (학습계좌)."""

import secrets
from typing import ClassVar

from django.db import models

from naite.roots.ids import new_id
from naite.trunk.people.models import Person


def _ring_seed() -> str:
    return secrets.token_hex(8)


class LearningAccount(models.Model):
    """One person's account; its id never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="learning_account")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ring_seed = models.CharField(
        max_length=32, default=_ring_seed, help_text="gives the rings their own shape"
    )


class AccountClosing(models.Model):
    """A person closed their account. Until a day it can be opened again; after it personal data are erased."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="closings")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    reopen_until = models.DateTimeField(help_text="exclusive; erased after it")
    reopened_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(reopened_at=None),
                name="records_closed_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["reopen_until"],
                condition=models.Q(reopened_at=None, erased_at=None),
                name="records_to_erase",
            )
        ]
