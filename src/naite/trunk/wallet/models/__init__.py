"""What a person holds and shows."""

from naite.trunk.wallet.models.holdings import Collected, Collection, HolderKey, Holding
from naite.trunk.wallet.models.packages import Package, PackageItem, PackageLink, PackageLook
from naite.trunk.wallet.models.portfolios import (
    BadgeEmbed,
    Portfolio,
    PortfolioLink,
    PortfolioLook,
    PortfolioShare,
)
from naite.trunk.wallet.models.requests import EvidenceRequest
from naite.trunk.wallet.models.shares import Share

__all__ = [
    "BadgeEmbed",
    "Collected",
    "Collection",
    "EvidenceRequest",
    "HolderKey",
    "Holding",
    "Package",
    "PackageItem",
    "PackageLink",
    "PackageLook",
    "Portfolio",
    "PortfolioLink",
    "PortfolioLook",
    "PortfolioShare",
    "Share",
]
