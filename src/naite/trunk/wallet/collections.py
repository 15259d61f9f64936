"""Badges kept together under a name of the owner's choice."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import policies
from naite.trunk.wallet.models import Collected, Collection, Holding

MOST = 50
NAME_LENGTH = 40


def collections_of(account_id: UUID) -> list[tuple[Collection, set[UUID]]]:
    """Return an account's collections by name, each with its badges' ids; two queries."""
    members: dict[UUID, set[UUID]] = {}
    for collection_id, holding_id in Collected.objects.filter(account_id=account_id).values_list(
        "collection_id", "holding_id"
    ):
        members.setdefault(collection_id, set()).add(holding_id)
    found = Collection.objects.filter(account_id=account_id).order_by("name")
    return [(item, members.get(item.id, set())) for item in found]


def make(*, account: LearningAccount, name: str, actor: Person | None, now: datetime) -> Collection:
    """Make a collection, or return the one of that name. Refuses an empty name, too long a one, and too many."""
    _require(actor, account)
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        message = _("모음 이름을 %(length)d자까지 적어 주세요.") % {"length": NAME_LENGTH}
        raise Invalid(message, code="name", fields={"name": message})
    with transaction.atomic():
        LearningAccount.objects.select_for_update().get(pk=account.pk)
        known = Collection.objects.filter(account_id=account.pk, name=name).first()
        if known is not None:
            return known
        if Collection.objects.filter(account_id=account.pk).count() >= MOST:
            raise Refused(
                _("모음은 50개까지 만들 수 있습니다. 쓰지 않는 모음을 지워 주세요."), code="too_many"
            )
        made = Collection.objects.create(account_id=account.pk, name=name, made_at=now)
        audit.record("wallet.make_collection", actor=actor, now=now, subject=made, about=account.person_id)
    return made


def put(
    *, account: LearningAccount, holding_id: UUID, into: Iterable[UUID], actor: Person | None, now: datetime
) -> None:
    """Let a badge be in exactly these collections of its owner; what is not the owner's is passed over."""
    _require(actor, account)
    with transaction.atomic():
        if not Holding.objects.filter(account_id=account.pk, id=holding_id).exists():
            raise Refused(_("지갑에 그런 배지가 없습니다."), code="holding_unknown")
        wanted = set(
            Collection.objects.filter(account_id=account.pk, id__in=list(into)).values_list("id", flat=True)
        )
        rows = Collected.objects.filter(account_id=account.pk, holding_id=holding_id)
        rows.exclude(collection_id__in=wanted).delete()
        Collected.objects.bulk_create(
            [Collected(account_id=account.pk, collection_id=item, holding_id=holding_id) for item in wanted],
            ignore_conflicts=True,
        )
        audit.record("wallet.collect", actor=actor, now=now, about=account.person_id, holding=holding_id)


def drop(*, account: LearningAccount, collection_id: UUID, actor: Person | None, now: datetime) -> None:
    """Forget a collection; its badges stay in the wallet. Repeating changes nothing."""
    _require(actor, account)
    with transaction.atomic():
        Collected.objects.filter(account_id=account.pk, collection_id=collection_id).delete()
        Collection.objects.filter(account_id=account.pk, id=collection_id).delete()
        audit.record("wallet.drop_collection", actor=actor, now=now, about=account.person_id)


def _require(actor: Person | None, account: LearningAccount) -> None:
    if not policies.can_use_wallet(actor, account):
        raise NotAllowed(_("이 지갑의 주인만 할 수 있습니다."))
