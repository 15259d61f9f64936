"""Step 3 of verification: is the signature the issuer's, good, and over all that is read?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from credcore import did, jose, proofs
from credcore.canonical import canonical_nquads
from credcore.contexts import PINNED, ContextSet
from credcore.errors import CredentialError, NotFound, ProofError, Unavailable, UnsafeDocument
from credcore.instants import parse_instant
from credcore.report import Check, make_check

_SECURITY_RELEVANT: Final = (
    "credentialStatus",
    "termsOfUse",
    "credentialSubject",
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
)
# What keeps us from telling whether the signature is good ...
_UNREADABLE: Final = {
    "unknown_context": "unreadable",
    "inline_context": "unreadable",
    "unsupported_proof": "unsupported",
    "unsupported_key": "unsupported",
    "blank_nodes": "unsupported",
    "number": "unsupported",
    "scoped_types": "unsupported",
    "direction": "unsupported",
    "too_large": "unsupported",
}
# ... and what tells that it is not.
_FAILURES: Final = {
    "no_proof": "no_proof",
    "key_not_found": "not_the_issuer",
    "not_the_issuer": "not_the_issuer",
    "did_document": "not_the_issuer",
    "key_window": "key_window",
    "proof_expired": "proof_expired",
    "key_revoked": "key_revoked",
}


def check_signature(
    document: Mapping[str, Any],
    issuer: str | None,
    resolver: did.Resolver | None,
    now: datetime,
    *,
    token: jose.Token | None = None,
    contexts: ContextSet = PINNED,
) -> Check:
    """The check that a report shows: failed, unknown or ok."""
    try:
        if token is not None:
            check_token(token, issuer, resolver)
        else:
            verify_signature(document, issuer, resolver, now, contexts=contexts)
    except (Unavailable, NotFound) as error:
        return make_check("signature", "unknown", "unavailable", str(error))
    except CredentialError as error:
        detail = f"{error} [{error.code}]"
        if error.code in _UNREADABLE:
            return make_check("signature", "unknown", _UNREADABLE[error.code], detail)
        return make_check("signature", "failed", _FAILURES.get(error.code, "altered"), detail)
    return make_check("signature", "ok", "ok")


class _Unsupported(CredentialError):
    code = "unsupported_proof"


def verify_signature(
    document: Mapping[str, Any],
    issuer: str | None,
    resolver: did.Resolver | None,
    now: datetime,
    *,
    contexts: ContextSet = PINNED,
) -> None:
    """Returns if every proof of the issuer is good under a key that was in force; raises otherwise.

    Proofs of other kinds (such as a Merkle proof) may stand beside; without any proof of a kind that can be
    checked the answer is not known.
    """
    supported = [proof for proof in proofs.proofs_of(document) if proofs.suite_of(proof)]
    if not supported:
        raise _Unsupported("none of the proofs is of a kind that is supported")
    keys = [proof_key(proof, issuer, resolver, now) for proof in supported]
    statements, digest = b"", None
    if any(proofs.suite_of(proof) != proofs.EDDSA_JCS_2022 for proof in supported):
        statements = canonical_nquads(proofs.without_proof(document), contexts)
        digest = hashlib.sha256(statements).digest()
    for proof, key in zip(supported, keys, strict=True):
        proofs.verify_one(document, proof, key.public_key, digest=digest, contexts=contexts)
    _require_top_level(document, statements)


def proof_key(
    proof: Mapping[str, Any], issuer: str | None, resolver: did.Resolver | None, now: datetime
) -> did.VerificationKey:
    """The key of a proof, if the issuer grants it and it was in force when the proof was made."""
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        raise ProofError("the proof names no verification method")
    if "previousProof" in proof:
        raise _Unsupported("chained proofs are not supported")
    if not method.startswith("did:"):
        raise _Unsupported("keys at plain addresses are not supported")
    if "expires" in proof and now > parse_instant(proof["expires"]):
        raise ProofError("the proof itself has expired", code="proof_expired")
    signer = did.did_of(method)
    if signer != issuer:
        raise ProofError("the signer is not the issuer", code="not_the_issuer")
    key = did.find_key(_document(signer, resolver), method)
    if key.kind != "Ed25519":
        raise ProofError("the key does not fit the kind of signature", code="key_not_found")
    key.require_usable(parse_instant(proof["created"]) if "created" in proof else None)
    return key


def check_token(token: jose.Token, issuer: str | None, resolver: did.Resolver | None) -> None:
    """Returns if a token's signature is the issuer's and good; raises otherwise."""
    if issuer is None or not issuer.startswith("did:"):
        raise _Unsupported("keys at plain addresses are not supported")
    document = _document(did.did_of(issuer), resolver)
    key = did.find_key(document, jose.method_of(token.header, issuer, document))
    key.require_usable(token.signed_at)
    jose.verify_token(token, key)


def _document(signer: str, resolver: did.Resolver | None) -> Mapping[str, Any]:
    try:
        return did.resolve(signer, resolver)
    except CredentialError:
        raise
    except Exception as error:  # a resolver may fail in any way; that never makes a badge good or bad
        raise Unavailable(f"{type(error).__name__}: {error}") from error


def _require_top_level(document: Mapping[str, Any], statements: bytes) -> None:
    """What the verdict rests on must be read where it was signed.

    RDF does not know where in the document a statement stood: statements about the credential could be moved
    into another mention of its id and vanish from sight. So their number is compared.
    """
    identifier = document.get("id")
    if not isinstance(identifier, str):
        return
    start = f"\n<{identifier}> <https://www.w3.org/2018/credentials#".encode()
    signed: Counter[str] = Counter()
    everything = b"\n" + statements
    found = everything.find(start)
    while found >= 0:
        at = found + len(start)
        signed[everything[at : everything.index(b">", at)].decode("utf-8")] += 1
        found = everything.find(start, at)
    for name in _SECURITY_RELEVANT:
        value = document.get(name)
        shown = len(value) if isinstance(value, list) else int(value is not None)
        if signed[name] > shown:
            raise UnsafeDocument(f"{name} stands where nobody looks for it", code="hidden_statement")
