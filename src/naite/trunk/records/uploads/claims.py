"""Rows that wait for their person: found when an account opens, and deleted when their time is over."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from naite.trunk.records.models import CompletionUpload, LearningAccount, UploadRow
from naite.trunk.records.uploads.applying import enter, locked, save_rows
from naite.trunk.records.uploads.coursebook import CourseBook
from naite.trunk.records.uploads.identity import all_keys_of_person
from naite.trunk.records.uploads.resolve import resolve
from naite.trunk.records.uploads.rules import Claim

# What is left of an applied upload after so many days: counts and entries, without the cells.
KEEPS_CELLS_DAYS = 180
Outcome = UploadRow.Outcome
State = CompletionUpload.State


def gather(*, account: LearningAccount, now: datetime) -> int:
    """Enter what institutions handed in before the account was there; returns how many entries came of it.

    Name, birth date and contact have to agree, as in every upload. Safe to repeat: what was entered waits no
    more.
    """
    keys = all_keys_of_person(account.person)
    if not keys or account.closed_at is not None:
        return 0
    waiting = UploadRow.objects.filter(
        Q(email_key__in=keys) | Q(phone_key__in=keys), outcome=Outcome.WAITING, waits_until__isnull=False
    )
    by_upload: dict[UUID, list[int]] = defaultdict(list)
    for upload_id, number in waiting.values_list("upload_id", "number"):
        by_upload[upload_id].append(number)
    return sum(_gather(upload_id, numbers, now) for upload_id, numbers in sorted(by_upload.items()))


def _gather(upload_id: UUID, numbers: list[int], now: datetime) -> int:
    with transaction.atomic():
        upload = locked(upload_id, actor=None, now=now)
        rows = list(
            UploadRow.objects.filter(upload=upload, number__in=numbers, outcome=Outcome.WAITING).order_by(
                "number"
            )
        )
        if upload.state not in {State.APPLYING, State.APPLIED} or not rows:
            return 0
        claims = {row.number: Claim.from_json(row.facts) for row in rows}
        book = CourseBook(upload.organisation)
        resolved = resolve(list(claims.items()), upload=upload, book=book, applying=True)
        enter(upload, [(row, claims[row.number], resolved[row.number]) for row in rows], now=now)
        added = 0
        for row in rows:
            if row.outcome == Outcome.WAITING:
                continue
            row.waits_until = None
            upload.waiting_count -= 1
            if row.outcome == Outcome.ADDED:
                added += 1
                upload.new_count += 1
                upload.recognised_count += row.section == 4
            elif row.outcome == Outcome.ALREADY:
                upload.already_count += 1
            else:
                upload.rejected_count += 1
        save_rows([row for row in rows if row.outcome != Outcome.WAITING])
        upload.save()
        return added


def forget(*, now: datetime, limit: int = 5000) -> int:
    """Delete personal data that is needed no more; returns how many rows were cleared. Safe to repeat.

    A row that waited in vain loses its cells, facts and digests after its time; every other row loses its
    cells some months after the upload was applied (개인정보 보호법 제21조).
    """
    today = timezone.localdate(now)
    over = list(UploadRow.objects.filter(waits_until__lte=today).values_list("upload_id", "number")[:limit])
    for upload_id, number in over:
        UploadRow.objects.filter(upload_id=upload_id, number=number, outcome=Outcome.WAITING).update(
            outcome=Outcome.EXPIRED, waits_until=None, **_NOTHING
        )
    old = CompletionUpload.objects.filter(
        state__in=(State.APPLIED, State.UNDONE), applied_at__lt=now - timedelta(days=KEEPS_CELLS_DAYS)
    )
    return len(over) + UploadRow.objects.filter(upload__in=old).exclude(cells=[]).exclude(
        outcome=Outcome.WAITING
    ).update(**_NOTHING)


_NOTHING: dict[str, Any] = {"cells": [], "facts": {}, "email_key": "", "phone_key": "", "claim_key": ""}
