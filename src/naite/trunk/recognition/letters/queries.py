"""Reading what was sent, what is due and what is late."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from naite.trunk.people.models import Organisation
from naite.trunk.recognition.letters import batches
from naite.trunk.recognition.models import (
    LocalNotice,
    MailboxConsent,
    NoticeBatch,
    ResultNotice,
    Round,
)

S = ResultNotice.State
_OUT = Q(letters__state__in=[S.SENT, S.RECEIVED])


def with_counts(rows: QuerySet[LocalNotice]) -> QuerySet[LocalNotice]:
    """Return local notices with ``letters_all``, ``letters_out`` and ``letters_received``."""
    return rows.select_related("office__parent", "office__region__parent", "batch__round").annotate(
        letters_all=Count("letters"),
        letters_out=Count("letters", filter=_OUT),
        letters_received=Count("letters", filter=Q(letters__state=S.RECEIVED)),
    )


def of_offices(offices: "list[UUID]") -> QuerySet[LocalNotice]:
    """Return what came to some offices, unfinished and earliest due first."""
    return with_counts(LocalNotice.objects.filter(office__in=offices)).order_by(
        F("done_on").desc(nulls_first=True), "due_on", "id"
    )


def of_round(round_: Round) -> QuerySet[LocalNotice]:
    return with_counts(LocalNotice.objects.filter(batch__round=round_)).order_by("due_on", "office__name")


def running(institute: Organisation) -> QuerySet[NoticeBatch]:
    return NoticeBatch.objects.filter(round__institute=institute).select_related("round", "created_by")


def rounds_ready(institute: Organisation) -> list[tuple[Round, int]]:
    """Return the rounds that have results to be sent, with how many, latest first."""
    counted = dict(
        batches.untold()
        .filter(round__institute=institute)
        .order_by()
        .values_list("round")
        .annotate(count=Count("pk"))
    )
    return [(row, counted[row.pk]) for row in Round.objects.filter(pk__in=counted)]


def days_taken(rows: "list[LocalNotice]") -> list[int]:
    """Return after how many days each office that is done had told everybody."""
    return [(row.done_on - row.arrived_on).days for row in rows if row.done_on is not None]


def letters(local: LocalNotice) -> QuerySet[ResultNotice]:
    """Return the letters of a local notice; ``by_mailbox`` says whether the institution consented."""
    held = MailboxConsent.objects.filter(organisation=OuterRef("organisation_id"), ended_at=None)
    return (
        local.letters.select_related("application__version", "application__round", "organisation", "sent_by")
        .annotate(by_mailbox=Exists(held))
        .order_by("organisation__name", "application__number", "id")
    )


def mailbox(institutions: "list[UUID]") -> QuerySet[ResultNotice]:
    """Return the letters that institutions were sent, latest first."""
    return (
        ResultNotice.objects.filter(organisation__in=institutions, state__in=[S.SENT, S.RECEIVED])
        .select_related("application__version", "application__recognition", "local__office", "organisation")
        .order_by("-sent_at", "-id")
    )


def late_by(local: LocalNotice, today: date) -> int:
    """Return by how many days an office is late; negative before, 0 on the last day."""
    return ((local.done_on or today) - local.due_on).days
