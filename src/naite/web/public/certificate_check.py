"""Anyone checks a printed or a PDF certificate, without signing in (row A20). The file is not kept."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from naite.roots.errors import Invalid, Refused
from naite.trunk.records.certificates import check, keys, numbers
from naite.trunk.records.certificates.check import Finding
from naite.web.middleware import now_of

# What a form may carry beside the file.
FORM_PARTS = 100_000


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def document_check(request: HttpRequest) -> HttpResponse:
    """Show the form, or the result of checking a number (typed, or by the QR code's address) or a PDF.

    Without protection against forged requests, because it reads no cookie and answers everybody alike.
    """
    number, key = request.GET.get("n", ""), request.GET.get("k", "")
    if request.method != "POST" and not number:
        return _form(request)
    try:
        check.admit(who=request.META.get("REMOTE_ADDR", ""), now=now_of(request))
        if request.method == "POST":
            return _result(request, _posted(request))
        return _result(request, check.by_number(number=number, key=key, now=now_of(request)))
    except Refused as refusal:
        return _form(request, refusal)


@require_safe
def did_document(request: HttpRequest) -> HttpResponse:
    """This installation's DID document, with the key of the records that PDFs carry (did:web)."""
    return JsonResponse(keys.installation_did_document(), content_type="application/did+json")


def _posted(request: HttpRequest) -> Finding:
    length = request.headers.get("Content-Length") or "0"
    if not length.isdigit() or int(length) > check.LARGEST + FORM_PARTS:
        raise _too_large()
    try:
        file = request.FILES.get("file")
        number, key = request.POST.get("number", ""), request.POST.get("key", "")
    except RequestDataTooBig as error:
        raise _too_large() from error
    if file is not None:
        if file.size is None or file.size > check.LARGEST:
            raise _too_large()
        return check.by_file(bytes(file.read()), now=now_of(request))
    return check.by_number(number=number, key=key, now=now_of(request))


def _too_large() -> Invalid:
    message = _("파일이 너무 큽니다. 20MB까지 확인할 수 있습니다. 발급받은 PDF 파일이 맞는지 확인해 주세요.")
    return Invalid(message, code="too_large", fields={"file": message})


def _form(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    fields = {name: str(message) for name, message in refusal.fields.items()} if refusal else {}
    typed = {}
    if refusal is not None and refusal.code != "too_large":
        given = request.POST if request.method == "POST" else request.GET
        typed = {
            "number": given.get("number", given.get("n", "")),
            "key": given.get("key", given.get("k", "")),
        }
    context = {
        "refusal": refusal,
        "file_error": fields.get("file", ""),
        "number_error": fields.get("number", ""),
        "key_error": fields.get("key", ""),
        "typed": typed,
        "section": "verify",
    }
    return render(request, "public/document_check.html", context, status=refusal.status if refusal else 200)


def _result(request: HttpRequest, found: Finding) -> HttpResponse:
    context: dict[str, Any] = {
        "found": found,
        "section": "verify",
        "checked_at": now_of(request),
        "rows": [
            {**row, "completed_on": date.fromisoformat(row["completed_on"])}
            for row in found.content.get("entries", [])
        ],
    }
    if found.paper:
        address = found.paper.address
        # Ours, as our key signed it; links elsewhere are shown nowhere.
        context["paper_url"] = address if address.startswith(f"{settings.BASE_URL}/") else ""
        context["signed_at"] = parse_datetime(found.paper.signed_at)
    if found.content:
        context["number"] = numbers.printed_number(found.content["number"])
        context["issued_on"] = date.fromisoformat(found.content["issued_on"])
    return render(request, "public/document_result.html", context)


urlpatterns = [
    path("verify/document/", document_check, name="document-check"),
    path(".well-known/did.json", did_document, name="installation-did"),
]
