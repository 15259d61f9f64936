"""Writing thousands of listings at once.

``bulk_create`` composes an INSERT for every 26 rows of this width on SQLite and spends most of an import on
it; one prepared statement with many parameter sets does the same several times faster on both databases.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from naite.trunk.catalogue.models import Listing


def insert_listings(rows: Iterable[dict[str, Any]]) -> None:
    """Insert listings given by attribute name (``supplier_id``); a field left out takes its default."""
    prepare = _preparer(connection.vendor)
    fields = Listing._meta.concrete_fields
    columns = ", ".join(_quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    plan = [
        (field.attname, field.get_default() if field.has_default() else _empty(field)) for field in fields
    ]
    _run(
        f"INSERT INTO {_quote(Listing._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608
        [[prepare(row.get(name, default)) for name, default in plan] for row in rows],
    )


def update_listings(rows: Iterable[dict[str, Any]], names: Sequence[str]) -> None:
    """Set these attributes of listings that are found by their ``id``."""
    prepare = _preparer(connection.vendor)
    by_name = {field.attname: field.column for field in Listing._meta.concrete_fields}
    sets = ", ".join(f"{_quote(by_name[name])} = %s" for name in names)
    _run(
        f"UPDATE {_quote(Listing._meta.db_table)} SET {sets} WHERE {_quote('id')} = %s",  # noqa: S608
        [[prepare(row[name]) for name in (*names, "id")] for row in rows],
    )


def _quote(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _empty(field: "models.Field[Any, Any]") -> Any:
    return None if field.null else ""


def _run(sql: str, parameters: list[list[Any]]) -> None:
    if parameters:
        with connection.cursor() as cursor:
            cursor.executemany(sql, parameters)


@lru_cache(maxsize=4)
def _preparer(vendor: str) -> Callable[[Any], Any]:
    """Return what turns a value into the one that the database driver takes, as the model's fields would."""
    if vendor == "postgresql":
        return lambda value: value
    return _for_sqlite


def _for_sqlite(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
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
    return value
