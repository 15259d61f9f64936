"""Multibase and multicodec, as far as Multikey, proof values and status lists need them.

Base58btc goes through gmpy2, which converts in C; a long hostile string is refused before that because the
conversion is quadratic.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Final

import gmpy2

from credcore.errors import MalformedInput

_ALPHABET: Final = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_GMP: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
_TO_58: Final = bytes.maketrans(_GMP, _ALPHABET)
_FROM_58: Final = bytes.maketrans(_ALPHABET, _GMP)
_LONGEST: Final = 4096

ED25519_PUBLIC: Final = b"\xed\x01"
ED25519_SECRET: Final = b"\x80\x26"
P256_PUBLIC: Final = b"\x80\x24"


def base58_encode(data: bytes) -> str:
    """Base58btc without the multibase prefix."""
    return _base58(data).decode("ascii")


def _base58(data: bytes) -> bytes:
    zeros = 0
    if data[:1] in (b"", b"\0"):
        zeros = len(data) - len(data.lstrip(b"\0"))
        if zeros == len(data):
            return b"1" * zeros
    digits: str = gmpy2.digits(gmpy2.mpz.from_bytes(data, "big"), 58)
    text = digits.encode("ascii").translate(_TO_58)
    return b"1" * zeros + text if zeros else text


def base58_decode(text: str) -> bytes:
    """The inverse; refuses characters outside the alphabet and absurd lengths."""
    if len(text) > _LONGEST:
        raise MalformedInput("base58 value is too long")
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError:
        raise MalformedInput("base58 value has a character outside its alphabet") from None
    if raw.translate(None, _ALPHABET):
        raise MalformedInput("base58 value has a character outside its alphabet")
    return base58_decode_checked(raw)


def base58_decode_checked(raw: bytes) -> bytes:
    """As ``base58_decode``, for text whose characters and length were checked before."""
    zeros = 0
    if raw[:1] in (b"", b"1"):
        zeros = len(raw) - len(raw.lstrip(b"1"))
        if zeros == len(raw):
            return bytes(zeros)
    number = gmpy2.mpz(raw.translate(_FROM_58), 58)
    data: bytes = number.to_bytes((number.bit_length() + 7) >> 3, "big")
    return bytes(zeros) + data if zeros else data


def base64url_encode(data: bytes) -> str:
    """RFC 4648 section 5 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


_URLSAFE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def base64url_decode(text: str) -> bytes:
    """Strict: no padding, no foreign characters, no unused bits (one spelling per value)."""
    if not _URLSAFE.issuperset(text):
        raise MalformedInput("base64url value has a character outside its alphabet")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise MalformedInput("base64url value has an impossible length") from None
    if base64url_encode(data[-3:] if len(data) % 3 == 0 else data[-(len(data) % 3) :]) != (
        text[-4:] if len(text) % 4 == 0 else text[-(len(text) % 4) :]
    ):
        raise MalformedInput("base64url value has unused bits set")
    return data


def multibase_encode(data: bytes) -> str:
    """Base58btc with its prefix ``z``."""
    return "z" + base58_encode(data)


def multibase_encode_many(items: Sequence[bytes]) -> list[bytes]:
    """As ``multibase_encode`` for each, as ASCII bytes."""
    if any(item[:1] in (b"", b"\0") for item in items):
        return [b"z" + _base58(item) for item in items]
    digits, number = gmpy2.digits, gmpy2.mpz.from_bytes
    lines = "\nz".join([digits(number(item, "big"), 58) for item in items])
    return (b"z" + lines.encode("ascii").translate(_TO_58)).split(b"\n") if items else []


def multibase_decode(text: str) -> bytes:
    """Reads ``z`` (base58btc) and ``u`` (base64url without padding); refuses other bases."""
    if text[:1] == "z":
        return base58_decode(text[1:])
    if text[:1] == "u":
        return base64url_decode(text[1:])
    raise MalformedInput("multibase value must start with z or u")


def multikey_decode(text: str, codec: bytes = ED25519_PUBLIC, length: int = 32) -> bytes:
    """The raw key behind a Multikey string of one codec (Controlled Identifiers 1.0, section 2.2.2)."""
    if text[:1] != "z":
        raise MalformedInput("a Multikey starts with z")
    raw = base58_decode(text[1:])
    if raw[: len(codec)] != codec or len(raw) != len(codec) + length:
        raise MalformedInput("the key is not of the expected kind")
    return raw[len(codec) :]
