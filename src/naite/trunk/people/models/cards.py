"""Ways to sign in without e-mail: the printed learning card, and codes sent to a telephone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from naite.roots.ids import new_id
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person


class LearningCard(models.Model):
    """A printed card (학습카드): a number, also as QR, and a PIN that only its holder knows.

    The number shows who is there, as at attendance; only number and PIN together sign in. A person has one
    card that counts; a new one ends the one before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(max_length=12, unique=True)
    pin_hash = models.CharField(max_length=160)
    wrong_pins = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    locked_at = models.DateTimeField(null=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="people_one_card_counts"
            )
        ]

    @property
    def shown_number(self) -> str:
        return f"{self.number[:4]}-{self.number[4:8]}-{self.number[8:]}"


class PhoneCode(models.Model):
    """A code sent to a telephone to sign in once; only its keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    code_digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "sent_at"])]
