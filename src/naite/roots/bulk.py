"""Writing thousands of rows at once.

``bulk_create`` composes a statement for every few rows of a wide table and makes an object of each; one
prepared statement with many parameter sets (SQLite) or COPY (PostgreSQL) is several times faster. It sends no
signals and fills no primary keys in: rows are given by attribute name, complete but for plain defaults.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models


def insert(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows given by attribute name (``account_id``) and return how many.

    A field left out takes its default, else NULL or the empty text. Conflicts raise IntegrityError and insert
    nothing; call inside a transaction.
    """
    fields = [field for field in model._meta.concrete_fields if field.column]
    plan = [(field.attname, _default_of(field)) for field in fields]
    jsons = [isinstance(field, models.JSONField) for field in fields]
    prepare = _for_sqlite if connection.vendor == "sqlite" else _for_postgresql
    values = [
        [
            prepare(_json(row.get(name, default())) if is_json else row.get(name, default()))
            for (name, default), is_json in zip(plan, jsons, strict=True)
        ]
        for row in rows
    ]
    if not values:
        return 0
    quote = _quote
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django does not know COPY, so its errors have to be made Django's here.
            copying = cursor.copy(f"COPY {table} ({columns}) FROM STDIN")
            with connection.wrap_database_errors, copying as copy:
                for line in values:
                    copy.write_row(line)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608
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
