"""Verification: bytes in, report out.

The steps, in order; each leaves its own check in the report:

1. **Format**: find the credential in the bytes (JSON, or baked into PNG or SVG) and tell what it is.
2. **Schema**: does it keep the data model?
3. **Signature**: resolve the issuer's key, make sure that the issuer grants it and that it was in force when
   the signature was made, and check the proof over the whole content.
4. **Issuer**: is the signer the issuer named inside, and what is known about it?
5. **Status**: what do the issuer's status lists say?
6. **Dates**: is now within the period of validity?

What cannot be found out is *unknown*; unknown is never valid. No input makes :func:`verify` raise.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from credcore import bake, did, jsonio, proofs, rdf, status
from credcore.errors import (
    CredentialError,
    MalformedInput,
    NotFound,
    ProofError,
    Unavailable,
    UnsafeDocument,
)
from credcore.instants import parse_instant
from credcore.report import Check, Report, conclude, make_check
from credcore.validation import VC_V1, is_open_badge, issuer_id, types_of, validate

Trust = Literal["trusted", "known", "unknown"]
StatusFetcher = Callable[[str], bytes]

_SECURITY_RELEVANT: Final = (
    "credentialStatus",
    "credentialSubject",
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolvers:
    """The verifier's connections to the world, all of them the caller's.

    ``did`` resolves DIDs other than did:key. ``status_list`` returns the bytes behind an address. Both raise
    :class:`Unavailable` when they cannot. ``trust`` says what is known of an issuer; without it an issuer is
    merely the one who controls its DID.
    """

    did: did.Resolver | None = None
    status_list: StatusFetcher | None = None
    trust: Callable[[str], Trust] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A credential found in some bytes."""

    document: dict[str, Any]
    container: str
    source: str


def verify(data: bytes, *, resolvers: Resolvers, now: datetime) -> Report:
    """Verifies one badge in whatever form it comes. Never raises, whatever the bytes or the resolvers do."""
    container, kind = "unknown", "unknown"
    try:
        opened = open_credential(data)
        container, kind = opened.container, format_of(opened.document)
        return verify_document(
            opened.document, resolvers=resolvers, now=now, container=container, source=opened.source
        )
    except MalformedInput as error:
        known = error.code if error.code in ("no_badge", "several_badges", "too_large") else "malformed"
        check = make_check("format", "failed", known, str(error))
    except (Exception, RecursionError) as error:  # the promise of this function
        check = make_check("format", "unknown", "unsupported", f"{type(error).__name__}: {error}")
    return conclude((check,), format=kind, container=container)


def verify_many(items: Iterable[bytes], *, resolvers: Resolvers, now: datetime) -> list[Report]:
    """Verifies many badges, asking for each DID document and status list once."""
    shared = Resolvers(
        did=_RememberingResolver(resolvers.did) if resolvers.did else None,
        status_list=_remember(resolvers.status_list) if resolvers.status_list else None,
        trust=resolvers.trust,
    )
    return [verify(item, resolvers=shared, now=now) for item in items]


def open_credential(data: bytes) -> Opened:
    """The credential in JSON text or a baked picture; raises MalformedInput if there is none."""
    if bake.is_png(data) or bake.is_svg(data):
        baked = bake.unbake(data)
        return Opened(jsonio.loads(baked.text), baked.container, baked.text)
    document = jsonio.loads(data)
    return Opened(document, "json", data.decode("utf-8"))


def format_of(document: Mapping[str, Any]) -> str:
    """``ob3``, ``ob3-vc11`` (Open Badges under VCDM 1.1), ``clr2``, ``vc``, or ``unknown``."""
    types = types_of(document)
    if "VerifiableCredential" not in types:
        return "unknown"
    if is_open_badge(document):
        context = document.get("@context")
        return "ob3-vc11" if isinstance(context, list) and context[:1] == [VC_V1] else "ob3"
    return "clr2" if "ClrCredential" in types else "vc"


def verify_document(
    document: dict[str, Any],
    *,
    resolvers: Resolvers,
    now: datetime,
    container: str = "json",
    source: str = "",
) -> Report:
    """Verifies a credential that was already read; see the module for the steps."""
    kind = format_of(document)
    if kind == "unknown":
        check = make_check("format", "failed", "malformed", "neither a credential nor a badge")
        return conclude((check,), format=kind, container=container)
    issuer = issuer_id(document)
    signature, resolved = _check_signature(document, issuer, resolvers, now)
    issuer_check, trust = _check_issuer(issuer, signature, resolvers)
    checks = (
        make_check("format", "ok", "ok", kind),
        _check_schema(document),
        signature,
        issuer_check,
        _check_status(document, issuer, resolvers, now, resolved and signature.outcome == "ok"),
        _check_dates(document, now),
    )
    return conclude(
        checks,
        format=kind,
        container=container,
        credential=document,
        issuer=issuer,
        trust=trust,
        source=source,
    )


