"""Facts about a request that lower layers need: the time and the place it came from."""

import logging
import re
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from naite.roots.audit import services as audit
from naite.roots.errors import Refused

log = logging.getLogger("naite.request")
# Whoever has the address of a shared badge, a portfolio, a package or a request may see it, so it is kept out of
# the log; so are card numbers.
_SECRET = re.compile(r"^/(e|f|p|r|s|card)/(?!phone/)[^/]+")


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
            _SECRET.sub(r"/\1/…", request.path),
            response.status_code,
            extra={"facts": {"ms": round((time.perf_counter() - started) * 1000, 1)}},
        )
        return response


def content_policy(*forms_to: str) -> str:
    """Return the Content-Security-Policy: only our own scripts, and forms only to us and sign-in providers.

    ``forms_to`` are further origins to which an answer to a form may lead.

    Style attributes are allowed because drawings and bars carry their measures in them; style elements and
    inline scripts are not.
    """
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            " ".join(["form-action 'self'", *settings.SIGN_IN_ORIGINS, *forms_to]),
        ]
    )


class PageSafety:
    """Sets the content policy on every page, unless the view has set a stricter one itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = content_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal that no view has caught as a page with its own words."""
        if not isinstance(exception, Refused):
            return None
        return render(request, "403.html", {"reason": exception.message}, status=exception.status)


def now_of(request: HttpRequest) -> datetime:
    """Return the one time at which everything in this request happens."""
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
