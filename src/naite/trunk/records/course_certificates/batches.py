"""Making 수료증 for a class: ordered at once, made by a task in small steps, bundled for printing and for handing out."""

import hashlib
import hmac
import logging
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, Refused
from naite.roots.ids import new_id
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import CourseRun
from naite.trunk.delivery.policies import require_staff
from naite.trunk.people.models import Person
from naite.trunk.recognition import queries as recognition
from naite.trunk.records.certificates import clr, keys, numbers, render, signing
from naite.trunk.records.certificates.content import Content, birth_text, clean
from naite.trunk.records.certificates.services import check_address
from naite.trunk.records.course_certificates import document, looks
from naite.trunk.records.models import (
    CertificateBatch,
    CertificateLanguage,
    CertificateLook,
    CourseCertificate,
    DocumentNumber,
    DocumentSigner,
)

MOST: Final = 1_000
STEP: Final = 10
State = CertificateBatch.State
log = logging.getLogger("naite.certificates")
_RELATED: Final = (
    "completion__enrolment__person",
    "completion__enrolment__run__version__course",
    "completion__enrolment__run__organisation",
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is settled for a whole batch."""

    language: CertificateLanguage = CertificateLanguage.KOREAN
    birth: CertificateBatch.Birth = CertificateBatch.Birth.FULL


@transaction.atomic
def start(
    *,
    run: CourseRun,
    completion_ids: Collection[UUID],
    order: Order,
    request_key: str,
    actor: Person | None,
    now: datetime,
) -> CertificateBatch:
    """Order 수료증 for people who completed a class; the caller enqueues the making in the same transaction.

    Settles who gets one, in which look and under which numbers of the institution; a person who already has
    one gets a new one in its place. Refuses anyone but the institution's staff, nobody chosen, people without
    a live completion of this class, more than ``MOST``, and a second batch while one is being made. Safe to
    repeat with the same ``request_key``.
    """
    require_staff(actor, run, now=now)
    CourseRun.objects.select_for_update().get(pk=run.pk)
    if earlier := CertificateBatch.objects.filter(run=run, request_key=request_key).first():
        return earlier
    wanted = set(completion_ids)
    if not wanted:
        message = _("수료증을 줄 사람을 하나 이상 고르세요.")
        raise Invalid(message, code="nobody", fields={"completion": message})
    if len(wanted) > MOST:
        raise Invalid(
            _("한 번에 %(most)s명까지 만들 수 있습니다. 나누어 만들어 주세요.") % {"most": f"{MOST:,}"},
            code="too_many",
        )
    if CertificateBatch.objects.filter(run=run, state=State.MAKING).exists():
        raise Refused(
            _("먼저 시작한 수료증을 만드는 중입니다. 끝난 뒤에 다시 눌러 주세요."), code="batch_busy"
        )
    completions = [each for each in completed(run) if each.pk in wanted]
    if len(completions) != len(wanted):
        raise Refused(
            _("고른 사람 가운데 그 사이에 판정이 바뀐 사람이 있습니다. 다시 확인해 주세요."),
            code="completion_changed",
        )
    look = looks.look_of(run.organisation)
    batch = CertificateBatch.objects.create(
        organisation=run.organisation,
        run=run,
        request_key=request_key,
        language=order.language,
        birth=order.birth,
        look=looks.snapshot(look, run.organisation),
        seal=look.seal if look else None,
        state=State.MAKING,
        made_by=actor,
        ordered_at=now,
    )
    CourseCertificate.objects.filter(completion__in=completions, pdf="", withdrawn_at=None).update(
        withdrawn_at=now, withdraw_reason=_("만들지 못해 다시 주문함")
    )
    serials = _serials(run, len(completions), now=now)
    live = {
        each.completion_id: each.pk
        for each in CourseCertificate.objects.filter(completion__in=completions, withdrawn_at=None).exclude(
            pdf=""
        )
    }
    CourseCertificate.objects.bulk_create(
        CourseCertificate(
            batch=batch,
            place=place,
            completion=completion,
            person_id=completion.enrolment.person_id,
            serial=serial,
            replaces=live.get(completion.pk),
        )
        for place, (completion, serial) in enumerate(zip(completions, serials, strict=True), start=1)
    )
    audit.record(
        "records.order_course_certificates",
        actor=actor,
        now=now,
        subject=batch,
        people=[each.enrolment.person_id for each in completions],
    )
    return batch


def completed(run: CourseRun) -> list[Completion]:
    """Return the live completions of a class, in the order of its list."""
    return list(
        Completion.objects.filter(
            enrolment__run=run, superseded_at=None, outcome=Completion.Outcome.COMPLETED
        )
        .select_related("enrolment__person")
        .order_by("enrolment__number", "pk")
    )


def make_next(*, batch_id: UUID, now: datetime) -> Iterator[int]:
    """Make what is left of a batch, ``STEP`` at a time, yielding how many are made or given up; then bundle.

    Each document commits on its own, so it may be killed at any point and called again, and two callers at
    once do no harm: of two that made the same document the slower throws its own away. Stops when somebody
    stopped the batch.
    """
    while True:
        batch = CertificateBatch.objects.select_related("seal", "organisation").get(pk=batch_id)
        if batch.state != State.MAKING:
            return
        waiting = list(
            batch.certificates.filter(pdf="", fault="", withdrawn_at=None)
            .select_related(*_RELATED)
            .order_by("place")[:STEP]
        )
        if not waiting:
            break
        seal = looks.seal_of(batch.look["issuer"], batch.seal)
        for row in waiting:
            _make(row, batch, seal, now)
        yield batch.certificates.exclude(pdf="", fault="").count()
    _bundle(batch, now)
    yield batch.certificates.count()


@transaction.atomic
def stop(*, batch: CertificateBatch, actor: Person | None, now: datetime) -> CertificateBatch:
    """Stop making a batch; what is made stays, the rest is given up. Safe to repeat; only for its staff."""
    require_staff(actor, batch.run, now=now)
    if CertificateBatch.objects.filter(pk=batch.pk, state=State.MAKING).update(state=State.STOPPED):
        CourseCertificate.objects.filter(batch=batch, pdf="").update(
            withdrawn_at=now, withdraw_reason=_("만들기를 그만둠")
        )
        audit.record("records.stop_course_certificates", actor=actor, now=now, subject=batch)
    batch.refresh_from_db()
    return batch


def content_of(
    completion: Completion,
    *,
    order: Order,
    look: dict[str, str],
    serial: str,
    number: str,
    now: datetime | None,
) -> Content:
    """Return what the 수료증 of a completion says."""
    run = completion.enrolment.run
    person = completion.enrolment.person
    birth = order.birth
    found = recognition.covering(course_id=run.version.course_id, run_id=run.pk, on=completion.completed_on)
    return document.build(
        completion_id=str(completion.pk),
        language=str(order.language),
        name=person.name,
        birth=""
        if birth == CertificateBatch.Birth.NONE
        else birth_text(person.birth_date, hide_day=birth == CertificateBatch.Birth.HIDDEN),
        course=run.version.title,
        organisation=run.organisation.name,
        started_on=min(run.starts_on, completion.completed_on) if run.starts_on else None,
        completed_on=completion.completed_on,
        hours=completion.hours,
        area=run.version.area,
        recognition=found.number if found else "",
        look=look,
        serial=serial,
        number=number,
        issued_at=now,
        check_until=now + timedelta(days=settings.CERTIFICATE_CHECK_DAYS) if now else None,
    )


def preview(*, completion: Completion, order: Order, actor: Person | None, now: datetime) -> bytes:
    """Return the first 수료증 as it would be, as a watermarked picture. Only for staff; writes nothing."""
    run = completion.enrolment.run
    require_staff(actor, run, now=now)
    look = looks.look_of(run.organisation)
    words = looks.snapshot(look, run.organisation)
    said = content_of(completion, order=order, look=words, serial=f"{now.year}-0", number="", now=None)
    seal = looks.seal_of(words["issuer"], look.seal if look else None)
    data, carried = document.page_data([said], keys=[""], check_url="", seal=seal)
    return render.pictures(data, carried, template=document.TEMPLATE, ppi=72)[0]


def _serials(run: CourseRun, count: int, *, now: datetime) -> list[str]:
    """Take the institution's next numbers of this year."""
    look, _made = CertificateLook.objects.select_for_update().get_or_create(
        organisation=run.organisation,
        defaults={"issuer": run.organisation.name[:60], "changed_at": now},
    )
    year = timezone.localdate(now).year
    last = look.serial_last if look.serial_year == year else 0
    look.serial_year, look.serial_last = year, last + count
    look.save(update_fields=["serial_year", "serial_last"])
    return [f"{year}-{number}" for number in range(last + 1, last + count + 1)]


def _second_key(secret: bytes, certificate_id: UUID) -> str:
    """The second key of a document, the same until the batch's secret is wiped."""
    digest = hmac.new(secret, certificate_id.bytes, hashlib.sha256).digest()
    return "".join(numbers.KEY_LETTERS[byte % 32] for byte in digest[: numbers.KEY_LENGTH])


def _make(row: CourseCertificate, batch: CertificateBatch, seal: str, now: datetime) -> None:
    completion = row.completion
    if completion.superseded_at is not None:
        CourseCertificate.objects.filter(pk=row.pk, pdf="").update(
            withdrawn_at=now, withdraw_reason=_("그 사이에 판정이 바뀜")
        )
        return
    try:
        number, key = numbers.new_number(), _second_key(bytes(batch.key_secret), row.pk)
        order = Order(language=CertificateLanguage(batch.language), birth=CertificateBatch.Birth(batch.birth))
        said = content_of(completion, order=order, look=batch.look, serial=row.serial, number=number, now=now)
        pdf = _signed(said, key=key, seal=seal, row_id=row.pk, now=now)
    except Exception as error:
        # One document that cannot be made must not keep a class waiting.
        log.exception("course certificate %s cannot be made", row.pk)
        CourseCertificate.objects.filter(pk=row.pk, pdf="").update(fault=type(error).__name__[:100])
        return
    name = default_storage.save(f"course-certificates/{batch.pk}/{row.pk}.pdf", ContentFile(pdf))
    if not _keep(row, said, key, pdf, name, now):
        default_storage.delete(name)


def _signed(said: Content, *, key: str, seal: str, row_id: UUID, now: datetime) -> bytes:
    record = clr.signed_record(said, id=row_id, signer=keys.record_signer(), now=now)
    data, carried = document.page_data(
        [said], keys=[key], check_url=check_address(), seal=seal, clr=record.decode()
    )
    return signing.sign_pdf(
        render.pdf(data, carried, template=document.TEMPLATE),
        keys.pdf_key(now=now),
        reason="수료증",
        name=said["issuer"],
    )


def _keep(row: CourseCertificate, said: Content, key: str, pdf: bytes, name: str, now: datetime) -> bool:
    """Write a made document; false when another worker was faster or the batch was stopped."""
    signer = keys.pdf_key(now=now)
    try:
        with transaction.atomic():
            DocumentSigner.objects.get_or_create(
                fingerprint=signer.fingerprint, defaults={"pem": signer.pem, "first_used_at": now}
            )
            if row.replaces:
                CourseCertificate.objects.filter(pk=row.replaces, withdrawn_at=None).update(
                    withdrawn_at=now, withdraw_reason=_("새로 발급한 문서로 바꿈"), replaced_by=row.pk
                )
            made = CourseCertificate.objects.filter(pk=row.pk, pdf="", withdrawn_at=None).update(
                number=said["number"],
                content=said,
                pdf=name,
                pdf_sha256=hashlib.sha256(pdf).hexdigest(),
                signer_fingerprint=signer.fingerprint,
                issued_at=now,
                check_until=now + timedelta(days=settings.CERTIFICATE_CHECK_DAYS),
            )
            if not made:
                transaction.set_rollback(True)
                return False
            DocumentNumber.objects.create(
                number=said["number"],
                account_id=None,
                certificate_id=row.pk,
                key_digest=numbers.key_digest(said["number"], key),
            )
            audit.record(
                "records.issue_course_certificate",
                actor=None,
                now=now,
                subject=row,
                about=row.person_id,
                serial=row.serial,
            )
    except IntegrityError:
        # The person has another live one; without this the row would wait for ever.
        CourseCertificate.objects.filter(pk=row.pk, pdf="").update(fault="IntegrityError")
        return False
    return True


def _bundle(batch: CertificateBatch, now: datetime) -> None:
    """Write the ZIP and the file for printing, then forget the second keys."""
    rows = list(batch.certificates.filter(withdrawn_at=None).exclude(pdf="").order_by("place"))
    zip_name = print_name = ""
    if rows:
        folder = f"course-certificates/{batch.pk}"
        zip_name = _zip(rows, f"{folder}/all-{new_id()}.zip")
        seal = looks.seal_of(batch.look["issuer"], batch.seal)
        data, carried = document.page_data(
            [row.content for row in rows],
            keys=[_second_key(bytes(batch.key_secret), row.pk) for row in rows],
            check_url=check_address(),
            seal=seal,
        )
        whole = render.pdf(data, carried, template=document.TEMPLATE)
        print_name = default_storage.save(f"{folder}/print-{new_id()}.pdf", ContentFile(whole))
    changed = CertificateBatch.objects.filter(pk=batch.pk, state=State.MAKING).update(
        state=State.READY, ready_at=now, zip_file=zip_name, print_file=print_name, key_secret=b""
    )
    if not changed:
        for name in filter(None, (zip_name, print_name)):
            default_storage.delete(name)


def _zip(rows: Sequence[CourseCertificate], name: str) -> str:
    with TemporaryFile() as draft:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
            for row in rows:
                with default_storage.open(row.pdf) as file:
                    archive.writestr(file_name(row), file.read())
        draft.seek(0)
        return default_storage.save(name, File(draft))


def file_name(row: CourseCertificate) -> str:
    """``003_한가람_수료증.pdf``; whatever cannot stand in a file name is left out."""
    person = "".join(c for c in clean(str(row.content.get("name", ""))) if c not in '\\/:*?"<>|.')
    return f"{row.place:03d}_{person[:40].strip() or row.serial}_수료증.pdf"


def progress(batch: CertificateBatch) -> dict[str, Any]:
    """Return how many of a batch are made, failed and asked for, in one query."""
    rows = list(batch.certificates.values_list("pdf", "fault", "withdrawn_at"))
    done = sum(1 for pdf, fault, gone in rows if pdf or fault or gone)
    return {
        "all": len(rows),
        "made": sum(1 for pdf, _fault, _gone in rows if pdf),
        "failed": sum(1 for pdf, fault, gone in rows if fault and not pdf and not gone),
        "done": done,
        "percent": round(100 * done / len(rows)) if rows else 0,
    }
