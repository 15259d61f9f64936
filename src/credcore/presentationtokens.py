"""Presentations as tokens: ``vp+jwt`` (VC-JOSE-COSE section 3.2.2), and VCDM 1.1's ``vp`` claim when read.

The token's ``nonce`` is the verifier's challenge and its ``aud`` the verifier, as OpenID for Verifiable
Presentations has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from credcore import did, jose
from credcore.contexts import VC_V2
from credcore.errors import MalformedInput, ProofError
from credcore.keys import Signer
from credcore.period import within
from credcore.validation import types_of

ENVELOPE: Final = "EnvelopedVerifiablePresentation"
_TYPES: Final = frozenset({"vp+jwt", "vp+ld+jwt", "application/vp+jwt"})
_OLD_TYPES: Final = frozenset({None, "jwt"})
_MEDIA: Final = frozenset({"data:application/vp+jwt", "data:application/vp-ld+jwt"})
_CLAIMS: Final = jose.CLAIMS | {"vp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationToken:
    """A presentation's token, read but not yet checked."""

    document: dict[str, Any]
    holder: str
    nonce: str | None
    audience: tuple[str, ...]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    signed_at: datetime | None
    compact: jose.Compact


def issue_presentation_token(
    presentation: Mapping[str, Any],
    signer: Signer,
    *,
    created: datetime,
    challenge: str,
    audience: str,
    lifetime: timedelta = timedelta(minutes=10),
) -> str:
    """The presentation as ``vp+jwt`` for one verifier and one request.

    Refuses (MalformedInput) an empty challenge or audience, a presentation that is already signed or uses a name
    that is a token's own, and one whose holder is not the signer's DID.
    """
    if not challenge or not audience:
        raise MalformedInput("a presentation answers a challenge from an audience")
    if "VerifiablePresentation" not in types_of(presentation) or "proof" in presentation:
        raise MalformedInput("only an unsigned presentation becomes a token")
    if taken := sorted(_CLAIMS & presentation.keys()):
        raise MalformedInput(f"{taken[0]} is a token's own name")
    holder = did.did_of(signer.verification_method)
    if holder_of(presentation) not in (None, holder):
        raise MalformedInput("only the holder signs a presentation")
    payload = {
        **presentation,
        "iss": holder,
        "iat": int(created.timestamp()),
        "exp": int((created + lifetime).timestamp()),
        "nonce": challenge,
        "aud": audience,
    }
    return jose.sign_compact({"typ": "vp+jwt", "cty": "vp"}, payload, signer)


def enveloped(token: str) -> dict[str, Any]:
    """The token as an object (VCDM 2.0 section 4.13.2)."""
    return {"@context": [VC_V2], "id": f"data:application/vp+jwt,{token}", "type": ENVELOPE}


def token_in(envelope: Mapping[str, Any]) -> bytes | None:
    """The token in an ``EnvelopedVerifiablePresentation``; None for any other object."""
    if ENVELOPE not in types_of(envelope):
        return None
    address = envelope.get("id")
    media, _, token = address.partition(",") if isinstance(address, str) else ("", "", "")
    if media not in _MEDIA:
        raise MalformedInput("the id of an envelope is a data: URL with a token in it")
    return token.encode("utf-8", errors="replace")


def holder_of(presentation: Mapping[str, Any]) -> Any:
    """The holder's id, whether written as a string or as an object; None if nobody is named."""
    holder = presentation.get("holder")
    return holder.get("id") if isinstance(holder, Mapping) else holder


def read_presentation_token(text: bytes) -> PresentationToken:
    """Reads a token; raises MalformedInput for anything else, ProofError where its claims contradict it."""
    compact = jose.read_compact(text)
    payload = compact.payload
    inner = payload.get("vp")
    typ = compact.header.get("typ")
    types = _TYPES if inner is None else _OLD_TYPES
    if (typ.lower() if isinstance(typ, str) else typ) not in types:
        raise ProofError("the token is for another purpose", code="proof_purpose")
    if inner is None:
        document = {name: value for name, value in payload.items() if name not in _CLAIMS}
    elif isinstance(inner, dict):
        document = dict(inner)
    else:
        raise MalformedInput("the token's presentation is not an object")
    if "VerifiablePresentation" not in types_of(document):
        raise MalformedInput("the token holds no presentation")
    named, issuer = holder_of(document), payload.get("iss")
    if named is not None and issuer is not None and named != issuer:
        raise ProofError("the token's iss contradicts the holder", code="claims")
    holder = issuer if named is None else named
    if not isinstance(holder, str):
        raise ProofError("the token names no holder", code="not_the_holder")
    nonce, audience = payload.get("nonce"), payload.get("aud", [])
    listed = audience if isinstance(audience, list) else [audience]
    if (nonce is not None and not isinstance(nonce, str)) or not all(isinstance(a, str) for a in listed):
        raise MalformedInput("nonce and aud are strings (RFC 7519 section 4.1.3)")
    moments = {name: jose.moment_of(payload[name]) for name in ("nbf", "exp", "iat") if name in payload}
    return PresentationToken(
        document=document,
        holder=holder,
        nonce=nonce,
        audience=tuple(listed),
        starts=tuple(moments[name] for name in ("nbf",) if name in moments),
        ends=tuple(moments[name] for name in ("exp",) if name in moments),
        signed_at=moments.get("iat", moments.get("nbf")),
        compact=compact,
    )


def check_presentation_token(token: PresentationToken, document: Mapping[str, Any], now: datetime) -> None:
    """Returns if the token is in time and its signature the holder's; raises ProofError otherwise.

    ``document`` is the holder's DID document. Whom the token is for, the caller compares.
    """
    place = within(token.starts, token.ends, now)
    if place != "ok":
        raise ProofError(f"the token is {place.replace('_', ' ')}", code="proof_expired")
    method = jose.method_of(token.compact.header, token.holder, document, "authentication")
    key = did.find_key(document, method, "authentication")
    key.require_usable(token.signed_at)
    jose.verify_token(token.compact, key, _TYPES | _OLD_TYPES)
