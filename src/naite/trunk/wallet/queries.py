"""Reading wallets and links."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import rules
from naite.trunk.wallet.models import Holding, Share
from naite.trunk.wallet.services import digest_of


def holdings_of(account_id: UUID) -> QuerySet[Holding]:
    """Return a wallet's badges, newest first, without their bytes."""
    return Holding.objects.filter(account_id=account_id).defer("credential").order_by("-issued_at", "-id")


def open_badges_of(account_id: UUID, *, since: datetime | None = None) -> QuerySet[Holding]:
    """Return the badges of Open Badges 3.0, with their bytes, oldest first; only those issued after ``since``."""
    rows = Holding.objects.filter(account_id=account_id, standard__in=("ob3", "ob3-vc11"))
    return (rows.filter(issued_at__gt=since) if since else rows).order_by("issued_at", "id")


class Face(NamedTuple):
    """As much of a badge as is needed to find it among a thousand."""

    id: UUID
    award_id: UUID | None
    text: str
    area: str
    verdict: str


def faces_of(account_id: UUID) -> list[Face]:
    """Return all badges of a wallet, newest first, as plain values; ``text`` is what words are looked for in."""
    rows = holdings_of(account_id).values_list("id", "award_id", "title", "issuer_name", "area", "verdict")
    return [
        Face(id_, award_id, f"{title} {issuer}".casefold(), area, verdict)
        for id_, award_id, title, issuer, area, verdict in rows
    ]


def holding(account_id: UUID, holding_id: UUID) -> Holding | None:
    return Holding.objects.filter(account_id=account_id, id=holding_id).first()


def holding_of_award(account_id: UUID, award_id: UUID | None) -> Holding | None:
    """Return the badge of an award in the wallet, without its bytes; None when it is not there."""
    if award_id is None:
        return None
    return Holding.objects.filter(account_id=account_id, award_id=award_id).defer("credential").first()


def links_of(account_id: UUID, holding_id: UUID) -> QuerySet[Share]:
    return Share.objects.filter(account_id=account_id, holding_id=holding_id).order_by("-created_at")


@dataclass(frozen=True, slots=True)
class SharedBadge:
    """What a link leads to. There is no holding behind a link that ended."""

    link: Share
    state: rules.LinkState
    holding: Holding | None
    owner: Person | None


def shared_badge(token: str, *, now: datetime) -> SharedBadge | None:
    """Return what a link leads to, None for a token that never was. Reads, does not count the look."""
    link = Share.objects.filter(token_digest=digest_of(token)).first()
    if link is None:
        return None
    state = rules.link_state(expires_at=link.expires_at, withdrawn_at=link.withdrawn_at, now=now)
    if state != "open":
        return SharedBadge(link, state, None, None)
    owner = LearningAccount.objects.select_related("person").get(pk=link.account_id).person
    return SharedBadge(link, state, holding(link.account_id, link.holding_id), owner)
