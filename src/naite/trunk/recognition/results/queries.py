"""Reading scores and results. Here alone other people's scores leave the database, and only once they are open."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person, Role
from naite.trunk.people.policies import can_run_courses, has_role
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    CriteriaItem,
    ItemResult,
    Result,
    Score,
)
from naite.trunk.recognition.results import rules

S = Application.State


class Sealed(Refused):
    """Not everybody has submitted yet."""

    code = "sealed"
    status = 403


def items_to_judge(assignment: Assignment) -> list[CriteriaItem]:
    """Return what an evaluator scores: all items, or in a re-evaluation those that fell short the first time."""
    criteria = assignment.application.round.criteria
    if criteria is None:
        return []
    items = list(criteria.items.all())
    if not assignment.is_again:
        return items
    short = short_item_ids(assignment.application)
    return [item for item in items if item.pk in short]


def short_item_ids(application: Application) -> set[UUID]:
    """Return the items that fell short in the provisional result, if there is one."""
    result = provisional_result(application)
    if result is None:
        return set()
    return set(result.item_results.filter(is_reached=False).values_list("item_id", flat=True))


def provisional_result(application: Application) -> Result | None:
    return (
        Result.objects.filter(application=application, attempt=1, verdict=Application.Verdict.PROVISIONAL)
        .order_by("-computed_at")
        .first()
    )


def submitted_count(assignment: Assignment) -> tuple[int, int]:
    """Return how many evaluators of this case, stage and attempt have submitted, and how many there are."""
    states = list(
        Assignment.objects.filter(
            application=assignment.application_id,
            stage=assignment.stage,
            attempt=assignment.attempt,
            state__in=Assignment.LIVE,
        ).values_list("state", flat=True)
    )
    needed = max(len(states), assignment.application.round.evaluators_per_application)
    return states.count(Assignment.State.SUBMITTED), needed


@dataclass
class Cell:
    """One evaluator's score of one item; ``apart`` when it lies far from all the others."""

    points: Decimal
    comment: str
    apart: bool


@dataclass
class Row:
    """One item over all evaluators."""

    item: CriteriaItem
    cells: list[Cell]
    mean: Decimal
    percent: Decimal
    is_reached: bool
    spread: Decimal
    is_wide: bool
    carried: bool


@dataclass
class Sheet:
    """A score sheet; ``names`` are the evaluators' in the order of the cells."""

    result: Result
    names: list[str]
    rows: list[Row]
    total: Decimal
    points: Decimal

    @property
    def percent(self) -> Decimal:
        return rules.shown_percent(self.total, 1, self.points)

    @property
    def wide(self) -> list[Row]:
        return [row for row in self.rows if row.is_wide]


def may_read_sheets(person: Person, application: Application, *, now: datetime) -> bool:
    """Whether somebody may read open score sheets: the institute, its committee, the ministry, and the case's
    own evaluators. Never the institution, and never another panel."""
    institute = application.round.institute
    if has_role(person, institute, Role.NATIONAL_OFFICER, Role.COMMITTEE_MEMBER, now=now):
        return True
    if has_role(person, institute.parent, Role.MINISTRY_OFFICIAL, now=now) if institute.parent else False:
        return True
    return (
        has_role(person, institute, Role.EVALUATOR, now=now)
        and Assignment.objects.filter(
            application=application, evaluator__person=person, state=Assignment.State.SUBMITTED
        ).exists()
    )


def sheets(*, application: Application, reader: Person, now: datetime) -> list[Sheet]:
    """Return the open score sheets of a case, one for each finished stage, oldest first; reading is recorded.

    Refuses who may not read them, and (``sealed``) while the current stage has not been submitted by all: then
    not even an officer sees a single score.
    """
    if not may_read_sheets(reader, application, now=now):
        raise NotAllowed(_("점수표는 국가평생교육진흥원과 이 신청을 평가한 위원만 봅니다."))
    results = list(Result.objects.filter(application=application))
    if not results:
        raise Sealed(_("점수는 위원이 모두 제출한 뒤 열립니다. 제출한 사람 수만 보실 수 있습니다."))
    audit.record("recognition.read_scores", actor=reader, now=now, subject=application)
    scores = Score.objects.filter(
        assignment__application=application, assignment__state=Assignment.State.SUBMITTED
    ).select_related("assignment__evaluator__person")
    by_stage: dict[tuple[str, int], dict[UUID, dict[UUID, Score]]] = defaultdict(lambda: defaultdict(dict))
    people: dict[UUID, str] = {}
    for score in scores:
        given = score.assignment
        by_stage[given.stage, given.attempt][given.evaluator_id][score.item_id] = score
        people[given.evaluator_id] = given.evaluator.person.name
    lines: dict[UUID, list[ItemResult]] = defaultdict(list)
    for line in (
        ItemResult.objects.filter(result__in=results).select_related("item").order_by("item__position")
    ):
        lines[line.result_id].append(line)
    return [
        _sheet(result, lines[result.pk], by_stage[result.stage, result.attempt], people) for result in results
    ]


def _sheet(
    result: Result,
    lines: list[ItemResult],
    given: dict[UUID, dict[UUID, Score]],
    people: dict[UUID, str],
) -> Sheet:
    order = sorted(given, key=lambda key: (people[key], str(key)))
    rows = []
    for line in lines:
        found = [given[key][line.item_id] for key in order if line.item_id in given[key]]
        points = [score.points for score in found if score.points is not None]
        apart = rules.Sum(line.item.points, tuple(points)).apart if points else ()
        rows.append(
            Row(
                item=line.item,
                cells=[
                    Cell(score.points or Decimal(0), score.comment, place in apart)
                    for place, score in enumerate(found)
                ],
                mean=rules.shown_mean(line.total, line.count),
                percent=rules.shown_percent(line.total, line.count, line.item.points),
                is_reached=line.is_reached,
                spread=line.spread,
                is_wide=line.is_wide,
                carried=line.carried,
            )
        )
    return Sheet(
        result=result,
        names=[people[key] for key in order],
        rows=rows,
        total=sum((row.mean for row in rows), Decimal(0)),
        points=sum((row.item.points for row in rows), Decimal(0)),
    )


@dataclass
class Shortfall:
    """An item that fell short, as the institution is told: without names, comments in no telling order."""

    item: CriteriaItem
    percent: Decimal
    comments: list[str]


def shortfalls(*, application: Application, reader: Person, now: datetime) -> list[Shortfall]:
    """Return what fell short in a provisional result, for the institution that has to supplement.

    Refuses others than the institution and the institute; returns nothing where there is no such result, and
    nothing of any other result.
    """
    allowed = can_run_courses(reader, application.organisation, now=now) or has_role(
        reader, application.round.institute, Role.NATIONAL_OFFICER, now=now
    )
    if not allowed:
        raise NotAllowed(_("신청한 기관의 담당자만 볼 수 있습니다."))
    result = provisional_result(application)
    if result is None:
        return []
    lines = result.item_results.filter(is_reached=False).select_related("item").order_by("item__position")
    comments: dict[UUID, list[str]] = defaultdict(list)
    for item_id, comment in Score.objects.filter(
        assignment__application=application,
        assignment__stage=result.stage,
        assignment__attempt=result.attempt,
        assignment__state=Assignment.State.SUBMITTED,
    ).values_list("item_id", "comment"):
        comments[item_id].append(comment)
    return [
        Shortfall(
            line.item,
            rules.shown_percent(line.total, line.count, line.item.points),
            sorted(comments[line.item_id]),
        )
        for line in lines
    ]
