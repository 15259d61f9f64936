"""Cards of badges in other web pages, and the pictures that messengers show of links to badges."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from naite.flows import portfolios as flow
from naite.flows import verification
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import queries as wallet
from naite.trunk.wallet.models import BadgeEmbed, Holding
from naite.trunk.wallet.portfolios import queries
from naite.web import badge_art
from naite.web.middleware import now_of
from naite.web.portfolio_paper import badge_card
from naite.web.public.verify import page_context, within_limits


@xframe_options_exempt
@never_cache
@require_safe
def card(request: HttpRequest, token: str) -> HttpResponse:
    """The card, verified now. Only the pages that its owner named may frame it; it sets and reads no cookie."""
    within_limits(request)
    embed, holding, name = _embedded(token)
    found = verification.verify_bytes(bytes(holding.credential), now=now_of(request))
    tone, state = flow.verdict_words(found.report)
    context = {
        "holding": holding,
        "owner_name": name,
        "tone": tone,
        "state": state,
        "art": badge_art.face_of_holding(holding).url("grey-plain" if tone == "bad" else "plain"),
        "checked_at": now_of(request),
        "token": token,
    }
    response = render(request, "public/badge_card.html", context)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {' '.join(embed.sites)}"
    )
    return _quiet(response)


@never_cache
@require_safe
def check(request: HttpRequest, token: str) -> HttpResponse:
    """The whole verification of the card's badge, in a page of its own."""
    within_limits(request)
    _embed, holding, name = _embedded(token)
    found = verification.verify_bytes(bytes(holding.credential), now=now_of(request))
    context = {**page_context(found), "owner_name": name, "again_text": "", "again_url": ""}
    return _quiet(render(request, "public/verify_result.html", context))


@never_cache
@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """The preview picture of a link to one badge: the badge, who gave it, and a name only where it is shown."""
    within_limits(request)
    shared = wallet.shared_badge(token, now=now_of(request))
    if shared is None or shared.holding is None:
        raise Http404
    held = shared.holding
    lines = [held.issuer_name]
    if shared.link.shows_name and shared.owner is not None:
        lines.append(_("%(name)s 님이 받은 배지") % {"name": shared.owner.name})
    body = badge_card(badge_art.face_of_holding(held), held.title, lines)
    return _quiet(HttpResponse(body, content_type="image/png"))


def _embedded(token: str) -> tuple[BadgeEmbed, Holding, str]:
    embed = queries.embedded(token)
    account = (
        LearningAccount.objects.filter(pk=embed.account_id, closed_at=None).select_related("person").first()
        if embed
        else None
    )
    holding = wallet.holding(embed.account_id, embed.holding_id) if embed else None
    if embed is None or account is None or holding is None:
        raise Http404
    return embed, holding, account.person.name if embed.shows_name else ""


def _quiet(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


urlpatterns = [
    path("e/<slug:token>/", card, name="badge-card"),
    path("e/<slug:token>/check/", check, name="badge-card-check"),
    path("s/<slug:token>/card.png", picture, name="shared-badge-card"),
]
