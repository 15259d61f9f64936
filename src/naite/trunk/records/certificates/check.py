"""Is this document genuine? By number and second key for a while, by the signed PDF always."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naite.roots import limits
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, Refused
from naite.trunk.assessment.models import Completion
from naite.trunk.records.certificates import clr, keys, numbers, signing
from naite.trunk.records.certificates.signing import Signature
from naite.trunk.records.models import (
    Certificate,
    CourseCertificate,
    DocumentNumber,
    DocumentSigner,
    Entry,
)

Document = Certificate | CourseCertificate
Verdict = Literal["valid", "signed", "corrected", "replaced", "withdrawn", "expired", "altered", "unknown"]

LARGEST = 20 * 1024 * 1024
ASKS, ASKS_SECONDS = 20, 600
MISSES, LOCK = 5, timedelta(hours=1)
_PRINTED = re.compile(rb"\d{4}-\d{4}-\d{4}-\d{4}")


class TooOften(Refused):
    """Somebody asks so often that it may be guessing."""

    code = "too_often"
    status = 429


@dataclass(frozen=True)
class Finding:
    """The verdict, and of a genuine document what it says with the name masked."""

    verdict: Verdict
    by_file: bool = False
    signature_ok: bool | None = None
    record_ok: bool | None = None
    known_here: bool = True
    certificate: Document | None = None
    name: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    paper: Signature | None = None  # signed by us, without a record inside: what the signature says
    gone: int = 0  # entries that were taken out of the account since, or a decision that was changed

    @property
    def by_institution(self) -> bool:
        """A 수료증, which its institution gave and may take back."""
        return isinstance(self.certificate, CourseCertificate)


def admit(*, who: str, now: datetime) -> None:
    """Refuse who asks more than ``ASKS`` times in ten minutes, before anything is looked up."""
    if not limits.allowed("document", who, most=ASKS, seconds=ASKS_SECONDS, now=now):
        raise TooOften(_("잠깐 사이에 너무 많이 확인했습니다. 10분 뒤에 다시 해 주세요."))


def by_number(*, number: str, key: str, now: datetime) -> Finding:
    """Look a document up by its number and second key, as typed.

    ``unknown`` says the same of a number that is not there and of a wrong key. Refuses numbers that cannot be
    any (a slip in typing), and for an hour a number whose key was wrong five times in a row. Past the period
    of the look-up it says ``expired`` and nothing of the content.
    """
    number, key = numbers.clean_number(number), numbers.clean_key(key)
    fields = {}
    if not numbers.is_number(number):
        fields["number"] = _("문서확인번호 16자리를 다시 확인해 주세요. 숫자가 빠졌거나 바뀌었습니다.")
    if len(key) != numbers.KEY_LENGTH or set(key) - set(numbers.KEY_LETTERS):
        fields["key"] = _("확인 열쇠 8자리를 다시 확인해 주세요. 숫자 0과 1, 글자 O와 I는 쓰지 않습니다.")
    if fields:
        raise Invalid(_("적은 것을 확인해 주세요."), code="mistyped", fields=fields)
    row = DocumentNumber.objects.filter(pk=number).first()
    if row is None:
        return Finding("unknown")
    if row.locked_until and row.locked_until > now:
        raise TooOften(
            _(
                "이 번호는 확인 열쇠가 여러 번 틀려 한 시간 동안 번호로 확인할 수 없습니다. PDF 파일은 확인할 수 있습니다."
            )
        )
    if not numbers.key_fits(number, key, row.key_digest):
        _missed(row, now)
        return Finding("unknown")
    if row.misses:
        DocumentNumber.objects.filter(pk=number).update(misses=0, locked_until=None)
    certificate = _certificate(row)
    if certificate is None:
        return Finding("unknown")
    if certificate.state == "valid" and certificate.check_until and certificate.check_until <= now:
        return Finding("expired", certificate=certificate)
    return _known(certificate, now=now)


def by_file(data: bytes, *, now: datetime) -> Finding:
    """Check a PDF: its signature, the record it carries, and what has become of the document since.

    Holds for ever, not only for the period of the look-up. Bytes that are ours to the last one are genuine;
    of others the signature must be by one of our keys and cover the whole file.
    """
    if not data.startswith(b"%PDF-"):
        message = _("PDF 파일이 아닙니다. 발급받은 PDF 파일을 그대로 올려 주세요.")
        raise Invalid(message, code="not_pdf", fields={"file": message})
    certificate = _named_in(data)
    same = certificate is not None and hashlib.sha256(data).hexdigest() == certificate.pdf_sha256
    if certificate is not None and not same:
        return Finding("altered", by_file=True, signature_ok=False)
    signature = signing.read_signature(data) if same else signing.read_foreign(data)
    if signature is None:
        return Finding("altered" if certificate else "unknown", by_file=True, signature_ok=False)
    ours = DocumentSigner.objects.filter(pk=signature.fingerprint).exists()
    if not ours:
        return Finding("unknown", by_file=True, signature_ok=False, known_here=False)
    if not (signature.intact and signature.whole):
        return Finding("altered", by_file=True, signature_ok=False)
    record = _held(signature.attachment) if signature.attachment else None
    if certificate is None:
        # Signed by us, but the row is gone: say what the signed record says.
        if record is None and signature.attachment is None and signature.title:
            return Finding("signed", by_file=True, signature_ok=True, paper=signature)
        if record is None:
            return Finding("unknown", by_file=True, signature_ok=True, record_ok=False, known_here=False)
        return _from_record(record)
    agrees = record is not None and clr.number_in(record) == certificate.number
    return _known(certificate, now=now, by_file=True, signature_ok=True, record_ok=agrees)


def _known(certificate: Document, *, now: datetime, **more: Any) -> Finding:
    state = certificate.state
    gone = _gone(certificate)
    verdict: Verdict = "valid"
    if state == "replaced":
        verdict = "replaced"
    elif state == "withdrawn":
        verdict = "withdrawn"
    elif gone:
        verdict = "corrected"
    audit.record(
        "records.check_certificate",
        actor=None,
        now=now,
        subject=certificate,
        about=certificate.holder_id,
        verdict=verdict,
    )
    return Finding(
        verdict,
        certificate=certificate,
        name=numbers.masked(certificate.content["name"]),
        content=certificate.content,
        gone=gone,
        **more,
    )


def _gone(certificate: Document) -> int:
    """How much of what a document says was taken back since."""
    if isinstance(certificate, CourseCertificate):
        live = Completion.objects.filter(
            pk=certificate.completion_id, superseded_at=None, outcome=Completion.Outcome.COMPLETED
        )
        return 0 if live.exists() else 1
    ids = [row["id"] for row in certificate.content["entries"]]
    return (
        len(ids) - Entry.objects.filter(account_id=certificate.account_id, voided_at=None, id__in=ids).count()
    )


def _held(attachment: bytes) -> dict[str, Any] | None:
    """The record, if one of this installation's keys, past ones too, signed all of it."""
    found = (clr.holds(attachment, public_key=each.key.public_key) for each in reversed(keys.record_keys()))
    return next((record for record in found if record is not None), None)


