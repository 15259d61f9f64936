"""JSON in and out, stricter than JSON.

A signature protects what a verifier reads only if everybody reads the same thing. Names that occur twice,
numbers that processors print differently, lone surrogates and absurd nesting are therefore refused.
"""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

from credcore.errors import MalformedInput

LARGEST_DOCUMENT: Final = 16 * 1024 * 1024
DEEPEST: Final = 48
_NESTED: Final = (dict, list)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedInput("a name occurs twice in one object", code="duplicate_name")
    return result


def _no_constant(name: str) -> Any:
    raise MalformedInput(f"{name} is not JSON")


def loads(data: bytes | str) -> dict[str, Any]:
    """One JSON object (RFC 8259, I-JSON RFC 7493); refuses duplicate names, NaN, lone surrogates, depth."""
    if len(data) > LARGEST_DOCUMENT:
        raise MalformedInput("the document is too large", code="too_large")
    value = _compact(data)
    if value is None:
        value = _any_layout(data)
    if not isinstance(value, dict):
        raise MalformedInput("the document is not a JSON object")
    if depth(value) > DEEPEST:
        raise MalformedInput("the document is nested too deeply", code="too_deep")
    return value


def _compact(data: bytes | str) -> Any:
    """The value of JSON without any space; None for other layouts.

    What comes out the same when it is written again has no name twice and no number in an odd spelling.
    """
    try:
        raw = data if isinstance(data, bytes) else data.encode("utf-8")
        value = orjson.loads(raw)
        return value if orjson.dumps(value) == raw else None
    except (ValueError, TypeError):
        return None


def _any_layout(data: bytes | str) -> Any:
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedInput("the document is not UTF-8") from None
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedInput("the document is not JSON") from None


def depth(value: Any) -> int:
    """How deep lists and objects are nested; does not recurse."""
    if not isinstance(value, _NESTED):
        return 0
    level, layer = 0, [value]
    while level <= DEEPEST:
        layer = [
            inner
            for item in layer
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, _NESTED)
        ]
        if not layer:
            return level + 1
        level += 1
    return level


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON in the order of the dictionary."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise MalformedInput(f"not representable as JSON: {error}") from None
