"""Grading and deciding completion."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.assessment import policies, rules
from naite.trunk.assessment.models import Completion, Result
from naite.trunk.assessment.queries import Figures, figures_of
from naite.trunk.delivery.models import Enrolment, Session
from naite.trunk.people.models import Person


def _require(actor: Person | None, enrolment: Enrolment, *, now: datetime) -> Person:
    if actor is None or not policies.can_assess(actor, enrolment.run, now=now):
        raise NotAllowed(_("이 강좌를 맡은 기관의 담당자만 할 수 있습니다."))
    if policies.is_own(actor, enrolment):
        raise NotAllowed(
            _("자기 자신을 평가할 수 없습니다. 다른 담당자에게 부탁하세요."), code="own_enrolment"
        )
    return actor


def _lock(enrolment: Enrolment) -> Enrolment:
    """Lock the enrolment, so that scores and decisions about it pass one by one."""
    locked = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("run__version", "run__organisation", "person")
        .get(pk=enrolment.pk)
    )
    if locked.state not in Enrolment.HOLDS_SEAT:
        raise Refused(_("자리가 없거나 취소한 사람입니다. 화면을 새로 고쳐 주세요."), code="no_seat")
    return locked


def grade(
    *,
    enrolment: Enrolment,
    score: Decimal | int | str,
    actor: Person | None,
    now: datetime,
    comment: str = "",
) -> Result:
    """Record a score out of 100; an earlier score stays on record as superseded.

    Only staff of the institution, not for themselves. Refuses what is not a number from 0 to 100 with at
    most two decimals. Repeating with the same score and comment changes nothing.
    """
    grader = _require(actor, enrolment, now=now)
    value = _score(score)
    comment = tidy(comment)
    with transaction.atomic():
        locked = _lock(enrolment)
        live = Result.objects.filter(enrolment=locked, superseded_at=None).first()
        if live is not None:
            if (live.score, live.comment) == (value, comment):
                return live
            Result.objects.filter(pk=live.pk).update(superseded_at=now)
        result = Result.objects.create(
            enrolment=locked, score=value, comment=comment, graded_at=now, graded_by=grader
        )
        audit.record(
            "assessment.grade",
            actor=grader,
            now=now,
            subject=result,
            about=locked.person_id,
            again=bool(live),
        )
    return result


def _score(given: Decimal | int | str) -> Decimal:
    wrong = _("점수는 0에서 100 사이의 수로, 소수는 둘째 자리까지 적어 주세요. 예: 87.5")
    try:
        value = Decimal(str(given).strip())
    except InvalidOperation:
        raise Invalid(wrong, fields={"score": wrong}) from None
    if not value.is_finite() or not 0 <= value <= 100 or value != value.quantize(rules.HUNDREDTH):
        raise Invalid(wrong, fields={"score": wrong})
    return value.quantize(rules.HUNDREDTH)


def decide_completion(*, enrolment: Enrolment, actor: Person | None, now: datetime) -> Completion:
    """Decide whether somebody completed the run, once, from attendance and score (row A19).

    Only staff of the institution, not for themselves. Refuses while a session is still to be held or
    undated, an unpaid place, and a missing score on which the outcome depends. Repeating returns the
    decision; when the figures have changed since, it refuses and points to ``supersede_completion``. The day
    of completion is that of the last session.
    """
    decider = _require(actor, enrolment, now=now)
    with transaction.atomic():
        locked = _lock(enrolment)
        figures, decision, last_day = _weigh(locked, now=now)
        live = Completion.objects.filter(enrolment=locked, superseded_at=None).first()
        if live is not None:
            if _same(live, figures, decision):
                return live
            raise Refused(
                _("이미 판정했고 그 뒤 출석이나 점수가 바뀌었습니다. 까닭을 적고 다시 판정하세요."),
                code="figures_changed",
            )
        completion = _write(locked, figures, decision, last_day, actor=decider, now=now)
        audit.record(
            "assessment.decide_completion",
            actor=decider,
            now=now,
            subject=completion,
            about=locked.person_id,
            outcome=completion.outcome,
        )
    return completion


def supersede_completion(
    *, completion: Completion, actor: Person | None, now: datetime, reason: str
) -> Completion:
    """Decide anew because attendance or score was corrected; the old decision stays with the reason.

    Only staff of the institution, not for themselves. Refuses without a reason, a decision that was already
    replaced, and figures that are as they were. What the old decision brought about (an entry, a badge) is
    corrected by whoever calls this.
    """
    enrolment = completion.enrolment
    decider = _require(actor, enrolment, now=now)
    reason = tidy(reason)
    if not 1 <= len(reason) <= 300:
        raise Invalid(
            _("다시 판정하는 까닭을 300자 안으로 적어 주세요."),
            fields={"reason": _("까닭을 300자 안으로 적어 주세요.")},
        )
    with transaction.atomic():
        locked = _lock(enrolment)
        figures, decision, last_day = _weigh(locked, now=now)
        if _same(completion, figures, decision):
            raise Refused(
                _("출석과 점수가 판정한 때와 같아 다시 판정할 것이 없습니다."), code="nothing_changed"
            )
        changed = Completion.objects.filter(pk=completion.pk, superseded_at=None).update(
            superseded_at=now, supersede_reason=reason
        )
        if not changed:
            raise Refused(
                _("그 사이에 다시 판정되었습니다. 화면을 새로 고친 뒤 확인하세요."), code="moved_meanwhile"
            )
        new = _write(locked, figures, decision, last_day, actor=decider, now=now)
        audit.record(
            "assessment.supersede_completion",
            actor=decider,
            now=now,
            subject=new,
            about=locked.person_id,
            old=str(completion.pk),
            outcome=new.outcome,
            reason=reason,
        )
    return new


def _weigh(enrolment: Enrolment, *, now: datetime) -> tuple[Figures, rules.Decision, datetime]:
    run = enrolment.run
    sessions = list(Session.objects.filter(run=run).order_by("number"))
    rules.refuse_early(run, sessions, now=now)
    if enrolment.state == Enrolment.State.AWAITING_PAYMENT:
        raise Refused(
            _("수강료를 내지 않은 자리입니다. ‘납부 확인’이나 ‘면제’를 먼저 하세요."), code="unpaid"
        )
    figures = figures_of(run, now=now)[enrolment.pk]
    decision = rules.decide(
        attended=figures.attended,
        counted=figures.counted,
        min_attendance=run.min_attendance,
        score=figures.score,
        pass_mark=run.pass_mark,
    )
    last: datetime | None = Session.objects.filter(run=run).aggregate(last=Max("starts_at"))["last"]
    return figures, decision, last or now


def _same(completion: Completion, figures: Figures, decision: rules.Decision) -> bool:
    return (
        completion.outcome,
        completion.attended_sessions,
        completion.counted_sessions,
        completion.score,
        completion.hours,
    ) == (decision.outcome, figures.attended, figures.counted, figures.score, figures.hours)


def _write(
    enrolment: Enrolment,
    figures: Figures,
    decision: rules.Decision,
    last: datetime,
    *,
    actor: Person,
    now: datetime,
) -> Completion:
    return Completion.objects.create(
        enrolment=enrolment,
        outcome=decision.outcome,
        reason=decision.reason[:300],
        attended_sessions=figures.attended,
        counted_sessions=figures.counted,
        attendance_rate=decision.rate,
        score=figures.score,
        hours=figures.hours,
        decided_at=now,
        completed_on=day_of(last),
        decided_by=actor,
    )