# -- 2. schema ---------------------------------------------------------------------------------------------


def _check_schema(document: Mapping[str, Any]) -> Check:
    problems = validate(document, issuing=False)
    if not problems:
        return make_check("schema", "ok", "ok")
    detail = "; ".join(f"{p.field}: {p.message} ({p.clause})" for p in problems[:10])
    return make_check("schema", "failed", "problems", detail)


# -- 3. signature ------------------------------------------------------------------------------------------


def _check_signature(
    document: Mapping[str, Any], issuer: str | None, resolvers: Resolvers, now: datetime
) -> tuple[Check, bool]:
    try:
        verify_signature(document, issuer, resolvers.did, now)
    except (Unavailable, NotFound) as error:
        return make_check("signature", "unknown", "unavailable", str(error)), False
    except CredentialError as error:
        detail = f"{error} [{error.code}]"
        if error.code in _UNREADABLE:
            return make_check("signature", "unknown", _UNREADABLE[error.code], detail), False
        return make_check("signature", "failed", _FAILURES.get(error.code, "altered"), detail), False
    return make_check("signature", "ok", "ok"), True


# What keeps us from telling whether the signature is good ...
_UNREADABLE: Final = {
    "unknown_context": "unreadable",
    "inline_context": "unreadable",
    "unsupported_proof": "unsupported",
    "unsupported_key": "unsupported",
    "blank_nodes": "unsupported",
    "number": "unsupported",
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


class _Unsupported(CredentialError):
    code = "unsupported_proof"


def verify_signature(
    document: Mapping[str, Any], issuer: str | None, resolver: did.Resolver | None, now: datetime
) -> None:
    """Returns if every proof of the issuer is good under a key that was in force; raises otherwise.

    Proofs of other kinds (such as a Merkle proof) may stand beside; without any proof of a kind that can be
    checked the answer is not known.
    """
    supported = [
        proof
        for proof in proofs.proofs_of(document)
        if proof.get("type") == "DataIntegrityProof" and proof.get("cryptosuite") in proofs.SUITES
    ]
    if not supported:
        raise _Unsupported("none of the proofs is of a kind that is supported")
    keys = [_proof_key(proof, issuer, resolver, now) for proof in supported]
    lines = rdf.canonical_lines(proofs.without_proof(document))
    digest = hashlib.sha256(b"\n".join(lines) + b"\n").digest()
    for proof, key in zip(supported, keys, strict=True):
        proofs.verify_one(document, proof, key.public_key, digest=digest)
    _require_top_level(document, lines)


def _proof_key(
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


def _document(signer: str, resolver: did.Resolver | None) -> Mapping[str, Any]:
    try:
        return did.resolve(signer, resolver)
    except CredentialError:
        raise
    except Exception as error:  # a resolver may fail in any way; that never makes a badge good or bad
        raise Unavailable(f"{type(error).__name__}: {error}") from error


def _require_top_level(document: Mapping[str, Any], lines: Iterable[bytes]) -> None:
    """What the verdict rests on must be read where it was signed.

    RDF does not know where in the document a statement stood: statements about the credential could be moved
    into another mention of its id and vanish from sight. So their number is compared.
    """
    identifier = document.get("id")
    if not isinstance(identifier, str):
        return
    start = f"<{identifier}> <https://www.w3.org/2018/credentials#".encode()
    signed = Counter(
        line[len(start) : line.index(b">", len(start))].decode("utf-8")
        for line in lines
        if line.startswith(start)
    )
    for name in _SECURITY_RELEVANT:
        value = document.get(name)
        shown = len(value) if isinstance(value, list) else int(value is not None)
        if signed[name] > shown:
            raise UnsafeDocument(f"{name} stands where nobody looks for it", code="hidden_statement")


# -- 4. issuer ---------------------------------------------------------------------------------------------


def _check_issuer(issuer: str | None, signature: Check, resolvers: Resolvers) -> tuple[Check, str]:
    if signature.reason == "not_the_issuer" or issuer is None:
        return make_check("issuer", "failed", "mismatch"), "not_checked"
    if signature.outcome != "ok":
        reason = "unavailable" if signature.reason == "unavailable" else "not_checked"
        return make_check("issuer", "unknown", reason), "not_checked"
    if resolvers.trust is None:
        return make_check("issuer", "ok", "not_listed"), "not_checked"
    try:
        trust = resolvers.trust(issuer)
    except Exception as error:  # a failing list is an unknown issuer
        return make_check("issuer", "unknown", "unavailable", str(error)), "not_checked"
    if trust in ("trusted", "known"):
        return make_check("issuer", "ok", trust), trust
    return make_check("issuer", "unknown", "unknown"), "unknown"


# -- 5. status ---------------------------------------------------------------------------------------------


def _check_status(
    document: Mapping[str, Any], issuer: str | None, resolvers: Resolvers, now: datetime, signed: bool
) -> Check:
    if "credentialStatus" not in document:
        return make_check("status", "not_applicable", "none")
    if not signed:
        # The address of a list in an unsigned document is anybody's; do not even ask there.
        return make_check("status", "unknown", "not_checked")
    value = document["credentialStatus"]
    entries = value if isinstance(value, list) else [value]
    found = [_check_entry(entry, issuer, resolvers, now) for entry in entries[:16]]
    if len(entries) > len(found):
        found.append(make_check("status", "unknown", "unsupported", "too many status entries"))
    for wanted in ("revoked", "suspended"):
        for check in found:
            if check.reason == wanted:
                return check
    return (
        next((check for check in found if check.outcome == "unknown"), found[0])
        if found
        else (make_check("status", "not_applicable", "none"))
    )


def _check_entry(entry: Any, issuer: str | None, resolvers: Resolvers, now: datetime) -> Check:
    if "BitstringStatusListEntry" not in types_of(entry):
        return make_check("status", "unknown", "unsupported", ", ".join(types_of(entry)))
    try:
        value = _status_value(entry, issuer, resolvers, now)
    except Unavailable as error:
        return make_check("status", "unknown", "unavailable", str(error))
    except CredentialError as error:
        return make_check("status", "unknown", "untrusted", f"{error} [{error.code}]")
    if value.purpose in ("revocation", "suspension") and value.value:
        reason = "revoked" if value.purpose == "revocation" else "suspended"
        return make_check("status", "failed", reason, value.message)
    return make_check("status", "ok", "ok", value.message)


def _status_value(
    entry: Mapping[str, Any], issuer: str | None, resolvers: Resolvers, now: datetime
) -> status.StatusValue:
    url = entry.get("statusListCredential")
    if not isinstance(url, str):
        raise MalformedInput("the status entry names no list", code="status_list")
    if resolvers.status_list is None:
        raise Unavailable("nobody here loads status lists")
    try:
        data = resolvers.status_list(url)
    except CredentialError as error:
        raise Unavailable(str(error)) from error
    except Exception as error:  # a fetcher may fail in any way; that never makes a badge good or bad
        raise Unavailable(f"{type(error).__name__}: {error}") from error
    credential = jsonio.loads(data)
    if issuer_id(credential) != issuer:
        raise ProofError("the status list is somebody else's", code="not_the_issuer")
    verify_signature(credential, issuer, resolvers.did, now)
    dates = _check_dates(credential, now)
    if dates.outcome != "ok":
        raise MalformedInput("the status list is out of date", code="status_list")
    return status.check_status(entry, credential)


# -- 6. dates ----------------------------------------------------------------------------------------------


def _check_dates(document: Mapping[str, Any], now: datetime) -> Check:
    try:
        starts = [parse_instant(document[name]) for name in ("validFrom", "issuanceDate") if name in document]
        ends = [
            parse_instant(document[name]) for name in ("validUntil", "expirationDate") if name in document
        ]
    except MalformedInput as error:
        return make_check("dates", "failed", "malformed", str(error))
    if ends and now > min(ends):
        return make_check("dates", "failed", "expired", min(ends).isoformat(), when=min(ends))
    if starts and now < max(starts):
        return make_check("dates", "failed", "not_yet_valid", max(starts).isoformat(), when=max(starts))
    return make_check("dates", "ok", "ok")


def _instants(document: Mapping[str, Any], *names: str) -> list[datetime]:
    return [parse_instant(document[name]) for name in names if name in document]


# -- many --------------------------------------------------------------------------------------------------


class _RememberingResolver:
    def __init__(self, inner: did.Resolver) -> None:
        self._inner = inner
        self._known: dict[str, Mapping[str, Any]] = {}

    def resolve(self, name: str, /) -> Mapping[str, Any]:
        if name not in self._known:
            self._known[name] = self._inner.resolve(name)
        return self._known[name]


def _remember(fetch: StatusFetcher) -> StatusFetcher:
    known: dict[str, bytes] = {}

    def remembered(url: str) -> bytes:
        if url not in known:
            known[url] = fetch(url)
        return known[url]

    return remembered
