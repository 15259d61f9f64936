"""Serving people at a desk: visits in which staff act for the person before them, and consents on paper."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person


class DeskVisit(models.Model):
    """For half an hour one member of staff may act for one person, who is there."""

    class How(models.TextChoices):
        OPENED = "opened", _("새로 계좌를 열어 드림")
        NAME = "name", _("이름과 생년월일로 찾음")
        CARD = "card", _("학습카드를 찍음")
        CARD_PIN = "card_pin", _("학습카드와 비밀번호")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="desk_visits")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="desk_visits")
    staff = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How)
    reason = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="exclusive")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["staff", "ends_at"]),
            models.Index(fields=["organisation", "began_at"]),
            models.Index(fields=["person", "organisation"]),
        ]

    def is_on(self, now: datetime) -> bool:
        return self.began_at <= now < self.ends_at


class PaperConsent(models.Model):
    """A signed paper that a desk took, scanned or kept in a named place."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("계좌를 여는 동의")
        GUARDIAN = "guardian", _("법정대리인의 동의")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="paper_consents")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    kept_where = models.CharField(max_length=120, blank=True, help_text="where the paper lies")
    signed_by = models.CharField(max_length=60, blank=True, help_text="the guardian who signed for a child")
    relation = models.CharField(max_length=40, blank=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(file__isnull=False) | ~models.Q(kept_where=""),
                name="people_paper_is_somewhere",
            )
        ]
