"""Putting the good rows of an upload into the learners' accounts, in chunks that may be killed and repeated."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records import rules
from naite.trunk.records.models import CompletionUpload, Entry, LearningAccount, UploadRow
from naite.trunk.records.rules import EntryDraft
from naite.trunk.records.uploads import policies
from naite.trunk.records.uploads.coursebook import CourseBook
from naite.trunk.records.uploads.resolve import Resolved, resolve, source_key
from naite.trunk.records.uploads.rules import Claim

# Up to so many rows an upload is applied within the request; beyond, by a task in chunks.
AT_ONCE = 1000
CHUNK = 1000
# For so long a row waits for its person to open an account; then its personal data is deleted.
WAITS = timedelta(days=365)
State = CompletionUpload.State
Outcome = UploadRow.Outcome
_TO_DO = (Outcome.NEW, Outcome.WAITING)


def start(*, upload_id: UUID, actor: Person | None, now: datetime) -> CompletionUpload:
    """Let an upload be applied; ``apply_next`` does it. Repeating returns it as it is.

    Refuses who may not hand in, an upload that was dropped, one without a good row, and a second one of an
    institution while the first is being applied.
    """
    with transaction.atomic():
        upload = locked(upload_id, actor=actor, now=now)
        if upload.state in {State.APPLYING, State.APPLIED}:
            return upload
        if upload.state != State.PREVIEW:
            raise Refused(_("반영할 수 있는 상태가 아닙니다. 화면을 새로 고쳐 주세요."), code="upload_over")
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)
        busy = CompletionUpload.objects.filter(
            organisation=upload.organisation, state__in=(State.APPLYING, State.UNDOING)
        )
        if busy.exists():
            raise Refused(
                _("먼저 올린 파일을 처리하는 중입니다. 끝난 뒤에 다시 눌러 주세요."), code="upload_busy"
            )
        if not upload.new_count + upload.waiting_count:
            raise Refused(
                _("반영할 수 있는 행이 없습니다. 파일을 고쳐서 다시 올려 주세요."), code="upload_empty"
            )
        upload.state, upload.done_number, upload.done_rows = State.APPLYING, 0, 0
        upload.save(update_fields=["state", "done_number", "done_rows"])
        audit.record("records.upload_started", actor=actor, now=now, subject=upload)
    return upload


def close(*, upload_id: UUID, now: datetime) -> CompletionUpload:
    """Count an upload without a good row as applied, within the caller's transaction: there is nothing to do."""
    upload = locked(upload_id, actor=None, now=now)
    if upload.state == State.PREVIEW and not upload.new_count + upload.waiting_count:
        upload.state, upload.applied_at, upload.done_rows = State.APPLIED, now, upload.row_count
        upload.save(update_fields=["state", "applied_at", "done_rows"])
    return upload


def apply_next(*, upload_id: UUID, now: datetime) -> Iterator[CompletionUpload]:
    """Apply what is left of an upload chunk by chunk, yielding it after each.

    A chunk is one transaction that also moves ``done_number``, so it may be killed at any point and called
    again. Every row is looked at anew, because accounts, courses and recognitions may have changed since the
    preview; the counts follow, and their sum stays the number of rows. Stops when somebody has dropped it.
    """
    upload = CompletionUpload.objects.select_related("organisation").get(pk=upload_id)
    if upload.state != State.APPLYING:
        return
    book = CourseBook(upload.organisation)
    while upload.state == State.APPLYING:
        with transaction.atomic():
            upload = locked(upload_id, actor=None, now=now)
            if upload.state != State.APPLYING:
                return
            rows = list(
                UploadRow.objects.filter(
                    upload=upload, outcome__in=_TO_DO, number__gt=upload.done_number
                ).order_by("number")[:CHUNK]
            )
            if rows:
                _apply(upload, rows, book, now)
            if len(rows) < CHUNK:
                upload.state, upload.applied_at, upload.done_rows = State.APPLIED, now, upload.row_count
                audit.record(
                    "records.upload_applied",
                    actor=upload.uploaded_by,
                    now=now,
                    subject=upload,
                    added=upload.new_count,
                    waiting=upload.waiting_count,
                    already=upload.already_count,
                    rejected=upload.rejected_count,
                )
            upload.save()
        yield upload


def drop(*, upload_id: UUID, actor: Person | None, now: datetime) -> CompletionUpload:
    """Give an upload up before it is applied; its rows are deleted. Repeating changes nothing.

    While it is being applied it is not dropped but finished and then taken back (``undoing``).
    """
    with transaction.atomic():
        upload = locked(upload_id, actor=actor, now=now)
        if upload.state not in {State.READING, State.PREVIEW, State.DROPPED}:
            raise Refused(
                _("이미 반영을 시작했습니다. 끝난 뒤에 ‘모두 되돌리기’를 눌러 주세요."), code="upload_over"
            )
        if upload.state != State.DROPPED:
            upload.state = State.DROPPED
            upload.save(update_fields=["state"])
            UploadRow.objects.filter(upload=upload).delete()
            audit.record("records.upload_dropped", actor=actor, now=now, subject=upload)
    return upload


def locked(upload_id: UUID, *, actor: Person | None, now: datetime) -> CompletionUpload:
    """Return an upload under a lock, within the caller's transaction. Refuses who may not hand in."""
    upload = (
        CompletionUpload.objects.select_for_update(of=("self",))
        .select_related("organisation", "uploaded_by")
        .get(pk=upload_id)
    )
    if actor is not None and not policies.can_hand_in(actor, upload.organisation, now=now):
        raise NotAllowed(_("이 기관의 강좌 담당자만 이수실적을 올릴 수 있습니다."))
    return upload


