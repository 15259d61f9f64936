"""After a badge was given: telling its holder what happened, appeals, and giving it anew."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from credcore import jsonio
from credcore.instants import parse_instant
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.roots.korean_ids import resident_number_fault
from naite.roots.notices import services as notices
from naite.roots.workflow import Step, Workflow
from naite.trunk.badges import life_rules, policies
from naite.trunk.badges.credentials import Facts
from naite.trunk.badges.models import Award, AwardAct, BadgeAppeal
from naite.trunk.badges.services import awards
from naite.trunk.badges.services.many import Grant, ManyIssuer
from naite.trunk.people.models import Person

State = BadgeAppeal.State
APPEALS = Workflow(
    Step("uphold", (State.OPEN,), State.UPHELD, "somebody else agrees"),
    Step("reject", (State.OPEN,), State.REJECTED, "somebody else does not agree"),
    Step("withdraw", (State.OPEN,), State.WITHDRAWN, "the holder takes it back"),
)


def last_act(*, account_id: UUID, award_id: UUID) -> AwardAct | None:
    """Return what was last done to a badge, None when nothing was."""
    return (
        AwardAct.objects.filter(account_id=account_id, award_id=award_id)
        .select_related("by")
        .order_by("-at", "-id")
        .first()
    )


def appeal(*, award: Award, reason: str, actor: Person | None, now: datetime) -> BadgeAppeal:
    """Say that a badge should not have been taken back.

    Refuses all but the holder, a badge that nothing was done to, after sixty days, a second appeal against the
    same act, and an empty reason. Writes the appeal with its day, an audit event; the badge stays as it is.
    """
    if actor is None or not actor.is_active or award.account.person_id != actor.pk:
        raise NotAllowed(_("이의는 배지를 받은 사람만 낼 수 있습니다."))
    reason = _text(reason, "reason", life_rules.REASON_LENGTH, _("왜 잘못되었다고 생각하는지 적어 주세요."))
    act = last_act(account_id=award.account_id, award_id=award.id)
    if act is None or act.act == AwardAct.Act.UNSUSPEND:
        raise Refused(_("취소하거나 정지한 배지가 아닙니다."), code="nothing_to_appeal")
    if not life_rules.can_still_appeal(act.at, now=now):
        raise Refused(
            _("이의를 낼 수 있는 %(days)d일이 지났습니다. 준 기관에 물어보세요.")
            % {"days": life_rules.APPEAL_DAYS},
            code="too_late",
        )
    try:
        with transaction.atomic():
            made = BadgeAppeal.objects.create(
                account_id=award.account_id,
                award_id=award.id,
                act_id=act.id,
                organisation_id=award.achievement.organisation_id,
                reason=reason,
                made_at=now,
                due_on=life_rules.appeal_due(now),
            )
            audit.record("badges.appeal", actor=actor, now=now, subject=made, about=actor.pk)
    except IntegrityError as error:
        raise Refused(_("이 처리에는 이미 이의를 냈습니다."), code="appealed_before") from error
    return made


def withdraw_appeal(*, appeal: BadgeAppeal, actor: Person | None, now: datetime) -> None:
    """Take an appeal back. Refuses all but the holder, and one that was decided."""
    if actor is None or appeal.account.person_id != actor.pk:
        raise NotAllowed(_("이의는 낸 사람만 거둘 수 있습니다."))
    with transaction.atomic():
        APPEALS.move(appeal, "withdraw")
        audit.record("badges.withdraw_appeal", actor=actor, now=now, subject=appeal, about=actor.pk)


def require_judge(*, appeal: BadgeAppeal, actor: Person | None, now: datetime) -> AwardAct:
    """Return the act appealed against. Refuses who may not take the institution's badges back, who did it, and
    the holder: nobody judges their own doing."""
    act = AwardAct.objects.get(account_id=appeal.account_id, id=appeal.act_id)
    if not policies.can_take_back(actor, appeal.organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 다룰 권한이 없습니다."))
    assert actor is not None
    if act.by_id == actor.pk:
        raise NotAllowed(_("취소하거나 정지한 사람은 그 이의를 판단할 수 없습니다. 다른 담당자가 해 주세요."))
    if appeal.account.person_id == actor.pk:
        raise NotAllowed(_("자기 배지의 이의는 판단할 수 없습니다. 다른 담당자가 해 주세요."))
    return act


def reject(*, appeal: BadgeAppeal, answer: str, actor: Person | None, now: datetime) -> None:
    """Answer that the badge stays taken back, with why; the holder is told. Refuses as ``require_judge`` does."""
    require_judge(appeal=appeal, actor=actor, now=now)
    answer = _text(answer, "answer", life_rules.ANSWER_LENGTH, _("받아들이지 않는 까닭을 적어 주세요."))
    with transaction.atomic():
        APPEALS.move(appeal, "reject", answer=answer, decided_by=actor, decided_at=now)
        _tell_answer(appeal, actor, now)


def uphold(
    *, appeal: BadgeAppeal, answer: str, did: str, actor: Person | None, now: datetime
) -> Award | None:
    """Agree: a suspended badge counts again; a revoked one is given anew to ``did`` and returned.

    Revocation is for good, as verifiers may keep it, so the old badge stays revoked and names its successor.
    Refuses as ``require_judge`` does. The caller puts the new badge into the wallet in the same transaction.
    """
    act = require_judge(appeal=appeal, actor=actor, now=now)
    answer = _text(answer, "answer", life_rules.ANSWER_LENGTH, _("받아들이는 까닭을 적어 주세요."))
    award = award_of(appeal.account_id, appeal.award_id)
    given: Award | None = None
    with transaction.atomic():
        APPEALS.move(appeal, "uphold", answer=answer, decided_by=actor, decided_at=now)
        if act.act == AwardAct.Act.REVOKE:
            given = give_anew(award=award, did=did, facts=facts_in(award), actor=actor, now=now)
            BadgeAppeal.objects.filter(account_id=appeal.account_id, id=appeal.id).update(
                successor_id=given.id
            )
            appeal.successor_id = given.id
        elif award.suspended_at is not None and award.revoked_at is None:
            awards.unsuspend(
                account_id=award.account_id, award_id=award.id, reason=answer[:300], actor=actor, now=now
            )
        _tell_answer(appeal, actor, now)
    return given


def renew(*, award: Award, did: str, narrative: str, actor: Person | None, now: datetime) -> Award:
    """Give a badge that ends, or ended within a year, anew; the old one names its successor and is told no more.

    Refuses who may not award the institution's badges, a badge without an end or far from it, one that was taken
    back or renewed already, and no word on what the renewal rests on. Repeating is refused, at once too.
    """
    organisation = award.achievement.organisation
    if not policies.can_award(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 줄 권한이 없습니다."))
    narrative = _text(
        narrative, "narrative", 300, _("무엇을 보고 다시 주는지 적어 주세요. 예: 보수교육 8시간")
    )
    if award.revoked_at is not None or award.suspended_at is not None:
        raise Refused(_("취소했거나 정지한 배지는 갱신할 수 없습니다."), code="taken_back")
    if award.successor_id is not None:
        raise Refused(_("이미 갱신한 배지입니다."), code="renewed")
    if not life_rules.can_renew(award.valid_until, now=now):
        raise Refused(
            _("끝나는 날이 넉 달 안으로 다가왔거나 지난 지 1년이 안 된 배지만 갱신할 수 있습니다."),
            code="not_time",
        )
    day = f"{day_of(award.issued_at):%Y.%m.%d}"
    with translation.override("ko"):  # badges speak Korean whatever language a page is in
        says = _("%(what)s\n%(day)s에 받은 배지를 갱신했습니다.") % {"what": narrative, "day": day}
    facts = Facts(completed_on=day_of(now), hours=facts_in(award).hours, narrative=says)
    return give_anew(award=award, did=did, facts=facts, actor=actor, now=now)


@transaction.atomic
def give_anew(*, award: Award, did: str, facts: Facts, actor: Person | None, now: datetime) -> Award:
    """Give the badge of an award again and make it the award's successor; nobody is given two."""
    new = new_id()
    claimed = Award.objects.filter(account_id=award.account_id, id=award.id, successor_id=None).update(
        successor_id=new, succeeded_at=now
    )
    if not claimed:
        raise Refused(_("그 사이에 이미 새 배지를 주었습니다."), code="renewed")
    grant = Grant(
        award_id=new,
        account_id=award.account_id,
        person_id=award.account.person_id,
        did=did,
        entry_id=award.entry_id,
        facts=facts,
    )
    given, refused = ManyIssuer(award.achievement, now=now).give([grant], actor=actor, now=now)
    if refused or not given:
        raise Invalid(
            _("배지에 서명하지 못했습니다: %(detail)s") % {"detail": refused[0].reason if refused else ""},
            code="cannot_sign",
        )
    return award_of(award.account_id, new)


