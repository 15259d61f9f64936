"""Evidence requests (증빙 요청): a school or an employer asks first, without an account."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id


class EvidenceRequest(models.Model):
    """What somebody asks one person to send, and what came of it.

    Keyed by its own id: who is asked is not known until that person keeps it.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("전자우편 확인 전")
        OPEN = "open", _("기다리는 중")
        KEPT = "kept", _("받은 사람이 보고 있음")
        ANSWERED = "answered", _("보냄")
        DECLINED = "declined", _("보내지 않음")
        CLOSED = "closed", _("요청을 거둠")

    class Wanted(models.TextChoices):
        CERTIFICATE = "certificate", _("평생학습 증명서")
        BADGE = "badge", _("디지털 배지")
        RECOGNISED = "recognised", _("평가인정 과정 이수실적")
        SCHOOLING = "schooling", _("학력")
        QUALIFICATION = "qualification", _("자격증")
        OTHER = "other", _("그 밖의 배움(특기사항)")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.UNCONFIRMED)
    asker = models.CharField(_("요청하는 곳"), max_length=120)
    asker_person = models.CharField(_("담당자"), max_length=60, blank=True)
    asker_email = models.EmailField(_("담당자 전자우편"), blank=True)
    purpose = models.CharField(_("왜 필요한가요"), max_length=200, blank=True)
    wanted = models.JSONField(default=list)
    details = models.TextField(_("자세히"), blank=True)
    created_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="exclusive")
    code_digest = models.CharField(max_length=64, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_until = models.DateTimeField(null=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    token_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique or absent
    asker_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique or absent
    account_id = models.UUIDField(null=True)
    package_id = models.UUIDField(null=True)
    kept_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="answered, declined or closed")
    note = models.CharField(max_length=300, blank=True, help_text="what who declined wants to say")
    erase_at = models.DateTimeField(help_text="from then on nothing of the asker is kept")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["kept", "answered", "declined"]) | Q(account_id__isnull=False),
                name="wallet_request_somebodys",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(package_id__isnull=False),
                name="wallet_request_answered_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account_id", "created_at"]),
            models.Index(fields=["erase_at"], condition=Q(erased_at=None), name="wallet_request_clock"),
            models.Index(fields=["asker_email", "created_at"]),
        ]
