"""Reading portfolios. Every query names the account; only a link is found by its digest alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import BadgeEmbed, Portfolio, PortfolioLink, PortfolioLook, PortfolioShare
from naite.trunk.wallet.services import digest_of


@dataclass(frozen=True, slots=True)
class Linked:
    """A link and the share it leads to."""

    link: PortfolioLink
    share: PortfolioShare


def portfolios_of(account: LearningAccount, *, now: datetime) -> QuerySet[Portfolio]:
    """Return an account's portfolios, the last changed first, with how many links of each are open."""
    mine = PortfolioShare.objects.filter(account_id=account.pk, portfolio_id=OuterRef("id")).order_by()
    open_links = mine.filter(withdrawn_at=None, expires_at__gt=now).values("portfolio_id")
    return (
        Portfolio.objects.filter(account_id=account.pk)
        .annotate(
            open_links=Coalesce(Subquery(open_links.annotate(n=Count("id")).values("n")), 0),
        )
        .order_by("-changed_at", "-id")
    )


def portfolio_of(account: LearningAccount, portfolio_id: UUID) -> Portfolio | None:
    found = Portfolio.objects.filter(account_id=account.pk, id=portfolio_id).first()
    if found is not None:
        found.account = account
    return found


def shares_of(portfolio: Portfolio) -> QuerySet[PortfolioShare]:
    """Return the links of a portfolio without what they show, the latest first."""
    return (
        PortfolioShare.objects.filter(account_id=portfolio.account_id, portfolio_id=portfolio.id)
        .defer("content")
        .order_by("-created_at", "-id")
    )


def share_of(portfolio: Portfolio, share_id: UUID) -> PortfolioShare | None:
    return (
        PortfolioShare.objects.filter(account_id=portfolio.account_id, portfolio_id=portfolio.id, id=share_id)
        .select_related("account__person")
        .first()
    )


def looks_at(share: PortfolioShare) -> QuerySet[PortfolioLook]:
    """Return what happened at a link, the latest first."""
    return PortfolioLook.objects.filter(account_id=share.account_id, share_id=share.id).order_by("-at", "-id")


def linked(token: str) -> Linked | None:
    """Return what a link leads to, open or ended; None for a token that never was."""
    link = PortfolioLink.objects.filter(token_digest=digest_of(token)).first()
    if link is None:
        return None
    share = (
        PortfolioShare.objects.filter(account_id=link.account_id, id=link.share_id)
        .select_related("account__person")
        .first()
    )
    return Linked(link, share) if share is not None else None


def embed_of(account: LearningAccount, holding_id: UUID) -> BadgeEmbed | None:
    """Return the card of a badge that is turned on, None when it is off."""
    return BadgeEmbed.objects.filter(account_id=account.pk, holding_id=holding_id, ended_at=None).first()


def embedded(token: str) -> BadgeEmbed | None:
    return BadgeEmbed.objects.filter(token_digest=digest_of(token), ended_at=None).first()
