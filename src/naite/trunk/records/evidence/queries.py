"""Reading evidence. Every query names the account."""

from uuid import UUID

from django.db.models import QuerySet

from naite.trunk.records.models import Entry, Evidence, LearningAccount


def live_evidence(account: LearningAccount) -> QuerySet[Evidence]:
    """Return what is attached in an account, its files with it."""
    return Evidence.objects.filter(account_id=account.pk, removed_at=None).select_related("file")


def evidence_of(entry: Entry) -> QuerySet[Evidence]:
    """Return the files of one entry, the first first."""
    return (
        Evidence.objects.filter(account_id=entry.account_id, entry_id=entry.id, removed_at=None)
        .select_related("file")
        .order_by("added_at", "id")
    )


def one(account_id: UUID, evidence_id: UUID) -> Evidence | None:
    """Return one attached file."""
    return (
        Evidence.objects.filter(account_id=account_id, id=evidence_id, removed_at=None)
        .select_related("file")
        .first()
    )


def counted(account: LearningAccount) -> dict[UUID, int]:
    """Return how many files each entry has."""
    found: dict[UUID, int] = {}
    for entry_id in live_evidence(account).values_list("entry_id", flat=True):
        found[entry_id] = found.get(entry_id, 0) + 1
    return found
