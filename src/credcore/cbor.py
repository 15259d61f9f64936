"""As much CBOR (RFC 8949) as Merkle proofs need: integers, bytes, text, lists, definite lengths only."""

from __future__ import annotations

from typing import Any, Final

from credcore.errors import MalformedInput

_DEEPEST: Final = 8


def dumps(value: Any) -> bytes:
    """Deterministic encoding (section 4.2.1)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _head(3, len(text)) + text
    if isinstance(value, list | tuple):
        return _head(4, len(value)) + b"".join(map(dumps, value))
    raise MalformedInput("not representable here as CBOR", code="cbor")


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    raise MalformedInput("the number is too large for CBOR", code="cbor")


def loads(data: bytes) -> Any:
    """One value and nothing after it; refuses other types, indefinite lengths and deep nesting."""
    value, end = _read(data, 0, 0)
    if end != len(data):
        raise MalformedInput("something follows the CBOR value", code="cbor")
    return value


def _read(data: bytes, position: int, depth: int) -> tuple[Any, int]:
    if position >= len(data) or depth > _DEEPEST:
        raise MalformedInput("the CBOR value is cut off or too deep", code="cbor")
    major, code = data[position] >> 5, data[position] & 31
    position += 1
    if code < 24:
        number = code
    elif code <= 27:
        size = 1 << (code - 24)
        number = int.from_bytes(data[position : position + size], "big")
        position += size
    else:
        raise MalformedInput("a kind of CBOR that is not supported", code="cbor")
    if position > len(data):
        raise MalformedInput("the CBOR value is cut off", code="cbor")
    if major in (0, 1):
        return (number if major == 0 else -1 - number), position
    if major in (2, 3):
        raw = data[position : position + number]
        if len(raw) != number:
            raise MalformedInput("the CBOR value is cut off", code="cbor")
        return (raw if major == 2 else _text(raw)), position + number
    if major == 4 and number <= len(data):
        items = []
        for _ in range(number):
            item, position = _read(data, position, depth + 1)
            items.append(item)
        return items, position
    raise MalformedInput("a kind of CBOR that is not supported", code="cbor")


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedInput("the CBOR text is not UTF-8", code="cbor") from None
