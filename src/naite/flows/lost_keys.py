"""After a key fell into wrong hands: telling the holders of badges that it signed, and giving these anew (row B5).

Both run as tasks in chunks; a chunk is one transaction, so they may be killed and repeated at any moment.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from naite.flows.pathways import walk_later
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.badges import lost_keys, policies
from naite.trunk.badges.models import Award, IssuerKey
from naite.trunk.badges.services import anew, keys
from naite.trunk.people.models import Person
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding

CHUNK = 100


@transaction.atomic
def declare(
    *, key: IssuerKey, since: datetime, reason: str, actor: Person | None, now: datetime
) -> IssuerKey:
    """Declare a key stolen (``keys.revoke_key``) and let the holders of what it signed since be told."""
    current = keys.revoke_key(key=key, since=since, reason=reason, actor=actor, now=now)
    tell_holders.enqueue(key_id=str(key.pk))
    return current


@transaction.atomic
def give_anew(*, key: IssuerKey, actor: Person | None, now: datetime) -> None:
    """Let every badge that a stolen key signed since then be given anew, in the background.

    Refuses who may not keep the organisation's keys, a key that was not declared stolen, and where nothing is left.
    Safe to repeat: nobody is given two.
    """
    if not policies.can_keep_keys(actor, key.organisation, now=now):
        raise NotAllowed(_("이 기관의 서명 열쇠를 다룰 권한이 없습니다. 운영자에게 물어보세요."))
    if key.revoked_at is None:
        raise Refused(_("폐기하지 않은 열쇠입니다."), code="not_revoked")
    if not lost_keys.waiting(key, key.revoked_at, now=now).exists():
        raise Refused(_("새로 줄 배지가 없습니다."), code="nothing_left")
    audit.record("badges.replace_signed", actor=actor, now=now, subject=key)
    replace_signed.enqueue(key_id=str(key.pk), actor_id=str(actor.pk) if actor else "")


@task()
def replace_signed(key_id: str, actor_id: str) -> int:
    """Give anew what is left; returns how many were given."""
    return sum(
        replace_all(key_id=UUID(key_id), actor_id=UUID(actor_id) if actor_id else None, now=timezone.now())
    )


def replace_all(*, key_id: UUID, actor_id: UUID | None, now: datetime) -> Iterator[int]:
    """Give anew chunk by chunk, yielding how many each time. Badge, wallet and message come in one transaction."""
    key = IssuerKey.objects.select_related("organisation").get(pk=key_id)
    actor = Person.objects.filter(pk=actor_id).first() if actor_id else None
    if key.revoked_at is None:
        return
    for rows in _chunks(lost_keys.waiting(key, key.revoked_at, now=now)):
        with transaction.atomic():
            made = anew.sign_again(organisation=key.organisation, awards=rows, actor=actor, now=now)
            people = {row.account_id: row for row in rows}
            for given in made:
                wallet.hold(
                    account_id=given.account_id,
                    credential=bytes(given.credential),
                    source=Holding.Source.AWARD,
                    award_id=given.id,
                    now=now,
                )
                _tell_new(given, people[given.account_id], now)
            for achievement_id in {given.achievement_id for given in made}:
                walk_later(
                    account_ids=[each.account_id for each in made if each.achievement_id == achievement_id],
                    achievement_id=achievement_id,
                )
        yield len(made)


@task()
def tell_holders(key_id: str) -> int:
    """Tell each holder once that a badge shows as not good and that a new one comes; safe to repeat."""
    key = IssuerKey.objects.select_related("organisation").get(pk=UUID(key_id))
    told = 0
    if key.revoked_at is None:
        return told
    now = timezone.now()
    for rows in _chunks(lost_keys.waiting(key, key.revoked_at, now=now)):
        with transaction.atomic():
            for award in rows:
                _tell_lost(award, key, now)
        told += len(rows)
    return told


def _chunks(rows: QuerySet[Award]) -> Iterator[Sequence[Award]]:
    """The awards in chunks, each read anew, so that what was done meanwhile is not done again."""
    ids = list(rows.order_by("account_id", "id").values_list("account_id", "id"))
    for at in range(0, len(ids), CHUNK):
        part = ids[at : at + CHUNK]
        wanted = set(part)
        found = (
            rows.filter(
                account_id__in={account_id for account_id, _award in part},
                id__in={award_id for _account, award_id in part},
            )
            .select_related("achievement__organisation", "account__person")
            .order_by("account_id", "id")
        )
        yield [row for row in found if (row.account_id, row.id) in wanted]


def _tell_lost(award: Award, key: IssuerKey, now: datetime) -> None:
    assert key.revoked_at is not None
    notices.tell(
        to=award.account.person,
        subject=_("배지를 새로 드릴 예정입니다: %(badge)s") % {"badge": award.achievement.name},
        body=_(
            "%(name)s 님, 안녕하세요.\n\n%(organisation)s의 서명 열쇠에 문제가 생겨 %(badge)s 지금은 맞지 않는 배지로 "
            "보입니다. 배운 기록은 그대로이고 잘못하신 것이 없습니다. 준 기관이 같은 내용으로 새 배지를 드리면 다시 알려 "
            "드리겠습니다.\n\n물어볼 곳: %(organisation)s %(phone)s\n"
        )
        % {
            "name": award.account.person.name,
            "organisation": award.achievement.organisation.name,
            "badge": josa(_("배지 ‘%(badge)s’") % {"badge": award.achievement.name}, "이/가"),
            "phone": award.achievement.organisation.phone,
        },
        now=now,
        dedupe_key=f"key-lost:{key.pk}:{award.id}",
    )


def _tell_new(given: Award, before: Award, now: datetime) -> None:
    badge = before.achievement.name
    notices.tell(
        to=before.account.person,
        subject=_("배지를 새로 드렸습니다: %(badge)s") % {"badge": badge},
        body=_(
            "%(name)s 님, 안녕하세요.\n\n%(badge)s 같은 내용으로 새로 서명해 배지 지갑에 넣었습니다. 전에 공유한 링크나 "
            "파일은 맞지 않는 배지로 보이니 새 배지로 바꾸어 주세요.\n"
        )
        % {
            "name": before.account.person.name,
            "badge": josa(_("배지 ‘%(badge)s’") % {"badge": badge}, "을/를"),
        },
        now=now,
        dedupe_key=f"badge-signed-again:{given.id}",
    )
