"""Secrets at rest: sealed under the installation's issuer secret, each for one purpose and one row."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


class SealBroken(Exception):
    """A sealed value does not open: another issuer secret, another row, or damage."""


def seal(plain: bytes, *, purpose: str, row: bytes) -> bytes:
    """Encrypt and authenticate (XSalsa20-Poly1305) under a key that only this purpose and row have.

    A sealed value that is copied into another row does not open there. Every call gives other bytes.
    """
    return bytes(_box(purpose, row).encrypt(plain))


def unseal(sealed: bytes, *, purpose: str, row: bytes) -> bytes:
    """The inverse; raises SealBroken."""
    try:
        return _box(purpose, row).decrypt(bytes(sealed))
    except (CryptoError, ValueError) as error:
        raise SealBroken(
            f"a {purpose} does not open: is NAITE_ISSUER_KEY_SECRET the one it was made with?"
        ) from error


def _box(purpose: str, row: bytes) -> SecretBox:
    derived = HKDF(
        algorithm=SHA256(), length=32, salt=b"naite sealing v1", info=purpose.encode() + b"\0" + row
    )
    return SecretBox(derived.derive(settings.ISSUER_KEY_SECRET.encode()))
