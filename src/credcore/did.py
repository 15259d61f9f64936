"""Decentralised identifiers: did:key, did:web, documents with a key history.

A key that was rotated out keeps its place in the document with the end of its time (``expires``), so that
what it signed keeps verifying; a key that fell into wrong hands gets ``revoked`` and verifies nothing that
claims to be signed from then on.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from credcore import contexts, multibase
from credcore.errors import CredentialError, MalformedInput, NotFound, ProofError
from credcore.instants import format_instant, parse_instant
from credcore.keys import public_multikey

_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%\-]+", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?(?:%3A[0-9]{1,5})?", re.ASCII)
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~\-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_VALID_FROM: Final = {
    "validFrom": {
        "@id": "https://www.w3.org/2018/credentials#validFrom",
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
    }
}


class Resolver(Protocol):
    """Finds the DID document of a DID.

    Raises Unavailable when it cannot be had just now, NotFound when there is none.
    """

    def resolve(self, did: str, /) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class StaticResolver:
    """Documents known beforehand, by DID."""

    documents: Mapping[str, Mapping[str, Any]]

    def resolve(self, did: str, /) -> Mapping[str, Any]:
        if did not in self.documents:
            raise NotFound(f"no document for {did}")
        return self.documents[did]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWindow:
    """A published key and its time; ``fragment`` names it inside the document (``key-2026``).

    The key is a raw Ed25519 key, or for tokens the public half of another kind as JSON Web Key.
    """

    fragment: str
    public_key: bytes = b""
    jwk: Mapping[str, Any] | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationKey:
    """A key found in a DID document. ``jwk`` is set for keys that are published as a JSON Web Key."""

    method: str
    kind: str
    public_key: bytes = b""
    jwk: Mapping[str, Any] | None = None
    valid_from: datetime | None = None
    expires: datetime | None = None
    revoked: datetime | None = None

    def require_usable(self, signed: datetime | None) -> None:
        """Raises ProofError unless the key was in force when the signature says it was made.

        A signature that names no time is good only under a key that was never limited.
        """
        if signed is None:
            if self.revoked or self.expires:
                raise ProofError("the signature names no time, and the key is retired", code="key_window")
            return
        if self.revoked and signed >= self.revoked:
            raise ProofError("the key was already revoked", code="key_revoked")
        if self.expires and signed > self.expires:
            raise ProofError("the key was no longer in use", code="key_window")
        if self.valid_from and signed < self.valid_from:
            raise ProofError("the key was not yet in use", code="key_window")


def did_of(did_url: str) -> str:
    """The DID of a DID URL; refuses what is none."""
    did = did_url.split("#", 1)[0].split("?", 1)[0].split("/", 1)[0]
    if len(did_url) > 2048 or not _DID.fullmatch(did):
        raise MalformedInput("not a DID", code="did")
    return did


def did_key(public_key: bytes) -> str:
    """The did:key of a raw Ed25519 public key."""
    return f"did:key:{public_multikey(public_key)}"


def did_key_document(did: str) -> dict[str, Any]:
    """The document that a did:key implies (Ed25519 and P-256); refuses other kinds and other spellings."""
    multikey = did.removeprefix("did:key:")
    kind, key = _multikey(multikey)
    if not did.startswith("did:key:") or not key or not kind:
        raise MalformedInput("not a did:key", code="did")
    method = f"{did}#{multikey}"
    return {
        "@context": [contexts.DID_V1, contexts.MULTIKEY_V1],
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
        ],
        "authentication": [method],
        "assertionMethod": [method],
    }


def did_web_url(did: str) -> str:
    """The https address of a did:web document; refuses traversal, user names and odd characters."""
    if not did.startswith("did:web:"):
        raise MalformedInput("not a did:web", code="did")
    host, *path = did.removeprefix("did:web:").split(":")
    if not _HOST.fullmatch(host) or not all(_SEGMENT.fullmatch(part) for part in path):
        raise MalformedInput("not a did:web", code="did")
    decoded = [urllib.parse.unquote(part) for part in path]
    if any(part in (".", "..") or "/" in part or "\\" in part for part in decoded):
        raise MalformedInput("not a did:web", code="did")
    location = "/".join(path) if path else ".well-known"
    return f"https://{host.replace('%3A', ':')}/{location}/did.json"


def did_web(url: str) -> str:
    """The did:web of a place, such as ``https://naite.example/o/seoul`` (with or without ``/did.json``)."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise MalformedInput("a did:web lives at an https address", code="did")
    path = parts.path.removesuffix("/did.json").removesuffix("/.well-known").strip("/")
    did = ":".join(["did:web", parts.netloc.replace(":", "%3A"), *(path.split("/") if path else [])])
    did_web_url(did)
    return did


