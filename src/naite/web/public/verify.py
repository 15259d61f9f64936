"""Anyone checks a badge, without signing in: a file, pasted text, or a link (row B9). Nothing is stored."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from naite.flows import verification, verification_notes
from naite.flows.verification import Verification
from naite.roots.errors import Invalid, Refused
from naite.web import badge_art
from naite.web.middleware import now_of

# What a form may carry beside the file.
FORM_PARTS = 100_000
# How much of a badge is sent along so that it can be checked again with one click.
KEPT_TEXT = 300_000
_OWN_LINK = re.compile(r"/s/([A-Za-z0-9_-]{16,64})/?")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form, or the result of checking what was sent.

    Without protection against forged requests, because it changes nothing, reads no cookie and answers
    everybody alike; so a badge of any size can be refused in words before it is read.
    """
    if request.method != "POST":
        return _form(request)
    try:
        within_limits(request)
        asked = _asked(request)
        if isinstance(asked, str):
            return _from_link(request, asked)
        found = verification.verify_bytes(asked, now=now_of(request))
    except Refused as refusal:
        return _form(request, refusal)
    return _result(request, found, text=_text_of(found))


def within_limits(request: HttpRequest) -> None:
    """Refuse who asks too often and, before it is read, what is too large; a form's own parts are let pass."""
    length = request.headers.get("Content-Length") or "0"  # some servers pass an empty one on GET
    size = int(length) if length.isdigit() else verification.LARGEST * 2
    who = request.META.get("REMOTE_ADDR", "")
    verification.admit(who=who, size=size - FORM_PARTS, now=now_of(request))


def page_context(found: Verification) -> dict[str, Any]:
    """What the result page shows, whoever asked."""
    badge = found.badge
    grey = found.report.verdict in ("revoked", "altered")
    return {
        "v": found,
        "badge": badge,
        "art": badge_art.face_shown(badge).url("grey" if grey else "full") if badge else "",
        "notes": verification_notes.notes_of(found),
        "section": "verify",
    }


def _form(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    typed: dict[str, str] = {}
    if refusal is not None and request.method == "POST" and refusal.code not in ("too_large", "too_often"):
        typed = {name: request.POST.get(name, "") for name in ("text", "url")}
    fields = {name: str(message) for name, message in refusal.fields.items()} if refusal else {}
    context = {
        "refusal": refusal,
        "file_error": fields.get("file", ""),
        "text_error": fields.get("text", ""),
        "url_error": fields.get("url", ""),
        "typed": typed,
        "section": "verify",
    }
    return render(request, "public/verify.html", context, status=refusal.status if refusal else 200)


def _asked(request: HttpRequest) -> bytes | str:
    """Return the bytes to check, or the link to follow."""
    try:
        file, text = request.FILES.get("file"), request.POST.get("text", "").strip()
        url = request.POST.get("url", "").strip()
    except RequestDataTooBig as error:
        raise verification.too_large() from error
    if file is not None:
        if file.size is None or file.size > verification.LARGEST:
            raise verification.too_large()
        return bytes(file.read())
    if text and not url and re.fullmatch(r"https?://\S+", text):
        return text
    if text:
        return text.encode()
    if url:
        return url
    message = _("확인할 배지를 넣어 주세요. 파일, 글, 링크 가운데 하나면 됩니다.")
    raise Invalid(message, code="nothing_given", fields={"file": message})


def _from_link(request: HttpRequest, url: str) -> HttpResponse:
    """Check what a link leads to; links to badges shared from here are opened here."""
    parts, here = urlsplit(url), urlsplit(settings.BASE_URL)
    own = _OWN_LINK.fullmatch(parts.path)
    if own and parts.netloc == here.netloc:
        return redirect("shared-badge", own.group(1))
    return _result(request, verification.verify_url(url, now=now_of(request)), url=url)


def _text_of(found: Verification) -> str:
    source = found.report.source
    return source.decode(errors="replace") if len(source) <= KEPT_TEXT else ""


def _result(request: HttpRequest, found: Verification, *, text: str = "", url: str = "") -> HttpResponse:
    context = {**page_context(found), "again_text": text, "again_url": url}
    return render(request, "public/verify_result.html", context)


urlpatterns = [path("verify/", verify, name="verify")]
