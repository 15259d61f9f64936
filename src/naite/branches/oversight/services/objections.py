"""Objections (이의신청, 행정기본법 제36조) against correction orders and cancellations."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import case_queries, deadlines, policies, rules
from naite.branches.oversight.models import Cancellation, CorrectionOrder, Objection
from naite.branches.oversight.services.common import (
    PARTIES,
    PUBLIC,
    next_number,
    note,
    put_off,
    require_officer,
    require_speaker,
    tell_institution,
)
from naite.branches.oversight.texts import need
from naite.branches.oversight.workflow import CANCELLATION, OBJECTION, ORDER
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person

S = Objection.State


def _locked(objection: Objection) -> Objection:
    return (
        Objection.objects.select_for_update(of=("self",))
        .select_related("order", "cancellation", "recognition__course__organisation", "organisation")
        .get(pk=objection.pk)
    )


@transaction.atomic
def file(*, against: CorrectionOrder | Cancellation, text: str, actor: Person, now: datetime) -> Objection:
    """Object against an order that runs, or was not fulfilled, or against a cancellation.

    Refuses after thirty days from the day it arrived (by the law of that day), and a second time. From today
    until the answer the time to correct stands still.
    """
    organisation = against.organisation
    require_speaker(actor, organisation, now=now)
    is_order = isinstance(against, CorrectionOrder)
    open_to = (
        (CorrectionOrder.State.ISSUED, CorrectionOrder.State.ANSWERED, CorrectionOrder.State.NOT_FULFILLED)
        if is_order
        else (Cancellation.State.CANCELLED,)
    )
    against.refresh_from_db()
    if against.state not in open_to or against.delivered_on is None:
        raise Refused(_("지금은 이의신청을 할 수 없는 처분입니다."), code="nothing_to_object")
    if (
        isinstance(against, CorrectionOrder)
        and Cancellation.objects.filter(order=against, state=Cancellation.State.CANCELLED).exists()
    ):
        raise Refused(
            _("이 시정명령으로 평가인정이 이미 취소되었습니다. 취소 결정에 이의신청해 주세요."),
            code="cancelled_already",
        )
    today = day_of(now)
    if today > deadlines.last_day("objection_file", against.delivered_on):
        period = deadlines.rule("objection_file", against.delivered_on)
        raise Refused(
            _(
                "이의신청은 처분을 받은 날부터 %(days)d일까지 낼 수 있습니다(%(source)s). 행정심판은 따로 낼 수 있습니다."
            )
            % {"days": period.amount, "source": period.source},
            code="too_late",
        )
    words = need(text, field="text", most=rules.MAX_BODY, empty=_("무엇이 왜 잘못되었는지 적어 주세요."))
    number = next_number(Objection, now=now)
    try:
        with transaction.atomic():
            row = Objection.objects.create(
                number=number,
                order=against if isinstance(against, CorrectionOrder) else None,
                cancellation=against if isinstance(against, Cancellation) else None,
                recognition=against.recognition,
                organisation=organisation,
                text=words,
                filed_at=now,
                filed_on=today,
                filed_by=actor,
                due_on=deadlines.last_day("objection_answer", today),
                changed_at=now,
            )
    except IntegrityError:
        raise Refused(_("이 처분에는 이미 이의신청을 했습니다."), code="already_objected") from None
    note(
        against.recognition,
        act="objection_filed",
        actor=actor,
        now=now,
        subject=row,
        by=organisation,
        due_on=row.due_on,
        number=number,
    )
    return row


@transaction.atomic
def assign(*, objection: Objection, to: Person, actor: Person, now: datetime) -> Objection:
    """Give an objection to an officer other than the one who decided; refuses that one."""
    row = _locked(objection)
    require_officer(actor, row.organisation_id, now=now)
    if row.state != S.FILED:
        raise Refused(_("이미 답한 이의신청입니다."), code="decided")
    if to.pk == row.decider_id or not policies.can_oversee(to, row.organisation_id, now=now):
        told = _("처분을 정한 사람은 이의신청을 맡을 수 없습니다. 다른 담당자를 골라 주세요.")
        raise Invalid(told, code="same_official", fields={"handler": told})
    Objection.objects.filter(pk=row.pk).update(handler=to, changed_at=now)
    row.handler = to
    note(row.recognition, act="objection_assigned", actor=actor, now=now, subject=row, number=row.number)
    return row


@transaction.atomic
def extend(*, objection: Objection, reason: str, actor: Person, now: datetime) -> Objection:
    """Put the answer off by ten days, once, with a reason, before it is due (행정기본법 제36조제2항 단서)."""
    row = _handled(objection, actor, now)
    words, due = put_off(due_on=row.due_on, extended=row.extended, reason=reason, now=now)
    Objection.objects.filter(pk=row.pk).update(
        extended=True, extension_reason=words, due_on=due, changed_at=now
    )
    row.refresh_from_db()
    note(
        row.recognition,
        act="objection_extended",
        actor=actor,
        now=now,
        subject=row,
        reason=words,
        due_on=due,
        number=row.number,
    )
    _tell(row, _("이의신청에 답하는 날을 미룹니다"), "extended", now)
    return row


@transaction.atomic
def withdraw(*, objection: Objection, actor: Person, now: datetime) -> Objection:
    """Take an objection back; its days still count for the time to correct."""
    row = _locked(objection)
    require_speaker(actor, row.organisation, now=now)
    OBJECTION.move(row, "withdraw", answered_on=day_of(now), changed_at=now)
    note(
        row.recognition,
        act="objection_withdrawn",
        actor=actor,
        now=now,
        subject=row,
        by=row.organisation,
        number=row.number,
    )
    return row


@transaction.atomic
def decide(*, objection: Objection, uphold: bool, answer: str, actor: Person, now: datetime) -> Objection:
    """Answer an objection; by its handler, never by whoever decided what it is against.

    Upheld, an order is lifted and a cancellation reversed; ``flows.oversight`` brings the recognition back.
    """
    row = _handled(objection, actor, now)
    words = need(answer, field="answer", most=rules.MAX_BODY, empty=_("답과 그 까닭을 적어 주세요."))
    OBJECTION.move(
        row,
        "uphold" if uphold else "reject",
        answer=words,
        answered_on=day_of(now),
        decided_by=actor,
        changed_at=now,
    )
    if uphold and row.order is not None:
        ORDER.move(row.order, "lift", verdict=words, closed_at=now, changed_at=now)
    elif uphold and row.cancellation is not None:
        CANCELLATION.move(row.cancellation, "reverse", changed_at=now)
    public = row.cancellation is not None or (row.order is not None and row.order.published)
    note(
        row.recognition,
        act="objection_upheld" if uphold else "objection_rejected",
        actor=actor,
        now=now,
        subject=row,
        audience=PUBLIC if public and uphold else PARTIES,
        number=row.number,
    )
    if not uphold and row.order is not None and row.order.is_running:
        due = case_queries.correction_due(row.order)
        note(
            row.recognition,
            act="correction_extended",
            actor=None,
            now=now,
            subject=row.order,
            due_on=due,
            number=row.order.number,
        )
    _tell(row, _("이의신청에 답했습니다"), "decided", now)
    return row


def _handled(objection: Objection, actor: Person, now: datetime) -> Objection:
    row = _locked(objection)
    require_officer(actor, row.organisation_id, now=now)
    if actor.pk == row.decider_id:
        raise NotAllowed(_("처분을 정한 사람은 그에 대한 이의신청을 다룰 수 없습니다."))
    if row.handler_id != actor.pk:
        raise NotAllowed(_("이 이의신청을 맡은 담당자만 할 수 있습니다. 먼저 맡아 주세요."))
    if row.state != S.FILED:
        raise Refused(_("이미 답한 이의신청입니다."), code="moved_meanwhile")
    return row


def _tell(row: Objection, subject: str, key: str, now: datetime) -> None:
    tell_institution(
        row.organisation,
        subject=subject,
        body=_("이의신청 %(number)s의 내용을 확인해 주세요.\n\n%(url)s\n")
        % {"number": row.number, "url": f"{settings.BASE_URL}/work/oversight/"},
        key=f"objection:{row.pk}:{key}",
        now=now,
    )
