"""Reading meetings, agendas and who may decide what."""

from collections import defaultdict
from collections.abc import Iterable
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
    Round,
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


def waiting_by_round(institute: Organisation) -> list[tuple[Round, int]]:
    """Return the rounds with cases that wait on no agenda, and how many; two queries."""
    counted = dict(
        candidates(institute)
        .select_related(None)
        .order_by()
        .values_list("round_id")
        .annotate(count=Count("pk"))
    )
    return [(row, counted[row.pk]) for row in Round.objects.filter(pk__in=counted)] if counted else []


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


def items_of(meeting: Meeting) -> QuerySet[AgendaItem]:
    """Return the agenda in order with the names of the cases, for pages of it."""
    return meeting.items.select_related(
        "application__organisation__region", "application__version", "application__round", "meeting"
    ).order_by("position", "id")


def agenda(meeting: Meeting) -> list[AgendaItem]:
    """Return the whole agenda in order with the cases, two queries; each carries its ``recused`` members."""
    return with_recusals(items_of(meeting))


def with_recusals(rows: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Return items that carry the members who stay out of them, one query more."""
    items = list(rows)
    out: dict[UUID, list[Recusal]] = defaultdict(list)
    for recusal in Recusal.objects.filter(item__in=[item.pk for item in items]).select_related(
        "member__person"
    ):
        out[recusal.item_id].append(recusal)
    for item in items:
        item.recused = out[item.pk]  # type: ignore[attr-defined]
    return items


def neighbours(item: AgendaItem) -> tuple[int, int, UUID | None, UUID | None]:
    """Return the place of an item on its agenda, how many there are, and the items before and after it."""
    on = AgendaItem.objects.filter(meeting=item.meeting_id).order_by("position", "id")
    earlier = Q(position__lt=item.position) | Q(position=item.position, pk__lt=item.pk)
    later = Q(position__gt=item.position) | Q(position=item.position, pk__gt=item.pk)
    counts = on.aggregate(place=Count("pk", filter=earlier), count=Count("pk"))
    keys = on.values_list("pk", flat=True)
    return (
        counts["place"] + 1,
        counts["count"],
        keys.filter(earlier).order_by("-position", "-id").first(),
        keys.filter(later).first(),
    )


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
