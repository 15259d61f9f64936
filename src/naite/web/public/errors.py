"""Pages for what went wrong, in plain words and with a way on."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger("naite.web")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show why, when the refusal says so in words for people."""
    reason = getattr(exception, "message", "")
    return render(request, "403.html", {"reason": reason}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.info("csrf failure: %s", reason)
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rely on nothing: no database, no session, no context processors."""
    return HttpResponse(render_to_string("500.html", {"title": _("잠시 문제가 생겼습니다")}), status=500)
