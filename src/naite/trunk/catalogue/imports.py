"""Uploads of listings: read, previewed, then applied whole or in chunks, or dropped.

An upload keeps its file and the plan that was made of it, so a preview survives a reload. Nothing but the
upload's own row is written before somebody applies it. ``standard_file`` reads files, ``import_plan`` compares.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.catalogue import policies
from naite.trunk.catalogue.bulk import insert_listings, update_listings
from naite.trunk.catalogue.import_plan import LABELS, Plan, Planned, plan
from naite.trunk.catalogue.models import ImportBatch, Listing
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.catalogue.standard_file import Row, Table, Unreadable, read_table
from naite.trunk.people.models import Organisation, Person

# Up to so many rows an upload is applied in one transaction, within the request; beyond, by a task in chunks.
AT_ONCE = 2000
CHUNK = 1000

State = ImportBatch.State
CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of an upload as its preview shows it."""

    number: int
    outcome: str
    cells: list[str]
    surplus: int
    problems: list[dict[str, Any]]
    changes: list[list[str]]


def receive(
    *, supplier: Organisation, content: bytes, file_name: str, actor: Person | None, now: datetime
) -> ImportBatch:
    """Take in a file and plan what it would change; returns the upload in state preview.

    ``actor`` is None for the operator at the command line. Refuses who may not upload for the supplier. A
    file that cannot be read is refused as ``Unreadable`` and stays in the history with the reason; neither
    it nor any listing is kept. Each call is an upload of its own.
    """
    if actor is not None and not policies.can_supply(actor, supplier, now=now):
        raise NotAllowed(_("이 기관의 담당자만 강좌를 올릴 수 있습니다."))
    batch = ImportBatch(
        id=new_id(),
        supplier=supplier,
        uploaded_by=actor,
        uploaded_at=now,
        file_name=_base_name(file_name),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    try:
        table = read_table(content, max_bytes=settings.UPLOAD_MAX_BYTES)
    except Unreadable as refusal:
        batch.state, batch.failure = State.FAILED, str(refusal)[:300]
        batch.save(force_insert=True)
        raise
    planned = plan(table, supplier=supplier, now=now)
    suffix = "xlsx" if table.encoding == "xlsx" else "csv"
    batch.encoding = table.encoding
    batch.file_path = default_storage.save(f"imports/{batch.id}/upload.{suffix}", ContentFile(content))
    _keep_plan(batch, table, planned)
    with transaction.atomic():
        batch.save(force_insert=True)
        audit.record("catalogue.import_received", actor=actor, now=now, subject=batch, rows=batch.row_count)
    return batch


def start(*, batch_id: UUID, actor: Person | None, now: datetime) -> ImportBatch:
    """Apply an upload's good rows: all at once when it is small, else it is left to ``apply_next``.

    Compares anew, because the register may have changed since the preview. Returns the upload as applied, or
    applying; the caller then enqueues the rest in the same transaction. Repeating on one that was applied or
    is being applied returns it as it is. Refuses a dropped upload, one without a good row, and a second one
    of a supplier while the first is being applied.
    """
    with transaction.atomic():
        batch = _locked(batch_id, actor, now)
        if batch.state in {State.APPLYING, State.APPLIED}:
            return batch
        if batch.state != State.PREVIEW:
            raise Refused(_("그만둔 올리기입니다. 파일을 다시 올려 주세요."), code="import_over")
        Organisation.objects.select_for_update().get(pk=batch.supplier_id)
        if ImportBatch.objects.filter(supplier=batch.supplier, state=State.APPLYING).exists():
            raise Refused(
                _("먼저 올린 파일을 반영하는 중입니다. 끝난 뒤에 다시 눌러 주세요."), code="import_busy"
            )
        if batch.rejected_count == batch.row_count:
            raise Refused(
                _("반영할 수 있는 행이 없습니다. 파일을 고쳐서 다시 올려 주세요."), code="import_empty"
            )
        batch.state, batch.done_rows = State.APPLYING, 0
        batch.save(update_fields=["state", "done_rows"])
        audit.record("catalogue.import_started", actor=actor, now=now, subject=batch)
        if batch.row_count <= AT_ONCE:
            table = kept_table(batch)
            _apply(batch, table, AT_ONCE, _compare(batch, table, now), now)
    return batch


def apply_next(*, batch_id: UUID, now: datetime) -> Iterator[ImportBatch]:
    """Apply what is left of an upload chunk by chunk, yielding it after each.

    Each chunk is one transaction that also moves ``done_rows``, so it may be killed at any point and called
    again, and two callers at once do no harm: whoever finds that the other has been there compares anew.
    Stops when somebody has cancelled.
    """
    batch = ImportBatch.objects.select_related("supplier").get(pk=batch_id)
    if batch.state != State.APPLYING:
        return
    table = kept_table(batch)
    planned: Plan | None = None
    expected = -1
    while batch.state == State.APPLYING:
        with transaction.atomic():
            batch = (
                ImportBatch.objects.select_for_update(of=("self",))
                .select_related("supplier", "uploaded_by")
                .get(pk=batch_id)
            )
            if batch.state != State.APPLYING:
                return
            if planned is None or batch.done_rows != expected:
                planned = _compare(batch, table, now)
            _apply(batch, table, CHUNK, planned, now)
        expected = batch.done_rows
        yield batch


def drop(*, batch_id: UUID, actor: Person, now: datetime) -> ImportBatch:
    """Give an upload up. While it is being applied, what was applied stays and the rest is left.

    Repeating changes nothing. Refuses one that was applied whole.
    """
    with transaction.atomic():
        batch = _locked(batch_id, actor, now)
        if batch.state == State.APPLIED:
            raise Refused(_("이미 모두 반영했습니다."), code="import_over")
        if batch.state in {State.PREVIEW, State.APPLYING}:
            batch.state = State.DROPPED
            batch.save(update_fields=["state"])
            audit.record(
                "catalogue.import_dropped", actor=actor, now=now, subject=batch, done=batch.done_rows
            )
    return batch


def rows_of(
    batch: ImportBatch, *, outcomes: Sequence[str], start: int = 0, count: int | None = None
) -> tuple[list[PlannedRow], int]:
    """Return some rows of an upload's plan with these outcomes, in the file's order, and how many there are."""
    marks = {_MARKS[outcome] for outcome in outcomes}
    lines = [line for line in _lines(batch) if line[:1] in marks]
    end = None if count is None else start + count
    return [PlannedRow(**orjson.loads(line[1:])) for line in lines[start:end]], len(lines)


def kept_table(batch: ImportBatch) -> Table:
    """Return the rows of an upload as they were read."""
    header, *lines = (orjson.loads(line[1:]) for line in _lines(batch))
    rows = [Row(kept["number"], kept["cells"], kept["surplus"]) for kept in lines]
    return Table(rows, batch.encoding, tuple(header["ignored"]))


def ignored_columns(batch: ImportBatch) -> list[str]:
    """Return the columns of the file that the standard does not know, which were passed over."""
    found: list[str] = orjson.loads(_lines(batch)[0][1:])["ignored"]
    return found


def _locked(batch_id: UUID, actor: Person | None, now: datetime) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=batch_id)
    if actor is not None and not policies.can_handle_batch(actor, batch, now=now):
        raise NotAllowed(_("이 기관의 담당자만 강좌를 올릴 수 있습니다."))
    return batch


