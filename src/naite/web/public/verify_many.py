"""Many badges checked in one go, for those who hire (row B9). Nothing is stored; the receipt holds it all."""

import re
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from naite.flows import bulk_verification as bulk
from naite.roots.errors import Invalid, Refused
from naite.trunk.wallet import queries as wallet
from naite.web.excel import excel
from naite.web.middleware import now_of

_OWN_LINK = re.compile(r"/s/([A-Za-z0-9_-]{16,64})/?")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_many(request: HttpRequest) -> HttpResponse:
    """Show the form, or a row for each badge. Reads no cookie and changes nothing, so it needs no token."""
    if request.method != "POST":
        return _form(request)
    length = request.headers.get("Content-Length") or "0"
    links = ""
    try:
        bulk.admit(
            who=request.META.get("REMOTE_ADDR", ""),
            size=int(length) if length.isdigit() else bulk.LARGEST_ALL * 2,
            now=now_of(request),
        )
        links, files = _sent(request)
        found = bulk.items_of(files=files, links=links, own_link=lambda link: _shared_here(request, link))
        checked = bulk.check(found, now=now_of(request), clock=monotonic)
    except Refused as refusal:
        return _form(request, refusal, links)
    return _result(request, checked)


@csrf_exempt
@never_cache
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """Show what a signed receipt says, or give it as Excel or as the file itself."""
    try:
        file = request.FILES.get("receipt")
        text = file.read(4_000_000).decode(errors="replace") if file else request.POST.get("text", "")
        checked = bulk.read_receipt(text)
    except (Refused, RequestDataTooBig) as refusal:
        return _form(request, refusal if isinstance(refusal, Refused) else None)
    what = request.POST.get("as")
    if what == "excel":
        return excel(name=_name(checked), title=_("배지 확인 결과"), heads=_heads(), rows=_rows(checked))
    if what == "file":
        answer = HttpResponse(checked.receipt, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = (
            f'attachment; filename="naite-{checked.checked_at:%Y%m%d-%H%M}.receipt.txt"'
        )
        return answer
    return _result(request, checked, again=True)


def _sent(request: HttpRequest) -> tuple[str, list[tuple[str, bytes]]]:
    try:
        links = request.POST.get("links", "")
        return links, [(file.name or "", bytes(file.read())) for file in request.FILES.getlist("files")]
    except (RequestDataTooBig, TooManyFilesSent) as error:
        message = _("한 번에 %(most)s개까지 확인할 수 있습니다. 나누어서 올려 주세요.") % {
            "most": f"{bulk.MOST:,}"
        }
        raise Invalid(message, code="too_many", fields={"files": message}) from error


def _shared_here(request: HttpRequest, link: str) -> bytes | None:
    """The badge behind a link that was shared from here."""
    parts = urlsplit(link)
    own = _OWN_LINK.fullmatch(parts.path)
    if own is None or parts.netloc != urlsplit(settings.BASE_URL).netloc:
        return None
    shared = wallet.shared_badge(own[1], now=now_of(request))
    return bytes(shared.holding.credential) if shared and shared.holding else None


def _form(request: HttpRequest, refusal: Refused | None = None, links: str = "") -> HttpResponse:
    fields = refusal.fields if refusal else {}
    context = {
        "refusal": refusal,
        "files_error": fields.get("files", ""),
        "receipt_error": fields.get("receipt", ""),
        "links": links,
        "most": bulk.MOST,
        "section": "verify",
    }
    return render(request, "public/verify_many.html", context, status=refusal.status if refusal else 200)


def _result(request: HttpRequest, checked: bulk.Checked, *, again: bool = False) -> HttpResponse:
    context: dict[str, Any] = {
        "checked": checked,
        "valid": checked.count("valid"),
        "invalid": checked.count("invalid"),
        "unknown": checked.count("unknown"),
        "again": again,
        "section": "verify",
    }
    return render(request, "public/verify_many_result.html", context)


def _name(checked: bulk.Checked) -> str:
    return _("배지 확인 결과 %(at)s") % {"at": f"{checked.checked_at:%Y-%m-%d}"}


def _heads() -> list[str]:
    return [
        _("파일·링크"),
        _("결과"),
        _("설명"),
        _("배지"),
        _("준 곳"),
        _("믿을 수 있는 기관 목록"),
        _("받은 날"),
        _("끝나는 날"),
        _("평가인정 과정"),
        _("같은 파일"),
        "SHA-256",
        _("확인한 때"),
    ]


def _rows(checked: bulk.Checked) -> list[list[Any]]:
    words = {"valid": _("유효"), "invalid": _("유효하지 않음"), "unknown": _("알 수 없음")}
    return [
        [
            row.name,
            words[row.outcome],
            row.says,
            row.title,
            row.issuer,
            row.listed_says,
            row.issued_on,
            row.ends_on,
            _("예") if row.recognised else "",
            _("예") if row.twice else "",
            row.sha256,
            checked.checked_at,
        ]
        for row in checked.rows
    ]


urlpatterns = [
    path("verify/many/", verify_many, name="verify-many"),
    path("verify/many/receipt/", receipt, name="verify-receipt"),
]
