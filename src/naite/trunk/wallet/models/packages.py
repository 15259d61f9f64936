"""Submission packages (제출 꾸러미): what a learner handed to a school or an employer, and who looked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.records.models import LearningAccount


class Package(models.Model):
    """Chosen entries, documents and badges for one recipient, as they were on the day of submission.

    Never changed after it was sent: what becomes of its things later is shown beside them, not in them.
    """

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="packages", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    request_key = models.CharField(max_length=64, help_text="the same form sent twice makes one package")
    evidence_request_id = models.UUIDField(null=True, help_text="the request that it answers")
    recipient = models.CharField(_("받는 곳"), max_length=120)
    purpose = models.CharField(_("쓰는 곳"), max_length=200)
    message = models.TextField(_("전하는 말"), blank=True)
    sender = models.JSONField(help_text="{name, birth, email} as shown; empty where not shown")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="exclusive")
    password = models.CharField(max_length=128, blank=True, help_text="hashed; empty for none")
    most_looks = models.PositiveSmallIntegerField(null=True)
    look_count = models.PositiveIntegerField(default=0)
    last_looked_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    receipt_number = models.CharField(max_length=24, blank=True)
    receiver = models.CharField(
        max_length=60, blank=True, help_text="who pressed 받았습니다, as they wrote it"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "request_key"], name="wallet_package_once"),
            models.CheckConstraint(
                condition=Q(most_looks=None) | Q(look_count__lte=models.F("most_looks")),
                name="wallet_package_looks_kept",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None, receipt_number="")
                | (Q(received_at__isnull=False) & ~Q(receipt_number="")),
                name="wallet_package_receipt_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "sent_at"])]


class PackageItem(models.Model):
    """One thing in a package, as it was when it was sent."""

    class Kind(models.TextChoices):
        ENTRY = "entry", _("배움 기록")
        CERTIFICATE = "certificate", _("증명서")
        BADGE = "badge", _("배지")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    package_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    source_id = models.UUIDField(help_text="of the entry, the document or the holding")
    award_id = models.UUIDField(null=True)
    title = models.CharField(max_length=200)
    facts = models.JSONField(help_text="what is shown, as it was")
    credential = models.BinaryField(default=b"", help_text="of a badge, byte for byte")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the file")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "package_id", "position"], name="wallet_package_place"
            ),
            models.UniqueConstraint(
                fields=["account", "package_id", "source_id"], name="wallet_package_item_once"
            ),
        ]


class PackageLink(models.Model):
    """Whose package a link leads to. Keyed by the digest of its token, so that anyone's look-up finds it."""

    token_digest = models.CharField(primary_key=True, max_length=64)
    account_id = models.UUIDField()
    package_id = models.UUIDField()
    tries = models.PositiveSmallIntegerField(default=0, help_text="passwords tried since the last right one")
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_id", "package_id"], name="wallet_package_link_once")
        ]


class PackageLook(models.Model):
    """One thing that happened to a package at the recipient's side, for the learner to read."""

    class Act(models.TextChoices):
        OPENED = "opened", _("열어 봄")
        CHECKED = "checked", _("진위를 확인함")
        DOWNLOADED_ALL = "all", _("모두 내려받음(ZIP)")
        DOWNLOADED_LIST = "list", _("목록을 내려받음(PDF)")
        DOWNLOADED_FILE = "file", _("파일을 내려받음")
        RECEIVED = "received", _("받았다고 알림")
        WRONG_PASSWORD = "wrong", _("암호가 틀림")
        TURNED_AWAY = "away", _("끝난 뒤에 열려고 함")

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    package_id = models.UUIDField()
    at = models.DateTimeField()
    act = models.CharField(max_length=10, choices=Act)
    title = models.CharField(max_length=200, blank=True, help_text="of the thing concerned")
    client = models.CharField(max_length=60, blank=True, help_text="휴대전화 · Chrome; nothing more exact")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "package_id", "at"])]
