"""Identifiers made by the application: UUIDv7, so that rows sort by the time of their making (RFC 9562)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    return uuid7()
