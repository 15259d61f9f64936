"""수료증: what an institution gives to each person of a class, made in batches."""

import secrets
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.roots.files.models import StoredFile
from naite.roots.ids import new_id
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models.certificates import CertificateLanguage


def _key_secret() -> bytes:
    return secrets.token_bytes(32)


class CertificateLook(models.Model):
    """How an institution's 수료증 look: in whose name, with which seal and sentence, and the next number."""

    organisation = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT)
    issuer = models.CharField(max_length=60, help_text="in whose name, as printed: 가온시평생학습관장")
    representative = models.CharField(max_length=60, blank=True)
    sentence = models.CharField(max_length=200, blank=True)
    seal = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    serial_year = models.PositiveSmallIntegerField(default=0)
    serial_last = models.PositiveIntegerField(default=0, help_text="the last number given in that year")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()


class CertificateBatch(models.Model):
    """One order: 수료증 for these people of a class. Its rows say how far it is."""

    class State(models.TextChoices):
        MAKING = "making", gettext_lazy("만드는 중")
        READY = "ready", gettext_lazy("다 만듦")
        STOPPED = "stopped", gettext_lazy("그만둠")

    class Birth(models.TextChoices):
        FULL = "full", gettext_lazy("모두 적기")
        HIDDEN = "hidden", gettext_lazy("뒤 두 자리 가리기")
        NONE = "none", gettext_lazy("적지 않기")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="+")
    request_key = models.CharField(max_length=64, help_text="the same form sent twice makes one batch")
    language = models.CharField(max_length=2, choices=CertificateLanguage)
    birth = models.CharField(max_length=6, choices=Birth)
    look = models.JSONField(help_text="issuer, representative and sentence as they were")
    seal = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State)
    key_secret = models.BinaryField(
        default=_key_secret, help_text="gives the second keys; wiped when the batch is made"
    )
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    zip_file = models.CharField(max_length=200, blank=True)
    print_file = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "request_key"], name="records_batch_once")
        ]
        indexes: ClassVar = [models.Index(fields=["run", "ordered_at"])]


class CourseCertificate(models.Model):
    """One person's 수료증: waiting until its PDF is made, then a fact; taken back or replaced, never edited."""

    KIND: ClassVar = "completion"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(CertificateBatch, on_delete=models.PROTECT, related_name="certificates")
    place = models.PositiveIntegerField(help_text="its place in the batch, from 1")
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="course_certificates")
    serial = models.CharField(max_length=20, help_text="the institution's own number: 2026-37")
    number = models.CharField(max_length=16, blank=True)
    content = models.JSONField(default=dict, help_text="what the document says, as printed")
    pdf = models.CharField(max_length=200, blank=True, help_text="name in the private storage")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    signer_fingerprint = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True)
    check_until = models.DateTimeField(null=True)
    fault = models.CharField(max_length=100, blank=True, help_text="why it could not be made")
    replaces = models.UUIDField(null=True)
    replaced_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["completion"],
                condition=Q(withdrawn_at=None) & ~Q(pdf=""),
                name="records_course_certificate_live_once",
            ),
            models.UniqueConstraint(
                fields=["completion"],
                condition=Q(withdrawn_at=None, pdf=""),
                name="records_course_certificate_waits_once",
            ),
            models.UniqueConstraint(fields=["batch", "place"], name="records_course_certificate_place"),
        ]

    @property
    def state(self) -> str:
        """``waiting``, ``failed``, ``valid``, ``replaced`` or ``withdrawn``."""
        if self.replaced_by is not None:
            return "replaced"
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.pdf:
            return "valid"
        return "failed" if self.fault else "waiting"

    @property
    def kind(self) -> str:
        return self.KIND

    @property
    def holder_id(self) -> UUID:
        return self.person_id

    def get_kind_display(self) -> str:
        return _("수료증")
