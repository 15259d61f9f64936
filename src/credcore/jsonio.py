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
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedInput("the document is not UTF-8") from None
    try:
        value = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedInput("the document is not JSON") from None
    if not isinstance(value, dict):
        raise MalformedInput("the document is not a JSON object")
    if depth(value) > DEEPEST:
        raise MalformedInput("the document is nested too deeply", code="too_deep")
    return value


def depth(value: Any) -> int:
    """How deep lists and objects are nested; does not recurse."""
    level, layer = 0, [value]
    while True:
        nested: list[Any] = []
        for item in layer:
            if isinstance(item, dict):
                nested.extend(item.values())
            elif isinstance(item, list):
                nested.extend(item)
        if not nested:
            return level
        level, layer = level + 1, nested
        if level > DEEPEST:
            return level


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON in the order of the dictionary."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise MalformedInput(f"not representable as JSON: {error}") from None
