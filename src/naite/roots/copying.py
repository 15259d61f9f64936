"""Rows as PostgreSQL's ``COPY … (FORMAT BINARY)`` takes them.

psycopg adapts value by value and sends text, bytes twice as long in hexadecimal. Composed column by column, a
wide row costs a third of that on both sides. What is not known here (other types, values of another type than
the column's) raises ``NotKnown``, and psycopg's own way is taken.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import chain, repeat
from struct import Struct
from struct import error as StructError
from typing import Any, Final

START: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_LENGTH, _COUNT = Struct("!i").pack, Struct("!h").pack
_EPOCH, _EPOCH_DAY = datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1)
# How many digits PostgreSQL keeps together, and its signs.
_GROUP: Final = 4
_PLUS, _MINUS = 0x0000, 0x4000


class NotKnown(Exception):
    """A column type or a value that only psycopg can adapt."""


class Same:
    """A column in which every row has the same value."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def rows(columns: Sequence[tuple[str, Sequence[Any] | Same]], count: int) -> bytes:
    """Return so many rows, given as database type (``varchar(40)``) and values of each column."""
    encoded: list[Iterable[bytes]] = [repeat(_COUNT(len(columns)), count)]
    for kind, values in columns:
        encode = ENCODERS.get(kind.split("(", 1)[0])
        if encode is None:
            raise NotKnown(kind)
        try:
            if isinstance(values, Same):
                encoded.append(repeat(_NULL if values.value is None else encode(values.value), count))
            else:
                encoded.append([_NULL if value is None else encode(value) for value in values])
        except (AttributeError, TypeError, ValueError, StructError) as error:
            raise NotKnown(str(error)) from error
    return b"".join(chain.from_iterable(zip(*encoded, strict=True)))


def _text(value: str) -> bytes:
    data = value.encode()
    return _LENGTH(len(data)) + data


def _bytes(value: Any) -> bytes:
    data = value if type(value) is bytes else bytes(memoryview(value))
    return _LENGTH(len(data)) + data


def _json(value: str) -> bytes:
    data = value.encode()
    return _LENGTH(len(data) + 1) + b"\x01" + data


def _boolean(value: bool) -> bytes:
    if value is not True and value is not False:
        raise TypeError("neither true nor false")
    return b"\0\0\0\1\1" if value else b"\0\0\0\1\0"


def _uuid(value: Any, head: bytes = _LENGTH(16)) -> bytes:
    data: bytes = head + value.bytes
    return data


def _plain(layout: str) -> Callable[[Any], bytes]:
    packing = Struct(f"!i{layout}")
    length, pack = packing.size - 4, packing.pack
    return lambda value: pack(length, value)


_long, _day = _plain("q"), _plain("i")


@lru_cache(maxsize=4096)
def _instant(value: datetime) -> bytes:
    passed = value - _EPOCH
    return _long((passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds)


@lru_cache(maxsize=4096)
def _date(value: date) -> bytes:
    if isinstance(value, datetime):
        raise TypeError("a moment is no day")
    return _day((value - _EPOCH_DAY).days)


def _numeric(value: Decimal) -> bytes:
    if not isinstance(value, Decimal):
        raise TypeError("no decimal number")
    return _written(str(value))


@lru_cache(maxsize=4096)
def _written(number: str) -> bytes:
    sign, digits, exponent = Decimal(number).as_tuple()
    if not isinstance(exponent, int) or exponent > 0:
        raise TypeError("no plain decimal number")
    after = -exponent
    behind = after + -after % _GROUP  # digits behind the point, in whole groups
    text = ("".join(map(str, digits)) + "0" * (behind - after)).zfill(behind)
    text = "0" * (-len(text) % _GROUP) + text
    groups = [int(text[at : at + _GROUP]) for at in range(0, len(text), _GROUP)]
    weight = len(groups) - behind // _GROUP - 1
    while groups and groups[-1] == 0:
        groups.pop()
    while groups and groups[0] == 0:
        del groups[0]
        weight -= 1
    if not groups:
        weight = sign = 0
    data = Struct(f"!hhHh{len(groups)}h").pack(len(groups), weight, _MINUS if sign else _PLUS, after, *groups)
    return _LENGTH(len(data)) + data


ENCODERS: Final[dict[str, Callable[[Any], bytes]]] = {
    "uuid": _uuid,
    "varchar": _text,
    "text": _text,
    "bytea": _bytes,
    "jsonb": _json,
    "boolean": _boolean,
    "smallint": _plain("h"),
    "integer": _plain("i"),
    "bigint": _long,
    "double precision": _plain("d"),
    "date": _date,
    "timestamp with time zone": _instant,
    "numeric": _numeric,
}
