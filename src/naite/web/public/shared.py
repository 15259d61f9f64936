"""A badge that its owner shows by a link: the badge and its live verification."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from naite.flows import verification
from naite.trunk.people.models import Person
from naite.trunk.wallet import queries, services
from naite.trunk.wallet.queries import SharedBadge
from naite.web.middleware import now_of
from naite.web.public.verify import page_context, within_limits

CONTENT_TYPES = {
    "json": "application/vc",
    "jwt": "application/jwt",
    "png": "image/png",
    "svg": "image/svg+xml",
}


@never_cache
@require_safe
def shared_badge(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link leads to and check it now; each look but the owner's own is counted."""
    within_limits(request)
    shared = queries.shared_badge(token, now=now_of(request))
    if shared is None:
        return _closed(render(request, "public/share_ended.html", {"state": "none"}, status=404))
    if shared.holding is None:
        ended: dict[str, object] = {"state": shared.state, "link": shared.link, "section": "verify"}
        return _closed(render(request, "public/share_ended.html", ended, status=410))
    found = verification.verify_bytes(bytes(shared.holding.credential), now=now_of(request))
    viewer = request.user if isinstance(request.user, Person) else None
    if request.method == "GET" and shared.owner is not None and viewer != shared.owner:
        services.count_view(link=shared.link, owner=shared.owner, viewer=viewer, now=now_of(request))
    context = {
        **page_context(found),
        "shared": shared,
        "token": token,
        "owner_name": shared.owner.name if shared.link.shows_name and shared.owner else "",
        "card_address": f"{settings.BASE_URL}{reverse('shared-badge-card', args=[token])}",
    }
    return _closed(render(request, "public/verify_result.html", context))


@never_cache
@require_safe
def credential(request: HttpRequest, token: str) -> HttpResponse:
    """The credential itself, for other verifiers and wallets, as long as the link is open."""
    within_limits(request)
    shared: SharedBadge | None = queries.shared_badge(token, now=now_of(request))
    if shared is None or shared.holding is None:
        raise Http404
    kind = CONTENT_TYPES.get(shared.holding.container, "application/octet-stream")
    response = HttpResponse(bytes(shared.holding.credential), content_type=kind)
    response["Content-Security-Policy"] = "sandbox"  # a picture from elsewhere may carry a script
    response["Access-Control-Allow-Origin"] = "*"
    return _closed(response)


def _closed(response: HttpResponse) -> HttpResponse:
    """Keep a link out of search engines and out of the addresses that other sites see."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


urlpatterns = [
    path("s/<slug:token>/", shared_badge, name="shared-badge"),
    path("s/<slug:token>/badge.json", credential, name="shared-credential"),
]
