"""The ring of keys, and values sealed under them.

``NAITE_SEAL_KEYS`` lists ``id:secret`` pairs; the first seals what is new, the others open what is old. Without it
(and for what was sealed before there was a ring) the one key is ``NAITE_ISSUER_KEY_SECRET``. A value sealed under a
named key begins with a mark, the length of the id and the id.
"""

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from nacl.bindings import crypto_secretbox, crypto_secretbox_NONCEBYTES, crypto_secretbox_open
from nacl.exceptions import CryptoError
from nacl.utils import random

_MARK = b"\x00nts"
_SALT = b"naite sealing v1"
_NONCE = crypto_secretbox_NONCEBYTES
# What values without a mark were sealed under.
UNNAMED = ""


class SealBroken(Exception):
    """A sealed value does not open: another secret, another row, or damage."""


def current_key() -> str:
    """Return the id of the key that seals what is new."""
    return next(iter(settings.SEAL_KEYS), UNNAMED)


def seal(plain: bytes, *, purpose: str, row: bytes) -> bytes:
    """Encrypt and authenticate (XSalsa20-Poly1305) under a key that only this purpose and row have.

    A sealed value that is copied into another row does not open there. Every call gives other bytes.
    """
    name = current_key()
    nonce = random(_NONCE)
    box = nonce + crypto_secretbox(plain, nonce, _row_key(secret_of(name), purpose, row))
    return _head(name) + box if name else box


def unseal(sealed: bytes, *, purpose: str, row: bytes) -> bytes:
    """The inverse, under whichever key of the ring it was made; raises SealBroken."""
    sealed = bytes(sealed)
    name = key_of(sealed)
    attempts = [(name, sealed[len(_MARK) + 1 + len(name) :])] if name else []
    # A value without a name may, once in four thousand million, begin like one with a name.
    attempts.append((UNNAMED, sealed))
    for key, box in attempts:
        try:
            return crypto_secretbox_open(box[_NONCE:], box[:_NONCE], _row_key(secret_of(key), purpose, row))
        except (CryptoError, ValueError, KeyError):
            continue
    secret = f"key ‘{name}’ of NAITE_SEAL_KEYS" if name else "NAITE_ISSUER_KEY_SECRET"
    raise SealBroken(f"a {purpose} does not open: is {secret} the one it was made with?")


def key_of(sealed: bytes) -> str:
    """Return the id of the key a value says it was sealed under, empty for values without a name."""
    start = len(_MARK) + 1
    head = bytes(sealed[: start + 32])
    if not head.startswith(_MARK) or len(head) < start:
        return UNNAMED
    return head[start : start + head[start - 1]].decode("ascii", "replace")


def _head(name: str) -> bytes:
    raw = name.encode("ascii")
    return _MARK + bytes([len(raw)]) + raw


def mac(text: str, *, purpose: str, key: str | None = None) -> str:
    """Return a keyed digest (hex) by which something is found again without being kept.

    Under the current key, or under one of ``key_names`` to find what was kept before the ring turned.
    """
    name = current_key() if key is None else key
    secret = secret_of(name)
    if name:
        secret = _mac_secret(secret, purpose)
    return hmac.new(secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=64)
def _mac_secret(secret: bytes, purpose: str) -> bytes:
    info = b"mac\0" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=info).derive(secret)


def key_names() -> list[str]:
    """Return the ids of all keys that may have been used, the current one first."""
    return list(dict.fromkeys([*settings.SEAL_KEYS, UNNAMED]))


def secret_of(name: str) -> bytes:
    """Return the secret of a key; raises KeyError for one that is not in the ring."""
    return (settings.SEAL_KEYS[name] if name else settings.ISSUER_KEY_SECRET).encode()


def _row_key(secret: bytes, purpose: str, row: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869) with its first half, which is the same for every row, done once."""
    return hmac.digest(_extracted(secret), purpose.encode() + b"\0" + row + b"\x01", "sha256")


@lru_cache(maxsize=16)
def _extracted(secret: bytes) -> bytes:
    return hmac.digest(_SALT, secret, "sha256")
