"""기피 and 회피: an institution does not want an evaluator, or an evaluator steps back; the institute decides."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.people.policies import can_run_courses
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    CaseEvent,
    Challenge,
    Evaluator,
    PanelMember,
)
from naite.trunk.recognition.panels import policies, seating

S = Application.State
K = Challenge.Kind
# While the panel can still be changed without touching a result.
OPEN_STATES = frozenset({S.SUBMITTED, S.RECEIVED, S.SUPPLEMENT, S.IN_REVIEW, S.PROVISIONAL, S.RE_REVIEW})


@transaction.atomic
def challenge(
    *, application: Application, evaluator: Evaluator, reason: str, actor: Person, now: datetime
) -> Challenge:
    """기피: the applying institution asks that an evaluator not review its case, with the reason.

    Only for members of panels of the round, and only until the verdict. While it waits the evaluator is given
    no case of the institution; a review already open goes on hold by the officer's decision, not by itself.
    """
    if not can_run_courses(actor, application.organisation, now=now):
        raise NotAllowed(_("신청한 기관의 담당자만 기피를 신청할 수 있습니다."))
    if application.state not in OPEN_STATES:
        raise Refused(_("평가가 끝난 뒤에는 기피를 신청할 수 없습니다."), code="too_late")
    if not PanelMember.objects.filter(
        panel__round=application.round_id, evaluator=evaluator, left_at=None
    ).exists():
        raise Invalid(_("이 차수의 평가위원이 아닙니다. 목록에서 다시 골라 주세요."))
    made = _file(K.CHALLENGE, application, evaluator, reason, actor, now)
    _tell_institute(made, now)
    return made


@transaction.atomic
def recuse(*, assignment: Assignment, reason: str, actor: Person, now: datetime) -> Challenge:
    """회피: an evaluator steps back from a case. It takes effect at once; the institute finds somebody else.

    The scores given so far stay sealed and unused. Refuses a review that is handed in.
    """
    policies.require_own(actor, assignment, now=now)
    if assignment.state != Assignment.State.OPEN:
        raise Refused(
            _("이미 제출했거나 다른 위원에게 넘어간 평가입니다. 화면을 새로 열어 확인해 주세요."),
            code="moved_meanwhile",
        )
    made = _file(K.RECUSAL, assignment.application, assignment.evaluator, reason, actor, now)
    made.state, made.decided_at = Challenge.State.UPHELD, now
    made.save(update_fields=["state", "decided_at"])
    seating.end(assignment, reason=made.reason, actor=actor, now=now)
    _tell_institute(made, now)
    return made


@transaction.atomic
def decide(*, challenge: Challenge, uphold: bool, decision: str, actor: Person, now: datetime) -> Challenge:
    """Uphold or dismiss a challenge, with the grounds. Upheld, the evaluator loses all open cases of the institution.

    Refuses a second decision, and upholding when the evaluator has already handed in a review of the case: the
    scores are sealed and count.
    """
    institute = challenge.application.round.institute
    policies.require_officer(actor, institute, now=now)
    decision = _text(
        decision, "decision", _("결정한 까닭을 1,000자까지 적어 주세요. 기관에 그대로 알립니다.")
    )
    held = list(
        Assignment.objects.select_for_update(of=("self",))
        .filter(
            evaluator=challenge.evaluator,
            application__organisation=challenge.application.organisation_id,
            application__round=challenge.application.round_id,
            state__in=Assignment.LIVE,
        )
        .select_related("application", "evaluator", "panel__round__institute")
    )
    if uphold and any(
        each.state == Assignment.State.SUBMITTED and each.application_id == challenge.application_id
        for each in held
    ):
        raise Refused(
            _("이 위원이 이미 평가를 제출했습니다. 받아들일 수 없으면 까닭을 적어 기각해 주세요."),
            code="too_late",
        )
    state = Challenge.State.UPHELD if uphold else Challenge.State.DISMISSED
    changed = Challenge.objects.filter(pk=challenge.pk, state=Challenge.State.OPEN).update(
        state=state, decided_by=actor, decided_at=now, decision=decision
    )
    if changed != 1:
        raise Refused(_("이미 결정한 신청입니다. 화면을 새로 열어 확인해 주세요."), code="moved_meanwhile")
    challenge.refresh_from_db()
    if uphold:
        for each in held:
            if each.state == Assignment.State.OPEN:
                seating.end(each, reason=_("기피를 받아들임"), actor=actor, now=now)
    note_event(
        act="uphold_challenge" if uphold else "dismiss_challenge",
        actor=actor,
        now=now,
        application=challenge.application,
        office=institute,
        reason=decision,
    )
    audit.record(
        "recognition.decide_challenge",
        actor=actor,
        now=now,
        subject=challenge,
        about=challenge.evaluator.person_id,
        upheld=uphold,
    )
    notices.tell(
        to=challenge.filed_by,
        subject=_("[나이테] 기피 신청을 결정했습니다: %(state)s") % {"state": challenge.get_state_display()},
        body=_("%(number)s 신청의 기피 신청을 결정했습니다.\n결정: %(state)s\n까닭: %(decision)s")
        % {
            "number": challenge.application.number,
            "state": challenge.get_state_display(),
            "decision": decision,
        },
        now=now,
        dedupe_key=f"challenge:{challenge.pk}",
    )
    return challenge


def _file(
    kind: str, application: Application, evaluator: Evaluator, reason: str, actor: Person, now: datetime
) -> Challenge:
    reason = _text(
        reason, "reason", _("까닭을 1,000자까지 적어 주세요. 예: 이 위원이 2025년까지 우리 기관의 강사였음")
    )
    try:
        with transaction.atomic():
            made = Challenge.objects.create(
                kind=kind,
                application=application,
                evaluator=evaluator,
                reason=reason,
                filed_by=actor,
                filed_at=now,
            )
    except IntegrityError:
        raise Refused(
            _("이미 냈고 아직 결정되지 않았습니다. 결정을 기다려 주세요."), code="already_filed"
        ) from None
    note_event(
        act=kind,
        actor=actor,
        now=now,
        application=application,
        reason=reason,
        audience=CaseEvent.Audience.OFFICES if kind == K.RECUSAL else CaseEvent.Audience.PARTIES,
        evaluator=str(evaluator.pk),
    )
    audit.record(f"recognition.{kind}", actor=actor, now=now, subject=application, about=evaluator.person_id)
    return made


def _text(text: str, field: str, message: str) -> str:
    text = tidy(text)
    if not text or len(text) > 1000:
        raise Invalid(message, fields={field: message})
    return text


def _tell_institute(filed: Challenge, now: datetime) -> None:
    """Tell the officer whose case it is; without one the institute's page of the panel shows it."""
    handler = filed.application.handler
    if handler is None:
        return
    notices.tell(
        to=handler,
        subject=_("[나이테] %(kind)s 신청이 들어왔습니다: %(number)s")
        % {"kind": filed.get_kind_display(), "number": filed.application.number},
        body=_("%(number)s 신청에 %(kind)s 신청이 들어왔습니다. 평가단 화면에서 확인해 주세요.")
        % {"kind": filed.get_kind_display(), "number": filed.application.number},
        now=now,
        dedupe_key=f"challenge-filed:{filed.pk}",
    )
