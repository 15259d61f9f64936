"""Keys and their spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcore import ed25519, multibase
from credcore.errors import MalformedInput
from credcore.keys import Ed25519Key, Signer, ed25519_verify

# RFC 8032 section 7.1: secret key, public key, message, signature
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_rfc_8032_vectors(seed: str, public: str, message: str, signature: str) -> None:
    key = Ed25519Key.from_seed(bytes.fromhex(seed))
    data = bytes.fromhex(message)
    assert key.public_key.hex() == public
    assert key.sign(data).hex() == signature
    assert ed25519_verify(key.public_key, bytes.fromhex(signature), data)
    assert not ed25519_verify(key.public_key, bytes.fromhex(signature), data + b"x")
    assert not ed25519_verify(key.public_key, bytes.fromhex(signature)[:-1], data)


def test_a_small_order_key_signs_nothing() -> None:
    """With such a key one signature would fit every message."""
    weak = bytes([1]) + bytes(31)
    assert not ed25519_verify(weak, bytes([1]) + bytes(63), b"anything")


def test_spellings_of_a_key() -> None:
    key = Ed25519Key.from_seed(bytes(32))
    assert key.public_multikey.startswith("z6Mk")
    assert key.did_key == f"did:key:{key.public_multikey}"
    assert multibase.multikey_decode(key.public_multikey) == key.public_key
    assert isinstance(key.signer("did:web:a#k"), Signer)
    assert key.signer().verification_method == f"{key.did_key}#{key.public_multikey}"
    assert key.seed.hex() not in repr(key)
    assert Ed25519Key.generate().seed != Ed25519Key.generate().seed


# draft-msporny-base58-03 section 5
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
        (b"\0\0", "11"),
    ],
)
def test_base58_vectors(data: bytes, text: str) -> None:
    assert multibase.base58_encode(data) == text
    assert multibase.base58_decode(text) == data


@given(st.binary(max_size=100))
def test_every_value_comes_back(data: bytes) -> None:
    assert multibase.multibase_decode(multibase.multibase_encode(data)) == data
    assert multibase.base64url_decode(multibase.base64url_encode(data)) == data


@pytest.mark.parametrize(
    "text", ["", "x123", "z0", "zI", "z한", "z" + "2" * 5000, "u=", "uA", "uAB", "u+/", "uAR"]
)
def test_misspelt_values_are_refused(text: str) -> None:
    with pytest.raises(MalformedInput):
        multibase.multibase_decode(text)


def test_a_key_needs_32_bytes() -> None:
    with pytest.raises(MalformedInput):
        Ed25519Key.from_seed(b"short")


def test_both_ways_to_libsodium_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    key = Ed25519Key.from_seed(bytes(32))
    messages = [b"", b"x", bytes(5000)]
    signatures = key.signer().sign_many(messages)
    damaged = bytes([signatures[1][0] ^ 1]) + signatures[1][1:]
    for library in (ed25519._lib, None):
        monkeypatch.setattr(ed25519, "_lib", library)
        assert [key.sign(message) for message in messages] == signatures == key.signer().sign_many(messages)
        for message, signature in zip(messages, signatures, strict=True):
            assert ed25519.verify(key.public_key, signature, message)
        assert not ed25519.verify(key.public_key, damaged, b"x")
        assert not ed25519.verify(key.public_key, signatures[1], b"y")
        assert not ed25519.verify(key.public_key[:31], signatures[1], b"x")
        assert not ed25519.verify(key.public_key, signatures[1][:63], b"x")
        # The neutral point as key and as R, which lax verifiers take for a signature of anything.
        neutral = b"\x01" + bytes(31)
        assert not ed25519.verify(neutral, neutral + bytes(32), b"x")
    assert key.signer().sign_many([]) == []
    with pytest.raises(ValueError, match="64"):
        ed25519.sign(b"x", bytes(32))
