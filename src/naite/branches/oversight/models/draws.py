"""The draw of the spot checks (중간 점검 추첨)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.branches.oversight.models.investigations import Investigation
from naite.roots.ids import new_id
from naite.roots.sealing.fields import EncryptedTextField
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Recognition, Round


class Draw(models.Model):
    """One draw over the recognitions of a round (or of a year, for those granted outside rounds).

    The seed lies sealed; what is public beforehand is its hash and the hash of the list that it will be drawn
    from. Only when the last visit is closed are seed and list copied into ``published``.
    """

    class State(models.TextChoices):
        COMMITTED = "committed", _("씨앗값 봉인")
        DRAWN = "drawn", _("점검 중")
        CLOSED = "closed", _("공개")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(null=True, help_text="of granting, outside rounds")
    state = models.CharField(max_length=10, choices=State, default=State.COMMITTED)
    seed = EncryptedTextField()
    seed_hash = models.CharField(max_length=64)
    list_hash = models.CharField(max_length=64)
    eligible = models.PositiveIntegerField()
    to_draw = models.PositiveIntegerField()
    committed_at = models.DateTimeField()
    committed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    published_seed = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(round__isnull=False, year__isnull=True)
                | Q(round__isnull=True, year__isnull=False),
                name="oversight_draw_of_round_or_year",
            ),
            models.UniqueConstraint(
                fields=["round"], condition=Q(round__isnull=False), name="oversight_one_draw_a_round"
            ),
            models.UniqueConstraint(
                fields=["year"], condition=Q(year__isnull=False), name="oversight_one_draw_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state="closed") | Q(published_seed=""), name="oversight_seed_after_last_visit"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Candidate(models.Model):
    """One recognition of a draw's list, and whether it was drawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="candidates")
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="+")
    drawn = models.BooleanField(default=False)
    investigation = models.ForeignKey(
        Investigation, null=True, on_delete=models.PROTECT, related_name="drawn_for"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draw", "recognition"], name="oversight_candidate_once")
        ]