def _from_record(record: dict[str, Any]) -> Finding:
    subject = record["credentialSubject"]
    named = {each["identityType"]: each["identityHash"] for each in subject["identifier"]}
    rows = []
    for entry in subject["verifiableCredential"]:
        told = entry["credentialSubject"]
        rows.append(
            {
                "title": told["achievement"]["name"],
                "provider": told["narrative"].rpartition(" · ")[0],
                "completed_on": clr.day_of(told["activityEndDate"]),
                "hours": f"{told['creditsEarned']:g}",
            }
        )
    return Finding(
        "valid",
        by_file=True,
        signature_ok=True,
        record_ok=True,
        known_here=False,
        name=numbers.masked(named.get("name", "")),
        content={
            "number": named.get("ext:documentNumber", ""),
            "issuer": record["issuer"]["name"],
            "issued_on": clr.day_of(record["validFrom"]),
            "entries": rows,
            "count": len(rows),
            "hours": f"{sum(float(row['hours']) for row in rows):g}",
        },
    )


def _named_in(data: bytes) -> Document | None:
    """The document whose number stands in the readable part of a PDF (its XMP keywords)."""
    for found in list(dict.fromkeys(_PRINTED.findall(data)))[:20]:
        number = found.replace(b"-", b"").decode()
        if numbers.is_number(number):
            row = DocumentNumber.objects.filter(pk=number).first()
            if row is not None:
                return _certificate(row)
    return None


def _certificate(row: DocumentNumber) -> Document | None:
    if row.account_id is None:
        return CourseCertificate.objects.filter(pk=row.certificate_id).exclude(pdf="").first()
    return (
        Certificate.objects.filter(account_id=row.account_id, id=row.certificate_id)
        .select_related("account")
        .first()
    )


@transaction.atomic
def _missed(row: DocumentNumber, now: datetime) -> None:
    DocumentNumber.objects.filter(pk=row.pk).update(misses=F("misses") + 1)
    row.refresh_from_db()
    if row.misses >= MISSES:
        DocumentNumber.objects.filter(pk=row.pk).update(misses=0, locked_until=now + LOCK)
