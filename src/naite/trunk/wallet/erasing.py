"""Emptying the wallet of an account that was closed for good."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from naite.trunk.wallet.models import (
    BadgeEmbed,
    Collected,
    Collection,
    EvidenceRequest,
    HolderKey,
    Holding,
    Package,
    PackageItem,
    Portfolio,
    PortfolioLook,
    PortfolioShare,
    Share,
)


@transaction.atomic
def erase_wallet(*, account_id: UUID, now: datetime) -> int:
    """Delete badges, links and the holder's key, and withdraw what was sent; return how many badges went.

    Safe to repeat. What issuers keep of their awards, and the digests in the public log, stay.
    """
    Share.objects.filter(account_id=account_id, withdrawn_at=None).update(withdrawn_at=now)
    Share.objects.filter(account_id=account_id).update(purpose="")
    Package.objects.filter(account_id=account_id, withdrawn_at=None).update(withdrawn_at=now)
    Package.objects.filter(account_id=account_id).update(sender={}, message="")
    PackageItem.objects.filter(account_id=account_id).update(facts={}, credential=b"", title="")
    PortfolioShare.objects.filter(account_id=account_id, withdrawn_at=None).update(withdrawn_at=now)
    PortfolioShare.objects.filter(account_id=account_id, gate=PortfolioShare.Gate.MAIL).update(
        gate=PortfolioShare.Gate.OPEN
    )
    PortfolioShare.objects.filter(account_id=account_id).update(content={}, audience="", recipient="")
    PortfolioLook.objects.filter(account_id=account_id).delete()
    Portfolio.objects.filter(account_id=account_id).delete()
    BadgeEmbed.objects.filter(account_id=account_id).delete()
    EvidenceRequest.objects.filter(account_id=account_id).update(note="")
    Collected.objects.filter(account_id=account_id).delete()
    Collection.objects.filter(account_id=account_id).delete()
    gone, _rows = Holding.objects.filter(account_id=account_id).delete()
    HolderKey.objects.filter(account_id=account_id).delete()
    return gone
