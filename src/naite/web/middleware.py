"""Facts about a request that lower layers need: the time and the place it came from."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from naite.roots.audit import services as audit

log = logging.getLogger("naite.request")


class RequestFacts:
    """Sets ``request.now``, tells the audit log the place, writes one log line a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.now = timezone.now()  # type: ignore[attr-defined]
        token = audit.acting_from(request.META.get("REMOTE_ADDR", ""))
        try:
            response = self.get_response(request)
        finally:
            audit.stop_acting(token)
        log.info(
            "%s %s %s",
            request.method,
            request.path,
            response.status_code,
            extra={"facts": {"ms": round((time.perf_counter() - started) * 1000, 1)}},
        )
        return response


def now_of(request: HttpRequest) -> datetime:
    """Return the one time at which everything in this request happens."""
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