def _compare(batch: ImportBatch, table: Table, now: datetime) -> Plan:
    """Compare anew; before the first row is applied, this is the plan that the upload keeps."""
    planned = plan(table, supplier=batch.supplier, now=now)
    if batch.done_rows == 0:
        _keep_plan(batch, table, planned)
        batch.created_count = batch.updated_count = batch.unchanged_count = batch.rejected_count = 0
    return planned


def _apply(batch: ImportBatch, table: Table, count: int, planned: Plan, now: datetime) -> None:
    """Write the listings of the next rows and count them, within the caller's transaction."""
    rows = table.rows[batch.done_rows : batch.done_rows + count]
    numbers = {row.number for row in rows}
    created = [each for each in planned.created if each.row in numbers]
    updated = [each for each in planned.updated if each.row in numbers]
    new = [_values(each, batch, now) for each in created]
    changed = [_values(each, batch, now) for each in updated]
    insert_listings(new)
    update_listings(changed, _UPDATED)
    index_listings([values["id"] for values in (*new, *changed)])
    batch.created_count += len(created)
    batch.updated_count += len(updated)
    batch.unchanged_count += sum(number in numbers for number in planned.unchanged)
    batch.rejected_count += sum(number in numbers for number in planned.rejected_rows)
    batch.done_rows += len(rows)
    if batch.done_rows >= batch.row_count:
        batch.state, batch.applied_at = State.APPLIED, now
        audit.record(
            "catalogue.import_applied",
            actor=batch.uploaded_by,
            now=now,
            subject=batch,
            created=batch.created_count,
            updated=batch.updated_count,
            unchanged=batch.unchanged_count,
            rejected=batch.rejected_count,
        )
    batch.save()


