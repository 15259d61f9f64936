"""What a person holds and shows."""

from naite.trunk.wallet.models.holdings import HolderKey, Holding
from naite.trunk.wallet.models.shares import Share

__all__ = ["HolderKey", "Holding", "Share"]
