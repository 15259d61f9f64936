"""Reading proposals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from naite.trunk.people.models import Organisation
from naite.trunk.records.models import Entry, LearningAccount, SectionTransfer

State = SectionTransfer.State
Direction = SectionTransfer.Direction


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with the entry that it speaks of."""

    transfer: SectionTransfer
    entry: Entry | None


def of_account(account: LearningAccount) -> QuerySet[SectionTransfer]:
    """Return everything ever proposed to an account: what waits first, then the latest."""
    return (
        SectionTransfer.objects.filter(account_id=account.pk)
        .select_related("organisation")
        .order_by("decided_at", "-proposed_at", "-id")
    )


def waiting_for(account: LearningAccount) -> int:
    """Return how many proposals wait for the learner."""
    return SectionTransfer.objects.filter(
        account_id=account.pk, state=State.PROPOSED, direction=Direction.UP
    ).count()


def of_institution(organisation: Organisation) -> QuerySet[SectionTransfer]:
    """Return the proposals to move entries of an institution's courses up, newest first."""
    return (
        SectionTransfer.objects.filter(organisation=organisation, direction=Direction.UP)
        .select_related("account__person", "decided_by")
        .order_by("-proposed_at", "account_id", "id")
    )


def back_by_recognition(recognition_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many proposals downwards each recognition has, by state."""
    found: dict[UUID, dict[str, int]] = {}
    rows = (
        SectionTransfer.objects.filter(recognition_id__in=set(recognition_ids), direction=Direction.DOWN)
        .values_list("recognition_id", "state")
        .annotate(n=Count("id"))
    )
    for recognition_id, state, count in rows:
        found.setdefault(recognition_id, {})[state] = count
    return found


def with_entries(transfers: Sequence[SectionTransfer]) -> list[Proposal]:
    """Return proposals with their entries, in one query."""
    entries = {
        entry.id: entry
        for entry in Entry.objects.filter(
            account_id__in={each.account_id for each in transfers},
            id__in=[each.entry_id for each in transfers],
        )
    }
    return [Proposal(each, entries.get(each.entry_id)) for each in transfers]
