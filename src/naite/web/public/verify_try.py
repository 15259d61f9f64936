"""A place to try forging a badge, and to see what catches it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from naite.flows import sample, verification
from naite.flows.verification import Verification
from naite.roots.errors import Refused
from naite.web.middleware import now_of


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_try(request: HttpRequest) -> HttpResponse:
    """Show the sample; when something was sent, verify what became of it. Keeps nothing."""
    original = sample.values()
    typed, found, refusal = dict(original), None, None
    resign = request.POST.get("resign") == "1"
    if request.method == "POST":
        typed = {key: request.POST.get(key, value)[: sample.LONGEST] for key, value in original.items()}
        try:
            verification.admit(who=request.META.get("REMOTE_ADDR", ""), size=0, now=now_of(request))
            found = sample.tried(typed, resign=resign, now=now_of(request))
        except Refused as refused:
            refusal = refused
    context = {
        "parts": [
            (part, typed[part.key], typed[part.key] != original[part.key], original[part.key])
            for part in sample.PARTS
        ],
        "changed": [part.label for part in sample.PARTS if typed[part.key] != original[part.key]],
        "resign": resign,
        "v": found,
        "caught": _caught(found),
        "refusal": refusal,
        "section": "verify",
    }
    return render(request, "public/verify_try.html", context, status=refusal.status if refusal else 200)


def _caught(found: Verification | None) -> str:
    """Which check caught it: the signature, or that nobody knows who signed; empty when nothing did."""
    if found is None or found.report.outcome == "valid":
        return ""
    return "issuer" if found.report.verdict == "unknown" else "signature"


urlpatterns = [path("verify/try/", verify_try, name="verify-try")]
