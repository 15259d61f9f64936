"""Badges of others in the wallet: kept as they came, known again, checked again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import policies
from naite.trunk.wallet.models import Holding

# As many as one person will ever earn, and few enough to be looked after.
MOST_IMPORTED = 1000
# What was fine is looked at again after a week, what was not known after a day.
AGAIN = {"valid": timedelta(days=7), "invalid": timedelta(days=7), "unknown": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What verification found in some bytes, as the wallet keeps it.

    ``key`` is what makes two files the same badge: its issuer and id. ``owned`` says whether the badge names its
    owner in a way that can be compared.
    """

    container: str
    standard: str
    key: str
    title: str
    issuer_name: str
    area: str
    badge_type: str
    issued_at: datetime | None
    outcome: str
    verdict: str
    owned: bool


def key_of(issuer: str, badge_id: str) -> str:
    """Return the key under which a badge is known again; empty when it has no id."""
    return hashlib.sha256(f"{issuer}\n{badge_id}".encode()).hexdigest() if badge_id else ""


def bring_in(
    *, account: LearningAccount, data: bytes, found: Found, actor: Person | None, now: datetime
) -> tuple[Holding, bool]:
    """Keep a badge of somebody else, byte for byte; returns it and whether it is new.

    The same bytes, and the same badge in another form, are kept once: the first stays. Refuses all but the owner,
    and more than ``MOST_IMPORTED``.
    """
    if not policies.can_use_wallet(actor, account):
        raise NotAllowed(_("이 지갑의 주인만 할 수 있습니다."))
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        # One row that every import of an account locks, so that the same file twice at once is one.
        LearningAccount.objects.select_for_update().get(pk=account.pk)
        known = _known(account.pk, digest, found.key)
        if known is not None:
            return known, False
        if (
            Holding.objects.filter(account_id=account.pk, source=Holding.Source.IMPORT).count()
            >= MOST_IMPORTED
        ):
            message = _("가져온 배지가 %(most)s개입니다. 쓰지 않는 것을 빼고 다시 해 주세요.")
            raise Refused(message % {"most": f"{MOST_IMPORTED:,}"}, code="too_many")
        row = Holding.objects.create(
            account_id=account.pk,
            id=new_id(),
            source=Holding.Source.IMPORT,
            credential=data,
            sha256=digest,
            container=found.container,
            standard=found.standard,
            badge_key=found.key,
            title=found.title or str(_("이름 없는 배지")),
            issuer_name=found.issuer_name,
            area=found.area,
            badge_type=found.badge_type,
            issued_at=found.issued_at or now,
            held_at=now,
            seen_at=now,
            owned=found.owned,
            outcome=found.outcome,
            verdict=found.verdict,
            checked_at=now,
            check_at=now + AGAIN[found.outcome],
        )
        audit.record("wallet.import", actor=actor, now=now, subject=row, about=account.person_id)
    return row, True


def remove(*, account: LearningAccount, holding_id: UUID, actor: Person | None, now: datetime) -> None:
    """Take a badge of somebody else out of the wallet, with its links; refuses our own and all but the owner."""
    if not policies.can_use_wallet(actor, account):
        raise NotAllowed(_("이 지갑의 주인만 할 수 있습니다."))
    with transaction.atomic():
        gone, _each = Holding.objects.filter(
            account_id=account.pk, id=holding_id, source=Holding.Source.IMPORT
        ).delete()
        if not gone:
            raise Refused(
                _("나이테에서 받은 배지는 뺄 수 없습니다. 보여 주지 않으려면 링크를 거두세요."),
                code="not_imported",
            )
        audit.record("wallet.remove", actor=actor, now=now, about=account.person_id, holding=holding_id)


def due(*, now: datetime, most: int = 50) -> list[tuple[UUID, UUID]]:
    """Claim imported badges whose next check is due; returns their accounts and ids.

    A claim moves the next check a day on, so several workers share the work and one that dies loses a day, not
    the badge.
    """
    claimed = []
    waiting = Holding.objects.filter(check_at__lte=now).order_by("check_at")
    for account_id, holding_id, check_at in waiting.values_list("account_id", "id", "check_at")[:most]:
        if Holding.objects.filter(account_id=account_id, id=holding_id, check_at=check_at).update(
            check_at=now + timedelta(days=1)
        ):
            claimed.append((account_id, holding_id))
    return claimed


def checked(*, holding: Holding, outcome: str, verdict: str, now: datetime) -> bool:
    """Write down what a check found; returns whether the badge stopped being valid since the last one.

    That nobody could be reached does not undo what was known: the badge keeps its last verdict and is asked about
    again tomorrow.
    """
    if outcome == "unknown" and holding.outcome == "valid":
        Holding.objects.filter(account_id=holding.account_id, id=holding.id).update(
            check_at=now + AGAIN["unknown"]
        )
        return False
    Holding.objects.filter(account_id=holding.account_id, id=holding.id).update(
        outcome=outcome, verdict=verdict, checked_at=now, check_at=now + AGAIN[outcome]
    )
    return holding.outcome == "valid" and outcome == "invalid"


def _known(account_id: UUID, digest: str, key: str) -> Holding | None:
    rows = Holding.objects.filter(account_id=account_id)
    return rows.filter(sha256=digest).first() or (rows.filter(badge_key=key).first() if key else None)
