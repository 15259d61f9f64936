"""``merkle-proof-2019``: a badge carries its path to a root that stands in a blockchain (Blockcerts v3).

Many badges are anchored together: the root over their hashes goes into one transaction. The proof's value is
base58 of CBOR, in the compact form of the Blockcerts libraries. The tree is plain SHA-256 over pairs, a node
without a partner moves up as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Protocol

from credcore import cbor, multibase
from credcore.errors import MalformedInput, ProofError
from credcore.instants import format_instant

CRYPTOSUITE: Final = "merkle-proof-2019"
_BLINK: Final = re.compile(r"blink:([a-z]+):([a-z0-9]+):((?:0x)?[0-9a-f]{2,128})")
_CHAINS: Final[Mapping[str, tuple[int, Mapping[str, int]]]] = {
    "btc": (0, {"mainnet": 1, "testnet": 3}),
    "eth": (1, {"mainnet": 1, "ropsten": 3, "rinkeby": 4, "goerli": 5, "sepolia": 11155111}),
    "mtc": (2, {"mainnet": 137, "mumbai": 80001}),
    "base": (3, {"mainnet": 8453, "sepolia": 84532}),
}
_LONGEST_PATH: Final = 64
# A base58 value is converted in quadratic time; this is far more than 64 steps and some anchors take.
_LONGEST_VALUE: Final = 4096


class Anchor(Protocol):
    """A place where roots are written for good.

    ``write`` returns the link (``blink:eth:<network>:<transaction>``); ``holds`` says whether the root stands
    there and raises Unavailable when the place cannot be asked.
    """

    def write(self, root: bytes, /) -> str: ...

    def holds(self, link: str, root: bytes, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A sibling on the way up, and the side on which it stands."""

    side: str
    node: bytes


@dataclass(frozen=True, slots=True)
class MerkleProof:
    """The way from one hash to an anchored root."""

    target: bytes
    root: bytes
    path: tuple[Step, ...]
    anchors: tuple[str, ...]

    def require_sound(self, target: bytes) -> None:
        """Raises ProofError unless the path leads from this hash to the root."""
        node = self.target
        for step in self.path:
            pair = step.node + node if step.side == "left" else node + step.node
            node = sha256(pair).digest()
        if self.target != target or node != self.root:
            raise ProofError("the Merkle proof does not belong to this document", code="merkle_proof")


def tree(targets: Sequence[bytes]) -> tuple[bytes, list[tuple[Step, ...]]]:
    """The root over the hashes of a batch, and each one's path."""
    if not targets:
        raise MalformedInput("a batch has at least one badge")
    paths: list[list[Step]] = [[] for _ in targets]
    # Each node with the places of the leaves below it.
    level = [(target, [place]) for place, target in enumerate(targets)]
    while len(level) > 1:
        above: list[tuple[bytes, list[int]]] = []
        for position in range(0, len(level) - 1, 2):
            (left, lefts), (right, rights) = level[position], level[position + 1]
            for place in lefts:
                paths[place].append(Step("right", right))
            for place in rights:
                paths[place].append(Step("left", left))
            above.append((sha256(left + right).digest(), lefts + rights))
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0][0], [tuple(path) for path in paths]


def build_proof(
    proof: MerkleProof, *, verification_method: str, created: datetime, purpose: str = "assertionMethod"
) -> dict[str, Any]:
    """The proof as it stands in a proof set beside the issuer's signature."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": format_instant(created),
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
        "proofValue": encode(proof),
    }


def is_merkle_proof(proof: Mapping[str, Any]) -> bool:
    return proof.get("cryptosuite") == CRYPTOSUITE or proof.get("type") == "MerkleProof2019"


def encode(proof: MerkleProof) -> str:
    """The compact text of a proof."""
    path = [[0 if step.side == "left" else 1, _wrap(step.node)] for step in proof.path]
    anchors = [_encode_link(link) for link in proof.anchors]
    value = [[3, path], [0, _wrap(proof.root)], [1, _wrap(proof.target)], [2, anchors]]
    return multibase.multibase_encode(cbor.dumps(value))


def decode(text: object) -> MerkleProof:
    """The inverse; raises MalformedInput for anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST_VALUE or not text.startswith("z"):
        raise MalformedInput("not a Merkle proof", code="merkle_proof")
    value = cbor.loads(multibase.base58_decode(text[1:]))
    try:
        parts = {int(key): part for key, part in value}
        path = tuple(Step(("left", "right")[side], _unwrap(node)) for side, node in parts[3])
        anchors = tuple(_decode_link(link) for link in parts[2])
        proof = MerkleProof(_unwrap(parts[1]), _unwrap(parts[0]), path, anchors)
    except (KeyError, TypeError, ValueError, IndexError):
        raise MalformedInput("not a Merkle proof", code="merkle_proof") from None
    if len(path) > _LONGEST_PATH or any(
        len(n) != 32 for n in (proof.root, proof.target, *(s.node for s in path))
    ):
        raise MalformedInput("not a Merkle proof", code="merkle_proof")
    return proof


def _wrap(data: bytes) -> bytes:
    return cbor.dumps(data)


def _unwrap(data: object) -> bytes:
    inner = cbor.loads(data) if isinstance(data, bytes) else None
    if not isinstance(inner, bytes):
        raise MalformedInput("not a Merkle proof", code="merkle_proof")
    return inner


def _encode_link(link: str) -> list[list[Any]]:
    found = _BLINK.fullmatch(link)
    chain = _CHAINS.get(found[1]) if found else None
    if found is None or chain is None:
        raise MalformedInput("not the link of an anchor", code="anchor")
    network = chain[1].get(found[2])
    if network is None:
        # Networks without a name in that vocabulary go by their chain id.
        if not found[2].isdigit():
            raise MalformedInput("not a known network", code="anchor")
        network = int(found[2])
    return [[0, chain[0]], [1, network], [2, _wrap(bytes.fromhex(found[3].removeprefix("0x")))]]


def _decode_link(parts: Any) -> str:
    values = {int(key): value for key, value in parts}
    for name, (number, networks) in _CHAINS.items():
        if number == values[0]:
            names = {identifier: network for network, identifier in networks.items()}
            network = names.get(values[1], str(int(values[1])))
            return f"blink:{name}:{network}:{_unwrap(values[2]).hex()}"
    raise MalformedInput("not a known chain", code="anchor")
