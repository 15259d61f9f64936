"""Signing keys, and the interface behind which a hardware module can hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import nacl.bindings
import nacl.utils

from credcore import ed25519, multibase
from credcore.errors import MalformedInput


@runtime_checkable
class Signer(Protocol):
    """Anything that can sign: a key in memory, an HSM, a remote signing service.

    ``verification_method`` is the DID URL that verifiers will look up, ``alg`` the JOSE name of the
    algorithm (``EdDSA``, ``ES256``, ``RS256``); ``sign`` returns the raw signature over exactly these bytes.
    """

    @property
    def verification_method(self) -> str: ...

    @property
    def alg(self) -> str: ...

    def sign(self, data: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """An Ed25519 key pair (RFC 8032). Its ``repr`` never shows the seed."""

    seed: bytes
    public_key: bytes
    _secret: bytes

    @classmethod
    def generate(cls) -> Ed25519Key:
        """A new key from the operating system's random source."""
        return cls.from_seed(nacl.utils.random(nacl.bindings.crypto_sign_SEEDBYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Ed25519Key:
        """The key that belongs to a seed of 32 bytes; the same seed always gives the same key."""
        if len(seed) != nacl.bindings.crypto_sign_SEEDBYTES:
            raise MalformedInput("an Ed25519 seed has 32 bytes")
        public, secret = nacl.bindings.crypto_sign_seed_keypair(bytes(seed))
        return cls(seed=bytes(seed), public_key=public, _secret=secret)

    @property
    def public_multikey(self) -> str:
        """``z6Mk…`` (Controlled Identifiers 1.0, section 2.2.2)."""
        return public_multikey(self.public_key)

    @property
    def did_key(self) -> str:
        """The did:key DID of this key."""
        return f"did:key:{self.public_multikey}"

    def sign(self, data: bytes) -> bytes:
        """The 64 signature bytes over ``data``; deterministic."""
        return ed25519.sign(data, self._secret)

    def signer(self, verification_method: str | None = None) -> Ed25519Signer:
        """A signer under the given DID URL; without one, under the key's own did:key."""
        method = verification_method or f"{self.did_key}#{self.public_multikey}"
        return Ed25519Signer(verification_method=method, key=self)

    def __repr__(self) -> str:
        return f"Ed25519Key({self.public_multikey})"


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A key in memory together with the DID URL under which it is published."""

    verification_method: str
    key: Ed25519Key

    @property
    def alg(self) -> str:
        return "EdDSA"

    def sign(self, data: bytes, /) -> bytes:
        return ed25519.sign(data, self.key._secret)

    def sign_many(self, messages: Sequence[bytes], /) -> list[bytes]:
        """As ``sign`` for each; a signer need not have this, a batch is faster with it."""
        return ed25519.sign_many(messages, self.key._secret)


def public_multikey(public_key: bytes) -> str:
    """The Multikey string of a raw Ed25519 public key."""
    return multibase.multibase_encode(multibase.ED25519_PUBLIC + public_key)


def ed25519_verify(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """True if the signature is good (libsodium's strict rules: canonical, no small-order points)."""
    return ed25519.verify(public_key, signature, data)