def _apply(upload: CompletionUpload, rows: list[UploadRow], book: CourseBook, now: datetime) -> None:
    claims = {row.number: Claim.from_json(row.facts) for row in rows}
    resolved = resolve(list(claims.items()), upload=upload, book=book, applying=True)
    _discount(upload, rows)
    enter(upload, [(row, claims[row.number], resolved[row.number]) for row in rows], now=now)
    for row in rows:
        if row.outcome == Outcome.WAITING:
            row.waits_until = timezone.localdate(now) + WAITS
        _count(upload, row)
    save_rows(rows)
    upload.done_number = rows[-1].number
    upload.done_rows = min(upload.done_rows + len(rows), upload.row_count)


def _discount(upload: CompletionUpload, rows: list[UploadRow]) -> None:
    for row in rows:
        if row.outcome == Outcome.NEW:
            upload.new_count -= 1
            upload.recognised_count -= row.section == Entry.Section.RECOGNISED
        else:
            upload.waiting_count -= 1


def _count(upload: CompletionUpload, row: UploadRow) -> None:
    if row.outcome == Outcome.ADDED:
        upload.new_count += 1
        upload.recognised_count += row.section == Entry.Section.RECOGNISED
    elif row.outcome == Outcome.WAITING:
        upload.waiting_count += 1
    elif row.outcome == Outcome.ALREADY:
        upload.already_count += 1
    else:
        upload.rejected_count += 1


def enter(upload: CompletionUpload, rows: list[tuple[UploadRow, Claim, Resolved]], *, now: datetime) -> None:
    """Write the entries of rows that are new and set every row's outcome, within the caller's transaction.

    An entry that somebody else made between look and write is left as it is; the row says that it was there.
    """
    entries: dict[int, Entry] = {}
    for row, claim, found in rows:
        row.outcome, row.problems, row.section = found.outcome, found.problems, found.section
        row.account_id = found.account.pk if found.account else None
        if found.outcome != Outcome.NEW or found.account is None:
            continue
        draft = draft_of(upload, claim, found, found.account)
        if faults := rules.faults(draft, today=timezone.localdate(now)):
            row.outcome = Outcome.REJECTED
            row.problems = [["", str(sentence)] for sentence in faults.values()]
            continue
        entries[row.number] = _entry(draft, found, now)
    Entry.objects.bulk_create(entries.values(), batch_size=500, ignore_conflicts=True)
    mine = set(
        Entry.objects.filter(
            account_id__in={entry.account_id for entry in entries.values()},
            id__in=[entry.id for entry in entries.values()],
        ).values_list("id", flat=True)
    )
    for row, _claim, _found in rows:
        entry = entries.get(row.number)
        if entry is None:
            continue
        row.outcome = Outcome.ADDED if entry.id in mine else Outcome.ALREADY
        row.entry_id = entry.id if entry.id in mine else None
    audit.record_many(
        "records.add_entry",
        [
            (entry, entry.account.person_id, {"section": entry.section, "source": entry.source})
            for entry in entries.values()
            if entry.id in mine
        ],
        actor=upload.uploaded_by,
        now=now,
    )


def draft_of(upload: CompletionUpload, claim: Claim, found: Resolved, account: LearningAccount) -> EntryDraft:
    """Return what a row says as a draft of an entry."""
    assert found.found is not None
    version = found.found.version
    return EntryDraft(
        account=account,
        source=Entry.Source.UPLOAD,
        source_key=source_key(version.course_id, claim.completed_on),
        title=version.title,
        provider_name=upload.organisation.name,
        organisation_id=upload.organisation_id,
        course_id=version.course_id,
        course_version_id=version.pk,
        run_id=found.found.run_id,
        area=version.area,
        sub_area=version.sub_area,
        category=version.category,
        hours=claim.hours,
        score=claim.score,
        started_on=claim.started_on,
        completed_on=claim.completed_on,
    )


def _entry(draft: EntryDraft, found: Resolved, now: datetime) -> Entry:
    return Entry(
        account=draft.account,
        section=found.section or Entry.Section.OTHER,
        title=draft.title,
        provider_name=draft.provider_name,
        organisation_id=draft.organisation_id,
        course_id=draft.course_id,
        course_version_id=draft.course_version_id,
        run_id=draft.run_id,
        area=draft.area,
        sub_area=draft.sub_area,
        category=draft.category,
        hours=draft.hours,
        score=draft.score,
        started_on=draft.started_on,
        completed_on=draft.completed_on,
        provenance=rules.provenance_of(draft.source),
        recognition_id=found.recognition_id,
        recognition_number=found.recognition_number,
        source=draft.source,
        source_key=draft.source_key,
        added_at=now,
    )


def save_rows(rows: list[UploadRow]) -> None:
    """Write what became of rows: one prepared statement, which is several times faster than ``bulk_update``."""
    by_name = {field.attname: field for field in UploadRow._meta.concrete_fields}
    written = [
        by_name[name] for name in ("outcome", "problems", "section", "account_id", "entry_id", "waits_until")
    ]
    key = [by_name["upload_id"], by_name["number"]]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(field.column or '')} = %s" for field in written)
    where = " AND ".join(f"{quote(field.column or '')} = %s" for field in key)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(UploadRow._meta.db_table)} SET {sets} WHERE {where}",  # noqa: S608
            [
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in (*written, *key)
                ]
                for row in rows
            ],
        )
