"""Reading runs, places and attendance."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Min, Prefetch, Q, QuerySet, When

from naite.trunk.delivery import rules
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment, Interest, Programme, Session
from naite.trunk.people.models import Organisation, Person

ATTENDED = (
    Attendance.State.PRESENT,
    Attendance.State.LATE,
    Attendance.State.EARLY_LEAVE,
    Attendance.State.EXCUSED,
)
IN_THE_ROOM = (Attendance.State.PRESENT, Attendance.State.LATE, Attendance.State.EARLY_LEAVE)


def runs_of(organisations: Iterable[Organisation] | QuerySet[Organisation]) -> QuerySet[CourseRun]:
    """Return the runs of institutions with their courses, the newest first, undated ones at the top."""
    return (
        CourseRun.objects.filter(organisation__in=organisations)
        .select_related("version__course", "organisation", "programme", "region")
        .order_by(F("starts_on").desc(nulls_first=True), "-id")
    )


def run_of(run_id: UUID) -> CourseRun | None:
    """Return one run with its course and institution."""
    return (
        CourseRun.objects.filter(pk=run_id)
        .select_related("version__course", "organisation", "programme", "region")
        .first()
    )


def sessions_of(run: CourseRun) -> QuerySet[Session]:
    """Return the sessions of a run in order."""
    return run.sessions.order_by("number")


def session_of(session_id: UUID) -> Session | None:
    """Return one session with its run, course and institution."""
    return (
        Session.objects.select_related("run__version__course", "run__organisation")
        .filter(pk=session_id)
        .first()
    )


def sessions_between(organisation: Organisation, start: datetime, end: datetime) -> QuerySet[Session]:
    """Return the sessions of an institution that meet in a span, also past midnight, with how many came."""
    return (
        Session.objects.filter(
            run__organisation=organisation,
            run__state=CourseRun.State.OPEN,
            starts_at__lt=end,
            ends_at__gt=start,
        )
        .select_related("run__version", "run__organisation")
        .annotate(
            came=Count("attendances", filter=Q(attendances__state__in=IN_THE_ROOM)),
        )
        .order_by("starts_at", "id")
    )


def runs_unpaid(organisation: Organisation) -> QuerySet[CourseRun]:
    """Return the runs in which seats wait for payment, with how many and the earliest deadline."""
    awaiting = Q(enrolments__state=Enrolment.State.AWAITING_PAYMENT)
    return (
        CourseRun.objects.filter(organisation=organisation, state=CourseRun.State.OPEN)
        .select_related("version")
        .annotate(
            unpaid=Count("enrolments", filter=awaiting),
            due_at=Min("enrolments__payment_due_at", filter=awaiting),
        )
        .filter(unpaid__gt=0)
        .order_by("due_at")
    )


def runs_with_line_and_seats(organisation: Organisation) -> QuerySet[CourseRun]:
    """Return the runs that have begun in which a seat is free while people wait: staff decide there."""
    return (
        CourseRun.objects.filter(
            organisation=organisation,
            state=CourseRun.State.OPEN,
            waiting__gt=0,
            seats_taken__lt=F("capacity"),
        )
        .select_related("version")
        .order_by("starts_on")
    )


def runs_undated(organisation: Organisation) -> QuerySet[CourseRun]:
    """Return the runs with sessions that have no date yet, with how many and how many want to be told."""
    return (
        CourseRun.objects.filter(organisation=organisation, state=CourseRun.State.OPEN)
        .select_related("version")
        .annotate(
            undated=Count("sessions", filter=Q(sessions__starts_at=None), distinct=True),
            interested=Count("interests", distinct=True),
        )
        .filter(undated__gt=0)
        .order_by("created_at")
    )


def participants(run: CourseRun) -> QuerySet[Enrolment]:
    """Return the live places of a run: seats by name, then the line in its order."""
    return (
        run.enrolments.exclude(state=Enrolment.State.CANCELLED)
        .select_related("person")
        .annotate(
            in_line=Case(
                When(state=Enrolment.State.WAITING, then=F("number")),
                default=0,
                output_field=IntegerField(),
            )
        )
        .order_by("in_line", "person__name", "number")
    )


def seat_holders(run: CourseRun) -> QuerySet[Enrolment]:
    """Return who has a seat in a run, by name."""
    return (
        run.enrolments.filter(state__in=Enrolment.HOLDS_SEAT)
        .select_related("person")
        .order_by("person__name", "number")
    )


def position_of(enrolment: Enrolment) -> int:
    """Return the place in line, from 1; 0 for somebody who does not wait."""
    if enrolment.state != Enrolment.State.WAITING:
        return 0
    before = Enrolment.objects.filter(
        run=enrolment.run_id, state=Enrolment.State.WAITING, number__lt=enrolment.number
    )
    return before.count() + 1


def positions_of(enrolments: Iterable[Enrolment]) -> dict[UUID, int]:
    """Return the place in line of each waiting enrolment, in one query."""
    waiting = [each for each in enrolments if each.state == Enrolment.State.WAITING]
    if not waiting:
        return {}
    line: dict[UUID, list[UUID]] = defaultdict(list)
    rows = Enrolment.objects.filter(
        run__in={each.run_id for each in waiting}, state=Enrolment.State.WAITING
    ).order_by("number")
    for run_id, pk in rows.values_list("run_id", "pk"):
        line[run_id].append(pk)
    return {each.pk: line[each.run_id].index(each.pk) + 1 for each in waiting}


def live_enrolment(run_id: UUID, person: Person) -> Enrolment | None:
    """Return a person's place or place in line in a run."""
    return (
        Enrolment.objects.filter(run_id=run_id, person=person)
        .exclude(state=Enrolment.State.CANCELLED)
        .select_related("run__version", "run__organisation")
        .first()
    )


