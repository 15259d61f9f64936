"""Issuing certificates and taking them back."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.drawing.qr import draw_qr
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.people.models import Person
from naite.trunk.people.standing import sections_seen
from naite.trunk.records import policies
from naite.trunk.records.certificates import clr, content, keys, layout, numbers, render, signing
from naite.trunk.records.certificates.choices import grouped, may_hold
from naite.trunk.records.certificates.seal import seal
from naite.trunk.records.certificates.wording import words
from naite.trunk.records.models import (
    Certificate,
    CertificateKind,
    CertificateLanguage,
    DocumentNumber,
    DocumentSigner,
    Entry,
    LearningAccount,
)

MOST_ENTRIES = 2_000
_ROMAN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ .,'’-]{0,79}")


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the learner may settle besides the entries."""

    language: CertificateLanguage = CertificateLanguage.KOREAN
    purpose: str = ""
    roman_name: str = ""
    hide_birth_day: bool = True


def nothing_chosen() -> Invalid:
    message = _("담을 것을 하나 이상 고르세요.")
    return Invalid(message, code="nothing_chosen", fields={"entries": message})


def check_address(number: str = "", key: str = "") -> str:
    """Where a document is checked; the QR code carries its number and second key."""
    base = f"{settings.BASE_URL}/verify/document/"
    return f"{base}?n={number}&k={key}" if number else base


def preview(
    *,
    account: LearningAccount,
    kind: CertificateKind,
    entry_ids: Collection[UUID],
    wishes: Wishes | None = None,
    page: int = 1,
    actor: Person | None,
) -> tuple[bytes, int]:
    """Return one page of the document as a picture, watermarked and without number, and how many there are.

    From the same template as the document. Refuses what issuing would refuse; writes nothing.
    """
    pages = render.pictures(*_preview_of(account, kind, entry_ids, wishes or Wishes(), actor))
    return pages[min(max(page, 1), len(pages)) - 1], len(pages)


def preview_pdf(
    *,
    account: LearningAccount,
    kind: CertificateKind,
    entry_ids: Collection[UUID],
    wishes: Wishes | None = None,
    actor: Person | None,
) -> bytes:
    """Return the whole document as ``preview`` shows it, unsigned."""
    return render.pdf(*_preview_of(account, kind, entry_ids, wishes or Wishes(), actor))


def issue_certificate(
    *,
    account: LearningAccount,
    kind: CertificateKind,
    entry_ids: Collection[UUID],
    wishes: Wishes | None = None,
    request_key: str,
    replaces: UUID | None = None,
    actor: Person | None,
    now: datetime,
) -> Certificate:
    """Issue a 평생학습이력증명서 or 평생학습이력철 as a signed PDF (평생교육법 제23조).

    The entries are snapshot as they are now. Refuses anyone but the owner, nothing chosen, entries that are
    not there or do not belong on this kind, more than ``MOST_ENTRIES``, a closed account. With ``replaces``
    an earlier certificate is withdrawn in its favour. Writes the certificate, its number, the file and an
    audit event. Safe to repeat with the same ``request_key``: the first certificate is returned.
    """
    wishes = wishes or Wishes()
    entries = _allowed_entries(account, kind, entry_ids, wishes, actor, now)
    if earlier := _requested(account, request_key):
        return earlier
    old = _replaceable(account, replaces)
    # Typesetting and signing take their time, so they come before the transaction.
    row_id, number, key = new_id(), numbers.new_number(), numbers.new_key()
    said = _content(account, kind, entries, wishes, number=number, now=now)
    record = clr.signed_record(said, id=row_id, signer=keys.record_signer(), now=now)
    signer = keys.pdf_key(now=now)
    pdf = signing.sign_pdf(
        render.pdf(*_typeset(said, key=key, record=record)),
        signer,
        reason=str(words("ko")[kind]),
        name=said["issuer"],
    )
    name = default_storage.save(f"certificates/{account.pk}/{row_id}.pdf", ContentFile(pdf))
    try:
        with transaction.atomic():
            DocumentSigner.objects.get_or_create(
                fingerprint=signer.fingerprint, defaults={"pem": signer.pem, "first_used_at": now}
            )
            DocumentNumber.objects.create(
                number=number,
                account_id=account.pk,
                certificate_id=row_id,
                key_digest=numbers.key_digest(number, key),
            )
            made = Certificate.objects.create(
                account=account,
                id=row_id,
                request_key=request_key,
                kind=kind,
                language=wishes.language,
                number=number,
                purpose=said["purpose"],
                entry_count=said["count"],
                hours=sum((entry.hours for entry in entries), Decimal(0)),
                content=said,
                pdf=name,
                pdf_sha256=hashlib.sha256(pdf).hexdigest(),
                signer_fingerprint=signer.fingerprint,
                issued_at=now,
                check_until=now + timedelta(days=settings.CERTIFICATE_CHECK_DAYS),
            )
            audit.record(
                "records.issue_certificate",
                actor=actor,
                now=now,
                subject=made,
                about=account.person_id,
                kind=str(kind),
                entries=said["count"],
            )
            if old is not None:
                _withdraw(old, reason=_("새로 발급한 문서로 바꿈"), replaced_by=row_id, actor=actor, now=now)
    except BaseException as error:
        default_storage.delete(name)
        # The same form, sent twice at once: the other one was first.
        if isinstance(error, IntegrityError) and (rival := _requested(account, request_key)):
            return rival
        raise
    return made


