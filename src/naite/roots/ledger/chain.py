"""What the log asks of a chain, and which chain this installation writes to, if any.

Works with any chain that takes a few bytes of data in a transaction; ``evm`` is the implementation for the
family of Ethereum (Kaia, Besu, Ethereum itself).
"""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class ChainUnavailable(Exception):
    """The chain cannot be asked now: nothing is known about what stands in it."""


class ChainRefused(Exception):
    """The chain's node understood and said no; the text is its reason."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A transaction that can be sent any number of times and counts once."""

    transaction: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """The block that holds a transaction."""

    block: int
    block_hash: str
    succeeded: bool


class Chain(Protocol):
    """A chain and the account that pays on it. Every question raises ChainUnavailable when nobody answers."""

    @property
    def network(self) -> str:
        """The name or number of the network in links, ``blink:eth:<network>:<transaction>``."""

    def height(self) -> int: ...

    def next_nonce(self) -> int:
        """How many transactions of the account stand in blocks."""

    def gas_price(self) -> int:
        """What a transaction costs now, in wei for each unit of gas."""

    def sign(self, data: bytes, *, nonce: int, gas_price: int) -> Signed: ...

    def send(self, raw: bytes) -> None:
        """Hand a transaction over; one that the node already has is no error. Raises ChainRefused."""

    def standing(self, transaction: str) -> Standing | None:
        """The block that a transaction stands in, in the chain as it is now."""

    def knows(self, transaction: str) -> bool:
        """Whether a transaction stands in a block or waits for one."""

    def data_of(self, transaction: str) -> bytes | None:
        """The data of a transaction that stands in a block."""


@cache
def configured() -> Chain | None:
    """Return the chain of the settings; None, where the log stands by itself."""
    if settings.ANCHOR == "none":
        return None
    return import_string("naite.roots.ledger.evm.EvmChain").from_settings()  # type: ignore[no-any-return]


def link_of(network: str, transaction: str) -> str:
    """The link under which a proof names its transaction."""
    return f"blink:eth:{network}:{transaction.removeprefix('0x')}"


def holds(chain: Chain, link: str, root: bytes) -> bool:
    """Whether the transaction of a link stands in a block and carries this root.

    Raises ChainUnavailable for links to another network, of which this chain knows nothing.
    """
    scheme, kind, network, transaction = link.split(":", 3)
    if (scheme, kind, network) != ("blink", "eth", chain.network):
        raise ChainUnavailable(f"another network: {network}")
    return chain.data_of("0x" + transaction) == root
