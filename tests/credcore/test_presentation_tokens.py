"""A holder shows badges to one verifier in a token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from openvc.keys import Ed25519SigningKey
from openvc.proof.vp_jwt import VpJwtProofSuite

from credcore import jose, model, multibase
from credcore.did import KeyWindow, StaticResolver, build_did_document, did_key_document
from credcore.errors import MalformedInput, ProofError
from credcore.issue import issue_token
from credcore.keys import Ed25519Key
from credcore.presentations import PresentationReport, build_presentation, verify_presentation
from credcore.presentationtokens import (
    check_presentation_token,
    enveloped,
    issue_presentation_token,
    read_presentation_token,
)
from credcore.verify import Resolvers, verify
from tests.credcore.samples import ISSUER, NOW, World, achievement, credential

HOLDER = Ed25519Key.from_seed(bytes([7]) * 32)
NONCE, VERIFIER = "한 번만 쓰는 말", "https://jobs.example"


def badge(holder: str = HOLDER.did_key) -> dict[str, Any]:
    subject = model.AchievementSubject(id=holder, achievement=achievement())
    return credential(subject=subject)


def shown(*badges: Any, **changes: Any) -> str:
    presentation = build_presentation([], holder=HOLDER.did_key, id="urn:uuid:show")
    presentation["verifiableCredential"] = list(badges or [World().issue(badge())])
    values: dict[str, Any] = {"created": NOW, "challenge": NONCE, "audience": VERIFIER, **changes}
    return issue_presentation_token(presentation, HOLDER.signer(), **values)


def check(token: Any, **changes: Any) -> PresentationReport:
    values: dict[str, Any] = {"challenge": NONCE, "domain": VERIFIER, "now": NOW}
    values["resolvers"] = World().resolvers
    data = orjson.dumps(token) if isinstance(token, dict) else token.encode()
    return verify_presentation(data, **{**values, **changes})


def forged(token: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """The same with other claims, signed by the holder all the same."""
    compact = jose.read_compact(token.encode())
    payload = {name: value for name, value in {**compact.payload, **claims}.items() if value is not None}
    return jose.sign_compact({**compact.header, **(header or {})}, payload, HOLDER.signer())


def test_shown_for_this_request_bare_and_in_an_envelope() -> None:
    token = shown()
    for form in (token, enveloped(token), f" {token}\n"):
        report = check(form)
        assert (report.outcome, report.holder, report.belong_to_holder) == ("valid", HOLDER.did_key, True)
        assert [r.verdict for r in report.credentials] == ["valid"]


def test_the_token_is_what_the_specification_says() -> None:
    token = shown()
    header = jwt.get_unverified_header(token)
    assert header == {
        "alg": "EdDSA",
        "typ": "vp+jwt",
        "cty": "vp",
        "kid": HOLDER.signer().verification_method,
    }
    key = Ed25519PublicKey.from_public_bytes(HOLDER.public_key)
    untimed = {"verify_exp": False, "verify_iat": False}
    payload = jwt.decode(token, key, ["EdDSA"], audience=VERIFIER, options=untimed)  # type: ignore[arg-type]
    assert (payload["nonce"], payload["iss"], payload["holder"]) == (NONCE, HOLDER.did_key, HOLDER.did_key)
    assert payload["exp"] - payload["iat"] == 600
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, key, ["EdDSA"], audience="https://other.example", options=untimed)  # type: ignore[arg-type]


def test_badges_in_tokens_too() -> None:
    token = issue_token(badge(), World().signer, created=NOW)
    envelope = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{token}",
        "type": "EnvelopedVerifiableCredential",
    }
    report = check(shown(token, envelope, World().issue(badge())))
    assert [item.verdict for item in report.credentials] == ["valid"] * 3
    assert report.outcome == "valid"


@pytest.mark.parametrize(
    "changes",
    [
        {"challenge": "another"},
        {"challenge": ""},
        {"domain": "https://other.example"},
        {"domain": ""},
        {"now": NOW + timedelta(minutes=11)},
    ],
    ids=["replayed", "no challenge", "passed on", "no domain", "late"],
)
def test_shown_a_second_time_to_somebody_else_or_too_late(changes: dict[str, Any]) -> None:
    assert check(shown(), **changes).outcome == "invalid"


def test_claims_and_headers_that_do_not_fit() -> None:
    token = shown()
    assert check(forged(token)).outcome == "valid"
    assert check(forged(token, aud=["https://a.example", VERIFIER])).outcome == "valid"
    assert check(forged(token, iss=None)).outcome == "valid"
    for claims in (
        {"nonce": None},
        {"nonce": 1},
        {"aud": None},
        {"aud": [1]},
        {"iss": World().signer.verification_method.split("#")[0]},
        {"iss": None, "holder": None},
        {"holder": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "iss": None},
        {"nbf": int(NOW.timestamp()) + 60},
        {"exp": "soon"},
        {"type": "VerifiableCredential"},
        {"vp": "x"},
        {"verifiableCredential": []},
    ):
        assert check(forged(token, **claims)).outcome == "invalid", claims
    for header in ({"typ": "vc+jwt"}, {"typ": "JWT"}, {"crit": ["x"]}, {"alg": "none"}):
        assert check(forged(token, header=header)).outcome == "invalid", header


def test_the_token_of_a_badge_is_no_presentation_nor_the_other_way_round() -> None:
    token = issue_token(badge(), World().signer, created=NOW)
    assert check(token).outcome == "invalid"
    assert verify(shown().encode(), resolvers=World().resolvers, now=NOW).outcome != "valid"


def test_who_may_sign() -> None:
    other = Ed25519Key.generate()
    presentation = build_presentation([World().issue(badge())], holder=HOLDER.did_key)
    values: dict[str, Any] = {"created": NOW, "challenge": NONCE, "audience": VERIFIER}
    with pytest.raises(MalformedInput):
        issue_presentation_token(presentation, other.signer(), **values)
    with pytest.raises(MalformedInput):
        issue_presentation_token({**presentation, "nonce": "x"}, HOLDER.signer(), **values)
    with pytest.raises(MalformedInput):
        issue_presentation_token({**presentation, "proof": {}}, HOLDER.signer(), **values)
    for changes in ({"challenge": ""}, {"audience": ""}):
        with pytest.raises(MalformedInput):
            issue_presentation_token(presentation, HOLDER.signer(), **{**values, **changes})
    # somebody else's key under the holder's name
    head, body, _ = shown().split(".")
    signature = multibase.base64url_encode(other.sign(f"{head}.{body}".encode()))
    assert check(f"{head}.{body}.{signature}").outcome == "invalid"


def test_a_holder_with_a_p256_key_and_one_that_may_not_authenticate() -> None:
    holder, key = "did:web:wallet.example", ec.generate_private_key(ec.SECP256R1())
    signer = jose.JwkSigner.of(f"{holder}#key-1", key)
    document = build_did_document(holder, [KeyWindow(fragment="key-1", jwk=signer.public_jwk)])
    token = issue_presentation_token(
        build_presentation([World().issue(badge(holder))], holder=holder),
        signer,
        created=NOW,
        challenge=NONCE,
        audience=VERIFIER,
    )
    world = World().resolvers.did
    assert world is not None

    def resolvers(found: dict[str, Any]) -> Resolvers:
        return Resolvers(did=StaticResolver({holder: found, ISSUER: world.resolve(ISSUER)}))

    assert check(token, resolvers=resolvers(document)).outcome == "valid"
    assert check(token, resolvers=resolvers({**document, "authentication": []})).outcome == "invalid"
    assert check(token, resolvers=Resolvers()).outcome == "unknown"


def test_openvc_shows_and_we_look() -> None:
    """It writes the older form, with the presentation in a claim of its own (VCDM 1.1 section 6.3.1)."""
    jwk = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": multibase.base64url_encode(HOLDER.public_key),
        "d": multibase.base64url_encode(HOLDER.seed),
    }
    key = Ed25519SigningKey.from_jwk(jwk, HOLDER.signer().verification_method)
    text = VpJwtProofSuite().sign([World().issue(badge())], holder_key=key, audience=VERIFIER, nonce=NONCE)
    token = read_presentation_token(text.encode())
    document = did_key_document(HOLDER.did_key)
    check_presentation_token(token, document, datetime.now(UTC) + timedelta(seconds=2))
    assert (token.holder, token.nonce, token.audience) == (HOLDER.did_key, NONCE, (VERIFIER,))
    head, body, tail = text.split(".")
    with pytest.raises(ProofError):
        other = read_presentation_token(f"{head}.{body}.{tail[:-6]}AAAAAA".encode())
        check_presentation_token(other, document, datetime.now(UTC) + timedelta(seconds=2))


SHOWN = shown()


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(SHOWN) - 1), st.text(max_size=3))
def test_damage_never_raises_nor_passes(position: int, noise: str) -> None:
    damaged = SHOWN[:position] + noise + SHOWN[position + 1 :]
    report = check(damaged.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert report.outcome != "valid" or damaged.strip() == SHOWN
