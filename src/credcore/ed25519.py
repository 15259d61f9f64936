"""Ed25519 (RFC 8032) through libsodium, with as little around it as can be.

PyNaCl's functions copy each message several times; that is a tenth of what a badge may cost beyond its
signature. So its library is called as PyNaCl itself calls it. Verification follows libsodium's strict rules:
canonical encodings, no points of small order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import nacl.bindings
import nacl.exceptions

_ffi: Any = None
_lib: Any = None
try:
    from nacl._sodium import ffi as _ffi  # type: ignore[import-not-found, no-redef, unused-ignore]
    from nacl._sodium import lib as _lib  # type: ignore[import-not-found, no-redef, unused-ignore]
except ImportError:  # another build of PyNaCl; its public functions do the same, more slowly
    pass

SIGNATURE: Final = 64
PUBLIC_KEY: Final = 32
_SECRET_KEY: Final = 64


def sign(message: bytes, secret: bytes) -> bytes:
    """The 64 signature bytes; deterministic. ``secret`` is libsodium's: seed and public key."""
    return sign_many((message,), secret)[0]


def sign_many(messages: Sequence[bytes], secret: bytes) -> list[bytes]:
    """The signatures of many messages, in their order."""
    if len(secret) != _SECRET_KEY:
        raise ValueError("a secret key has 64 bytes")
    if _lib is None:
        return [nacl.bindings.crypto_sign(message, secret)[:SIGNATURE] for message in messages]
    # One buffer for all: nobody else sees it, so that threads cannot disturb each other.
    room = _ffi.new("unsigned char[]", SIGNATURE + max(map(len, messages), default=0))
    window = _ffi.buffer(room, SIGNATURE)
    call, null = _lib.crypto_sign, _ffi.NULL
    signatures: list[bytes] = []
    for message in messages:
        if call(room, null, message, len(message), secret):
            raise RuntimeError("libsodium could not sign")
        signatures.append(window[:])
    return signatures


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """True if the signature is good."""
    if len(signature) != SIGNATURE or len(public_key) != PUBLIC_KEY:
        return False
    signed = signature + message
    if _lib is not None:
        good: bool = _lib.crypto_sign_open(_ffi.NULL, _ffi.NULL, signed, len(signed), public_key) == 0
        return good
    try:
        nacl.bindings.crypto_sign_open(signed, public_key)
    except nacl.exceptions.BadSignatureError:
        return False
    return True
