"""Showing one's rings: a picture to keep, and links that can be taken back."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.records import ring_shares
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.ring_shares import Shown
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.learner.ring_card import card_of
from naite.web.middleware import now_of

SHOWN_LINKS = 30
TERMS = {
    "week": gettext_lazy("7일 동안"),
    "month": gettext_lazy("30일 동안"),
    "open": gettext_lazy("거둘 때까지"),
}


def _span(account: LearningAccount, now: datetime) -> list[int]:
    """The years from the first in which something was learnt to this one."""
    this = timezone.localdate(now).year
    first = (
        ring_shares.entries_shown(account, 1800, this)
        .order_by("completed_on")
        .values_list("completed_on__year", flat=True)
        .first()
    )
    return list(range(first, this + 1)) if first else []


def _shown(given: QueryDict, years: list[int]) -> Shown:
    def year(name: str, otherwise: int) -> int:
        text = given.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and int(text) in years else otherwise

    return Shown(
        first_year=year("first", years[0]),
        last_year=year("last", years[-1]),
        name=given.get("name") == "1",
        years=given.get("years") == "1",
        hours=given.get("hours") == "1",
    )


def _query(shown: Shown) -> str:
    flags = {"name": shown.name, "years": shown.years, "hours": shown.hours}
    values = {"first": shown.first_year, "last": shown.last_year, **{k: 1 for k, on in flags.items() if on}}
    return urlencode(values)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """Choose what is shown, look at it, keep the picture or make a link. Nothing is public before."""
    account, now = account_or_404(request), now_of(request)
    years = _span(account, now)
    if not years:
        return HttpResponseRedirect(reverse("my-home"))
    if request.method != "POST":
        return _page(request, account, years, _shown(request.GET, years))
    shown = _shown(request.POST, years)
    try:
        _made, token = ring_shares.make_share(
            account=account,
            shown=shown,
            term=request.POST.get("term", ""),
            actor=person_of(request),
            now=now,
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, account, years, shown, refusal=refusal)
    url = f"{settings.BASE_URL}{reverse('shared-rings', args=[token])}"
    return _page(request, account, years, shown, url=url)


def _page(
    request: HttpRequest,
    account: LearningAccount,
    years: list[int],
    shown: Shown,
    *,
    refusal: Refused | None = None,
    url: str = "",
) -> HttpResponse:
    now = now_of(request)
    links = [(each, ring_shares.state_of(each, now)) for each in ring_shares.shares_of(account)[:SHOWN_LINKS]]
    response = render(
        request,
        "learner/ring_share.html",
        {
            "section": "account",
            "years": years,
            "shown": shown,
            "query": _query(shown),
            "terms": TERMS.items(),
            "term": request.POST.get("term", "month"),
            "refusal": refusal,
            "url": url,
            "links": links,
        },
        status=refusal.status if refusal else 200,
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@require_safe
def picture(request: HttpRequest, form: str) -> HttpResponse:
    """The card as the owner chose it, as PNG or SVG."""
    account = account_or_404(request)
    years = _span(account, now_of(request))
    if not years:
        return HttpResponseRedirect(reverse("my-home"))
    card = card_of(account, _shown(request.GET, years))
    response = (
        HttpResponse(card.png, content_type="image/png")
        if form == "png"
        else HttpResponse(card.svg, content_type="image/svg+xml")
    )
    if request.GET.get("save"):
        response["Content-Disposition"] = f'attachment; filename="naite-rings.{form}"'
    # An SVG that is opened on its own must not be able to do anything.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@require_POST
def withdraw(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Close a link."""
    account = account_or_404(request)
    ring_shares.withdraw_share(
        account=account, share_id=share_id, actor=person_of(request), now=now_of(request)
    )
    messages.success(request, _("링크를 거두었습니다. 이제 아무도 볼 수 없습니다."))
    return HttpResponseRedirect(reverse("my-ring-share"))


urlpatterns = [
    path("rings/share/", share, name="my-ring-share"),
    path("rings/picture.png", picture, {"form": "png"}, name="my-ring-picture"),
    path("rings/picture.svg", picture, {"form": "svg"}, name="my-ring-picture-svg"),
    path("rings/share/<uuid:share_id>/withdraw/", withdraw, name="my-ring-share-withdraw"),
]