_UPDATED = (*LABELS, "source_key", "content_digest", "batch_id", "updated_at", "withdrawn_at")


def _values(planned: Planned, batch: ImportBatch, now: datetime) -> dict[str, Any]:
    return {
        **planned.values,
        "id": planned.listing_id or new_id(),
        "source": Listing.Source.STANDARD_FILE.value,
        "source_key": planned.key,
        "supplier_id": batch.supplier_id,
        "batch_id": batch.pk,
        "content_digest": planned.digest,
        "created_at": now,
        "updated_at": now,
        "withdrawn_at": None,
    }


def _keep_plan(batch: ImportBatch, table: Table, planned: Plan) -> None:
    """Count the plan into the upload and keep its rows beside the file: one line each, its outcome first."""
    batch.row_count = len(table.rows)
    batch.created_count = len(planned.created)
    batch.updated_count = len(planned.updated)
    batch.unchanged_count = len(planned.unchanged)
    batch.rejected_count = len(planned.rejected_rows)
    batch.rejected = [cell.as_json() for cell in planned.rejected]
    outcome = dict.fromkeys(planned.unchanged, UNCHANGED)
    outcome |= dict.fromkeys((each.row for each in planned.created), CREATED)
    changes = {each.row: each.changes for each in planned.updated}
    problems: dict[int, list[dict[str, Any]]] = {}
    for cell in planned.rejected:
        problems.setdefault(cell.row, []).append(cell.as_json())
    lines = [b"h" + orjson.dumps({"ignored": table.ignored})]
    for row in table.rows:
        kind = outcome.get(row.number) or (UPDATED if row.number in changes else REJECTED)
        kept = {
            "number": row.number,
            "outcome": kind,
            "cells": row.cells,
            "surplus": row.surplus,
            "problems": problems.get(row.number, []),
            "changes": [[str(each.label), each.before, each.after] for each in changes.get(row.number, [])],
        }
        lines.append(_MARKS[kind] + orjson.dumps(kept))
    path = _plan_path(batch, applied=batch.state == State.APPLYING)
    if default_storage.exists(path):
        default_storage.delete(path)  # of an attempt to apply that was rolled back
    default_storage.save(path, ContentFile(b"\n".join(lines)))


_MARKS = {CREATED: b"c", UPDATED: b"u", UNCHANGED: b"s", REJECTED: b"r"}


def _lines(batch: ImportBatch) -> list[bytes]:
    """Return the header line and a line for each row; once applied, of the plan that was applied."""
    path = _plan_path(batch, applied=batch.done_rows > 0)
    with default_storage.open(path, "rb") as file:
        content: bytes = file.read()
    return content.split(b"\n")


def _plan_path(batch: ImportBatch, *, applied: bool) -> str:
    return f"imports/{batch.id}/{'applied' if applied else 'preview'}.jsonl"


def _base_name(file_name: str) -> str:
    return file_name.replace("\\", "/").rsplit("/", 1)[-1][-255:] or "-"
