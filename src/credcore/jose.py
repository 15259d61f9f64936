"""Credentials as JSON Web Tokens: VC-JOSE-COSE (``vc+jwt``), Open Badges 3.0 section 8.2, and VCDM 1.1's ``vc``.

EdDSA, ES256 and RS256 are issued and verified. What the token's claims say must not contradict the credential
inside; a token may repeat a claim, never change it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from credcore import did, jsonio, multibase
from credcore.errors import CredentialError, MalformedInput, ProofError
from credcore.instants import format_instant, parse_instant
from credcore.keys import Signer, ed25519_verify

_COMPACT: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KINDS: Final = {"EdDSA": "Ed25519", "Ed25519": "Ed25519", "ES256": "P-256", "RS256": "RSA"}
_TYPES: Final = frozenset({None, "jwt", "vc+jwt", "vc+ld+jwt", "application/vc+jwt"})
# Names that a token uses for itself.
CLAIMS: Final = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud", "vc", "cnf", "nonce"})
_SMALLEST_RSA: Final = 2048
_ES256: Final = ECAlgorithm(ECAlgorithm.SHA256)
_RS256: Final = RSAAlgorithm(RSAAlgorithm.SHA256)


@dataclass(frozen=True, slots=True)
class JwkSigner:
    """A P-256 or RSA key in memory together with the DID URL under which it is published."""

    verification_method: str
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @classmethod
    def of(cls, verification_method: str, key: PrivateKeyTypes) -> JwkSigner:
        """Refuses other curves and RSA keys of less than 2048 bits."""
        if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
            return cls(verification_method, key)
        if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _SMALLEST_RSA:
            return cls(verification_method, key)
        raise MalformedInput("only P-256 keys and RSA keys of 2048 bits or more sign tokens")

    @property
    def alg(self) -> str:
        return "ES256" if isinstance(self.key, ec.EllipticCurvePrivateKey) else "RS256"

    @property
    def public_jwk(self) -> dict[str, Any]:
        """The public half, as a DID document publishes it."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            jwk = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        else:
            jwk = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}

    def sign(self, data: bytes, /) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return bytes(_ES256.sign(data, self.key))
        return bytes(_RS256.sign(data, self.key))


class Compact(NamedTuple):
    """A compact JWS taken apart (RFC 7515 section 7.1); nothing of it is checked yet."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signing_input: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Token:
    """A credential's token, read but not yet checked."""

    header: dict[str, Any]
    document: dict[str, Any]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    signed_at: datetime | None
    signing_input: bytes
    signature: bytes


def is_token(text: bytes) -> bool:
    """True if the text looks like a compact JWS."""
    return bool(_COMPACT.fullmatch(text.strip()))


def issue_token(credential: dict[str, Any], signer: Signer, *, created: datetime) -> str:
    """The credential as ``vc+jwt``, with the registered claims that Open Badges 3.0 section 8.2.4 asks for."""
    if signer.alg not in _KINDS or "proof" in credential:
        raise MalformedInput("this cannot be signed as a token")
    issuer, subject = credential.get("issuer"), credential.get("credentialSubject")
    claims: dict[str, Any] = {
        "iss": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "jti": credential.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
        "iat": int(created.timestamp()),
        "nbf": _seconds(credential, "validFrom", "issuanceDate"),
        "exp": _seconds(credential, "validUntil", "expirationDate"),
    }
    payload = {**credential, **{name: value for name, value in claims.items() if value is not None}}
    return sign_compact({"typ": "vc+jwt", "cty": "vc"}, payload, signer)


def sign_compact(header: Mapping[str, Any], payload: Mapping[str, Any], signer: Signer) -> str:
    """The payload as a compact JWS; ``alg`` and ``kid`` are the signer's."""
    header = {"alg": signer.alg, **header, "kid": signer.verification_method}
    parts = [multibase.base64url_encode(orjson.dumps(part)) for part in (header, payload)]
    signing_input = ".".join(parts).encode("ascii")
    return f"{'.'.join(parts)}.{multibase.base64url_encode(signer.sign(signing_input))}"


def _seconds(credential: Mapping[str, Any], *names: str) -> int | None:
    found = next((credential[name] for name in names if name in credential), None)
    return int(parse_instant(found).timestamp()) if found is not None else None


def read_token(text: bytes) -> Token:
    """Reads a token; raises MalformedInput for anything else, ProofError where its claims contradict it."""
    header, payload, signing_input, signature = read_compact(text)
    document = _document(payload)
    starts = tuple(moment_of(payload[name]) for name in ("nbf",) if name in payload)
    ends = tuple(moment_of(payload[name]) for name in ("exp",) if name in payload)
    signed = payload.get("iat", payload.get("nbf"))
    return Token(
        header=header,
        document=document,
        starts=starts,
        ends=ends,
        signed_at=moment_of(signed) if signed is not None else _first_instant(document),
        signing_input=signing_input,
        signature=signature,
    )