def award_of(account_id: UUID, award_id: UUID) -> Award:
    """Return an award with what its badge and holder are. Refuses an unknown one."""
    found = (
        Award.objects.select_related(
            "achievement__organisation", "achievement__course_version", "account__person"
        )
        .filter(account_id=account_id, id=award_id)
        .first()
    )
    if found is None:
        raise Refused(_("그런 배지가 없습니다."), code="award_unknown")
    return found


def facts_in(award: Award) -> Facts:
    """Return what a badge says about how it was earned, read from its signed bytes."""
    document = jsonio.loads(bytes(award.credential))
    subject: Mapping[str, Any] = document.get("credentialSubject") or {}
    ended, began, hours = (
        subject.get("activityEndDate"),
        subject.get("activityStartDate"),
        subject.get("creditsEarned"),
    )
    return Facts(
        started_on=day_of(parse_instant(began)) if began else None,
        completed_on=day_of(parse_instant(ended)) if ended else day_of(award.issued_at),
        hours=Decimal(str(hours)) if hours is not None else None,
        narrative=str(subject.get("narrative") or ""),
    )


def _tell_answer(appeal: BadgeAppeal, actor: Person | None, now: datetime) -> None:
    audit.record(
        f"badges.{'uphold' if appeal.state == State.UPHELD else 'reject'}_appeal",
        actor=actor,
        now=now,
        subject=appeal,
        about=appeal.account.person_id,
    )
    notices.tell(
        to=appeal.account.person,
        subject=_("배지에 관한 이의에 답이 왔습니다: %(state)s") % {"state": appeal.get_state_display()},
        body=_(
            "%(organisation)s에서 답했습니다.\n\n%(answer)s\n\n배지 지갑에서 배지를 열면 자세히 볼 수 있습니다."
        )
        % {"organisation": appeal.organisation.name, "answer": appeal.answer},
        now=now,
        dedupe_key=f"badge-appeal:{appeal.id}",
    )


def _text(text: str, field: str, most: int, ask: str) -> str:
    text = text.strip()
    fault = (
        ask
        if not text
        else _("%(length)d자까지 적을 수 있습니다.") % {"length": most}
        if len(text) > most
        else resident_number_fault(text)
    )
    if fault:
        raise Invalid(fault, code=f"{field}_fault", fields={field: fault})
    return text
