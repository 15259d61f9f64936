"""Verifiable presentations: a holder shows badges to one verifier, who asked with a challenge.

The challenge keeps a presentation from being shown a second time, the domain from being passed on to somebody
else. The badges inside are verified like any other; whether they belong to the holder is told apart. A
presentation carries a Data Integrity proof, or it is a token (:mod:`credcore.presentationtokens`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from credcore import did, jose, jsonio, proofs
from credcore.contexts import VC_V2
from credcore.errors import CredentialError, MalformedInput, NotFound, ProofError, Unavailable
from credcore.instants import parse_instant
from credcore.keys import Signer
from credcore.presentationtokens import (
    PresentationToken,
    check_presentation_token,
    holder_of,
    read_presentation_token,
    token_in,
)
from credcore.report import Outcome, Report
from credcore.validation import types_of
from credcore.verify import Resolvers, verify

_MOST_CREDENTIALS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationReport:
    """What a presentation is worth: the holder's proof, and each badge by itself.

    ``outcome`` is valid only if the holder's proof is good and every badge is valid and the holder's own.
    """

    outcome: Outcome
    holder: str | None
    ko: str
    en: str
    detail: str
    credentials: tuple[Report, ...]
    belong_to_holder: bool


_SENTENCES: Final = {
    "ok": ("보여 준 사람의 서명이 맞습니다.", "The holder's signature is good."),
    "malformed": ("보여 준 내용을 읽을 수 없습니다.", "What was shown cannot be read."),
    "failed": (
        "보여 준 사람의 서명이 맞지 않거나 이번 요청에 대한 것이 아닙니다.",
        "The holder's signature is not good, or not for this request.",
    ),
    "unavailable": (
        "보여 준 사람의 공개 열쇠를 불러오지 못했습니다.",
        "The holder's public key could not be loaded.",
    ),
}


def build_presentation(
    credentials: Sequence[Mapping[str, Any]], *, holder: str, id: str | None = None
) -> dict[str, Any]:
    """An unsigned presentation of signed credentials (VCDM 2.0 section 4.13)."""
    document: dict[str, Any] = {"@context": [VC_V2], "type": ["VerifiablePresentation"]}
    if id is not None:
        document["id"] = id
    document["holder"] = holder
    document["verifiableCredential"] = [dict(credential) for credential in credentials]
    return document


def sign_presentation(
    presentation: dict[str, Any],
    signer: Signer,
    *,
    created: datetime,
    challenge: str,
    domain: str,
    cryptosuite: str = proofs.EDDSA_RDFC_2022,
) -> dict[str, Any]:
    """The presentation signed for one request; refuses an empty challenge or domain."""
    if not challenge or not domain:
        raise MalformedInput("a presentation answers a challenge from a domain")
    return proofs.sign(
        presentation,
        signer,
        created=created,
        purpose="authentication",
        cryptosuite=cryptosuite,
        extra={"challenge": challenge, "domain": domain},
    )


def verify_presentation(
    data: bytes, *, challenge: str, domain: str, resolvers: Resolvers, now: datetime
) -> PresentationReport:
    """Verifies a presentation made for this challenge and domain, and each badge in it. Never raises.

    Takes JSON with a proof, a token (``vp+jwt``), or a token in an ``EnvelopedVerifiablePresentation``; for
    tokens the challenge is their ``nonce`` and the domain one of their ``aud``.
    """
    try:
        document, token = read_presentation(data)
        badges = _credentials(document)
    except ProofError as error:
        return _report("invalid", "failed", f"{error} [{error.code}]")
    except (CredentialError, RecursionError) as error:
        return _report("invalid", "malformed", str(error))
    holder = holder_of(document) if token is None else token.holder
    try:
        if token is None:
            _check(document, holder, challenge, domain, resolvers, now)
        else:
            _check_token(token, challenge, domain, resolvers, now)
    except (Unavailable, NotFound) as error:
        return _report("unknown", "unavailable", str(error))
    except CredentialError as error:
        return _report("invalid", "failed", f"{error} [{error.code}]")
    except Exception as error:  # a resolver may fail in any way
        return _report("unknown", "unavailable", f"{type(error).__name__}: {error}")
    reports = tuple(verify(badge, resolvers=resolvers, now=now) for badge in badges)
    own = all(_subject(report) == holder for report in reports)
    outcomes = {report.outcome for report in reports}
    outcome: Outcome = "valid"
    if "invalid" in outcomes or not own:
        outcome = "invalid"
    elif "unknown" in outcomes:
        outcome = "unknown"
    ko, en = _SENTENCES["ok"]
    return PresentationReport(
        outcome=outcome, holder=holder, ko=ko, en=en, detail="", credentials=reports, belong_to_holder=own
    )


def read_presentation(data: bytes) -> tuple[dict[str, Any], PresentationToken | None]:
    """The presentation of a text: JSON, a token, or a token in an envelope (VCDM 2.0 section 4.13.2)."""
    text: bytes | None = data
    if not jose.is_token(data):
        document = jsonio.loads(data)
        text = token_in(document)
        if text is None:
            return document, None
    token = read_presentation_token(text or b"")
    return token.document, token


def _report(outcome: Outcome, reason: str, detail: str) -> PresentationReport:
    ko, en = _SENTENCES[reason]
    return PresentationReport(
        outcome=outcome, holder=None, ko=ko, en=en, detail=detail, credentials=(), belong_to_holder=False
    )


def _credentials(document: Mapping[str, Any]) -> list[bytes]:
    if "VerifiablePresentation" not in types_of(document):
        raise MalformedInput("not a presentation")
    value = document.get("verifiableCredential", [])
    listed = value if isinstance(value, list) else [value]
    if not listed or len(listed) > _MOST_CREDENTIALS:
        raise MalformedInput("a presentation shows between one and a hundred credentials")
    return [item.encode("utf-8") if isinstance(item, str) else orjson.dumps(item) for item in listed]


def _subject(report: Report) -> str | None:
    subject = report.credential.get("credentialSubject") if report.credential else None
    value = subject.get("id") if isinstance(subject, dict) else None
    return value if isinstance(value, str) else None


def _check(
    document: dict[str, Any],
    holder: Any,
    challenge: str,
    domain: str,
    resolvers: Resolvers,
    now: datetime,
) -> None:
    """The holder's one proof: for this request, by a key that the holder publishes for signing in."""
    found = proofs.proofs_of(document)
    proof = found[0]
    if len(found) != 1 or proofs.suite_of(proof) is None or "previousProof" in proof:
        raise ProofError("a presentation carries one proof of a known kind", code="unsupported_proof")
    if not challenge or proof.get("challenge") != challenge:
        raise ProofError("the presentation answers another challenge", code="challenge")
    if not domain or domain not in (proof.get("domain"), *_listed(proof.get("domain"))):
        raise ProofError("the presentation was made for somebody else", code="domain")
    if "expires" in proof and now > parse_instant(proof["expires"]):
        raise ProofError("the proof itself has expired", code="proof_expired")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or did.did_of(method) != holder:
        raise ProofError("the signer is not the holder", code="not_the_holder")
    key = did.find_key(did.resolve(holder, resolvers.did), method, "authentication")
    if key.kind != "Ed25519":
        raise ProofError("the key does not fit the kind of signature", code="key_not_found")
    key.require_usable(parse_instant(proof["created"]) if "created" in proof else None)
    proofs.verify_one(document, proof, key.public_key, purpose="authentication", contexts=resolvers.contexts)


def _check_token(
    token: PresentationToken, challenge: str, domain: str, resolvers: Resolvers, now: datetime
) -> None:
    if not challenge or token.nonce != challenge:
        raise ProofError("the presentation answers another challenge", code="challenge")
    if not domain or domain not in token.audience:
        raise ProofError("the presentation was made for somebody else", code="domain")
    did.did_of(token.holder)
    check_presentation_token(token, did.resolve(token.holder, resolvers.did), now)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
