"""What a plan aimed at beside what came of it, from recognition, accounts and completions (row A3a)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from naite.roots.dates import start_of
from naite.trunk.assessment.models import Completion
from naite.trunk.recognition.models import Application, Plan, PlanLine, Recognition
from naite.trunk.records.models import LearningAccount

Measure = PlanLine.Measure


@dataclass(frozen=True, slots=True)
class Standing:
    """One target and what was reached; ``percent`` is of the target, over a hundred when it was passed."""

    line: PlanLine
    target: int
    actual: int

    @property
    def percent(self) -> int:
        return self.actual * 100 // self.target if self.target else 0


def standings(plan: Plan) -> list[Standing]:
    """Return each line with a target beside what was reached in its days; one query for each measure."""
    lines = [line for line in plan.lines.select_related("region__parent") if line.measure and line.target]
    reached: dict[Any, int] = {}
    for measure, (rows, filter_of) in _MEASURES.items():
        mine = [line for line in lines if line.measure == measure]
        if mine:
            counts = rows().aggregate(
                **{
                    f"n{place}": Count("pk", filter=filter_of(line, *days_of(line, plan)), distinct=True)
                    for place, line in enumerate(mine)
                }
            )
            reached |= {line.pk: counts[f"n{place}"] for place, line in enumerate(mine)}
    return [Standing(line, line.target or 0, reached.get(line.pk, 0)) for line in lines]


def days_of(line: PlanLine, plan: Plan) -> tuple[date, date]:
    """Return the first and last day that count for a line: its own, else those of the plan's years."""
    return line.from_on or date(plan.year_from, 1, 1), line.until_on or date(plan.year_until, 12, 31)


def reached_in_full(found: Iterable[Standing]) -> int:
    """Return how many targets were reached."""
    return sum(each.actual >= each.target for each in found)


def _place(line: PlanLine, path: str) -> Q:
    if line.region_id is None:
        return Q()
    return Q(**{path: line.region_id}) | Q(**{f"{path}__parent": line.region_id})


def _area(line: PlanLine, path: str) -> Q:
    return Q(**{path: line.area}) if line.area else Q()


def _recognised(line: PlanLine, first: date, last: date) -> Q:
    return (
        Q(granted_on__gte=first, granted_on__lte=last)
        & _place(line, "course__organisation__region")
        & _area(line, "course__current__area")
    )


def _applied(line: PlanLine, first: date, last: date) -> Q:
    return (
        Q(submitted_at__gte=start_of(first), submitted_at__lt=start_of(last + timedelta(days=1)))
        & _place(line, "organisation__region")
        & _area(line, "course__current__area")
    )


def _opened(line: PlanLine, first: date, last: date) -> Q:
    return Q(opened_at__gte=start_of(first), opened_at__lt=start_of(last + timedelta(days=1))) & _place(
        line, "person__region"
    )


def _trained(line: PlanLine, first: date, last: date) -> Q:
    if line.programme_id is None:
        return Q(pk__in=[])
    return Q(enrolment__run__programme=line.programme_id, completed_on__gte=first, completed_on__lte=last)


def _recognitions() -> QuerySet[Any]:
    return Recognition.objects.filter(cancelled_on=None)


def _completions() -> QuerySet[Any]:
    return Completion.objects.filter(superseded_at=None, outcome=Completion.Outcome.COMPLETED)


_MEASURES: dict[str, Any] = {
    Measure.RECOGNISED: (_recognitions, _recognised),
    Measure.APPLICATIONS: (Application.objects.exclude(submitted_at=None).all, _applied),
    Measure.ACCOUNTS: (LearningAccount.objects.all, _opened),
    Measure.TRAINED: (_completions, _trained),
}
