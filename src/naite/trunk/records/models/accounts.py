"""The learning account (학습계좌)."""

import secrets

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
