"""Making panels and giving out cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.trunk.catalogue.classification import Category
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications.workflow import move, note_event
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    CaseEvent,
    Evaluator,
    Panel,
    PanelCase,
    PanelMember,
    Round,
    Stage,
)
from naite.trunk.recognition.panels import facts, policies
from naite.trunk.recognition.panels.words import OBSTACLES

S = Application.State


class Conflict(Refused):
    """Somebody was to review what they must not see."""

    code = "conflict"


@transaction.atomic
def make_panel(*, round: Round, field: str, name: str, actor: Person, now: datetime) -> Panel:
    """Make a panel for a field of a round. Refuses a name that the round has, an unknown field, an empty name."""
    policies.require_officer(actor, round.institute, now=now)
    name = tidy(name)
    if field not in Category.values:
        message = _("분야를 골라 주세요.")
        raise Invalid(message, fields={"field": message})
    if not name or len(name) > 60:
        message = _("평가단 이름을 60자까지 적어 주세요. 예: 직업능력 1반")
        raise Invalid(message, fields={"name": message})
    try:
        with transaction.atomic():
            made = Panel.objects.create(round=round, field=field, name=name, created_by=actor, created_at=now)
    except IntegrityError:
        message = _("이 차수에 같은 이름의 평가단이 있습니다. 다른 이름을 적어 주세요.")
        raise Invalid(message, fields={"name": message}) from None
    audit.record("recognition.make_panel", actor=actor, now=now, subject=made, round=round.pk, field=field)
    return made


@transaction.atomic
def add_member(*, panel: Panel, evaluator: Evaluator, actor: Person, now: datetime) -> PanelMember:
    """Let an evaluator of the pool sit in a panel. Refuses who holds the role no more. Safe to repeat."""
    policies.require_officer(actor, panel.round.institute, now=now)
    if not policies.is_evaluator(evaluator.person, panel.round.institute, now=now):
        raise Invalid(
            _("평가위원 역할이 끝난 사람입니다. 다시 초대한 뒤에 넣어 주세요."), code="no_evaluator"
        )
    seat, made = PanelMember.objects.get_or_create(
        panel=panel, evaluator=evaluator, left_at=None, defaults={"joined_at": now}
    )
    if made:
        audit.record("recognition.join_panel", actor=actor, now=now, subject=panel, about=evaluator.person_id)
    return seat


@transaction.atomic
def remove_member(*, member: PanelMember, actor: Person, now: datetime) -> None:
    """End a seat in a panel. Refuses while the evaluator has open cases there. Safe to repeat."""
    policies.require_officer(actor, member.panel.round.institute, now=now)
    open_cases = Assignment.objects.filter(
        panel=member.panel, evaluator=member.evaluator, state=Assignment.State.OPEN
    ).count()
    if open_cases:
        raise Refused(
            _("평가하고 있는 신청이 %(n)d건 있습니다. 먼저 다른 위원으로 바꾸어 주세요.") % {"n": open_cases},
            code="has_cases",
        )
    if PanelMember.objects.filter(pk=member.pk, left_at=None).update(left_at=now, is_chair=False):
        audit.record(
            "recognition.leave_panel",
            actor=actor,
            now=now,
            subject=member.panel,
            about=member.evaluator.person_id,
        )


@transaction.atomic
def make_chair(*, member: PanelMember, actor: Person, now: datetime) -> None:
    """Make a member the panel's chair instead of the one before. Refuses a seat that has ended."""
    policies.require_officer(actor, member.panel.round.institute, now=now)
    Panel.objects.select_for_update().get(pk=member.panel_id)
    PanelMember.objects.filter(panel=member.panel, is_chair=True).update(is_chair=False)
    if not PanelMember.objects.filter(pk=member.pk, left_at=None).update(is_chair=True):
        raise Refused(_("평가단에서 나간 위원입니다."), code="left")
    audit.record(
        "recognition.chair_panel",
        actor=actor,
        now=now,
        subject=member.panel,
        about=member.evaluator.person_id,
    )


