"""JSON Canonicalization Scheme (RFC 8785)."""

from __future__ import annotations

import math
from typing import Any, Final

import orjson

from credcore.errors import UnsafeDocument

_LARGEST_INTEGER: Final = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """The canonical bytes; refuses what I-JSON does not know (NaN, lone surrogates, inexact integers)."""
    try:
        return _write(value).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        raise UnsafeDocument("the document cannot be written as canonical JSON") from None


def _write(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            raise UnsafeDocument("an integer is too large to be exact everywhere", code="number")
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_write, value)) + "]"
    if isinstance(value, dict):
        # Sorted by UTF-16 code units (section 3.2.3), which big-endian bytes compare alike.
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_string(name)}:{_write(value[name])}" for name in names) + "}"
    raise UnsafeDocument("the document is not JSON")


def _string(value: str) -> str:
    # orjson escapes exactly what ECMAScript does: quotes, backslashes and controls, the short forms first.
    try:
        return orjson.dumps(value).decode("utf-8")
    except TypeError:
        raise UnsafeDocument("a string has a lone surrogate", code="control_character") from None


def number(value: float) -> str:
    """A double as ECMAScript prints it (section 3.2.2.3)."""
    if not math.isfinite(value):
        raise UnsafeDocument("not a JSON number", code="number")
    if value == 0:
        return "0"
    sign, value = ("-", -value) if value < 0 else ("", value)
    # repr gives the shortest digits that read back as the same double, as ECMAScript asks.
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    significant = (whole + fraction).lstrip("0")
    point = len(significant) - len(fraction) + int(exponent or 0)
    digits = significant.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    return f"{sign}{digits[0]}{'.' + digits[1:] if count > 1 else ''}e{'+' if power > 0 else '-'}{abs(power)}"
