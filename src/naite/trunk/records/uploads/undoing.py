"""Taking a whole upload back: its entries are voided with the reason, what waits is given up."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, Refused
from naite.trunk.people.models import Person
from naite.trunk.records import services as records
from naite.trunk.records.models import CompletionUpload, Entry, UploadRow
from naite.trunk.records.uploads.applying import locked, save_rows

CHUNK = 200
State = CompletionUpload.State
Outcome = UploadRow.Outcome


def undo(*, upload_id: UUID, reason: str, actor: Person | None, now: datetime) -> CompletionUpload:
    """Let an applied upload be taken back; ``undo_next`` does it. Repeating returns it as it is.

    Refuses who may not hand in, an empty reason, and an upload that was not applied.
    """
    reason = " ".join(reason.split())
    with transaction.atomic():
        upload = locked(upload_id, actor=actor, now=now)
        if upload.state in {State.UNDOING, State.UNDONE}:
            return upload
        if upload.state != State.APPLIED:
            raise Refused(_("반영이 끝난 올리기만 되돌릴 수 있습니다."), code="upload_over")
        if not reason or len(reason) > 300:
            message = _("되돌리는 까닭을 300자까지 적어 주세요. 학습자에게 그대로 알립니다.")
            raise Invalid(message, fields={"reason": message})
        upload.state, upload.undo_reason, upload.undone_by = State.UNDOING, reason, actor
        upload.done_number = upload.done_rows = 0
        upload.told_after = None
        upload.save()
        audit.record("records.upload_undo", actor=actor, now=now, subject=upload, reason=reason)
    return upload


def undo_next(*, upload_id: UUID, now: datetime) -> Iterator[tuple[CompletionUpload, list[Entry]]]:
    """Take back what is left chunk by chunk, yielding the upload and the voided entries inside each transaction.

    What stands in the account now is voided, also where an entry had moved to another section meanwhile. May
    be killed at any point and called again. The yield lies within the transaction, so that a flow can take
    back what hangs on the entries with them.
    """
    upload = CompletionUpload.objects.get(pk=upload_id)
    while upload.state == State.UNDOING:
        with transaction.atomic():
            upload = locked(upload_id, actor=None, now=now)
            if upload.state != State.UNDOING:
                return
            rows = list(
                UploadRow.objects.filter(
                    upload=upload,
                    outcome__in=(Outcome.ADDED, Outcome.WAITING),
                    number__gt=upload.done_number,
                ).order_by("number")[:CHUNK]
            )
            voided = _undo(upload, rows, now)
            if len(rows) < CHUNK:
                upload.state, upload.undone_at = State.UNDONE, now
                audit.record(
                    "records.upload_undone",
                    actor=upload.undone_by,
                    now=now,
                    subject=upload,
                    voided=upload.undone_count,
                )
            upload.save()
            yield upload, voided


def _undo(upload: CompletionUpload, rows: list[UploadRow], now: datetime) -> list[Entry]:
    accounts = {row.account_id for row in rows if row.outcome == Outcome.ADDED}
    live: dict[tuple[UUID, str], Entry] = {
        (entry.account_id, entry.source_key): entry
        for entry in Entry.objects.filter(
            account_id__in=accounts,
            source=Entry.Source.UPLOAD,
            organisation_id=upload.organisation_id,
            voided_at=None,
        ).select_related("account")
    }
    keys = dict(
        Entry.objects.filter(
            account_id__in=accounts, id__in=[row.entry_id for row in rows if row.entry_id]
        ).values_list("id", "source_key")
    )
    voided = []
    for row in rows:
        if row.outcome == Outcome.ADDED and row.account_id and row.entry_id:
            entry = live.get((row.account_id, keys.get(row.entry_id, "")))
            if entry is not None:
                voided.append(records.void_entry(entry=entry, reason=upload.undo_reason, actor=None, now=now))
        row.outcome, row.waits_until = Outcome.UNDONE, None
        upload.undone_count += 1
    save_rows(rows)
    if rows:
        upload.done_number = rows[-1].number
        upload.done_rows += len(rows)
    return voided