@transaction.atomic
def seat(
    *,
    panel: Panel,
    choices: Mapping[UUID, Sequence[UUID]],
    explanations: Mapping[tuple[UUID, UUID], Mapping[str, Any]] | None = None,
    actor: Person,
    now: datetime,
) -> list[Application]:
    """Give received applications to the panel, each to the evaluators chosen for it; all of them or none.

    Refuses an application that is not received at the institute, too few evaluators, anybody who does not sit
    in the panel, and (``conflict``) anybody whom a rule excludes, with the rule named. Tells the evaluators.
    """
    round_ = panel.round
    policies.require_officer(actor, round_.institute, now=now)
    applications = list(
        Application.objects.select_for_update(of=("self",))
        .filter(pk__in=choices, round=round_)
        .select_related("organisation__parent", "version")
        .order_by("number", "pk")
    )
    if not applications or len(applications) != len(choices):
        raise Invalid(_("배정할 신청을 골라 주세요. 다른 차수의 신청은 함께 배정할 수 없습니다."))
    seated = {each.pk: each for each in facts.members(panel)}
    against = facts.obstacles(list(seated.values()), applications, round=round_, on=day_of(now))
    for application in applications:
        chosen = list(dict.fromkeys(choices[application.pk]))
        if application.state != S.RECEIVED or application.office_id != round_.institute_id:
            raise Refused(
                _("%(number)s 신청은 지금 배정할 수 없는 상태(%(state)s)입니다. 목록을 새로 열어 주세요.")
                % {"number": application.number, "state": application.get_state_display()},
                code="moved_meanwhile",
            )
        if len(chosen) < round_.evaluators_per_application:
            raise Invalid(
                _("%(number)s 신청에는 평가위원이 %(n)d명 있어야 합니다.")
                % {"number": application.number, "n": round_.evaluators_per_application},
                code="too_few",
            )
        for key in chosen:
            _require_free(seated.get(key), application, against)
        move(
            application,
            "seat_panel",
            actor=actor,
            now=now,
            on_behalf_of=round_.institute,
            evidence={"panel": panel.name},
            due_on=round_.review_until,
            office_id=round_.institute_id,
        )
        PanelCase.objects.create(
            application=application, panel=panel, stage=first_stage(round_), seated_at=now
        )
        give(
            application,
            [seated[key] for key in chosen],
            panel=panel,
            stage=first_stage(round_),
            attempt=1,
            actor=actor,
            now=now,
            explanations={
                key: dict((explanations or {}).get((application.pk, key), {"by_hand": True}))
                for key in chosen
            },
        )
    audit.record(
        "recognition.seat_panel",
        actor=actor,
        now=now,
        subject=panel,
        applications=[str(each.pk) for each in applications],
    )
    tell_assigned([each.pk for each in applications], round=round_, now=now)
    return applications


def first_stage(round: Round) -> str:
    return next((stage for stage in round.stages if stage in Stage.values), Stage.PAPER)


def next_stage(round: Round, stage: str) -> str | None:
    """Return the review stage after one, as the round sets it, or None after the last."""
    known = [each for each in round.stages if each in Stage.values] or [Stage.PAPER]
    at = known.index(stage) + 1 if stage in known else len(known)
    return known[at] if at < len(known) else None


