"""Giving badges, and taking them back."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from credcore import issue as credcore_issue
from credcore import jsonio, proofs
from credcore.canonical import canonical_sha256
from credcore.errors import CredentialError
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ledger import services as ledger
from naite.roots.notices import services as notices
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import policies, queries
from naite.trunk.badges.credentials import Recipient, award_document, facts_of, valid_until_of
from naite.trunk.badges.life_words import act_message
from naite.trunk.badges.models import Achievement, Award, AwardAct, BadgeNumber, StatusList
from naite.trunk.badges.rules import why_not_earned
from naite.trunk.badges.services import keys, lists
from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry

REASON_LENGTH = 300


class NotEarned(Refused):
    """The entry does not show what the badge demands."""

    code = "not_earned"


def issue(
    *,
    account_id: UUID,
    entry_id: UUID,
    achievement: Achievement,
    recipient: Recipient,
    actor: Person | None = None,
    now: datetime,
) -> Award:
    """Give the badge of an achievement for an entry: an Open Badges 3.0 credential signed by the organisation.

    ``actor`` is None when a completion earns it; a person must be allowed to take badges back too. Refuses an
    entry that was voided, belongs to another course version or does not show what the badge demands. Takes a
    place in a revocation and a suspension list, writes the award, its public number and an audit row, all
    in one transaction. Safe to repeat and at once: one live award for each entry and achievement, the first.
    """
    if actor is not None and not policies.can_take_back(actor, achievement.organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 줄 권한이 없습니다."))
    given = _live(account_id, entry_id, achievement)
    if given is not None:
        return given
    try:
        with transaction.atomic():
            return _issue(account_id, entry_id, achievement, recipient, actor, now)
    except IntegrityError:  # the same award was being made elsewhere; its places come back with the roll-back
        given = _live(account_id, entry_id, achievement)
        if given is None:
            raise
        return given


def revoke(*, account_id: UUID, award_id: UUID, reason: str, actor: Person | None, now: datetime) -> Award:
    """Take a badge back for good, with the reason, and say so in the published list.

    ``actor`` is None when a corrected record takes it back. Refuses those who do not run the institution's
    courses (operators may), an empty reason, and a badge that was already revoked.
    """
    reason = _reason(reason)
    with transaction.atomic():
        award = _locked(account_id, award_id, actor, now)
        if award.revoked_at is not None:
            raise Refused(_("이미 취소한 배지입니다."), code="already_revoked")
        award.revoked_at, award.revoke_reason = now, reason
        award.save(update_fields=["revoked_at", "revoke_reason"])
        _write(award, award.revocation_list_id, award.revocation_index, True, now)
        _audit("badges.revoke", award, actor, now, reason=reason)
    return award


def suspend(*, account_id: UUID, award_id: UUID, reason: str, actor: Person | None, now: datetime) -> Award:
    """Make a badge not count until it is released again. Refuses as ``revoke`` does."""
    reason = _reason(reason)
    with transaction.atomic():
        award = _locked(account_id, award_id, actor, now)
        if award.revoked_at is not None:
            raise Refused(_("취소한 배지는 정지할 수 없습니다."), code="already_revoked")
        if award.suspended_at is not None:
            raise Refused(_("이미 정지한 배지입니다."), code="already_suspended")
        award.suspended_at = now
        award.save(update_fields=["suspended_at"])
        _write(award, award.suspension_list_id, award.suspension_index, True, now)
        _audit("badges.suspend", award, actor, now, reason=reason)
    return award


def unsuspend(*, account_id: UUID, award_id: UUID, reason: str, actor: Person | None, now: datetime) -> Award:
    """Let a suspended badge count again. Refuses as ``revoke`` does, and a badge that is not suspended."""
    reason = _reason(reason)
    with transaction.atomic():
        award = _locked(account_id, award_id, actor, now)
        if award.suspended_at is None:
            raise Refused(_("정지한 배지가 아닙니다."), code="not_suspended")
        award.suspended_at = None
        award.save(update_fields=["suspended_at"])
        _write(award, award.suspension_list_id, award.suspension_index, False, now)
        _audit("badges.unsuspend", award, actor, now, reason=reason)
    return award


def _issue(
    account_id: UUID,
    entry_id: UUID,
    achievement: Achievement,
    recipient: Recipient,
    actor: Person | None,
    now: datetime,
) -> Award:
    entry = Entry.objects.select_related("account").get(account_id=account_id, id=entry_id)
    completion = queries.completion_of(entry)
    kind = frameworks.framework(achievement.framework, achievement.framework_version)
    if (
        entry.voided_at is not None
        or entry.course_version_id != achievement.course_version_id
        or kind is None
    ):
        raise NotEarned(_("이 배지를 받을 수 있는 학습 기록이 아닙니다."))
    improvement = queries.improvement_of(achievement, account_id)
    lacking = why_not_earned(
        kind.types[achievement.badge_type],
        achievement.rule,
        queries.figures_of(entry, completion, improvement),
    )
    if lacking:
        raise NotEarned(lacking)
    organisation, badge_id = achievement.organisation, uuid4()
    signer = keys.signer_of(organisation=organisation, now=now)
    places = {
        purpose: lists.take_places(
            organisation=organisation, purpose=purpose, count=1, signer=signer, now=now
        )[0]
        for purpose in (StatusList.Purpose.REVOCATION, StatusList.Purpose.SUSPENSION)
    }
    try:
        document = award_document(
            achievement=achievement,
            facts=facts_of(achievement, entry, completion, improvement),
            recipient=recipient,
            badge_id=badge_id,
            places=places,
            now=now,
        )
        signed = credcore_issue.issue(document, signer, created=now)
        digest = canonical_sha256(proofs.without_proof(signed))
    except CredentialError as error:
        raise Invalid(
            _("배지에 서명할 수 없는 내용이 들어 있습니다. 과정 이름과 기준을 확인해 주세요: %(detail)s")
            % {"detail": error},
            code="cannot_sign",
        ) from error
    revocation, suspension = places[StatusList.Purpose.REVOCATION], places[StatusList.Purpose.SUSPENSION]
    award = Award.objects.create(
        account_id=account_id,
        achievement=achievement,
        entry_id=entry_id,
        credential=jsonio.dumps(signed),
        credential_id=signed["id"],
        digest=digest,
        issued_at=now,
        valid_until=valid_until_of(achievement, now=now),
        revocation_list_id=revocation.list_id,
        revocation_index=revocation.index,
        suspension_list_id=suspension.list_id,
        suspension_index=suspension.index,
    )
    ledger.note([digest], kind="badge")
    BadgeNumber.objects.create(badge_id=badge_id, account_id=account_id, award_id=award.id)
    audit.record(
        "badges.issue",
        actor=actor,
        now=now,
        subject=award,
        about=entry.account.person_id,
        achievement=achievement.id,
    )
    return award


def _live(account_id: UUID, entry_id: UUID, achievement: Achievement) -> Award | None:
    return Award.objects.filter(
        account_id=account_id, entry_id=entry_id, achievement=achievement, revoked_at=None
    ).first()


def _locked(account_id: UUID, award_id: UUID, actor: Person | None, now: datetime) -> Award:
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related("achievement__organisation", "account__person")
        .filter(account_id=account_id, id=award_id)
        .first()
    )
    if award is None:
        raise Refused(_("그런 배지가 없습니다."), code="award_unknown")
    if actor is not None and not policies.can_take_back(actor, award.achievement.organisation, now=now):
        raise NotAllowed(_("이 배지를 취소하거나 정지할 권한이 없습니다. 배지를 준 기관에 물어보세요."))
    return award


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(
            _("까닭을 적어 주세요."), code="reason_missing", fields={"reason": _("까닭을 적어 주세요.")}
        )
    if len(reason) > REASON_LENGTH:
        message = _("까닭은 %(length)d자까지 적을 수 있습니다.") % {"length": REASON_LENGTH}
        raise Invalid(message, code="reason_long", fields={"reason": message})
    return reason


def _write(award: Award, list_id: UUID, index: int, value: bool, now: datetime) -> None:
    signer = keys.signer_of(organisation=award.achievement.organisation, now=now)
    lists.write_bits(list_id=list_id, indexes=[index], value=value, signer=signer, now=now)


def _audit(action: str, award: Award, actor: Person | None, now: datetime, *, reason: str) -> None:
    """Keep what was done, by whom and why, and tell the holder: nothing is taken away silently."""
    audit.record(action, actor=actor, now=now, subject=award, about=award.account.person_id, reason=reason)
    act = AwardAct.objects.create(
        account_id=award.account_id,
        award_id=award.id,
        act=action.removeprefix("badges."),
        reason=reason,
        by=actor,
        at=now,
    )
    told = act_message(act, award.achievement)
    notices.tell(
        to=award.account.person,
        subject=told["subject"],
        body=told["body"],
        now=now,
        dedupe_key=f"badge-act:{act.id}",
    )
