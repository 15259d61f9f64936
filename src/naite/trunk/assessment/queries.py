"""Reading scores, decisions, and what a decision would be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from naite.roots.errors import Refused
from naite.trunk.assessment import rules
from naite.trunk.assessment.models import Completion, Result
from naite.trunk.delivery import queries as delivery
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Figures:
    """What a decision about one enrolment rests on."""

    attended: int
    counted: int
    hours: Decimal
    score: Decimal | None


def live_completion(enrolment_id: UUID) -> Completion | None:
    """Return the decision in force for an enrolment."""
    return Completion.objects.filter(enrolment_id=enrolment_id, superseded_at=None).first()


def live_completions(run: CourseRun) -> dict[UUID, Completion]:
    """Return the decisions in force for a run, by enrolment."""
    rows = Completion.objects.filter(enrolment__run=run, superseded_at=None).select_related("decided_by")
    return {each.enrolment_id: each for each in rows}


def completions_of(enrolments: Iterable[Enrolment]) -> dict[UUID, Completion]:
    """Return the decisions in force for enrolments, by enrolment."""
    rows = Completion.objects.filter(enrolment__in=[each.pk for each in enrolments], superseded_at=None)
    return {each.enrolment_id: each for each in rows}


def live_results(run: CourseRun) -> dict[UUID, Result]:
    """Return the scores in force for a run, by enrolment."""
    rows = Result.objects.filter(enrolment__run=run, superseded_at=None)
    return {each.enrolment_id: each for each in rows}


def figures_of(run: CourseRun, *, now: datetime) -> dict[UUID, Figures]:
    """Return the figures of everyone with a seat in a run, by enrolment."""
    scores = live_results(run)
    return {
        pk: Figures(
            progress.attended,
            progress.counted,
            progress.hours,
            scores[pk].score if pk in scores else None,
        )
        for pk, progress in delivery.progress_of(run, now=now).items()
    }


def runs_to_decide(organisation: Organisation, *, now: datetime) -> QuerySet[CourseRun]:
    """Return the runs that are over and in which people with a seat have no decision yet, with how many."""
    decided = Completion.objects.filter(enrolment=OuterRef("pk"), superseded_at=None)
    pending = (
        Enrolment.objects.filter(run=OuterRef("pk"), state=Enrolment.State.CONFIRMED)
        .exclude(Exists(decided))
        .order_by()
        .values("run")
        .annotate(count=Count("pk"))
        .values("count")
    )
    to_come = Session.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), run=OuterRef("pk"))
    return (
        CourseRun.objects.filter(organisation=organisation, state=CourseRun.State.OPEN)
        .exclude(Exists(to_come))
        .select_related("version")
        .annotate(pending=Subquery(pending))
        .filter(pending__gt=0)
        .order_by("ends_on")
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """One person on the completion page: the figures, what they come to, what has been decided."""

    enrolment: Enrolment
    figures: Figures
    proposal: rules.Decision | None
    hindrance: str
    completion: Completion | None

    @property
    def changed(self) -> bool:
        """Whether the figures differ from those the decision rested on."""
        done = self.completion
        if done is None:
            return False
        now = self.figures
        before = (done.attended_sessions, done.counted_sessions, done.score, done.hours)
        return before != (now.attended, now.counted, now.score, now.hours)


def standings(run: CourseRun, *, now: datetime) -> list[Standing]:
    """Return everyone with a seat in a run with figures, proposal and decision, in a fixed number of queries."""
    figures = figures_of(run, now=now)
    done = live_completions(run)
    found: list[Standing] = []
    for enrolment in delivery.seat_holders(run):
        own = figures[enrolment.pk]
        proposal: rules.Decision | None = None
        hindrance = ""
        try:
            proposal = rules.decide(
                attended=own.attended,
                counted=own.counted,
                min_attendance=run.min_attendance,
                score=own.score,
                pass_mark=run.pass_mark,
            )
        except Refused as refused:
            hindrance = str(refused.message)
        found.append(Standing(enrolment, own, proposal, hindrance, done.get(enrolment.pk)))
    return found
