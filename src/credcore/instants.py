"""Points in time as credentials write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from credcore.errors import MalformedInput

_DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_FRACTION: Final = re.compile(r"\.(\d{1,6})\d*")


def format_instant(moment: datetime) -> str:
    """``2026-11-24T03:00:00Z``; refuses a time without a zone, drops fractions of a second."""
    if moment.tzinfo is None:
        raise MalformedInput("a time without a time zone", code="date_time")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: object) -> datetime:
    """An XML Schema dateTimeStamp; a time zone is required (VCDM 2.0 section 4.9)."""
    if not isinstance(text, str) or not _DATE_TIME.fullmatch(text):
        raise MalformedInput("not a date and time with a time zone", code="date_time")
    try:
        return datetime.fromisoformat(_FRACTION.sub(r".\1", text)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedInput("not a date and time with a time zone", code="date_time") from None
