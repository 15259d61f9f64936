"""From a learning record to badges in the wallet."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from naite.flows.award_mail import message_of
from naite.flows.pathways import walk_later
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.trunk.badges import policies as badge_policies
from naite.trunk.badges import queries as badge_queries
from naite.trunk.badges import services as badges
from naite.trunk.badges.models import Achievement, Award
from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding


@task()
def issue_badges_for_entry(account_id: str, entry_id: str) -> int:
    """Background task of ``award_entry``; returns how many badges the entry has now."""
    return len(award_entry(account_id=UUID(account_id), entry_id=UUID(entry_id), now=timezone.now()))


@task()
def issue_badge_to_earlier(achievement_id: str) -> int:
    """Background task of ``award_earlier``; returns how many badges were looked after."""
    achievement = Achievement.objects.get(pk=UUID(achievement_id))
    return award_earlier(achievement=achievement, now=timezone.now())


def give_to_earlier(*, achievement: Achievement, actor: Person | None, now: datetime) -> None:
    """Let those who completed the course before its badge was published have it too, in the background.

    Refuses who may not design the institution's badges, and a badge that was retired. Repeating gives nothing
    twice.
    """
    if not badge_policies.can_design(actor, achievement.organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 줄 권한이 없습니다."))
    if achievement.retired_at is not None:
        raise Refused(_("지난 판의 배지는 더 주지 않습니다."), code="retired")
    with transaction.atomic():
        audit.record("badges.give_to_earlier", actor=actor, now=now, subject=achievement)
        issue_badge_to_earlier.enqueue(achievement_id=str(achievement.pk))


def award_earlier(*, achievement: Achievement, now: datetime) -> int:
    """Give what each earlier completion of the badge's course earns; safe to kill and to repeat."""
    return sum(
        len(award_entry(account_id=account_id, entry_id=entry_id, now=now))
        for account_id, entry_id in badge_queries.earlier_entries(achievement)
    )


def award_entry(*, account_id: UUID, entry_id: UUID, now: datetime) -> list[Award]:
    """Give every badge that an entry's completion earns, put it into the wallet and tell its owner.

    An entry that was voided meanwhile earns nothing. Each badge, its place in the wallet and its message are
    one transaction, so this may be killed at any moment and repeated without loss or duplicate.
    """
    entry = (
        Entry.objects.select_related("account__person")
        .filter(account_id=account_id, id=entry_id, voided_at=None)
        .first()
    )
    return [_give(entry, item, now) for item in badge_queries.earned_by(entry)] if entry else []


def revoke_badges_of_entry(
    *, account_id: UUID, entry_id: UUID, reason: str, actor: Person | None, now: datetime
) -> int:
    """Take back the live badges of an entry that was voided; returns how many. Repeating takes back nothing."""
    awards = Award.objects.filter(account_id=account_id, entry_id=entry_id, revoked_at=None).defer(
        "credential"
    )
    with transaction.atomic():
        for award in awards:
            badges.revoke(account_id=account_id, award_id=award.id, reason=reason, actor=actor, now=now)
            walk_later(account_ids=[account_id], achievement_id=award.achievement_id)
    return len(awards)


def revoke(*, account_id: UUID, award_id: UUID, reason: str, actor: Person | None, now: datetime) -> Award:
    """Take a badge back (``badges.revoke``) and look at the pathways that it was a step of."""
    return _take_back(badges.revoke, account_id, award_id, reason, actor, now)


def suspend(*, account_id: UUID, award_id: UUID, reason: str, actor: Person | None, now: datetime) -> Award:
    """Suspend a badge (``badges.suspend``) and look at the pathways that it was a step of."""
    return _take_back(badges.suspend, account_id, award_id, reason, actor, now)


def unsuspend(*, account_id: UUID, award_id: UUID, reason: str, actor: Person | None, now: datetime) -> Award:
    """Release a badge (``badges.unsuspend``) and look at the pathways that it is a step of."""
    return _take_back(badges.unsuspend, account_id, award_id, reason, actor, now)


def _take_back(
    act: Callable[..., Award],
    account_id: UUID,
    award_id: UUID,
    reason: str,
    actor: Person | None,
    now: datetime,
) -> Award:
    with transaction.atomic():
        award = act(account_id=account_id, award_id=award_id, reason=reason, actor=actor, now=now)
        walk_later(account_ids=[account_id], achievement_id=award.achievement_id)
    return award


def _give(entry: Entry, achievement: Achievement, now: datetime) -> Award:
    person = entry.account.person
    with transaction.atomic():
        holder = wallet.holder_did(account_id=entry.account_id, now=now)
        award = badges.issue(
            account_id=entry.account_id,
            entry_id=entry.id,
            achievement=achievement,
            recipient=badges.Recipient(did=holder),
            now=now,
        )
        wallet.hold(
            account_id=entry.account_id,
            credential=bytes(award.credential),
            source=Holding.Source.AWARD,
            award_id=award.id,
            now=now,
        )
        told = message_of(person.name, achievement)
        notices.tell(
            to=person, subject=told["subject"], body=told["body"], now=now, dedupe_key=f"badge:{award.id}"
        )
        walk_later(account_ids=[entry.account_id], achievement_id=achievement.pk)
    return award
