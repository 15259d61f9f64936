"""Somebody's rings, as far as their owner shows them by a link."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from naite.trunk.people.models import Person
from naite.trunk.records import ring_shares
from naite.trunk.records.ring_shares import Shown
from naite.web.learner.ring_card import Card, card_of
from naite.web.middleware import now_of
from naite.web.public.verify import within_limits


def _card(request: HttpRequest, token: str) -> tuple[ring_shares.State, Card | None]:
    state, share, account = ring_shares.find(token, now=now_of(request))
    if share is None or account is None:
        return state, None
    viewer = request.user.pk if isinstance(request.user, Person) else None
    if request.method == "GET" and viewer != account.person_id and not request.path.endswith(".png"):
        ring_shares.count_view(share)
    shown = Shown(
        first_year=share.first_year,
        last_year=share.last_year,
        name=share.shows_name,
        years=share.shows_years,
        hours=share.shows_hours,
    )
    return state, card_of(account, shown)


@never_cache
@require_safe
def shared_rings(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link leads to; each look but the owner's own is counted."""
    within_limits(request)
    state, card = _card(request, token)
    if card is None:
        ended = {"state": state, "section": "account"}
        status = 404 if state == "none" else 410
        return _closed(render(request, "public/rings_ended.html", ended, status=status))
    address = f"{settings.BASE_URL}{reverse('shared-rings-picture', args=[token])}"
    context = {
        "card": card,
        "tree": mark_safe(card.tree),  # noqa: S308 - draw_rings escapes every text
        "picture_address": address,
        "section": "account",
    }
    return _closed(render(request, "public/rings_shared.html", context))


@never_cache
@require_safe
def shared_picture(request: HttpRequest, token: str) -> HttpResponse:
    """The card as PNG, for the previews that messengers make of a link."""
    within_limits(request)
    _state, card = _card(request, token)
    if card is None:
        raise Http404
    return _closed(HttpResponse(card.png, content_type="image/png"))


def _closed(response: HttpResponse) -> HttpResponse:
    """Keep a link out of search engines and out of the addresses that other sites see."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


urlpatterns = [
    path("t/<slug:token>/", shared_rings, name="shared-rings"),
    path("t/<slug:token>/card.png", shared_picture, name="shared-rings-picture"),
]
