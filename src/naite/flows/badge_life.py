"""Badges that end, are renewed, or are given back after an appeal: the wallet and the holder come along (row B12)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from naite.flows.pathways import walk_later
from naite.roots.dates import day_of
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.badges import life_rules
from naite.trunk.badges.models import Award, AwardReminder, BadgeAppeal
from naite.trunk.badges.services import life
from naite.trunk.people.models import Person
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding


@transaction.atomic
def uphold(*, appeal: BadgeAppeal, answer: str, actor: Person | None, now: datetime) -> None:
    """Agree with an appeal (``life.uphold``); a badge given anew lies in the wallet with the same commit."""
    life.require_judge(appeal=appeal, actor=actor, now=now)
    did = wallet.holder_did(account_id=appeal.account_id, now=now)
    given = life.uphold(appeal=appeal, answer=answer, did=did, actor=actor, now=now)
    if given is not None:
        _hold(given, now)


@transaction.atomic
def renew(*, award: Award, narrative: str, actor: Person | None, now: datetime) -> Award:
    """Renew a badge (``life.renew``), put it into the wallet and tell its holder."""
    did = wallet.holder_did(account_id=award.account_id, now=now)
    given = life.renew(award=award, did=did, narrative=narrative, actor=actor, now=now)
    _hold(given, now)
    notices.tell(
        to=given.account.person,
        subject=_("배지를 갱신했습니다: %(badge)s") % {"badge": given.achievement.name},
        body=_(
            "%(name)s 님, 안녕하세요.\n\n%(badge)s 새로 드렸습니다. 새 배지는 배지 지갑에 있고, 전의 배지에도 이어졌다고 적혀 있습니다."
        )
        % {
            "name": given.account.person.name,
            "badge": josa(_("배지 ‘%(badge)s’") % {"badge": given.achievement.name}, "을/를"),
        },
        now=now,
        dedupe_key=f"badge-renewed:{given.id}",
    )
    return given


def remind(*, now: datetime, limit: int = 500) -> int:
    """Tell holders whose badges end soon, at most three times each; return how many were told.

    The row that remembers it is written in the transaction of the notice, so that nobody is told twice, whoever
    runs it at once or again.
    """
    horizon = now + timedelta(days=max(life_rules.REMIND_DAYS))
    rows = (
        Award.objects.filter(
            valid_until__gt=now, valid_until__lte=horizon, revoked_at=None, successor_id=None
        )
        .select_related("achievement__organisation", "account__person")
        .defer("credential")
        .order_by("valid_until", "id")
    )
    told = 0
    for award in rows.iterator(chunk_size=200):
        assert award.valid_until is not None
        days = life_rules.reminder_due(award.valid_until, now=now)
        if days is None:
            continue
        if AwardReminder.objects.filter(
            account_id=award.account_id, award_id=award.id, days__lte=days
        ).exists():
            continue
        with transaction.atomic():
            _row, new = AwardReminder.objects.get_or_create(
                account_id=award.account_id, award_id=award.id, days=days, defaults={"told_at": now}
            )
            if not new:
                continue
            _tell(award, now)
        told += 1
        if told >= limit:
            break
    return told


def _tell(award: Award, now: datetime) -> None:
    assert award.valid_until is not None
    left = (day_of(award.valid_until) - day_of(now)).days
    notices.tell(
        to=award.account.person,
        subject=_("배지가 %(days)d일 뒤에 끝납니다: %(badge)s")
        % {"days": left, "badge": award.achievement.name},
        body=_(
            "%(name)s 님, 안녕하세요.\n\n%(badge)s %(day)s에 끝납니다. 그 뒤에도 지갑에 남지만 ‘기간이 끝남’으로 보입니다.\n"
            "이어서 쓰려면 준 곳에 갱신을 물어보세요.\n\n%(organisation)s %(phone)s"
        )
        % {
            "name": award.account.person.name,
            "badge": josa(_("배지 ‘%(badge)s’") % {"badge": award.achievement.name}, "이/가"),
            "day": f"{day_of(award.valid_until):%Y.%m.%d}",
            "organisation": award.achievement.organisation.name,
            "phone": award.achievement.organisation.phone,
        },
        now=now,
        dedupe_key=f"badge-ends:{award.id}:{left}",
    )


def _hold(given: Award, now: datetime) -> None:
    wallet.hold(
        account_id=given.account_id,
        credential=bytes(given.credential),
        source=Holding.Source.AWARD,
        award_id=given.id,
        now=now,
    )
    walk_later(account_ids=[given.account_id], achievement_id=given.achievement_id)
