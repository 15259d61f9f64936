"""The account's printed documents, what they contain and who signed them."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.records.models.accounts import LearningAccount


class CertificateKind(models.TextChoices):
    """The two documents of an account."""

    STATEMENT = "statement", _("평생학습이력증명서")
    PORTFOLIO = "portfolio", _("평생학습이력철")


class CertificateLanguage(models.TextChoices):
    KOREAN = "ko", _("한국어")
    ENGLISH = "en", _("영어")


class PrintChoice(models.Model):
    """A switch that lasts: whether an entry, or whatever comes into a section, is printed.

    ``scope`` is ``entry:<id>`` or ``group:<key>``; an entry without its own switch follows its group's, and a
    group without one is printed.
    """

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(LearningAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    id = models.UUIDField(default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=CertificateKind)
    scope = models.CharField(max_length=60)
    chosen = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind", "scope"], name="records_choice_once")
        ]


class Certificate(models.Model):
    """One issued document: what it says, as a snapshot, and the digest of the PDF that was handed out."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey(
        LearningAccount, on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    id = models.UUIDField(default=new_id, editable=False)
    request_key = models.CharField(max_length=64, help_text="the same form sent twice issues once")
    kind = models.CharField(max_length=12, choices=CertificateKind)
    language = models.CharField(max_length=2, choices=CertificateLanguage)
    number = models.CharField(max_length=16)
    purpose = models.CharField(max_length=100, blank=True)
    entry_count = models.PositiveIntegerField()
    hours = models.DecimalField(max_digits=9, decimal_places=1)
    content = models.JSONField(help_text="what the document says, as printed")
    pdf = models.CharField(max_length=200, help_text="name in the private storage")
    pdf_sha256 = models.CharField(max_length=64)
    signer_fingerprint = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    check_until = models.DateTimeField(help_text="exclusive; until then the number alone can be looked up")
    replaced_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "request_key"], name="records_certificate_once"),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(withdrawn_at__isnull=False),
                name="records_replaced_is_withdrawn",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "issued_at"])]

    @property
    def state(self) -> str:
        """``valid``, ``replaced`` or ``withdrawn``; the period of the look-up is a question of the time."""
        if self.replaced_by is not None:
            return "replaced"
        return "withdrawn" if self.withdrawn_at is not None else "valid"

    @property
    def holder_id(self) -> UUID:
        """Whose document it is."""
        return self.account.person_id


class DocumentNumber(models.Model):
    """Whose certificate a number stands for. Keyed by the number alone, so that anyone's look-up finds it."""

    number = models.CharField(primary_key=True, max_length=16)
    account_id = models.UUIDField(null=True, help_text="none: a 수료증, which its institution keeps")
    certificate_id = models.UUIDField()
    key_digest = models.CharField(max_length=64, help_text="of the second key printed on the paper")
    misses = models.PositiveSmallIntegerField(default=0, help_text="wrong second keys in a row")
    locked_until = models.DateTimeField(null=True)


class DocumentSigner(models.Model):
    """A certificate under which PDFs were signed. It stays when the key changes: old PDFs verify by it."""

    fingerprint = models.CharField(primary_key=True, max_length=64)
    pem = models.TextField()
    first_used_at = models.DateTimeField()
