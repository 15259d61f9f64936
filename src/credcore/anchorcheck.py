"""Step 7 of verification: does a badge's Merkle proof belong to it, and does its root stand outside?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from credcore import merkleproof, proofs
from credcore.canonical import canonical_sha256
from credcore.contexts import ContextSet
from credcore.errors import CredentialError
from credcore.report import Check, make_check

Lookup = Callable[[str, bytes], bool]
_MOST_ANCHORS: Final = 4


def check_anchors(
    document: Mapping[str, Any], look_up: Lookup | None, contexts: ContextSet, signed: bool
) -> Iterator[Check]:
    """One check if the badge carries a proof that it stands in a ledger outside, none otherwise."""
    value = document.get("proof")
    found = [
        proof
        for proof in (value if isinstance(value, list) else [value])
        if isinstance(proof, Mapping) and merkleproof.is_merkle_proof(proof)
    ]
    if not found or not signed:
        return
    target = canonical_sha256(proofs.without_proof(document), contexts)
    links: list[tuple[str, bytes]] = []
    try:
        for proof in found:
            decoded = merkleproof.decode(proof.get("proofValue"))
            decoded.require_sound(target)
            links += [(link, decoded.root) for link in decoded.anchors]
    except CredentialError as error:
        yield make_check("anchor", "failed", "mismatch", str(error))
        return
    yield _found(links, look_up)


def _found(links: list[tuple[str, bytes]], look_up: Lookup | None) -> Check:
    detail = ", ".join(link for link, _ in links)
    if look_up is None or not links:
        return make_check("anchor", "unknown", "not_checked", detail)
    try:
        held = all(look_up(link, root) for link, root in links[:_MOST_ANCHORS])
    except Exception as error:  # a chain that cannot be asked changes nothing
        return make_check("anchor", "unknown", "not_checked", f"{detail}: {error}")
    if held:
        return make_check("anchor", "ok", "ok", detail)
    return make_check("anchor", "failed", "absent", detail)