@transaction.atomic
def withdraw(*, certificate: Certificate, reason: str, actor: Person | None, now: datetime) -> Certificate:
    """Take a certificate back: whoever checks it learns that it no longer counts. The file and row stay.

    Refuses anyone but the owner. Safe to repeat: the first time and reason stay.
    """
    if not policies.can_see_account(actor, certificate.account):
        raise NotAllowed(_("이 문서는 발급받은 사람만 거둘 수 있습니다."))
    return _withdraw(certificate, reason=reason.strip(), replaced_by=None, actor=actor, now=now)


def file_of(*, certificate: Certificate, actor: Person | None, now: datetime) -> bytes:
    """Return the signed PDF. Refuses all but the owner and who stands in for them; writes an audit event."""
    if not policies.can_act(actor, certificate.account, "certificates", now=now):
        raise NotAllowed(_("이 문서는 발급받은 사람만 내려받을 수 있습니다."))
    with default_storage.open(certificate.pdf) as file:
        pdf = bytes(file.read())
    audit.record(
        "records.download_certificate",
        actor=actor,
        now=now,
        subject=certificate,
        about=certificate.account.person_id,
    )
    return pdf


def _preview_of(
    account: LearningAccount,
    kind: CertificateKind,
    entry_ids: Collection[UUID],
    wishes: Wishes,
    actor: Person | None,
) -> tuple[dict[str, object], dict[str, object]]:
    entries = _allowed_entries(account, kind, entry_ids, wishes, actor)
    return _typeset(_content(account, kind, entries, wishes, number="", now=None), key="", record=b"")


