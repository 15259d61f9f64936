"""Reading meetings, agendas and who may decide what."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from naite.trunk.people.models import Organisation
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    CommitteeMember,
    Meeting,
    MeetingSeat,
    Recusal,
)


def candidates(institute: Organisation) -> QuerySet[Application]:
    """Return the cases that were evaluated and wait on no agenda, oldest number first."""
    waiting = AgendaItem.objects.filter(application=OuterRef("pk"), is_waiting=True)
    return (
        Application.objects.filter(
            ~Exists(waiting), state=Application.State.EVALUATED, round__institute=institute
        )
        .select_related("organisation__region__parent", "round", "version")
        .order_by("verdict", "number", "id")
    )


def meetings(institute: Organisation) -> QuerySet[Meeting]:
    """Return all meetings, latest first, with ``cases`` and ``decided``: how many stand on each agenda."""
    return (
        Meeting.objects.filter(institute=institute)
        .select_related("round")
        .annotate(
            cases=Count("items"),
            decided=Count("items", filter=~Q(items__outcome="")),
        )
        .order_by("-starts_at", "-id")
    )


def agenda(meeting: Meeting) -> list[AgendaItem]:
    """Return the agenda in order with the cases, two queries; each item carries ``recused`` members' ids."""
    items = list(
        meeting.items.select_related(
            "application__organisation__region", "application__version", "application__round", "meeting"
        ).order_by("position", "id")
    )
    out: dict[UUID, list[Recusal]] = defaultdict(list)
    for recusal in Recusal.objects.filter(item__meeting=meeting).select_related("member__person"):
        out[recusal.item_id].append(recusal)
    for item in items:
        item.recused = out[item.pk]  # type: ignore[attr-defined]
    return items


def seats(meeting: Meeting) -> list[MeetingSeat]:
    return list(meeting.seats.select_related("member__person", "member__affiliation"))


def strength(item: AgendaItem) -> tuple[int, int]:
    """Return how many members may sit on a case, and how many of these are present."""
    free = item.meeting.seats.exclude(member__in=item.recusals.values("member"))
    counts = free.aggregate(appointed=Count("pk"), present=Count("pk", filter=Q(is_present=True)))
    return counts["appointed"], counts["present"]


def members(institute: Organisation) -> QuerySet[CommitteeMember]:
    """Return everyone who ever sat on the committee, latest term first."""
    return (
        CommitteeMember.objects.filter(institute=institute)
        .select_related("person", "affiliation")
        .order_by("-term_until", "-is_chair", "person__name", "id")
    )
