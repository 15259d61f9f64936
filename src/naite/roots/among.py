"""``IN`` over thousands of values: one parameter instead of one for each.

Django prepares, compiles and passes every value of an ``__in`` by itself, which for a chunk of a thousand rows
costs more than the query. Here the values travel as one array (PostgreSQL) or one JSON text (SQLite).
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.db.models import F
from django.db.models.lookups import Lookup


class Among(Lookup[Any]):
    """A condition for ``filter()``: this column (``account_id``) is one of these texts, numbers or UUIDs."""

    lookup_name = "among"
    prepare_rhs = False
    can_use_none_as_rhs = False

    def __init__(self, name: Any, values: Any) -> None:
        super().__init__(F(name) if isinstance(name, str) else name, list(values))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Array or JSON, as the engine takes it; an empty list matches nothing."""
        left, params = compiler.compile(self.lhs)
        values: Iterable[Any] = self.rhs
        if connection.vendor == "postgresql":
            kind = self.lhs.output_field.db_type(connection).split("(")[0]
            return f"{left} = ANY(%s::{kind}[])", (*params, list(values))
        plain = [value.hex if isinstance(value, UUID) else value for value in values]
        return f"{left} IN (SELECT value FROM json_each(%s))", (*params, orjson.dumps(plain).decode())  # noqa: S608
