"""Data Integrity proofs: ``eddsa-rdfc-2022`` and ``eddsa-jcs-2022`` (W3C Data Integrity EdDSA Cryptosuites 1.0).

``Ed25519Signature2020``, their forerunner in VCDM 1.1, is verified too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from credcore import multibase, rdf
from credcore.canonical import canonical_nquads, canonical_sha256
from credcore.contexts import PINNED, ContextSet
from credcore.errors import ProofError, UnsafeDocument
from credcore.instants import format_instant, parse_instant
from credcore.jcs import canonical_json
from credcore.jsonio import dumps
from credcore.keys import Signer, ed25519_verify

EDDSA_RDFC_2022: Final = "eddsa-rdfc-2022"
EDDSA_JCS_2022: Final = "eddsa-jcs-2022"
ED25519_SIGNATURE_2020: Final = "Ed25519Signature2020"
SUITES: Final = frozenset({EDDSA_RDFC_2022, EDDSA_JCS_2022})


def sign(
    document: dict[str, Any],
    signer: Signer,
    *,
    created: datetime,
    purpose: str = "assertionMethod",
    cryptosuite: str = EDDSA_RDFC_2022,
    extra: Mapping[str, str] | None = None,
    contexts: ContextSet = PINNED,
) -> dict[str, Any]:
    """A secured copy of the document: the proof is appended to any proof it already has (a proof set).

    ``extra`` are further proof options such as ``challenge`` and ``domain``. Refuses what
    :mod:`credcore.rdf` refuses, empty values (``null``), and text that another processor would sort
    differently. Signing twice in the same second gives the same proof.
    """
    if signer.alg != "EdDSA" or cryptosuite not in SUITES:
        raise ProofError(f"{cryptosuite} needs an Ed25519 key")
    unsecured = without_proof(document)
    proof = options(signer, created=created, purpose=purpose, cryptosuite=cryptosuite, extra=extra)
    if cryptosuite == EDDSA_JCS_2022:
        if "@context" in unsecured:
            proof = {"@context": unsecured["@context"], **proof}
        signed = _jcs_digests(unsecured, proof)
    else:
        if b"null" in dumps(unsecured):
            _refuse_null(unsecured)
        statements = canonical_nquads(unsecured, contexts)
        if rdf.sort_is_ambiguous(statements):
            raise UnsafeDocument(
                "two values that differ first in rare characters would be sorted differently elsewhere",
                code="sort_order",
            )
        digest = hashlib.sha256(statements).digest()
        signed = options_digest(proof, document["@context"], contexts) + digest
    signature = signer.sign(signed)
    secured = {**proof, "proofValue": multibase.multibase_encode(signature)}
    existing = document.get("proof")
    proofs = existing if isinstance(existing, list) else [existing] if existing else []
    return {**unsecured, "proof": [*proofs, secured] if proofs else secured}


def proofs_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The document's proofs as a list; refuses a missing or misshapen ``proof``."""
    value = document.get("proof")
    listed = value if isinstance(value, list) else [value]
    proofs = [proof for proof in listed if isinstance(proof, dict)]
    if not proofs or len(proofs) != len(listed):
        raise ProofError("the document carries no proof", code="no_proof")
    if len(proofs) > 16:
        raise ProofError("the document carries too many proofs", code="too_many_proofs")
    return proofs


def verify_proof(
    document: Mapping[str, Any],
    public_key: bytes | Callable[[str], bytes],
    *,
    purpose: str = "assertionMethod",
    contexts: ContextSet = PINNED,
) -> None:
    """Checks every proof of a proof set; returns if all are good, raises ProofError otherwise.

    ``public_key`` is the raw Ed25519 key, or a function from verification method to key. Whether the key may
    speak for the issuer, and at that time, is decided by :mod:`credcore.verify`.
    """
    for proof in proofs_of(document):
        method = proof.get("verificationMethod")
        if not isinstance(method, str):
            raise ProofError("the proof names no verification method")
        key = public_key if isinstance(public_key, bytes) else public_key(method)
        verify_one(document, proof, key, purpose=purpose, contexts=contexts)


def verify_one(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: bytes,
    *,
    purpose: str = "assertionMethod",
    digest: bytes | None = None,
    contexts: ContextSet = PINNED,
) -> None:
    """Checks one proof against one key (vc-di-eddsa section 3.2.2); raises ProofError if it is not good.

    ``digest`` is the hash of the document without its proofs, for callers that already have it. Raises
    UnsafeDocument for documents that :mod:`credcore.rdf` refuses.
    """
    suite = suite_of(proof)
    if suite is None:
        raise ProofError("the proof is of a kind that is not supported", code="unsupported_proof")
    if proof.get("proofPurpose") != purpose:
        raise ProofError("the proof was made for another purpose", code="proof_purpose")
    if "created" in proof:
        parse_instant(proof["created"])
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        raise ProofError("the proof value is not base58btc", code="proof_value")
    signature = multibase.multibase_decode(value)
    if len(signature) != 64 or multibase.multibase_encode(signature) != value:
        raise ProofError("the proof value is not a signature", code="proof_value")
    config = {name: item for name, item in proof.items() if name != "proofValue"}
    if suite == EDDSA_JCS_2022:
        signed = _jcs_digests(_under_context(without_proof(document), config), config)
    else:
        if digest is None:
            digest = canonical_sha256(without_proof(document), contexts)
        signed = options_digest(config, document.get("@context"), contexts) + digest
    if not ed25519_verify(public_key, signature, signed):
        raise ProofError("the signature does not fit the content", code="signature")


def suite_of(proof: Mapping[str, Any]) -> str | None:
    """The cryptosuite of a proof, if it is one of those known here."""
    if proof.get("type") == "DataIntegrityProof":
        suite = proof.get("cryptosuite")
        return suite if isinstance(suite, str) and suite in SUITES else None
    return ED25519_SIGNATURE_2020 if proof.get("type") == ED25519_SIGNATURE_2020 else None


def _under_context(document: dict[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """The document under the proof's contexts, with which its own must begin (vc-di-eddsa section 3.3.2)."""
    if "@context" not in config:
        return document
    wanted, found = (
        value if isinstance(value, list) else [value]
        for value in (config["@context"], document.get("@context"))
    )
    if found[: len(wanted)] != wanted:
        raise ProofError("the proof was made under other contexts", code="context_mismatch")
    return {**document, "@context": config["@context"]}


def _jcs_digests(document: Mapping[str, Any], config: Mapping[str, Any]) -> bytes:
    halves = (canonical_json(dict(config)), canonical_json(dict(document)))
    return b"".join(hashlib.sha256(half).digest() for half in halves)


def without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a document that its proofs protect."""
    return {name: value for name, value in document.items() if name != "proof"}


def options(
    signer: Signer,
    *,
    created: datetime,
    purpose: str = "assertionMethod",
    cryptosuite: str = EDDSA_RDFC_2022,
    extra: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The proof without its value."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": cryptosuite,
        "created": format_instant(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": purpose,
        **(extra or {}),
    }


def options_digest(options: Mapping[str, Any], context: Any, contexts: ContextSet = PINNED) -> bytes:
    """The hash of the proof options under the document's contexts, the first half of what is signed."""
    config = {"@context": context, **{k: v for k, v in options.items() if k != "@context"}}
    return canonical_sha256(config, contexts)


def _refuse_null(value: Any, path: str = "") -> None:
    if value is None:
        raise UnsafeDocument(f"{path or 'the document'} is empty (null) and would stay unsigned", code="null")
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_null(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            _refuse_null(item, path)
