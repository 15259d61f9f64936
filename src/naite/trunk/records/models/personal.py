"""Section 1 of the account: how to reach the person, and where they work."""

from django.db import models

from naite.roots.sealing.fields import EncryptedTextField
from naite.trunk.records.models.accounts import LearningAccount


class PersonalFacts(models.Model):
    """인적사항 beyond name and birth date, which are the person's own. Sealed; never a resident number.

    ``version`` counts changes, so that the second of two windows is told.
    """

    account = models.OneToOneField(
        LearningAccount, primary_key=True, on_delete=models.PROTECT, related_name="personal_facts"
    )
    address = EncryptedTextField()
    workplace = EncryptedTextField()
    no_workplace = models.BooleanField(default=False)
    phone = EncryptedTextField()
    email = EncryptedTextField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