def enrolments_of(person: Person, *, cancelled_too: bool = False) -> QuerySet[Enrolment]:
    """Return a person's live places with runs and sessions, the newest application first."""
    rows = Enrolment.objects.filter(person=person)
    if not cancelled_too:
        rows = rows.exclude(state=Enrolment.State.CANCELLED)
    return (
        rows.select_related("run__version__course", "run__organisation", "run__region", "run__programme")
        .prefetch_related(Prefetch("run__sessions", queryset=Session.objects.order_by("number")))
        .order_by("-applied_at", "-id")
    )


def attendance_by_session(enrolment: Enrolment) -> dict[UUID, Attendance]:
    """Return what is recorded for one enrolment, by session."""
    return {each.session_id: each for each in enrolment.attendances.all()}


def board_of(session: Session) -> list[tuple[Enrolment, Attendance | None]]:
    """Return everyone with a seat, by name, with what is recorded for the session."""
    recorded = {each.enrolment_id: each for each in session.attendances.select_related("recorded_by")}
    return [(seat, recorded.get(seat.pk)) for seat in seat_holders(session.run)]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is in a run. ``hours`` are those of the sessions in whose room they were."""

    attended: int
    counted: int
    held: int
    needed: int
    hours: Decimal


def progress_of(run: CourseRun, *, now: datetime) -> dict[UUID, Progress]:
    """Return the progress of everyone with a seat in a run, by enrolment, in three queries.

    All sessions of the run count. An excused absence (공가) counts as attended but adds no hours.
    """
    sessions = {each.pk: each for each in run.sessions.all()}
    held = sum(1 for each in sessions.values() if each.ends_at is not None and each.ends_at <= now)
    attended: dict[UUID, int] = defaultdict(int)
    hours: dict[UUID, Decimal] = defaultdict(Decimal)
    rows = Attendance.objects.filter(session__run=run, state__in=ATTENDED)
    for enrolment_id, session_id, state in rows.values_list("enrolment_id", "session_id", "state"):
        attended[enrolment_id] += 1
        if state in IN_THE_ROOM:
            hours[enrolment_id] += sessions[session_id].hours
    needed = rules.sessions_needed(len(sessions), run.min_attendance)
    return {
        pk: Progress(attended[pk], len(sessions), held, needed, hours[pk])
        for pk in run.enrolments.filter(state__in=Enrolment.HOLDS_SEAT).values_list("pk", flat=True)
    }


def is_interested(run_id: UUID, person: Person) -> bool:
    """Whether a person asked to be told about a run."""
    return Interest.objects.filter(run_id=run_id, person=person).exists()


def interests_of(person: Person) -> QuerySet[Interest]:
    """Return what a person wants to hear about, as long as it may still come."""
    return (
        Interest.objects.filter(person=person, run__state=CourseRun.State.OPEN, told_at=None)
        .select_related("run__version", "run__organisation")
        .order_by("-created_at")
    )


def interested_in(runs: Iterable[CourseRun], person: Person) -> set[UUID]:
    """Return which of the runs a person wants to hear about."""
    return set(
        Interest.objects.filter(run__in=[each.pk for each in runs], person=person).values_list(
            "run_id", flat=True
        )
    )


def live_enrolments(runs: Iterable[CourseRun], person: Person) -> dict[UUID, Enrolment]:
    """Return a person's live places in the runs, by run."""
    rows = Enrolment.objects.filter(run__in=[each.pk for each in runs], person=person)
    return {each.run_id: each for each in rows.exclude(state=Enrolment.State.CANCELLED)}


def programme_of(programme_id: UUID) -> Programme | None:
    """Return a programme with its institution."""
    return Programme.objects.filter(pk=programme_id).select_related("organisation").first()


def lectures_of(programme: Programme) -> QuerySet[CourseRun]:
    """Return the lectures of a programme in their order, with sessions."""
    return (
        programme.runs.exclude(state=CourseRun.State.CANCELLED)
        .select_related("version", "organisation")
        .prefetch_related(Prefetch("sessions", queryset=Session.objects.order_by("number")))
        .order_by("programme_order", "id")
    )


def listed_runs(run_ids: Iterable[UUID]) -> dict[UUID, CourseRun]:
    """Return runs by id with their course versions and sessions, in two queries."""
    rows = (
        CourseRun.objects.filter(pk__in=list(run_ids))
        .select_related("version", "programme")
        .prefetch_related(Prefetch("sessions", queryset=Session.objects.order_by("number")))
    )
    return {row.pk: row for row in rows}
