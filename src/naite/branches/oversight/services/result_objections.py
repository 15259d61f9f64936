"""Objections (이의신청, 행정기본법 제36조) to a refusal (불인정) or a provisional recognition (예비인정)."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import deadlines, policies, rules
from naite.branches.oversight.models import ResultObjection
from naite.branches.oversight.queries import institute
from naite.branches.oversight.services.common import (
    next_number,
    put_off,
    require_officer,
    require_speaker,
    tell_institution,
)
from naite.branches.oversight.texts import need
from naite.branches.oversight.workflow import OBJECTION
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import reopening
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import AgendaItem, Application, Assignment, CaseEvent, ResultNotice

S, K = ResultObjection.State, ResultNotice.Kind
# To which letter one may object, and in which state its case must be.
OBJECTABLE = {K.REFUSED: Application.State.REFUSED, K.PROVISIONAL: Application.State.PROVISIONAL}
DECIDING = ("pass", "pass_provisionally", "fail", "lapse", "deliberate", "approve", "refuse")


def deciders(application: Application) -> set[UUID]:
    """Return everybody who had a part in the result: evaluators, the committee's secretary, the ministry."""
    acted = CaseEvent.objects.filter(application=application, act__in=DECIDING, actor__isnull=False)
    judged = Assignment.objects.filter(application=application, state=Assignment.State.SUBMITTED)
    wrote = AgendaItem.objects.filter(application=application, decided_by__isnull=False)
    return {
        *acted.values_list("actor_id", flat=True),
        *judged.values_list("evaluator__person_id", flat=True),
        *wrote.values_list("decided_by_id", flat=True),
    }


def last_day_to_file(notice: ResultNotice) -> date | None:
    """Return the last day to object to a letter; None while its receipt is not known, or where nobody may."""
    if notice.kind not in OBJECTABLE or notice.received_on is None or notice.superseded_at is not None:
        return None
    return deadlines.last_day("objection_file", notice.received_on)


@transaction.atomic
def file(*, notice: ResultNotice, text: str, actor: Person, now: datetime) -> ResultObjection:
    """Object to a refusal or a provisional recognition within thirty days from the receipt of its letter.

    Refuses others than the institution, a letter whose receipt is not known yet, one that says 인정, a case that
    has gone on since, a day too late (by the law of the day of receipt), and a second time. While it is answered,
    the time to supplement a provisional recognition stands still.
    """
    notice = (
        ResultNotice.objects.select_for_update(of=("self",))
        .select_related("application__round", "organisation")
        .get(pk=notice.pk)
    )
    require_speaker(actor, notice.organisation, now=now)
    last, today = last_day_to_file(notice), day_of(now)
    if last is None or notice.application.state != OBJECTABLE[K(notice.kind)]:
        raise Refused(
            _(
                "지금은 이의신청을 할 수 없는 결과입니다. 받은 날이 적힌 불인정이나 예비인정 통보에 할 수 있습니다."
            ),
            code="nothing_to_object",
        )
    assert notice.received_on is not None
    if today > last:
        period = deadlines.rule("objection_file", notice.received_on)
        raise Refused(
            _(
                "이의신청은 통보를 받은 날부터 %(days)d일까지 낼 수 있습니다(%(source)s). 행정심판은 따로 낼 수 있습니다."
            )
            % {"days": period.amount, "source": period.source},
            code="too_late",
        )
    words = need(text, field="text", most=rules.MAX_BODY, empty=_("무엇이 왜 잘못되었는지 적어 주세요."))
    # Told apart from the objections to orders and cancellations, which have numbers of their own.
    number = f"{next_number(ResultObjection, now=now)}-R"
    try:
        with transaction.atomic():
            row = ResultObjection.objects.create(
                number=number,
                notice=notice,
                application=notice.application,
                organisation=notice.organisation,
                text=words,
                filed_at=now,
                filed_on=today,
                filed_by=actor,
                due_on=deadlines.last_day("objection_answer", today),
                changed_at=now,
            )
    except IntegrityError:
        raise Refused(_("이 결과에는 이미 이의신청을 했습니다."), code="already_objected") from None
    reopening.pause_supplement(application=notice.application, now=now)
    _note(row, "result_objection", actor, now, by=notice.organisation, due_on=row.due_on)
    return row


@transaction.atomic
def assign(*, objection: ResultObjection, to: Person, actor: Person, now: datetime) -> ResultObjection:
    """Give an objection to an officer who had no part in the result; refuses all who had."""
    row = _locked(objection)
    require_officer(actor, row.organisation_id, now=now)
    _require_filed(row)
    if to.pk in deciders(row.application) or not policies.can_oversee(to, row.organisation_id, now=now):
        told = _("이 결과를 정하는 데 참여한 사람은 이의신청을 맡을 수 없습니다. 다른 담당자를 골라 주세요.")
        raise Invalid(told, code="same_official", fields={"handler": told})
    ResultObjection.objects.filter(pk=row.pk).update(handler=to, changed_at=now)
    row.handler = to
    _note(row, "result_objection_assigned", actor, now, audience=CaseEvent.Audience.OFFICES)
    return row


