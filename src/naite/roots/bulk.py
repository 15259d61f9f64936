"""Writing thousands of rows at once.

``bulk_create`` composes a statement for every few rows of a wide table and makes an object of each; one
prepared statement with many parameter sets (SQLite) or COPY (PostgreSQL) is several times faster. It sends no
signals and fills no primary keys in: rows are given by attribute name, complete but for plain defaults.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection, models

_MISSING: Final = object()
_PLAIN: Final = frozenset({str, int, bool, bytes, type(None)})


def insert(
    model: type[models.Model], rows: Iterable[dict[str, Any]], *, ignore_conflicts: bool = False
) -> int:
    """Insert rows given by attribute name (``account_id``) and return how many were given.

    A field left out takes its default, else NULL or the empty text. Conflicts raise IntegrityError and insert
    nothing, or leave what is there as it is; call inside a transaction.
    """
    fields = [field for field in model._meta.concrete_fields if field.column]
    given = list(rows)
    if not given:
        return 0
    values = list(zip(*[_column(field, given) for field in fields], strict=True))
    quote = _quote
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not ignore_conflicts:
            # Django does not know COPY, so its errors have to be made Django's here.
            copying = cursor.copy(f"COPY {table} ({columns}) FROM STDIN")
            with connection.wrap_database_errors, copying as copy:
                for line in values:
                    copy.write_row(line)
        else:
            marks = ", ".join(["%s"] * len(fields))
            beside = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks}){beside}", values)  # noqa: S608
    return len(values)


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


def _column(field: "models.Field[Any, Any]", rows: Sequence[dict[str, Any]]) -> list[Any]:
    """One column of all rows as the database takes it. Whole columns cost a fraction of single values."""
    name = field.attname
    column = [row.get(name, _MISSING) for row in rows]
    if _MISSING in column:
        default = _default_of(field)
        column = [default() if value is _MISSING else value for value in column]
    if isinstance(field, models.JSONField):
        return [_json(value) for value in column]
    if connection.vendor != "sqlite":
        return [_for_postgresql(value) for value in column] if memoryview in map(type, column) else column
    kinds = set(map(type, column))
    if kinds <= _PLAIN:
        return column
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
