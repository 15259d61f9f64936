"""Badges and the public log: where one stands in it, and the way to the chain that a badge carries."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings

from credcore import jsonio, merkleproof, proofs
from credcore.canonical import canonical_sha256
from credcore.errors import CredentialError, Unavailable
from naite.roots.ledger import chain, queries
from naite.roots.ledger.models import Batch
from naite.roots.ledger.queries import Place


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a credential stands: its digest, its place, or that it waits for one."""

    state: Literal["logged", "waiting", "absent"]
    digest: bytes
    place: Place | None = None

    @property
    def held(self) -> Batch | None:
        """The batch, once a chain holds it."""
        batch = self.place.batch if self.place else None
        return batch if batch is not None and batch.state == Batch.State.HELD else None


def digest_of(document: Mapping[str, Any]) -> bytes:
    """Return what the log keeps of a credential: SHA-256 of its canonical form without proofs."""
    return canonical_sha256(proofs.without_proof(document))


def standing_of(document: Mapping[str, Any]) -> Standing:
    """Say where a credential stands in the log. Reads the log only, never who it was given to."""
    digest = digest_of(document)
    place = queries.place_of(digest)
    if place is not None:
        return Standing("logged", digest, place)
    return Standing("waiting" if queries.is_waiting(digest) else "absent", digest)


def with_chain_proof(credential: bytes) -> bytes:
    """Return a badge with its way to the chain as a second proof (``merkle-proof-2019``).

    The badge comes back as it is while no chain holds it, when it carries such a proof already, and when it is
    a token, which has no room for one. The issuer's own signature stays untouched.
    """
    try:
        document = jsonio.loads(credential)
        mine = proofs.proofs_of(document)
        if not mine or any(merkleproof.is_merkle_proof(item) for item in mine):
            return credential
        found = standing_of(document)
    except CredentialError:
        return credential
    proof = queries.chain_proof(found.place) if found.place else None
    if proof is None or found.held is None or found.held.held_at is None:
        return credential
    added = merkleproof.build_proof(
        proof, verification_method=str(mine[0]["verificationMethod"]), created=found.held.held_at
    )
    return jsonio.dumps({**document, "proof": [*mine, added]})


def stands_on_chain(link: str, root: bytes) -> bool:
    """Whether a root stands where a link points, on the chain of this installation.

    Raises Unavailable without one, for other networks, and while nobody answers.
    """
    here = chain.configured()
    if here is None:
        raise Unavailable("no chain is configured")
    try:
        return chain.holds(here, link, root)
    except chain.ChainUnavailable as error:
        raise Unavailable(str(error)) from error


def explorer_url(transaction: str) -> str:
    """Return the public page of a transaction; empty without one."""
    return settings.CHAIN_EXPLORER.replace("{transaction}", transaction) if settings.CHAIN_EXPLORER else ""


def proof_document(place: Place) -> dict[str, Any]:
    """Return everything that proves a digest's place, for the script on the log's page and for any auditor."""
    on_chain = queries.chain_proof(place)
    document: dict[str, Any] = {
        "digest": place.digest.hex(),
        "leafHash": hashlib.sha256(b"\x00" + place.digest).hexdigest(),
        "index": place.index,
        "size": place.checkpoint.size,
        "path": [node.hex() for node in place.path],
        "checkpoint": place.checkpoint.note,
        "keys": queries.verifier_keys(),
        "loggedAt": place.logged_at.isoformat(),
    }
    if on_chain is not None and place.batch is not None:
        document["chain"] = {
            "root": on_chain.root.hex(),
            "path": [[step.side, step.node.hex()] for step in on_chain.path],
            "network": place.batch.network,
            "transaction": place.batch.transaction,
            "block": place.batch.block,
            "isTest": settings.CHAIN_IS_TEST,
        }
    return document
