"""DIDs, documents and key history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from credcore import did
from credcore.errors import CredentialError, MalformedInput, NotFound, ProofError
from credcore.keys import Ed25519Key
from tests.credcore.samples import NOW

KEY = Ed25519Key.from_seed(bytes(32))


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
    ],
)
def test_did_web_addresses(name: str, url: str) -> None:
    assert did.did_web_url(name) == url
    assert did.did_web(url) == name


@pytest.mark.parametrize(
    "name",
    [
        "did:web:",
        "did:web:example.com:..:secret",
        "did:web:example.com:%2e%2e:x",
        "did:web:example.com:a%2Fb",
        "did:web:user@example.com",
        "did:web:example.com:a b",
        "did:web:[::1]",
        "did:key:z6Mk",
        "did:web:example.com::x",
    ],
)
def test_did_web_traps(name: str) -> None:
    with pytest.raises(MalformedInput):
        did.did_web_url(name)


def test_did_web_only_lives_at_https() -> None:
    for url in ("http://a.example/", "https://u@a.example/x", "https://a.example/x?y", "ftp://a"):
        with pytest.raises(MalformedInput):
            did.did_web(url)


def test_did_key_is_its_own_document() -> None:
    document = did.resolve(KEY.did_key, None)
    key = did.find_key(document, f"{KEY.did_key}#{KEY.public_multikey}")
    assert (key.kind, key.public_key) == ("Ed25519", KEY.public_key)
    for wrong in ("did:key:", "did:key:zzz", f"did:key:{KEY.public_multikey}x", "did:key:u6Mk"):
        with pytest.raises(CredentialError):
            did.resolve(wrong, None)


def test_a_document_keeps_its_past_keys() -> None:
    other = Ed25519Key.from_seed(bytes([1]) * 32)
    document = did.build_did_document(
        "did:web:a.example",
        [
            did.KeyWindow(fragment="k1", public_key=KEY.public_key, valid_until=NOW),
            did.KeyWindow(
                fragment="k2", public_key=other.public_key, valid_from=NOW, revoked=NOW + timedelta(9)
            ),
        ],
    )
    old = did.find_key(document, "did:web:a.example#k1")
    old.require_usable(NOW)
    new = did.find_key(document, "did:web:a.example#k2")
    new.require_usable(NOW)
    for key, moment in (
        (old, NOW + timedelta(1)),
        (old, None),
        (new, NOW - timedelta(1)),
        (new, NOW + timedelta(9)),
    ):
        with pytest.raises(ProofError):
            key.require_usable(moment)
    with pytest.raises(MalformedInput):
        did.build_did_document(
            "did:web:a.example", [did.KeyWindow(fragment="k", public_key=KEY.public_key)] * 2
        )


def test_only_granted_keys_count() -> None:
    document = did.build_did_document(
        "did:web:a.example", [did.KeyWindow(fragment="k1", public_key=KEY.public_key)]
    )
    method = "did:web:a.example#k1"
    assert did.find_key({**document, "assertionMethod": ["#k1"]}, method).public_key == KEY.public_key
    embedded = {**document, "verificationMethod": [], "assertionMethod": document["verificationMethod"]}
    assert did.find_key(embedded, method).public_key == KEY.public_key
    stranger = dict(document["verificationMethod"][0], controller="did:web:b.example")
    for wrong in (
        {**document, "assertionMethod": []},
        {**document, "assertionMethod": None},
        {**document, "verificationMethod": "x"},
        {**document, "verificationMethod": [stranger]},
        {**document, "verificationMethod": document["verificationMethod"] * 2},
    ):
        with pytest.raises(ProofError):
            did.find_key(wrong, method)


def test_a_document_about_somebody_else_is_refused() -> None:
    documents = {"did:web:a.example": {"id": "did:web:b.example"}}
    with pytest.raises(ProofError):
        did.resolve("did:web:a.example", did.StaticResolver(documents))
    with pytest.raises(NotFound):
        did.resolve("did:web:c.example", did.StaticResolver(documents))


def test_published_private_keys_and_odd_kinds_are_refused() -> None:
    method = {"id": "did:web:a#k", "type": "JsonWebKey", "controller": "did:web:a"}
    for jwk in (
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "A", "d": "A"},
    ):
        document = {"id": "did:web:a", "assertionMethod": [{**method, "publicKeyJwk": jwk}]}
        with pytest.raises(ProofError):
            did.find_key(document, "did:web:a#k")
