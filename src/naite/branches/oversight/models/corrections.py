"""Correction orders (시정명령) and how institutions answer them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.branches.oversight.models.investigations import Investigation
from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Recognition


class Ground(models.TextChoices):
    """The three grounds of 평생교육법 제23조제4항; only the last two know a correction order."""

    FALSE_MEANS = "false_means", _("거짓이나 그 밖의 부정한 방법으로 인정을 받음")
    NOT_AS_RECOGNISED = "not_as_recognised", _("인정받은 내용을 위반하여 운영함")
    BELOW_STANDARD = "below_standard", _("평가인정 기준에 이르지 못함")


class CorrectionOrder(models.Model):
    """An order to put something right until a day, at most two months after it arrived."""

    class State(models.TextChoices):
        ISSUED = "issued", _("시정 기다림")
        ANSWERED = "answered", _("시정 결과 확인")
        FULFILLED = "fulfilled", _("시정 완료")
        NOT_FULFILLED = "not_fulfilled", _("시정 안 됨")
        LIFTED = "lifted", _("거둠")

    RUNNING: ClassVar = (State.ISSUED, State.ANSWERED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    investigation = models.ForeignKey(
        Investigation, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    ground = models.CharField(max_length=20, choices=Ground)
    grounds = models.TextField(help_text="the facts, for the letter")
    demands = models.TextField(help_text="what has to be put right")
    issued_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    delivered_on = models.DateField(help_text="when the letter arrived")
    until = models.DateField(help_text="as the letter says, before days under objection")
    published = models.BooleanField(default=False, help_text="공표를 명함 (제23조제6항)")
    state = models.CharField(max_length=14, choices=State, default=State.ISSUED)
    verdict = models.TextField(blank=True, help_text="why it was fulfilled, or not, or lifted")
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(ground="false_means"), name="oversight_no_order_for_false_means"
            ),
            models.UniqueConstraint(
                fields=["recognition", "ground"],
                condition=Q(state__in=["issued", "answered"]),
                name="oversight_one_order_a_ground",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "until"], name="oversight_orders"),
            models.Index(fields=["organisation", "state"], name="oversight_orders_of"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING


class CorrectionAnswer(models.Model):
    """What an institution says it has put right; ``reply`` is what the office still misses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(CorrectionOrder, on_delete=models.CASCADE, related_name="answers")
    body = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)


class CorrectionFile(models.Model):
    """Evidence of an answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    answer = models.ForeignKey(CorrectionAnswer, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
