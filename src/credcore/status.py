"""Bitstring Status List 1.0: revoking and suspending without saying who.

A list is a signed credential that holds one bit (or a few) per badge. Which place a badge gets is random, so
that neighbours tell nothing about each other.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from credcore import contexts, multibase
from credcore.errors import InvalidDocument, MalformedInput
from credcore.instants import format_instant
from credcore.validation import types_of

STATUS_ENTRY: Final = "BitstringStatusListEntry"
SMALLEST_LIST: Final = 131_072
LARGEST_LIST: Final = 134_217_728
_LARGEST_ENCODED: Final = 32 * 1024 * 1024


class Bitstring:
    """Places of ``width`` bits each, the first one leftmost (Bitstring Status List 1.0, section 3)."""

    __slots__ = ("_bytes", "size", "width")

    def __init__(self, size: int = SMALLEST_LIST, *, width: int = 1, data: bytes | None = None) -> None:
        if width not in (1, 2, 4, 8):
            raise MalformedInput("a status has 1, 2, 4 or 8 bits")
        if size < 1 or size * width > LARGEST_LIST or (size * width) % 8:
            raise MalformedInput("a status list has an impossible size")
        self.size = size
        self.width = width
        self._bytes = bytearray(data) if data is not None else bytearray(size * width // 8)
        if len(self._bytes) * 8 != size * width:
            raise MalformedInput("a status list has an impossible size")

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < self.size:
            raise MalformedInput("the status index lies outside of the list", code="status_range")
        bit = index * self.width
        return bit >> 3, 8 - self.width - (bit & 7)

    def get(self, index: int) -> int:
        """The value at a place; refuses places outside of the list."""
        byte, shift = self._place(index)
        return (self._bytes[byte] >> shift) & ((1 << self.width) - 1)

    def set(self, index: int, value: int = 1) -> None:
        """Writes a value; repeating is safe."""
        if not 0 <= value < 1 << self.width:
            raise MalformedInput("the status value does not fit")
        byte, shift = self._place(index)
        mask = ((1 << self.width) - 1) << shift
        self._bytes[byte] = (self._bytes[byte] & ~mask & 0xFF) | (value << shift)

    def to_bytes(self) -> bytes:
        """The uncompressed bits."""
        return bytes(self._bytes)

    def encode(self) -> str:
        """``u`` and the base64url of the gzipped bits; the same bits always give the same text."""
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        return "u" + multibase.base64url_encode(packer.compress(bytes(self._bytes)) + packer.flush())

    @classmethod
    def decode(cls, encoded: str, *, width: int = 1, smallest: int = SMALLEST_LIST) -> Bitstring:
        """The inverse; refuses bombs, trailing data and lists too short to hide anybody."""
        if not encoded.startswith("u") or len(encoded) > _LARGEST_ENCODED:
            raise MalformedInput("a status list is not in base64url", code="status_list")
        packed = multibase.base64url_decode(encoded[1:])
        try:
            unpacker = zlib.decompressobj(31)
            data = unpacker.decompress(packed, LARGEST_LIST // 8 + 1)
        except zlib.error:
            raise MalformedInput("a status list is not gzip", code="status_list") from None
        if not unpacker.eof or unpacker.unused_data or len(data) > LARGEST_LIST // 8:
            raise MalformedInput("a status list is cut off or too large", code="status_list")
        if width not in (1, 2, 4, 8):
            raise MalformedInput("a status has 1, 2, 4 or 8 bits", code="status_list")
        size = len(data) * 8 // width
        if size < smallest:
            raise MalformedInput("a status list is shorter than allowed", code="status_list")
        return cls(size, width=width, data=data)


@dataclass(frozen=True, slots=True)
class IndexPermutation:
    """Random places without replacement, in constant time however full the list is.

    ``index(0)``, ``index(1)``, … walks all places of the list once, in an order that nobody without the key
    can foretell: a four-round Feistel network over the next power of four, walked again until it lands inside
    the list (fewer than four steps on average). Keep the key with the list and count the places given out.
    """

    size: int
    key: bytes

    def index(self, counter: int) -> int:
        """The place of the ``counter``-th badge; refuses a counter beyond the list."""
        if not 0 <= counter < self.size:
            raise MalformedInput("the status list is full", code="status_full")
        return self._walk(counter, self._keyed())

    def indexes(self, first: int, count: int) -> list[int]:
        """The places of ``count`` badges from the ``first``-th on; as ``index`` of each, faster."""
        if count and not 0 <= first <= first + count <= self.size:
            raise MalformedInput("the status list is full", code="status_full")
        half = self._half()
        if count < _WORTH_TABLES or half > _LARGEST_TABLE:
            keyed = self._keyed()
            return [self._walk(counter, keyed) for counter in range(first, first + count)]
        return _walked(range(first, first + count), self.size, half, _tables(self.key[:64], half))

    def _keyed(self) -> hashlib.blake2b:
        return hashlib.blake2b(digest_size=8, key=self.key[:64])

    def _half(self) -> int:
        return max(1, ((self.size - 1).bit_length() + 1) // 2)

    def _walk(self, value: int, keyed: hashlib.blake2b) -> int:
        half = self._half()
        mask = (1 << half) - 1
        while True:
            left, right = value >> half, value & mask
            for turn in _TURNS:
                state = keyed.copy()
                state.update(right.to_bytes(8, "big") + turn)
                left, right = right, left ^ (int.from_bytes(state.digest(), "big") & mask)
            value = left << half | right
            if value < self.size:
                return value


_TURNS: Final = (b"\0", b"\1", b"\2", b"\3")
# Each round of the network has as many answers as half a place has values: for many places they are looked up.
_WORTH_TABLES: Final = 100
_LARGEST_TABLE: Final = 10


@lru_cache(maxsize=64)
def _tables(key: bytes, half: int) -> tuple[tuple[int, ...], ...]:
    mask = (1 << half) - 1

    def answer(value: int, turn: bytes) -> int:
        digest = hashlib.blake2b(value.to_bytes(8, "big") + turn, digest_size=8, key=key).digest()
        return int.from_bytes(digest, "big") & mask

    return tuple(tuple(answer(value, turn) for value in range(mask + 1)) for turn in _TURNS)


def _walked(counters: range, size: int, half: int, tables: tuple[tuple[int, ...], ...]) -> list[int]:
    one, two, three, four = tables
    mask, places = (1 << half) - 1, []
    for counter in counters:
        value = counter
        while True:
            left, right = value >> half, value & mask
            left ^= one[right]
            right ^= two[left]
            left ^= three[right]
            right ^= four[left]
            value = left << half | right
            if value < size:
                break
        places.append(value)
    return places


def status_entry(
    list_url: str,
    index: int,
    purpose: str = "revocation",
    *,
    width: int = 1,
    messages: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """The ``credentialStatus`` entry that points a badge to its place (section 2.1).

    A status of several bits (or purpose ``message``) needs a message for each value.
    """
    entry: dict[str, Any] = {
        "id": f"{list_url}#{index}" if purpose == "revocation" else f"{list_url}#{purpose}-{index}",
        "type": STATUS_ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }
    if width > 1 or messages is not None:
        entry["statusSize"] = width
        if messages is None or set(messages) != set(range(1 << width)):
            raise InvalidDocument("each value of the status needs a message (section 2.1)")
        entry["statusMessage"] = [
            {"id": f"{entry['id']}-{value:x}", "status": hex(value), "message": text}
            for value, text in sorted(messages.items())
        ]
    return entry


def entries_of(document: Mapping[str, Any]) -> list[Any]:
    """All places where a credential's status is kept: ``credentialStatus``, and entries among its ``termsOfUse``.

    Open Badges 3.0 allows one ``credentialStatus``, which every verifier understands as revocation. What else
    may keep a badge from counting for a while stands among the terms under which it was issued.
    """
    value, terms = document.get("credentialStatus"), document.get("termsOfUse")
    entries = value if isinstance(value, list) else [] if value is None else [value]
    listed = terms if isinstance(terms, list) else [terms]
    return [*entries, *(term for term in listed if STATUS_ENTRY in types_of(term))]


def build_status_list_credential(
    url: str,
    *,
    issuer: str,
    bitstring: Bitstring,
    purpose: str | Sequence[str],
    valid_from: datetime,
    valid_until: datetime | None = None,
    ttl_ms: int | None = None,
) -> dict[str, Any]:
    """The unsigned BitstringStatusListCredential served at ``url`` (section 2.2); sign it before serving."""
    if bitstring.size < SMALLEST_LIST:
        raise InvalidDocument(f"a status list has at least {SMALLEST_LIST} places (section 6.1)")
    subject: dict[str, Any] = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose if isinstance(purpose, str) else list(purpose),
        "encodedList": bitstring.encode(),
    }
    if ttl_ms is not None:
        subject["ttl"] = ttl_ms
    document: dict[str, Any] = {
        "@context": [contexts.VC_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_instant(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = format_instant(valid_until)
    document["credentialSubject"] = subject
    return document


class StatusValue(NamedTuple):
    """What a list says about one badge; 0 means nothing was said."""

    purpose: str
    value: int
    message: str = ""


class StatusList:
    """A status list credential, read once for many questions. Its proof is checked elsewhere."""

    def __init__(self, credential: Mapping[str, Any]) -> None:
        """Raises MalformedInput for anything that is no BitstringStatusListCredential (section 2.2)."""
        subject = credential.get("credentialSubject")
        if (
            "BitstringStatusListCredential" not in types_of(credential)
            or not isinstance(subject, Mapping)
            or "BitstringStatusList" not in types_of(subject)
        ):
            raise MalformedInput("the address does not hold a status list", code="status_list")
        encoded, purposes = subject.get("encodedList"), subject.get("statusPurpose")
        if not isinstance(encoded, str):
            raise MalformedInput("the status list is malformed", code="status_list")
        self.id = credential.get("id")
        self.purposes = purposes if isinstance(purposes, list) else [purposes]
        self._encoded = encoded
        self._bits: dict[int, Bitstring] = {}

    def value(self, entry: Mapping[str, Any]) -> StatusValue:
        """What the list says for an entry (section 3.2).

        Raises MalformedInput when the two do not belong together: another list or purpose, out of range.
        """
        index = entry.get("statusListIndex")
        if not isinstance(index, str) or not (index.isascii() and index.isdigit() and len(index) < 12):
            raise MalformedInput("the status index is malformed", code="status_list")
        purpose, bits = self._belonging(entry)
        value = bits.get(int(index))
        return StatusValue(purpose, value, _message(entry, value) if "statusMessage" in entry else "")

    def _belonging(self, entry: Mapping[str, Any]) -> tuple[str, Bitstring]:
        purpose, width = entry.get("statusPurpose"), entry.get("statusSize", 1)
        if self.id is not None and self.id != entry.get("statusListCredential"):
            raise MalformedInput("the status list is another one", code="status_list")
        if not isinstance(purpose, str) or purpose not in self.purposes:
            raise MalformedInput("the status list is for another purpose", code="status_purpose")
        if not isinstance(width, int) or isinstance(width, bool):
            raise MalformedInput("the status size is malformed", code="status_list")
        bits = self._bits.get(width)
        if bits is None:
            bits = self._bits[width] = Bitstring.decode(self._encoded, width=width)
        return purpose, bits


def check_status(entry: Mapping[str, Any], list_credential: Mapping[str, Any]) -> StatusValue:
    """Reads one entry's value from a status list credential whose proof was already checked (section 3.2).

    Raises MalformedInput when the two do not belong together: another list, another purpose, out of range.
    """
    return StatusList(list_credential).value(entry)


def _message(entry: Mapping[str, Any], value: int) -> str:
    listed = entry.get("statusMessage")
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, Mapping) and isinstance(item.get("message"), str):
            try:
                if int(str(item.get("status")), 16) == value:
                    return str(item["message"])
            except ValueError:
                continue
    return ""