def _allowed_entries(
    account: LearningAccount,
    kind: CertificateKind,
    entry_ids: Collection[UUID],
    wishes: Wishes,
    actor: Person | None,
    now: datetime | None = None,
) -> list[Entry]:
    stands_in = now is not None and policies.can_act(actor, account, "certificates", now=now)
    if not stands_in and not policies.can_see_account(actor, account):
        raise NotAllowed(_("증명서는 학습계좌의 주인만 발급받을 수 있습니다."))
    if account.closed_at is not None:
        raise Refused(_("닫은 학습계좌로는 증명서를 발급할 수 없습니다."), code="account_closed")
    wanted = set(entry_ids)
    if not wanted:
        raise nothing_chosen()
    if len(wanted) > MOST_ENTRIES:
        raise Invalid(
            _("한 문서에는 %(most)s건까지 담을 수 있습니다. 나누어 발급해 주세요.")
            % {"most": f"{MOST_ENTRIES:,}"},
            code="too_many_entries",
        )
    if wishes.roman_name and not _ROMAN.fullmatch(wishes.roman_name.strip()):
        message = _("로마자 이름은 여권처럼 알파벳으로 적어 주세요. 예: HAN Garam")
        raise Invalid(message, code="roman_name", fields={"roman_name": message})
    if len(wishes.purpose) > 100:
        message = _("용도는 100자까지 적을 수 있습니다.")
        raise Invalid(message, code="purpose", fields={"purpose": message})
    found = list(Entry.objects.filter(account_id=account.pk, voided_at=None).order_by("-completed_on", "-id"))
    found = [entry for entry in found if entry.id in wanted]
    if now is not None and actor is not None:
        seen = sections_seen(actor, account.person_id, now=now)
        if seen is not None and any(entry.section not in seen for entry in found):
            raise NotAllowed(_("맡긴 영역 밖의 기록은 담을 수 없습니다."))
    if len(found) != len(wanted):
        raise Refused(
            _("고른 기록 가운데 그 사이에 지워진 것이 있습니다. 담을 것을 다시 확인해 주세요."),
            code="entry_gone",
        )
    if not all(may_hold(kind, entry) for entry in found):
        raise Invalid(
            _("증명서에는 평가인정 과정을 마친 기록만 담을 수 있습니다. 다른 기록은 이력철에 담아 주세요."),
            code="not_recognised",
        )
    return [entry for group in grouped(found, kind) for entry in group.entries]


def _content(
    account: LearningAccount,
    kind: CertificateKind,
    entries: list[Entry],
    wishes: Wishes,
    *,
    number: str,
    now: datetime | None,
) -> content.Content:
    person = account.person
    english = wishes.language == CertificateLanguage.ENGLISH
    return content.build(
        kind=kind,
        language=wishes.language,
        entries=entries,
        name=person.name,
        roman_name=wishes.roman_name if english else "",
        birth=content.birth_text(person.birth_date, hide_day=wishes.hide_birth_day),
        purpose=wishes.purpose,
        issuer=settings.CERTIFICATE_ISSUER_EN if english else settings.CERTIFICATE_ISSUER,
        number=number,
        issued_at=now,
        check_until=now + timedelta(days=settings.CERTIFICATE_CHECK_DAYS) if now else None,
    )


def _typeset(
    said: content.Content, *, key: str, record: bytes
) -> tuple[dict[str, object], dict[str, object]]:
    data, carried = layout.page_data(
        said,
        key=key,
        check_url=check_address(),
        qr=draw_qr(check_address(said["number"], key), decorative=True) if key else "",
        seal=seal(settings.CERTIFICATE_ISSUER),
        clr=record.decode(),
    )
    return layout.printable(data, known=render.characters(), language=said["language"]), carried


def _requested(account: LearningAccount, request_key: str) -> Certificate | None:
    return Certificate.objects.filter(account_id=account.pk, request_key=request_key).first()


def _replaceable(account: LearningAccount, replaces: UUID | None) -> Certificate | None:
    if replaces is None:
        return None
    old = Certificate.objects.filter(account_id=account.pk, id=replaces).first()
    if old is None or old.withdrawn_at is not None:
        raise Refused(
            _("바꿀 문서가 없거나 이미 거둔 문서입니다. 목록에서 다시 확인해 주세요."), code="not_replaceable"
        )
    return old


def _withdraw(
    certificate: Certificate, *, reason: str, replaced_by: UUID | None, actor: Person | None, now: datetime
) -> Certificate:
    changed = Certificate.objects.filter(
        account_id=certificate.account_id, id=certificate.id, withdrawn_at=None
    ).update(withdrawn_at=now, withdraw_reason=reason[:300], replaced_by=replaced_by)
    certificate.refresh_from_db()
    if changed:
        audit.record(
            "records.withdraw_certificate",
            actor=actor,
            now=now,
            subject=certificate,
            about=certificate.account.person_id,
            replaced_by=str(replaced_by or ""),
        )
    return certificate
