"""Who evaluates: the pool, what binds its members to institutions, and the panels of a round."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.catalogue.classification import Category
from naite.trunk.people.models import Organisation, Person, Region
from naite.trunk.recognition.models.applications import Application
from naite.trunk.recognition.models.rounds import Round


class Evaluator(models.Model):
    """A member of the pool (평가위원): what they know, and whether they can be given cases now."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="evaluator")
    institute = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField(_("분야"), default=list, help_text="of the six categories")
    occupation = models.CharField(_("지금 하는 일"), max_length=120, blank=True)
    qualifications = models.TextField(_("자격과 경력"), blank=True, max_length=2000)
    is_available = models.BooleanField(_("지금 맡을 수 있음"), default=True)
    shortcuts_on = models.BooleanField(_("단축키 쓰기"), default=True)
    revision = models.PositiveIntegerField(default=1, help_text="for the second of two tabs")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.person.name

    @property
    def field_labels(self) -> list[str]:
        return [str(Category(key).label) for key in self.fields if key in Category.values]


class Affiliation(models.Model):
    """What binds an evaluator to an institution or a municipality, from a day until another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evaluator = models.ForeignKey(Evaluator, on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("하는 일"), max_length=80, blank=True)
    valid_from = models.DateField(_("시작"))
    valid_until = models.DateField(_("끝"), null=True, help_text="exclusive")

    class Meta:
        ordering: ClassVar = ["-valid_from", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation=None) ^ Q(region=None), name="recognition_affiliation_names_one"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
                name="recognition_affiliation_forward",
            ),
        ]

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class ConflictDeclaration(models.Model):
    """What an evaluator has declared about conflicts of interest before a round (이해충돌 확인서)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="declarations")
    evaluator = models.ForeignKey(Evaluator, on_delete=models.PROTECT, related_name="declarations")
    declared_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "evaluator"], name="recognition_declared_once_a_round")
        ]


class DeclaredConflict(models.Model):
    """An institution whose cases the evaluator must not see, with the reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    declaration = models.ForeignKey(ConflictDeclaration, on_delete=models.CASCADE, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "organisation"], name="recognition_declared_conflict_once"
            )
        ]


class Panel(models.Model):
    """A panel of evaluators (학습과정 평가단, 시행규칙 제4조의3) for one field of a round."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="panels")
    field = models.CharField(_("분야"), max_length=24, choices=Category)
    name = models.CharField(_("이름"), max_length=60)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "name"], name="recognition_panel_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class PanelMember(models.Model):
    """An evaluator sits in a panel; rows are ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    evaluator = models.ForeignKey(Evaluator, on_delete=models.PROTECT, related_name="seats")
    is_chair = models.BooleanField(_("반장"), default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["panel", "evaluator"],
                condition=Q(left_at=None),
                name="recognition_panel_member_once",
            ),
            models.UniqueConstraint(
                fields=["panel"],
                condition=Q(left_at=None, is_chair=True),
                name="recognition_panel_one_chair",
            ),
        ]


class Challenge(models.Model):
    """기피 (the institution does not want an evaluator) or 회피 (the evaluator steps back), with the decision.

    An upheld one bars the evaluator from all cases of the institution in the round.
    """

    class Kind(models.TextChoices):
        CHALLENGE = "challenge", _("기피")
        RECUSAL = "recusal", _("회피")

    class State(models.TextChoices):
        OPEN = "open", _("결정 전")
        UPHELD = "upheld", _("받아들임")
        DISMISSED = "dismissed", _("받아들이지 않음")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=9, choices=Kind)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="challenges")
    evaluator = models.ForeignKey(Evaluator, on_delete=models.PROTECT, related_name="challenges")
    reason = models.TextField(max_length=1000)
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True, max_length=1000)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "evaluator", "kind"],
                condition=Q(state="open"),
                name="recognition_challenge_open_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "filed_at"])]


class ReviewFee(models.Model):
    """What an evaluator is paid for one submitted review (심사수당), in won."""

    class Kind(models.TextChoices):
        PAPER = "paper", _("서면평가")
        SECOND = "second", _("2차 평가")
        AGAIN = "again", _("재평가")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="fees")
    kind = models.CharField(max_length=6, choices=Kind)
    amount = models.PositiveIntegerField(_("건당 금액(원)"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "kind"], name="recognition_fee_once")
        ]
