"""Turning the scores of a case into its verdict, once, when the last evaluator has submitted."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import settled
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications.workflow import move, note_event
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    Assignment,
    CaseEvent,
    ItemResult,
    PanelCase,
    Result,
    Score,
)
from naite.trunk.recognition.panels.seating import give, next_stage
from naite.trunk.recognition.results import rules
from naite.trunk.recognition.results.queries import provisional_result

S = Application.State
V = Application.Verdict


def last_day_of(on: date, days: int) -> date:
    """Return the last day of a period of days after a day (민법 제157조, 제161조).

    The day of the notice is not counted; a last day that is a Saturday or a holiday moves to the next working day.
    """
    return settled(on + timedelta(days=days))


@transaction.atomic
def settle(*, application: Application, actor: Person | None, now: datetime) -> Result | None:
    """Compute the result of the current stage if all have submitted, and move the case on.

    Needs as many submitted reviews as the round asks for and no open one; returns None before. After a stage that
    was not failed the next one begins with the same evaluators; the last one decides. A re-evaluation judges only
    the items that had fallen short; the others keep what they had. Writes ``Result`` with its items, moves the
    application (``pass``, ``pass_provisionally``, ``fail``), tells the institution when it has to supplement.
    Safe to repeat: a stage has one result.
    """
    Application.objects.select_for_update().only("pk").get(pk=application.pk)
    # Asked under the lock, so that of two last ones the second sees the first.
    if Assignment.objects.filter(application=application, state=Assignment.State.OPEN).exists():
        return None
    application = Application.objects.select_related(
        "round__institute", "round__criteria", "organisation"
    ).get(pk=application.pk)
    if application.state not in (S.IN_REVIEW, S.RE_REVIEW):
        return None
    case = PanelCase.objects.select_related("panel__round").get(application=application)
    live = list(
        Assignment.objects.filter(
            application=application, stage=case.stage, attempt=case.attempt, state__in=Assignment.LIVE
        ).select_related("evaluator")
    )
    done = [each for each in live if each.state == Assignment.State.SUBMITTED]
    if len(done) < len(live) or len(done) < application.round.evaluators_per_application:
        return None
    result = _compute(application, case, done, now)
    following = next_stage(application.round, case.stage) if case.attempt == 1 else None
    if following is not None and result.verdict != V.REFUSE:
        _begin_stage(application, case, following, done, now)
        return result
    _conclude(application, result, actor, now)
    return result


def _compute(application: Application, case: PanelCase, done: list[Assignment], now: datetime) -> Result:
    assert application.round.criteria is not None
    items = list(application.round.criteria.items.all())
    again = case.attempt > 1
    carried: dict[UUID, ItemResult] = {}
    if again and (before := provisional_result(application)):
        carried = {line.item_id: line for line in before.item_results.filter(is_reached=True)}
    judged = {item.pk: item.points for item in items if item.pk not in carried}
    given: dict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for assignment_id, item_id, points in Score.objects.filter(assignment__in=done).values_list(
        "assignment_id", "item_id", "points"
    ):
        if points is not None:
            given[assignment_id][item_id] = points
    sums = rules.sums_of(judged, {each.pk: given[each.pk] for each in done})
    reached = len(carried) + sum(each.is_reached for each in sums.values())
    outcome = rules.verdict_of(items=len(items), reached=reached, again=again)
    result = Result.objects.create(
        application=application,
        stage=case.stage,
        attempt=case.attempt,
        verdict=outcome.verdict,
        items=outcome.items,
        reached=outcome.reached,
        computed_at=now,
    )
    ItemResult.objects.bulk_create(
        [
            ItemResult(
                result=result,
                item_id=key,
                total=each.total,
                count=len(each.scores),
                is_reached=each.is_reached,
                spread=each.spread,
                is_wide=each.is_wide,
            )
            for key, each in sums.items()
        ]
        + [
            ItemResult(
                result=result,
                item_id=key,
                total=line.total,
                count=line.count,
                is_reached=True,
                spread=line.spread,
                is_wide=line.is_wide,
                carried=True,
            )
            for key, line in carried.items()
        ]
    )
    audit.record(
        "recognition.result",
        actor=None,
        now=now,
        subject=application,
        verdict=result.verdict,
        stage=case.stage,
    )
    return result


def _begin_stage(
    application: Application, case: PanelCase, stage: str, done: list[Assignment], now: datetime
) -> None:
    case.stage = stage
    case.save(update_fields=["stage"])
    give(
        application,
        [each.evaluator for each in done],
        panel=case.panel,
        stage=stage,
        attempt=case.attempt,
        actor=None,
        now=now,
        explanations={each.evaluator_id: {"same_panel": True} for each in done},
    )
    note_event(
        act="next_stage",
        actor=None,
        now=now,
        application=application,
        office=application.round.institute,
        audience=CaseEvent.Audience.PARTIES,
        stage=stage,
    )


def _conclude(application: Application, result: Result, actor: Person | None, now: datetime) -> None:
    round_ = application.round
    evidence = {"items": result.items, "reached": result.reached, "attempt": result.attempt}
    if result.verdict == V.PROVISIONAL:
        # What is changed from here on shows against what was judged.
        short = result.item_results.filter(is_reached=False).values("item_id")
        ApplicationItem.objects.filter(application=application, item__in=short).update(text_before=F("text"))
        move(
            application,
            "pass_provisionally",
            actor=actor,
            now=now,
            on_behalf_of=round_.institute,
            evidence=evidence,
            verdict=result.verdict,
            office_id=application.organisation_id,
            # The period begins with the receipt of the letter (supplements.begin_period).
            due_on=None,
        )
        _tell_provisional(application, result, now)
        return
    move(
        application,
        "pass" if result.verdict == V.RECOGNISE else "fail",
        actor=actor,
        now=now,
        on_behalf_of=round_.institute,
        # What the committee has not decided yet is not the institution's to read.
        audience=CaseEvent.Audience.OFFICES,
        evidence=evidence,
        verdict=result.verdict,
        office_id=round_.institute_id,
        due_on=round_.committee_on,
    )


def people_of(application: Application, *, now: datetime) -> list[Person]:
    """Return who is told about an institution's case: its staff."""
    held = staff_of(application.organisation, now=now).filter(
        role__in=[Role.INSTITUTION_STAFF, Role.HUB_OPERATOR, Role.PROGRAMME_MANAGER]
    )
    return list({assignment.person_id: assignment.person for assignment in held}.values())


def _tell_provisional(application: Application, result: Result, now: datetime) -> None:
    short = result.item_results.filter(is_reached=False).select_related("item").order_by("item__position")
    titles = "\n".join(f"- {line.item.title}" for line in short)
    for person in people_of(application, now=now):
        notices.tell(
            to=person,
            subject=_("[나이테] 예비인정: %(number)s, 보완해 주세요") % {"number": application.number},
            body=_(
                "%(number)s 신청이 예비인정을 받았습니다.\n배점의 70%%에 못 미친 항목:\n%(items)s\n\n"
                "통보서가 따로 갑니다. 통보서를 받은 날부터 %(days)s일 안에 보완하여 다시 내면 이 항목만 한 번 더 "
                "평가하고, 그때까지 내지 않으면 예비인정은 저절로 취소됩니다. 보완은 지금부터 할 수 있습니다."
            )
            % {"number": application.number, "items": titles, "days": application.round.supplement_days},
            now=now,
            dedupe_key=f"provisional:{application.pk}:{person.pk}",
        )
