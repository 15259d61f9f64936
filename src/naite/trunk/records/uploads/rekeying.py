"""Rows that wait for their person, put under the digests of the ring's current key."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from naite.roots import sealing
from naite.trunk.records.models import CompletionUpload, UploadRow
from naite.trunk.records.uploads.coursebook import CourseBook
from naite.trunk.records.uploads.identity import keys_of_claim
from naite.trunk.records.uploads.resolve import claim_keys
from naite.trunk.records.uploads.rules import Claim

_OPEN = (UploadRow.Outcome.NEW, UploadRow.Outcome.WAITING)


def rekey(
    *,
    batch: int = 500,
    only_count: bool = False,
    done: Callable[[int], None] = lambda seen: None,
) -> tuple[int, int]:
    """Return how many rows wait under digests, and how many were moved to those of the current key.

    The digests are made anew from what the row says. Safe to break off, to repeat and to run while people work:
    a row is changed only if its digest is still the one that was read.
    """
    seen = moved = 0
    last: tuple[UUID, int] | None = None
    books: dict[UUID, CourseBook] = {}
    rows = UploadRow.objects.filter(outcome__in=_OPEN).exclude(email_key="", phone_key="").exclude(facts={})
    while True:
        part = (
            rows
            if last is None
            else rows.filter(Q(upload_id__gt=last[0]) | Q(upload_id=last[0], number__gt=last[1]))
        )
        found = list(part.order_by("upload_id", "number")[:batch])
        if not found:
            return seen, moved
        last = (found[-1].upload_id, found[-1].number)
        with transaction.atomic():
            for row in found:
                seen += 1
                if not only_count:
                    moved += _rekey(row, books)
        done(seen)


def _rekey(row: UploadRow, books: dict[UUID, CourseBook]) -> int:
    claim = Claim.from_json(row.facts)
    email, phone = keys_of_claim(claim)
    if (row.email_key, row.phone_key) == (email, phone):
        return 0
    known = {keys_of_claim(claim, key=key) for key in sealing.key_names()}
    if (row.email_key, row.phone_key) not in known:
        return 0
    if row.upload_id not in books:
        upload = CompletionUpload.objects.select_related("organisation").get(pk=row.upload_id)
        books[row.upload_id] = CourseBook(upload.organisation)
    course, _problems = books[row.upload_id].find(claim)
    changes = {"email_key": email, "phone_key": phone}
    if course is not None and row.claim_key:
        changes["claim_key"] = claim_keys(claim, course.version.course_id)[0]
    same = UploadRow.objects.filter(upload_id=row.upload_id, number=row.number)
    return same.filter(email_key=row.email_key, phone_key=row.phone_key).update(**changes)
