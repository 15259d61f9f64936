"""Reading uploads of completions."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, QuerySet

from naite.trunk.people.models import Organisation
from naite.trunk.records.models import CompletionUpload, EntryObjection, LearningAccount, UploadRow


def uploads_of(organisation: Organisation) -> QuerySet[CompletionUpload]:
    """Return the uploads of an institution, newest first."""
    return (
        CompletionUpload.objects.filter(organisation=organisation)
        .select_related("uploaded_by")
        .order_by("-uploaded_at", "-id")
    )


def rows_of(upload: CompletionUpload, outcomes: Sequence[str]) -> QuerySet[UploadRow]:
    """Return the rows of an upload with these outcomes, in the file's order."""
    return UploadRow.objects.filter(upload=upload, outcome__in=outcomes).order_by("number")


def every_row(upload: CompletionUpload, *, after: int, count: int) -> list[UploadRow]:
    """Return the next rows of an upload after a number, whatever came of them."""
    return list(UploadRow.objects.filter(upload=upload, number__gt=after).order_by("number")[:count])


def counts_by_account(
    upload: CompletionUpload, *, outcome: str, after: UUID | None, limit: int
) -> list[tuple[UUID, int]]:
    """Return the next accounts of an upload with how many of its rows have an outcome in each."""
    rows = UploadRow.objects.filter(upload=upload, outcome=outcome, entry_id__isnull=False)
    if after is not None:
        rows = rows.filter(account_id__gt=after)
    counted = rows.values_list("account_id").annotate(n=Count("number")).order_by("account_id")
    return [(account_id, n) for account_id, n in counted[:limit] if account_id is not None]


def objections_of(organisation: Organisation) -> QuerySet[EntryObjection]:
    """Return what learners object to in entries of an institution: open ones first, the oldest first."""
    return (
        EntryObjection.objects.filter(organisation=organisation)
        .select_related("account__person", "answered_by")
        .order_by("-state", "raised_at", "id")
    )


def objection_to(account: LearningAccount, entry_id: UUID) -> EntryObjection | None:
    """Return the latest objection of a learner to one of the account's entries."""
    return (
        EntryObjection.objects.filter(account_id=account.pk, entry_id=entry_id)
        .select_related("organisation")
        .order_by("-raised_at")
        .first()
    )
