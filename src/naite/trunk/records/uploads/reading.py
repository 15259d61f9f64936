"""Taking a file in and planning what it would change; nothing but the upload's own rows is written."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.catalogue.standard_file import Unreadable
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, Lines, open_lines
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import CompletionUpload, UploadRow
from naite.trunk.records.uploads import policies
from naite.trunk.records.uploads.columns import Header, read_header
from naite.trunk.records.uploads.coursebook import CourseBook
from naite.trunk.records.uploads.resolve import Resolved, resolve
from naite.trunk.records.uploads.rules import Claim, parse, without_resident_numbers

MAX_ROWS = 100_000
CHUNK = 1000
State = CompletionUpload.State
Outcome = UploadRow.Outcome
_OVER = (State.DROPPED, State.FAILED, State.UNDONE, State.UNDOING)


def receive(
    *,
    organisation: Organisation,
    content: bytes,
    file_name: str,
    actor: Person | None,
    now: datetime,
    channel: str = CompletionUpload.Channel.PAGE,
) -> CompletionUpload:
    """Take in a file of completions; returns the upload in state reading, to be gone on with by ``read_next``.

    ``actor`` is None for the operator at the command line. Refuses who may not hand in for the institution; a
    file that cannot be read or has a column for resident registration numbers (``Unreadable``, nothing is
    kept); and, under whatever name, a file with the same content that is in work or was taken whole.
    """
    if not policies.can_hand_in(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 강좌 담당자만 이수실적을 올릴 수 있습니다."))
    lines, encoding = _opened(content)
    _find_header(lines, encoding)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        same = _same(organisation, digest)
        if same is not None and (same.state != State.APPLIED or same.rejected_count == 0):
            raise Refused(
                _("%(day)s에 올린 ‘%(name)s’ 파일과 내용이 같습니다. 그 올리기를 보세요. 바뀐 것은 없습니다.")
                % {"day": f"{timezone.localtime(same.uploaded_at):%Y.%m.%d}", "name": same.file_name},
                code="same_file",
            )
        upload = CompletionUpload(
            id=new_id(),
            organisation=organisation,
            uploaded_by=actor,
            uploaded_at=now,
            channel=channel,
            file_name=file_name.replace("\\", "/").rsplit("/", 1)[-1][-255:] or "-",
            sha256=digest,
            same_as=same,
            encoding=encoding,
        )
        upload.file_path = default_storage.save(f"completions/{upload.id}.upload", ContentFile(content))
        upload.save(force_insert=True)
        audit.record("records.upload_received", actor=actor, now=now, subject=upload, channel=channel)
    return upload


def _same(organisation: Organisation, digest: str) -> CompletionUpload | None:
    return (
        CompletionUpload.objects.filter(organisation=organisation, sha256=digest)
        .exclude(state__in=_OVER)
        .order_by("-uploaded_at")
        .first()
    )


def read_next(*, upload_id: UUID, now: datetime) -> Iterator[CompletionUpload]:
    """Read what is left of a file chunk by chunk, yielding the upload after each; in the end it is a preview.

    Each chunk is one transaction, so this may be killed at any point and called again: it goes on after the
    last row that was kept. A file that turns out unreadable on the way becomes failed, without its rows. The
    file is deleted once it is read.
    """
    upload = CompletionUpload.objects.select_related("organisation").get(pk=upload_id)
    if upload.state != State.READING:
        return
    with default_storage.open(upload.file_path, "rb") as file:
        content = file.read()
    lines, encoding = _opened(content)
    del content
    header = _find_header(lines, encoding)
    book = CourseBook(upload.organisation)
    digest = hashlib.sha256()
    rows = _rows(lines, header, digest)
    last = (
        UploadRow.objects.filter(upload=upload).order_by("-number").values_list("number", flat=True).first()
    )
    done = last or 0
    count = upload.row_count
    try:
        while True:
            chunk = list(islice((row for row in rows if row[0] > done), CHUNK))
            with transaction.atomic():
                upload = _locked(upload_id)
                if upload.state != State.READING or upload.row_count != count:
                    return  # somebody else reads it, or has dropped it
                if chunk:
                    _keep(upload, chunk, book, now)
                    upload.ignored = list(header.ignored)
                if len(chunk) < CHUNK:
                    _finish(upload, digest.hexdigest())
                upload.save()
            count = upload.row_count
            yield upload
            if len(chunk) < CHUNK:
                break
    except Unreadable as refusal:
        with transaction.atomic():
            upload = _locked(upload_id)
            UploadRow.objects.filter(upload=upload).delete()
            upload.state, upload.failure = State.FAILED, str(refusal)[:300]
            upload.row_count = upload.new_count = upload.waiting_count = 0
            upload.already_count = upload.rejected_count = upload.recognised_count = 0
            upload.save()
        yield upload
    _forget_file(upload)


def receive_rows(
    *,
    organisation: Organisation,
    rows: Sequence[tuple[int, list[str]]],
    name: str,
    sha256_of: bytes,
    actor: Person | None,
    now: datetime,
) -> CompletionUpload:
    """Take in rows that came as a request, within the caller's transaction; returns a preview of them."""
    if not policies.can_hand_in(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 강좌 담당자만 이수실적을 올릴 수 있습니다."))
    upload = CompletionUpload.objects.create(
        organisation=organisation,
        uploaded_by=actor,
        uploaded_at=now,
        channel=CompletionUpload.Channel.API,
        file_name=name[:255],
        sha256=hashlib.sha256(sha256_of).hexdigest(),
    )
    book = CourseBook(organisation)
    for start in range(0, len(rows), CHUNK):
        _keep(upload, rows[start : start + CHUNK], book, now)
    _finish(upload, hashlib.sha256(repr([cells for _number, cells in rows]).encode()).hexdigest())
    upload.save()
    audit.record("records.upload_received", actor=actor, now=now, subject=upload, channel=upload.channel)
    return upload


def _opened(content: bytes) -> tuple[Lines, str]:
    return open_lines(content, max_bytes=settings.UPLOAD_MAX_BYTES, max_rows=MAX_ROWS)


def _find_header(lines: Lines, encoding: str) -> Header:
    """Read on to the header. Refuses a file in whose first lines there is none."""
    best: Header | None = None
    for _number, line in islice(lines, HEADER_WITHIN):
        header = read_header(line)
        if not header.missing:
            return header
        if best is None or len(header.missing) < len(best.missing):
            best = header
    if best is None or len(best.missing) > 4:
        message = _("이수실적 양식의 머리글이 없습니다. 양식을 내려받아 첫 행을 그대로 두고 적어 주세요.")
        if encoding == "cp949":
            message += " " + _("글자가 깨져 보이면 CSV UTF-8로 저장해 주세요.")
    else:
        message = _("빠진 열: %(names)s. 열 이름을 고쳐서 다시 올려 주세요.") % {
            "names": ", ".join(best.missing)
        }
    raise Unreadable(message, code="wrong_columns")


def _rows(lines: Lines, header: Header, digest: "hashlib._Hash") -> Iterator[tuple[int, list[str]]]:
    for number, line in lines:
        cells = header.cells(line)
        if any(cells):
            digest.update(repr(cells).encode())
            yield number, cells


def _keep(
    upload: CompletionUpload, chunk: Sequence[tuple[int, list[str]]], book: CourseBook, now: datetime
) -> None:
    """Plan some rows and count them into the upload."""
    today = timezone.localdate(now)
    parsed = {number: parse(cells, today=today) for number, cells in chunk}
    claims = [(number, claim) for number, (claim, _problems) in parsed.items() if claim is not None]
    resolved = resolve(claims, upload=upload, book=book, applying=False)
    kept = [_row(upload, number, cells, *parsed[number], resolved.get(number)) for number, cells in chunk]
    UploadRow.objects.bulk_create(kept, batch_size=500)
    for row in kept:
        if row.outcome == Outcome.NEW:
            upload.new_count += 1
            upload.recognised_count += row.section == 4
        elif row.outcome == Outcome.WAITING:
            upload.waiting_count += 1
        elif row.outcome == Outcome.ALREADY:
            upload.already_count += 1
        else:
            upload.rejected_count += 1
    upload.row_count += len(kept)


def _row(
    upload: CompletionUpload,
    number: int,
    cells: list[str],
    claim: Claim | None,
    problems: list[list[str]],
    found: Resolved | None,
) -> UploadRow:
    row = UploadRow(upload=upload, number=number, cells=without_resident_numbers(cells))
    if claim is None or found is None:
        row.outcome, row.problems = Outcome.REJECTED, problems
        return row
    row.outcome, row.problems, row.facts = found.outcome, found.problems, claim.as_json()
    row.section = found.section
    row.account_id = found.account.pk if found.account else None
    row.claim_key, row.email_key, row.phone_key = found.claim_key, found.email_key, found.phone_key
    return row


def _finish(upload: CompletionUpload, digest: str) -> None:
    if upload.row_count == 0:
        raise Unreadable(
            _("머리글만 있고 이수실적이 없습니다. 실적이 든 파일을 골라 주세요."), code="file_empty"
        )
    upload.rows_digest, upload.state = digest, State.PREVIEW
    if upload.same_as_id is None:
        upload.same_as = (
            CompletionUpload.objects.filter(organisation=upload.organisation, rows_digest=digest)
            .exclude(state__in=_OVER)
            .exclude(pk=upload.pk)
            .order_by("-uploaded_at")
            .first()
        )


def _locked(upload_id: UUID) -> CompletionUpload:
    return (
        CompletionUpload.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=upload_id)
    )


def _forget_file(upload: CompletionUpload) -> None:
    path, upload.file_path = upload.file_path, ""
    CompletionUpload.objects.filter(pk=upload.pk).update(file_path="")
    if path:
        default_storage.delete(path)
