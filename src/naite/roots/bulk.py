"""Writing thousands of rows at once.

``bulk_create`` composes a statement for every few rows of a wide table and makes an object of each; one
prepared statement with many parameter sets (SQLite) or COPY (PostgreSQL) is several times faster. It sends no
signals and fills no primary keys in: rows are given by attribute name, complete but for plain defaults.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from operator import is_
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection, models

from naite.roots import copying
from naite.roots.copying import Same

_MISSING: Final = object()
_Columns = Sequence["tuple[models.Field[Any, Any], Sequence[Any] | Same]"]
_PLAIN: Final = frozenset({str, int, bool, bytes, type(None)})


def insert(
    model: type[models.Model], rows: Iterable[dict[str, Any]], *, ignore_conflicts: bool = False
) -> int:
    """Insert rows given by attribute name (``account_id``) and return how many were given.

    A field left out takes its default, else NULL or the empty text. Conflicts raise IntegrityError and insert
    nothing, or leave what is there as it is; call inside a transaction.
    """
    given = list(rows)
    if given:
        fields = [field for field in model._meta.concrete_fields if field.column]
        columns = [(field, _values_of(field, given)) for field in fields]
        _write(model, columns, len(given), ignore_conflicts=ignore_conflicts)
    return len(given)


def insert_columns(
    model: type[models.Model],
    count: int,
    columns: dict[str, Sequence[Any] | Same],
    *,
    ignore_conflicts: bool = False,
) -> int:
    """As ``insert`` for so many rows given column by column, ``Same`` where all rows have one value.

    The quickest way in: what is the same for all is prepared once, and no row is made an object of.
    """
    if not count:
        return 0
    fields = [field for field in model._meta.concrete_fields if field.column]
    unknown = columns.keys() - {field.attname for field in fields}
    if unknown or any(not isinstance(each, Same) and len(each) != count for each in columns.values()):
        raise ValueError(f"unknown or uneven columns of {model._meta.label}: {sorted(unknown)}")
    complete = [(field, _given_or_default(field, columns, count)) for field in fields]
    _write(model, complete, count, ignore_conflicts=ignore_conflicts)
    return count


@contextmanager
def collecting_later() -> Iterator[None]:
    """Let Python look for unreachable rings of objects only after a chunk of work.

    It looks whenever some hundred objects were made, through all there are; thousands of plain rows have no
    rings, and looking costs a quarter of their time. Only for bounded chunks.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _given_or_default(
    field: "models.Field[Any, Any]", columns: dict[str, Sequence[Any] | Same], count: int
) -> Sequence[Any] | Same:
    given = columns.get(field.attname)
    if given is not None:
        return given
    default = _default_of(field)
    return [default() for _ in range(count)] if callable(field.default) else Same(default())


def _values_of(field: "models.Field[Any, Any]", rows: Sequence[dict[str, Any]]) -> Sequence[Any] | Same:
    """One column of all rows; ``Same`` where every row has the very same object."""
    name = field.attname
    column = [row.get(name, _MISSING) for row in rows]
    if _MISSING in column:
        default = _default_of(field)
        column = [default() if value is _MISSING else value for value in column]
    return together(column)


def together(column: Sequence[Any]) -> Sequence[Any] | Same:
    """A column as it is, or ``Same`` where every row has the very same object."""
    same = bool(column) and all(map(is_, column, repeat(column[0])))
    return Same(column[0]) if same else column


def _write(
    model: type[models.Model],
    columns: _Columns,
    count: int,
    *,
    ignore_conflicts: bool = False,
) -> None:
    quote = _quote
    table = quote(model._meta.db_table)
    names = ", ".join(quote(field.column) for field, _values in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not ignore_conflicts:
            _copy(cursor, table, names, columns, count)
            return
        marks = ", ".join(["%s"] * len(columns))
        beside = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks}){beside}",  # noqa: S608
            list(_lines(columns, count)),
        )


def _copy(
    cursor: Any,
    table: str,
    names: str,
    columns: _Columns,
    count: int,
) -> None:
    """COPY, in binary where every type is known. Django does not know COPY, so its errors are made Django's here."""
    try:
        data = copying.rows(
            [(field.db_type(connection) or "", _texts(field, values)) for field, values in columns],
            count,
        )
    except copying.NotKnown:
        copying_text = cursor.copy(f"COPY {table} ({names}) FROM STDIN")
        with connection.wrap_database_errors, copying_text as copy:
            for line in _lines(columns, count):
                copy.write_row(line)
        return
    copying_binary = cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)")
    with connection.wrap_database_errors, copying_binary as copy:
        copy.write(copying.START)
        copy.write(data)
        copy.write(copying.END)


def _texts(field: "models.Field[Any, Any]", values: Sequence[Any] | Same) -> Sequence[Any] | Same:
    """JSON columns as text, as both engines take it; an empty one too."""
    if not isinstance(field, models.JSONField):
        return values
    return Same(_json(values.value)) if isinstance(values, Same) else [_json(value) for value in values]


def _lines(columns: _Columns, count: int) -> Iterable[tuple[Any, ...]]:
    prepared: list[Iterable[Any]] = []
    for field, values in columns:
        ready = _texts(field, values)
        if isinstance(ready, Same):
            prepared.append(repeat(_column([ready.value])[0], count))
        else:
            prepared.append(_column(ready))
    return zip(*prepared, strict=True)


def update(model: type[models.Model], rows: Iterable[dict[str, Any]], names: Sequence[str]) -> None:
    """Set these attributes of rows that are found by their ``id``."""
    by_name = {field.attname: field.column for field in model._meta.concrete_fields}
    quote = _quote
    prepare = _for_sqlite if connection.vendor == "sqlite" else _for_postgresql
    values = [[prepare(row[name]) for name in (*names, "id")] for row in rows]
    if not values:
        return
    sets = ", ".join(f"{quote(by_name[name])} = %s" for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote('id')} = %s",  # noqa: S608
            values,
        )


def _quote(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _column(column: Sequence[Any]) -> Sequence[Any]:
    """One column of all rows as the database takes it. Whole columns cost a fraction of single values."""
    kinds = set(map(type, column))
    if connection.vendor != "sqlite":
        return [_for_postgresql(value) for value in column] if memoryview in kinds else column
    if kinds <= _PLAIN:
        return column
    if kinds <= {UUID}:
        return [value.hex for value in column]
    if kinds <= {UUID, type(None)}:
        return [None if value is None else value.hex for value in column]
    return [_for_sqlite(value) for value in column]


def _default_of(field: "models.Field[Any, Any]") -> Callable[[], Any]:
    if field.has_default():
        return field.get_default
    empty = None if field.null else ""
    return lambda: empty


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _for_postgresql(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _for_sqlite(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is bool or kind is bytes or value is None:
        return value
    return _adapted(value)


@lru_cache(maxsize=8192)
def _adapted(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, time):
        return connection.ops.adapt_timefield_value(value)
    if isinstance(value, Decimal):
        return str(value)
    return str(value) if isinstance(value, str) else value
