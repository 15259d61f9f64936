"""The one time at which everything in a request happens."""

from datetime import datetime

from django.http import HttpRequest


def now_of(request: HttpRequest) -> datetime:
    """Return the time that the middleware noted when the request came."""
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