def read_compact(text: bytes) -> Compact:
    """Takes a compact JWS of JSON apart; raises MalformedInput for anything else."""
    compact = text.strip()
    if len(compact) > jsonio.LARGEST_DOCUMENT or not _COMPACT.fullmatch(compact):
        raise MalformedInput("not a token")
    head, body, tail = compact.decode("ascii").split(".")
    return Compact(
        header=jsonio.loads(multibase.base64url_decode(head)),
        payload=jsonio.loads(multibase.base64url_decode(body)),
        signing_input=f"{head}.{body}".encode("ascii"),
        signature=multibase.base64url_decode(tail),
    )


def moment_of(value: Any) -> datetime:
    """A NumericDate (RFC 7519 section 2); raises MalformedInput for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedInput("a time in the token is not a number", code="date_time")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise MalformedInput("a time in the token is out of range", code="date_time") from None


def _first_instant(document: Mapping[str, Any]) -> datetime | None:
    found = next((document[name] for name in ("validFrom", "issuanceDate") if name in document), None)
    return parse_instant(found) if found is not None else None


def _document(payload: dict[str, Any]) -> dict[str, Any]:
    """The credential of a payload: the payload itself, or its ``vc`` claim (VCDM 1.1 section 6.3.1)."""
    inner = payload.get("vc")
    if inner is None:
        document = {name: value for name, value in payload.items() if name not in CLAIMS}
        fill = False
    elif isinstance(inner, dict):
        document, fill = dict(inner), True
    else:
        raise MalformedInput("the token's credential is not an object")
    subject = document.get("credentialSubject")
    issuer = document.get("issuer")
    said = {
        "iss": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "jti": document.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
    }
    for claim, value in said.items():
        if claim in payload and value is not None and payload[claim] != value:
            raise ProofError(f"the token's {claim} contradicts the credential", code="claims")
    if fill:
        _fill(document, payload, said)
    elif "iss" in payload and said["iss"] is None:
        raise ProofError("the credential names no issuer", code="claims")
    return document


def _fill(document: dict[str, Any], payload: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    if said["iss"] is None and "iss" in payload:
        document["issuer"] = payload["iss"]
    if said["jti"] is None and "jti" in payload:
        document["id"] = payload["jti"]
    subject = document.get("credentialSubject")
    if said["sub"] is None and "sub" in payload and isinstance(subject, dict):
        document["credentialSubject"] = {"id": payload["sub"], **subject}
    for claim, name in (("nbf", "issuanceDate"), ("exp", "expirationDate")):
        if claim in payload and name not in document:
            document[name] = format_instant(moment_of(payload[claim]))


def method_of(
    header: Mapping[str, Any], signer: str, document: Mapping[str, Any], purpose: str = "assertionMethod"
) -> str:
    """The verification method that signed: the header's ``kid``, read as a DID URL of the signer."""
    kid = header.get("kid")
    if kid is None or kid == signer:
        granted = document.get(purpose)
        if not isinstance(granted, list) or len(granted) != 1:
            raise ProofError("the token does not say which key signed it", code="unsupported_proof")
        only = granted[0]["id"] if isinstance(granted[0], Mapping) and "id" in granted[0] else granted[0]
        kid = only
    if not isinstance(kid, str) or kid.startswith(("https:", "http:")):
        raise ProofError("keys at plain addresses are not supported", code="unsupported_proof")
    if kid.startswith("did:"):
        if did.did_of(kid) != signer:
            raise ProofError("the signer is somebody else", code="not_the_issuer")
        return kid
    return f"{signer}#{kid.removeprefix('#')}"


def verify_token(token: Token | Compact, key: did.VerificationKey, types: Set[Any] = _TYPES) -> None:
    """Checks the signature; raises ProofError if it is not good or the algorithm does not fit the key.

    ``types`` are the ``typ`` that the token may have, so that one made for another purpose does not pass.
    """
    alg, typ = token.header.get("alg"), token.header.get("typ")
    if "crit" in token.header or not isinstance(alg, str) or alg not in _KINDS:
        raise ProofError("the token is signed in a way that is not supported", code="unsupported_proof")
    if (typ.lower() if isinstance(typ, str) else typ) not in types:
        raise ProofError("the token is for another purpose", code="proof_purpose")
    if _KINDS[alg] != key.kind:
        raise ProofError("the key does not fit the kind of signature", code="key_not_found")
    if not _good(alg, key, token.signing_input, token.signature):
        raise ProofError("the signature does not fit the content", code="signature")


def _good(alg: str, key: did.VerificationKey, data: bytes, signature: bytes) -> bool:
    if key.kind == "Ed25519":
        return ed25519_verify(key.public_key, signature, data)
    try:
        if alg == "ES256":
            if key.jwk is not None:
                public = _ES256.from_jwk(dict(key.jwk))
            else:
                public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public_key)
            if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(
                public.curve, ec.SECP256R1
            ):
                return False
            return bool(_ES256.verify(data, public, signature))
        rsa_key = _RS256.from_jwk(dict(key.jwk or {}))
        if not isinstance(rsa_key, rsa.RSAPublicKey) or rsa_key.key_size < _SMALLEST_RSA:
            return False
        return bool(_RS256.verify(data, rsa_key, signature))
    except CredentialError:
        raise
    except Exception as error:  # a malformed published key fails in many ways
        raise ProofError(f"the issuer's key is malformed: {error}", code="key_malformed") from error
