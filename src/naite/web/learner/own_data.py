"""Taking one's own record along: as files now, or by a program with a token."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken
from naite.trunk.records import queries
from naite.trunk.records.export import services
from naite.web import api_token_pages
from naite.web.institution.access import person_of
from naite.web.middleware import now_of

_FILES = {
    "json": ("application/json", "naite-record.json"),
    "csv": ("text/csv; charset=utf-8", "naite-record.csv"),
    "clr": ("application/vc", "naite-record.clr.json"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest) -> HttpResponse:
    """Offer the record as files and show one's tokens; a POST makes a token, shown in this one answer only."""
    person, now = person_of(request), now_of(request)
    account = queries.account_of(person)
    if account is None:
        return redirect("my-home")
    secret, refusal = "", None
    if request.method == "POST":
        try:
            secret = api_token_pages.issue(request, person=person, organisation=None, now=now)
        except NotAllowed:
            raise
        except Refused as error:
            refusal = error
    context = api_token_pages.context(
        request, person=person, organisation=None, now=now, secret=secret, refusal=refusal
    )
    context |= {
        "count": queries.entries_of(account).count(),
        "base_url": settings.BASE_URL,
        "section": "account",
    }
    return render(request, "learner/own_data.html", context, status=refusal.status if refusal else 200)


@login_required
@require_safe
def download(request: HttpRequest, form: str) -> HttpResponse:
    """Give the record as a file."""
    person = person_of(request)
    account = queries.account_of(person)
    if account is None or form not in _FILES:
        raise Http404
    body = services.export(account=account, form=form, actor=person, channel="page", now=now_of(request))
    content_type, name = _FILES[form]
    return HttpResponse(
        body,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End one of one's own tokens at once."""
    person = person_of(request)
    token = get_object_or_404(ApiToken, pk=token_id, organisation=None, person=person)
    api_tokens.revoke(token_id=token.pk, actor=person, now=now_of(request))
    messages.success(request, _("토큰을 거두었습니다. 이제 쓸 수 없습니다."))
    return redirect("my-data")


urlpatterns = [
    path("data/", own_data, name="my-data"),
    path("data/<slug:form>/", download, name="my-data-download"),
    path("data/tokens/<uuid:token_id>/revoke/", revoke, name="my-token-revoke"),
]
