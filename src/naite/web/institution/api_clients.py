"""An institution's API tokens: made, shown once, revoked."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken
from naite.web import api_token_pages
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the institution's tokens; a POST makes one, whose secret is in this one answer only."""
    home, person, now = institution_of(request), person_of(request), now_of(request)
    secret, refusal = "", None
    if request.method == "POST":
        try:
            secret = api_token_pages.issue(request, person=person, organisation=home, now=now)
        except NotAllowed:
            raise
        except Refused as error:
            refusal = error
    context = api_token_pages.context(
        request, person=person, organisation=home, now=now, secret=secret, refusal=refusal
    )
    context |= {"home": home, "base_url": settings.BASE_URL, "section": "api"}
    return render(request, "institution/api_tokens.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    token = get_object_or_404(ApiToken, pk=token_id, organisation=institution_of(request))
    api_tokens.revoke(token_id=token.pk, actor=person_of(request), now=now_of(request))
    messages.success(request, _("토큰을 거두었습니다. 이제 쓸 수 없습니다."))
    return redirect("work-api")


urlpatterns = [
    path("api/", tokens, name="work-api"),
    path("api/<uuid:token_id>/revoke/", revoke, name="work-api-revoke"),
]
