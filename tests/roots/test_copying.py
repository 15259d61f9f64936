"""What goes to PostgreSQL in binary is what psycopg itself would send."""

import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import PyFormat, Transformer

from naite.roots import copying
from naite.roots.copying import NotKnown, Same

VALUES = {
    "uuid": st.uuids(),
    "varchar(40)": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    "bytea": st.binary(),
    "boolean": st.booleans(),
    "date": st.dates(),
    "timestamp with time zone": st.datetimes(timezones=st.just(UTC)),
    "numeric(12, 4)": st.decimals(allow_nan=False, allow_infinity=False, places=4).map(
        lambda d: d if d else abs(d)
    ),
    "double precision": st.floats(allow_nan=False),
}


def theirs(value: Any) -> bytes:
    data = Transformer().get_dumper(value, PyFormat.BINARY).dump(value)
    assert data is not None
    return bytes(data)


def fields(data: bytes) -> list[bytes | None]:
    """The fields of one row."""
    (count,), at, found = struct.unpack_from("!h", data), 2, []
    for _ in range(count):
        (length,) = struct.unpack_from("!i", data, at)
        at += 4
        found.append(None if length < 0 else data[at : at + length])
        at += max(0, length)
    assert at == len(data)
    return found


@given(st.data())
def test_every_known_type_is_encoded_as_psycopg_does(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(VALUES)))
    value = data.draw(VALUES[kind])
    assert fields(copying.rows([(kind, [value])], 1)) == [theirs(value)]


@pytest.mark.parametrize(
    "value", ["0", "0.0", "1", "-1", "0.5", "10000", "99.99", "0.0001", "12345678.9", "-0.00010", "100.0"]
)
def test_numbers_of_all_sizes(value: str) -> None:
    number = Decimal(value)
    [ours] = fields(copying.rows([("numeric", [number])], 1))
    assert ours is not None
    count, weight, sign, scale = struct.unpack_from("!hhHh", ours)
    groups = struct.unpack_from(f"!{count}h", ours, 8)
    assert sum(Decimal(g) * Decimal(10000) ** (weight - n) for n, g in enumerate(groups)) == abs(number)
    assert (sign == 0x4000, scale) == (number < 0, -int(number.as_tuple().exponent))


def test_whole_numbers_empty_fields_and_what_is_the_same_for_all() -> None:
    columns = [("integer", [1, None]), ("smallint", Same(7)), ("bigint", [-1, 2**40]), ("text", Same(None))]
    data = copying.rows(columns, 2)  # type: ignore[arg-type]
    middle = len(data) // 2 + 2  # the first row has four bytes more
    assert fields(data[:middle]) == [b"\0\0\0\1", b"\0\7", b"\xff" * 8, None]
    assert fields(data[middle:]) == [None, b"\0\7", (2**40).to_bytes(8, "big"), None]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("inet", "127.0.0.1"),
        ("uuid", "not an object"),
        ("integer", "5"),
        ("smallint", 70_000),
        ("boolean", "false"),
        ("date", datetime(2026, 11, 24, tzinfo=UTC)),
        ("timestamp with time zone", date(2026, 11, 24)),
        ("timestamp with time zone", datetime(2026, 11, 24)),  # noqa: DTZ001 - that is what is tried
        ("numeric", 1.5),
        ("numeric", Decimal("NaN")),
        ("numeric", Decimal("1E+5")),
        ("text", 5),
        ("text", "\ud800"),
    ],
)
def test_what_is_not_known_goes_another_way(kind: str, value: Any) -> None:
    with pytest.raises(NotKnown):
        copying.rows([(kind, [value])], 1)


def test_a_uuid_subclass_is_a_uuid() -> None:
    class Own(UUID):
        pass

    own = Own(int=5)
    assert fields(copying.rows([("uuid", [own])], 1)) == [own.bytes]