def build_did_document(
    did: str, keys: Sequence[KeyWindow], *, services: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """A DID document whose keys may sign for the organisation, past ones included.

    Refuses a DID that is none and two keys of one name. ``expires`` and ``revoked`` are those of Multikey
    (Controlled Identifiers 1.0, section 2.2); the start of a key's time is written as ``validFrom``.
    """
    did_of(did)
    names = [key.fragment for key in keys]
    if len(set(names)) != len(names) or not all(_SEGMENT.fullmatch(name) for name in names):
        raise MalformedInput("each key needs a name of its own", code="did")
    methods = []
    for key in keys:
        method: dict[str, Any] = {"id": f"{did}#{key.fragment}", "type": "Multikey", "controller": did}
        if key.jwk is not None:
            if "d" in key.jwk:
                raise MalformedInput("a private key must not be published", code="did")
            method |= {"type": "JsonWebKey", "publicKeyJwk": dict(key.jwk)}
        else:
            method["publicKeyMultibase"] = public_multikey(key.public_key)
        for name, moment in (
            ("validFrom", key.valid_from),
            ("expires", key.valid_until),
            ("revoked", key.revoked),
        ):
            if moment is not None:
                method[name] = format_instant(moment)
        methods.append(method)
    document: dict[str, Any] = {
        "@context": [contexts.DID_V1, contexts.MULTIKEY_V1, _VALID_FROM],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
        "authentication": [method["id"] for method in methods],
    }
    offered = [dict(service) for service in services]
    if offered:
        document["service"] = offered
    return document


def resolve(did: str, resolver: Resolver | None) -> Mapping[str, Any]:
    """The document of a DID: did:key by itself, everything else through the resolver.

    Refuses a document that is about somebody else.
    """
    if did.startswith("did:key:"):
        return did_key_document(did)
    if resolver is None:
        raise NotFound(f"nobody here resolves {did}")
    document = resolver.resolve(did)
    if not isinstance(document, Mapping) or document.get("id") != did:
        raise ProofError("the DID document is about somebody else", code="did_document")
    return document


def find_key(document: Mapping[str, Any], method: str, purpose: str = "assertionMethod") -> VerificationKey:
    """The key of a verification method, if the document grants it this purpose; raises ProofError if not."""
    granted = document.get(purpose)
    entries = granted if isinstance(granted, list) else [granted]
    embedded = [entry for entry in entries if isinstance(entry, Mapping)]
    did = document.get("id")
    names = {_absolute(entry, did) for entry in entries if isinstance(entry, str)}
    listed = document.get("verificationMethod")
    candidates = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    found = [entry for entry in embedded if _absolute(entry.get("id"), did) == method]
    if method in names:
        found += [entry for entry in candidates if _absolute(entry.get("id"), did) == method]
    if len(found) != 1:
        raise ProofError("the issuer does not publish this key", code="key_not_found")
    return _key(found[0], method, str(did))


def _absolute(reference: object, did: object) -> str:
    text = reference if isinstance(reference, str) else ""
    return f"{did}{text}" if text.startswith("#") else text


def _key(entry: Mapping[str, Any], method: str, did: str) -> VerificationKey:
    if entry.get("controller", did) != did:
        raise ProofError("the key belongs to somebody else", code="key_not_found")
    kind, public_key, jwk = "", b"", None
    try:
        if isinstance(entry.get("publicKeyMultibase"), str):
            kind, public_key = _multikey(entry["publicKeyMultibase"])
        elif isinstance(entry.get("publicKeyJwk"), Mapping):
            jwk = entry["publicKeyJwk"]
            kind, public_key = _jwk(jwk)
        times = {
            name: parse_instant(entry[name]) for name in ("validFrom", "expires", "revoked") if name in entry
        }
    except CredentialError as error:
        raise ProofError(f"the issuer's key is malformed: {error}", code="key_malformed") from error
    if not kind:
        raise ProofError("the issuer's key is of a kind that is not supported", code="unsupported_key")
    return VerificationKey(
        method=method,
        kind=kind,
        public_key=public_key,
        jwk=jwk,
        valid_from=times.get("validFrom"),
        expires=times.get("expires"),
        revoked=times.get("revoked"),
    )


def _multikey(text: str) -> tuple[str, bytes]:
    raw = multibase.multibase_decode(text) if text.startswith("z") else b""
    if multibase.multibase_encode(raw) == text:
        if raw[:2] == multibase.ED25519_PUBLIC and len(raw) == 34:
            return "Ed25519", raw[2:]
        if raw[:2] == multibase.P256_PUBLIC and len(raw) == 35:
            return "P-256", raw[2:]
    return "", b""


def _jwk(jwk: Mapping[str, Any]) -> tuple[str, bytes]:
    if "d" in jwk:
        raise MalformedInput("a private key was published")
    kty, curve = jwk.get("kty"), jwk.get("crv")
    if kty == "OKP" and curve == "Ed25519" and isinstance(jwk.get("x"), str):
        raw = multibase.base64url_decode(jwk["x"])
        if len(raw) == 32:
            return "Ed25519", raw
    if kty == "EC" and curve == "P-256":
        return "P-256", b""
    if kty == "RSA":
        return "RSA", b""
    return "", b""