def give(
    application: Application,
    evaluators: Sequence[Evaluator],
    *,
    panel: Panel,
    stage: str,
    attempt: int,
    actor: Person | None,
    now: datetime,
    due_on: Any = None,
    explanations: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> list[Assignment]:
    """Make the assignments themselves; policy and conflicts are the caller's."""
    return Assignment.objects.bulk_create(
        Assignment(
            application=application,
            panel=panel,
            evaluator=each,
            stage=stage,
            attempt=attempt,
            explanation=dict((explanations or {}).get(each.pk, {})),
            assigned_by=actor,
            assigned_at=now,
            due_on=due_on or application.due_on or panel.round.review_until,
        )
        for each in evaluators
    )


def tell_assigned(application_ids: Sequence[UUID], *, round: Round, now: datetime) -> None:
    """Tell each evaluator once how many cases they were given."""
    rows = Assignment.objects.filter(
        application__in=application_ids, state=Assignment.State.OPEN, assigned_at=now
    ).select_related("evaluator__person")
    mine: dict[UUID, list[Assignment]] = {}
    for row in rows:
        mine.setdefault(row.evaluator_id, []).append(row)
    for given in mine.values():
        person, due = given[0].evaluator.person, given[0].due_on
        notices.tell(
            to=person,
            subject=_("[나이테] 평가할 신청 %(n)d건이 배정되었습니다") % {"n": len(given)},
            body=_(
                "%(name)s 위원님, %(round)s에서 신청 %(n)d건이 배정되었습니다.\n"
                "%(due)s까지 평가해 주세요. 신청 기관과 관계가 있으면 열어 보기 전에 회피를 알려 주세요."
            )
            % {
                "name": person.name,
                "round": round.title,
                "n": len(given),
                "due": show_day(due, today=day_of(now)) if due else _("정해진 날"),
            },
            now=now,
        )


@transaction.atomic
def replace(
    *,
    assignment: Assignment,
    by: Evaluator,
    reason: str,
    actor: Person,
    now: datetime,
) -> Assignment:
    """Give a case to another member of the panel; what the first one scored stays sealed and unused.

    Refuses a submitted review, an evaluator whom a rule excludes or who already reviews the case, and an empty
    reason.
    """
    panel = assignment.panel
    policies.require_officer(actor, panel.round.institute, now=now)
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("organisation__parent")
        .get(pk=assignment.application_id)
    )
    reason = _reason(reason)
    seated = {each.pk: each for each in facts.members(panel)}
    against = facts.obstacles(list(seated.values()), [application], round=panel.round, on=day_of(now))
    _require_free(seated.get(by.pk), application, against)
    if Assignment.objects.filter(
        application=application, stage=assignment.stage, attempt=assignment.attempt, evaluator=by
    ).exists():
        raise Refused(_("이 신청을 이미 맡았던 위원입니다. 다른 위원을 골라 주세요."), code="already_there")
    if assignment.state == Assignment.State.OPEN:
        end(assignment, reason=reason, actor=actor, now=now)
    elif assignment.state != Assignment.State.REPLACED or assignment.replaced_by_id is not None:
        raise Refused(
            _("이미 제출했거나 이미 바뀐 평가입니다. 화면을 새로 열어 확인해 주세요."), code="moved_meanwhile"
        )
    made = give(
        application,
        [by],
        panel=panel,
        stage=assignment.stage,
        attempt=assignment.attempt,
        actor=actor,
        now=now,
        due_on=assignment.due_on,
        explanations={by.pk: {"by_hand": True, "instead_of": str(assignment.evaluator_id)}},
    )[0]
    if not Assignment.objects.filter(pk=assignment.pk, replaced_by=None).update(replaced_by=made):
        raise Refused(_("그 사이에 다른 위원으로 바뀌었습니다."), code="moved_meanwhile")
    assignment.replaced_by = made
    tell_assigned([application.pk], round=panel.round, now=now)
    return made


def end(assignment: Assignment, *, reason: str, actor: Person | None, now: datetime) -> None:
    """Take an open review from an evaluator; its scores stay where they are and count for nothing."""
    changed = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.OPEN).update(
        state=Assignment.State.REPLACED, ended_at=now, ended_reason=reason[:300]
    )
    if changed != 1:
        raise Refused(
            _("이미 제출했거나 이미 바뀐 평가입니다. 화면을 새로 열어 확인해 주세요."), code="moved_meanwhile"
        )
    assignment.refresh_from_db()
    note_event(
        act="end_review",
        actor=actor,
        now=now,
        application=assignment.application,
        office=assignment.panel.round.institute,
        reason=reason,
        audience=CaseEvent.Audience.OFFICES,
        evaluator=str(assignment.evaluator_id),
    )
    audit.record(
        "recognition.end_review",
        actor=actor,
        now=now,
        subject=assignment,
        about=assignment.evaluator.person_id,
    )


def _reason(text: str) -> str:
    text = tidy(text)
    if not text or len(text) > 300:
        message = _("까닭을 300자까지 적어 주세요.")
        raise Invalid(message, fields={"reason": message})
    return text


def _require_free(
    evaluator: Evaluator | None,
    application: Application,
    against: Mapping[tuple[UUID, UUID], Any],
) -> None:
    if evaluator is None:
        raise NotAllowed(_("이 평가단에 앉아 있지 않은 위원입니다. 먼저 평가단에 넣어 주세요."))
    why = against.get((evaluator.pk, application.pk))
    if why is not None:
        raise Conflict(
            _("%(name)s 위원에게 %(number)s 신청을 줄 수 없습니다. %(why)s")
            % {"name": evaluator.person.name, "number": application.number, "why": OBSTACLES[why]}
        )
