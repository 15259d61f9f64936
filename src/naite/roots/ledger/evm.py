"""A chain of the Ethereum family, through web3.py (the extra ``chain``).

One plain transaction of type 0 from the account to itself with the root as its data: no contract, an explicit
chain id and gas price, signed here. So Kaia, Besu and Ethereum all take it.
"""

from collections.abc import Callable
from typing import Any, Self

from django.conf import settings
from eth_account import Account
from eth_account.signers.local import LocalAccount
from requests.exceptions import RequestException
from web3 import Web3
from web3.exceptions import TransactionNotFound, Web3Exception, Web3RPCError

from naite.roots.ledger.chain import ChainRefused, ChainUnavailable, Signed, Standing

# 21,000 for a transaction and 40 for each of 32 bytes (EIP-7623) are 22,280; what is left over is not paid.
GAS = 30_000
_TIMEOUT = 10
_KNOWN = ("already known", "already imported", "known transaction", "alreadyknown", "already exists")


class EvmChain:
    """See ``Chain``."""

    def __init__(self, *, url: str, chain_id: int, key: str, least_price: int = 0) -> None:
        self._web3 = Web3(Web3.HTTPProvider(url, request_kwargs={"timeout": _TIMEOUT}))
        self._account: LocalAccount = Account.from_key(key)
        self._chain_id = chain_id
        self._least_price = least_price
        self._checked = False

    @classmethod
    def from_settings(cls) -> Self:
        return cls(
            url=settings.CHAIN_URL,
            chain_id=settings.CHAIN_ID,
            key=settings.CHAIN_KEY,
            least_price=settings.CHAIN_LEAST_GAS_PRICE,
        )

    @property
    def network(self) -> str:
        return {1: "mainnet", 11155111: "sepolia"}.get(self._chain_id, str(self._chain_id))

    @property
    def address(self) -> str:
        """The account that pays."""
        return str(self._account.address)

    def height(self) -> int:
        return int(self._ask(lambda: self._web3.eth.block_number))

    def next_nonce(self) -> int:
        return int(self._ask(lambda: self._web3.eth.get_transaction_count(self._account.address, "latest")))

    def gas_price(self) -> int:
        return max(int(self._ask(lambda: self._web3.eth.gas_price)), self._least_price)

    def sign(self, data: bytes, *, nonce: int, gas_price: int) -> Signed:
        signed = self._account.sign_transaction(
            {
                "chainId": self._chain_id,
                "nonce": nonce,
                "gasPrice": gas_price,
                "gas": GAS,
                "to": self._account.address,
                "value": 0,
                "data": data,
            }
        )
        return Signed("0x" + bytes(signed.hash).hex(), bytes(signed.raw_transaction))

    def send(self, raw: bytes) -> None:
        try:
            self._ask(lambda: self._web3.eth.send_raw_transaction(raw))
        except Web3RPCError as error:
            said = str(error).lower()
            if not any(word in said for word in _KNOWN):
                raise ChainRefused(_reason(error)) from error

    def standing(self, transaction: str) -> Standing | None:
        found = self._maybe(lambda: self._web3.eth.get_transaction_receipt(_hash(transaction)))
        if found is None or found.get("blockNumber") is None:
            return None
        return Standing(
            int(found["blockNumber"]), "0x" + bytes(found["blockHash"]).hex(), int(found["status"]) == 1
        )

    def knows(self, transaction: str) -> bool:
        return self._maybe(lambda: self._web3.eth.get_transaction(_hash(transaction))) is not None

    def data_of(self, transaction: str) -> bytes | None:
        found = self._maybe(lambda: self._web3.eth.get_transaction(_hash(transaction)))
        if found is None or found.get("blockNumber") is None:
            return None
        return bytes(found["input"])

    def _maybe(self, question: Callable[[], Any]) -> Any:
        try:
            return self._ask(question)
        except TransactionNotFound:
            return None

    def _ask(self, question: Callable[[], Any]) -> Any:
        """Ask once it is certain that this is the right chain: a signature for another would be wasted."""
        try:
            if not self._checked:
                actual = int(self._web3.eth.chain_id)
                if actual != self._chain_id:
                    raise ChainUnavailable(f"the node serves chain {actual}, not {self._chain_id}")
                self._checked = True
            return question()
        except (Web3RPCError, TransactionNotFound):
            raise
        except (RequestException, Web3Exception, OSError, ValueError) as error:
            raise ChainUnavailable(f"{type(error).__name__}: {error}") from error


def _hash(transaction: str) -> Any:
    return bytes.fromhex(transaction.removeprefix("0x"))


def _reason(error: Web3RPCError) -> str:
    response = error.rpc_response or {}
    return str(response.get("error", {}).get("message", "") or error)[:300]
