"""Issuers that somebody decided about: trusted, watched, taken off; each decision stays."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person


class ListedIssuer(models.Model):
    """An issuer by the id that stands in its badges: a DID or an https address. Here or anywhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.CharField(max_length=500, unique=True)
    name = models.CharField(max_length=200)
    homepage_url = models.CharField(max_length=500, blank=True)
    place = models.CharField(max_length=100, blank=True, help_text="where it is, in words")
    added_at = models.DateTimeField()


class IssuerDecision(models.Model):
    """What was decided about an issuer, why, by whom and for which time. Never changed once it stands.

    ``number`` is the version of the whole list that the decision made.
    """

    class Standing(models.TextChoices):
        TRUSTED = "trusted", _("믿음")
        WATCHED = "watched", _("지켜봄")
        REMOVED = "removed", _("뺌")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("확인을 기다림")
        IN_FORCE = "in_force", _("정해짐")
        DECLINED = "declined", _("하지 않기로 함")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    listed = models.ForeignKey(ListedIssuer, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(null=True, unique=True)
    standing = models.CharField(max_length=8, choices=Standing)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    reason = models.CharField(max_length=1000)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="exclusive")
    keeps_past = models.BooleanField(
        default=True, help_text="taken off: whether badges of before still count as from a listed issuer"
    )
    evidence_url = models.CharField(max_length=500, blank=True)
    evidence_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="for which it was decided; none for the operator",
    )
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["listed"], condition=Q(state="proposed"), name="badges_issuer_proposed_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(number__isnull=False, decided_at__isnull=False),
                name="badges_issuer_decided",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="badges_issuer_period",
            ),
        ]
