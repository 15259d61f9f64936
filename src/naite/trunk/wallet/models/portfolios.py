"""Portfolios: pages composed from badges, records, documents and own words, and the links that show them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.records.models import LearningAccount


class Portfolio(models.Model):
    """A page as its owner is composing it. Links show copies, never this row."""

    class Purpose(models.TextChoices):
        JOB = "job", _("취업·이직")
        SCHOOL = "school", _("진학·편입")
        VOLUNTEERING = "volunteering", _("봉사·마을 활동")
        FREE = "free", _("자유롭게")

    class Layout(models.TextChoices):
        CARDS = "cards", _("카드로 크게")
        STORY = "story", _("해마다 이야기처럼")
        SHEET = "sheet", _("이력서처럼 한 장으로")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="portfolios", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    title = models.CharField(_("제목"), max_length=80)
    intro = models.TextField(_("내 소개"), blank=True)
    purpose = models.CharField(_("쓰는 곳"), max_length=12, choices=Purpose, default=Purpose.JOB)
    layout = models.CharField(_("모양"), max_length=8, choices=Layout, default=Layout.CARDS)
    shows_name = models.BooleanField(default=True)
    shows_email = models.BooleanField(default=False)
    shows_tree = models.BooleanField(default=True)
    blocks = models.JSONField(default=list, help_text="in order; see portfolios.rules.Block")
    version = models.PositiveIntegerField(default=1, help_text="counts every change, so that none is lost")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "changed_at"])]


class PortfolioShare(models.Model):
    """A portfolio as it was chosen for somebody, and who looked at it.

    The copy changes only when the owner says so: what is added to a page later is not shown to whoever had the
    link before.
    """

    class Gate(models.TextChoices):
        OPEN = "open", _("주소를 아는 사람")
        PASSWORD = "password", _("주소와 암호를 아는 사람")
        MAIL = "mail", _("내가 정한 한 사람 (전자우편 확인)")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    portfolio_id = models.UUIDField()
    version = models.PositiveIntegerField(help_text="of the portfolio, when it was copied")
    content = models.JSONField(help_text="what is shown, as chosen; empty once it is over for good")
    audience = models.CharField(max_length=120, help_text="for whom, as its owner wrote it")
    gate = models.CharField(max_length=8, choices=Gate, default=Gate.OPEN)
    password = models.CharField(max_length=128, blank=True, help_text="hashed")
    recipient = models.EmailField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="exclusive")
    withdrawn_at = models.DateTimeField(null=True)
    look_count = models.PositiveIntegerField(default=0)
    last_looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(gate="password") & ~Q(password=""))
                | (Q(gate="mail") & ~Q(recipient=""))
                | Q(gate="open"),
                name="wallet_portfolio_gate_whole",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "portfolio_id", "created_at"])]


class PortfolioLink(models.Model):
    """Whose share a link leads to. Keyed by the digest of its token; holds the tries at its door."""

    token_digest = models.CharField(primary_key=True, max_length=64)
    account_id = models.UUIDField()
    share_id = models.UUIDField()
    tries = models.PositiveSmallIntegerField(default=0, help_text="since the last right one")
    locked_until = models.DateTimeField(null=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    codes_sent = models.PositiveSmallIntegerField(default=0, help_text="since codes_since")
    codes_since = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_id", "share_id"], name="wallet_portfolio_link_once")
        ]


class PortfolioLook(models.Model):
    """One thing that happened at a shared portfolio, for its owner to read."""

    class Act(models.TextChoices):
        OPENED = "opened", _("열어 봄")
        CHECKED = "checked", _("배지를 확인함")
        PDF = "pdf", _("PDF를 내려받음")
        FILE = "file", _("증명서를 내려받음")
        CODE = "code", _("확인 번호를 보냄")
        WRONG = "wrong", _("암호나 번호가 틀림")
        AWAY = "away", _("끝난 뒤에 열려고 함")
        PREVIEW = "preview", _("메신저가 미리보기를 만듦")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    share_id = models.UUIDField()
    at = models.DateTimeField()
    act = models.CharField(max_length=8, choices=Act)
    title = models.CharField(max_length=200, blank=True, help_text="of the thing concerned")
    client = models.CharField(max_length=60, blank=True, help_text="휴대전화 · Chrome; nothing more exact")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "share_id", "at"])]


class BadgeEmbed(models.Model):
    """A small card of one badge that other web pages may frame. There is none unless the owner turned it on."""

    token_digest = models.CharField(primary_key=True, max_length=64)
    account_id = models.UUIDField()
    holding_id = models.UUIDField()
    sites = models.JSONField(help_text="origins that may frame it, https://blog.example.kr")
    shows_name = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account_id", "holding_id"],
                condition=Q(ended_at=None),
                name="wallet_embed_once",
            )
        ]