@transaction.atomic
def extend(*, objection: ResultObjection, reason: str, actor: Person, now: datetime) -> ResultObjection:
    """Put the answer off by ten days, once, with a reason, before it is due (행정기본법 제36조제2항 단서)."""
    row = _handled(objection, actor, now)
    words, due = put_off(due_on=row.due_on, extended=row.extended, reason=reason, now=now)
    row.extended, row.extension_reason, row.due_on, row.changed_at = True, words, due, now
    row.save(update_fields=["extended", "extension_reason", "due_on", "changed_at"])
    _note(row, "result_objection_extended", actor, now, reason=words, due_on=due)
    _tell(row, _("이의신청에 답하는 날을 미룹니다"), "extended", now)
    return row


@transaction.atomic
def withdraw(*, objection: ResultObjection, actor: Person, now: datetime) -> ResultObjection:
    """Take an objection back; the time to supplement goes on, longer by the days that it took."""
    row = _locked(objection)
    require_speaker(actor, row.organisation, now=now)
    OBJECTION.move(row, "withdraw", answered_on=day_of(now), changed_at=now)
    _resume(row, now)
    _note(row, "result_objection_withdrawn", actor, now, by=row.organisation)
    return row


@transaction.atomic
def decide(
    *, objection: ResultObjection, uphold: bool, answer: str, actor: Person, now: datetime
) -> ResultObjection:
    """Answer an objection; by its handler, never by whoever had a part in the result.

    Upheld, the case goes back to the committee (``reopening.reopen``) and a new result will be told; rejected,
    the time to supplement a provisional recognition goes on, longer by the days that it took.
    """
    row = _handled(objection, actor, now)
    words = need(answer, field="answer", most=rules.MAX_BODY, empty=_("답과 그 까닭을 적어 주세요."))
    if uphold and row.application.state != OBJECTABLE[K(row.notice.kind)]:
        raise Refused(
            _("그 사이에 기관이 보완하여 다시 냈습니다. 재평가가 이어지므로 인용하지 않고 답해 주세요."),
            code="gone_on",
        )
    OBJECTION.move(
        row,
        "uphold" if uphold else "reject",
        answer=words,
        answered_on=day_of(now),
        decided_by=actor,
        changed_at=now,
    )
    _note(row, "result_objection_upheld" if uphold else "result_objection_rejected", actor, now)
    if uphold:
        why = _("이의신청 %(number)s 인용") % {"number": row.number}
        reopening.reopen(application=row.application, reason=why, actor=actor, now=now)
    else:
        _resume(row, now)
    _tell(row, _("이의신청에 답했습니다"), "decided", now)
    return row


def _resume(row: ResultObjection, now: datetime) -> None:
    """Let a provisional recognition's time go on, with all days under objection added."""
    if row.notice.kind != K.PROVISIONAL:
        return
    spans = list(
        ResultObjection.objects.filter(notice=row.notice)
        .exclude(state=S.FILED)
        .values_list("filed_on", "answered_on")
    )
    until = deadlines.correction_end(reopening.supplement_until(row.notice), spans)
    assert until is not None
    reopening.resume_supplement(application=row.application, until=until, now=now)


def _locked(objection: ResultObjection) -> ResultObjection:
    return (
        ResultObjection.objects.select_for_update(of=("self",))
        .select_related("notice__application__round", "application__round__institute", "organisation")
        .get(pk=objection.pk)
    )


def _handled(objection: ResultObjection, actor: Person, now: datetime) -> ResultObjection:
    row = _locked(objection)
    require_officer(actor, row.organisation_id, now=now)
    if actor.pk in deciders(row.application):
        raise NotAllowed(_("이 결과를 정하는 데 참여한 사람은 그에 대한 이의신청을 다룰 수 없습니다."))
    if row.handler_id != actor.pk:
        raise NotAllowed(_("이 이의신청을 맡은 담당자만 할 수 있습니다. 먼저 맡아 주세요."))
    _require_filed(row)
    return row


def _require_filed(row: ResultObjection) -> None:
    if row.state != S.FILED:
        raise Refused(_("이미 답한 이의신청입니다."), code="moved_meanwhile")


def _note(
    row: ResultObjection,
    act: str,
    actor: Person,
    now: datetime,
    *,
    by: Organisation | None = None,
    audience: str = CaseEvent.Audience.PARTIES,
    reason: str = "",
    due_on: date | None = None,
) -> None:
    note_event(
        act=act,
        actor=actor,
        now=now,
        application=row.application,
        office=by or institute(),
        audience=audience,
        reason=reason,
        due_on=due_on,
        number=row.number,
    )
    audit.record(f"oversight.{act}", actor=actor, now=now, subject=row)


def _tell(row: ResultObjection, subject: str, key: str, now: datetime) -> None:
    tell_institution(
        row.organisation,
        subject=subject,
        body=_("이의신청 %(number)s의 내용을 확인해 주세요.\n\n%(url)s\n")
        % {"number": row.number, "url": f"{settings.BASE_URL}/work/notices/{row.notice_id}/objection/"},
        key=f"result-objection:{row.pk}:{key}",
        now=now,
    )
