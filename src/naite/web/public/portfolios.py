"""A portfolio for whoever has its link: the door where there is one, the page, its badges checked one by one.

Programs that draw previews of links are let see what an open link shows, but they open nothing and are not
counted. A look lasts an hour in this browser.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from naite.flows import portfolios as flow
from naite.flows import verification
from naite.roots.errors import Refused
from naite.trunk.wallet.models import PortfolioLook, PortfolioShare
from naite.trunk.wallet.packages.rules import rough_client
from naite.trunk.wallet.portfolios import queries, rules, sharing
from naite.trunk.wallet.portfolios.queries import Linked
from naite.web.middleware import now_of
from naite.web.portfolio_page import portfolio_context
from naite.web.portfolio_paper import card_of, pdf_of
from naite.web.public.doors import Passes, private, viewer_of
from naite.web.public.verify import page_context

PASSES = Passes("portfolio", rules.LOOK_LASTS)
Act, Gate = PortfolioLook.Act, PortfolioShare.Gate


@never_cache
@require_safe
def portfolio(request: HttpRequest, token: str) -> HttpResponse:
    """The page, or the door in front of it."""
    found = _linked(request, token)
    if found is None:
        return _ended(request, None)
    now = now_of(request)
    state = sharing.state_at(found.share, now)
    if state == "open" and found.share.gate == Gate.OPEN and rules.is_robot(_agent(request)):
        sharing.note_use(share=found.share, act=Act.PREVIEW, client="", viewer=viewer_of(request), now=now)
        return _page(request, token, found)
    if state == "open" and PASSES.has(request, found.link.pk):
        return _page(request, token, found)
    if state == "open" and found.share.gate != Gate.OPEN and not _own(request, found):
        return _door(request, token, found)
    try:
        _open(request, found, "")
    except sharing.ShareEnded as ended:
        return _ended(request, found, ended.state)
    return _page(request, token, found)


@require_POST
def open_portfolio(request: HttpRequest, token: str) -> HttpResponse:
    """Open the door with a password, or with the number that was sent."""
    found = _linked(request, token)
    if found is None:
        return _ended(request, None)
    try:
        _open(request, found, request.POST.get("key", ""))
    except sharing.ShareEnded as ended:
        return _ended(request, found, ended.state)
    except Refused as refusal:
        return _door(request, token, found, refusal)
    return HttpResponseRedirect(reverse("portfolio", args=[token]))


@require_POST
def send_code(request: HttpRequest, token: str) -> HttpResponse:
    """Send the named recipient the number that opens the door."""
    found = _linked(request, token)
    if found is None:
        return _ended(request, None)
    try:
        sharing.send_code(link=found.link, share=found.share, client=_client(request), now=now_of(request))
    except sharing.ShareEnded as ended:
        return _ended(request, found, ended.state)
    except Refused as refusal:
        return _door(request, token, found, refusal)
    return _door(request, token, found, sent=True)


@never_cache
@require_safe
def badge(request: HttpRequest, token: str, block_id: str) -> HttpResponse:
    """One badge of the portfolio, verified now: where the QR codes on paper lead."""
    found = _linked(request, token)
    if found is None:
        return _ended(request, None)
    state = sharing.state_at(found.share, now_of(request))
    if state != "open":
        return _ended(request, found, state)
    if found.share.gate != Gate.OPEN and not (PASSES.has(request, found.link.pk) or _own(request, found)):
        return _door(request, token, found)
    held = flow.badge_of(found.share.content, block_id, account=found.share.account)
    checked = verification.verify_bytes(bytes(held.credential), now=now_of(request))
    _note(request, found, Act.CHECKED, held.title)
    context = {
        **page_context(checked),
        "owner_name": found.share.content["name"],
        "again_text": "",
        "again_url": "",
        "portfolio_url": reverse("portfolio", args=[token]),
    }
    return private(render(request, "public/verify_result.html", context))


@never_cache
@require_safe
def document(request: HttpRequest, token: str, block_id: str) -> HttpResponse:
    """A document that the owner lets be downloaded."""
    found = _opened(request, token)
    name, body = flow.document_of(found.share.content, block_id, account=found.share.account)
    _note(request, found, Act.FILE, name)
    return private(_shown_pdf(body, name))


@never_cache
@require_safe
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The portfolio as a PDF, with what is known of its things now."""
    found = _opened(request, token)
    seen = flow.look(found.share.content, account=found.share.account, now=now_of(request))
    body = pdf_of(seen, found.share, token)
    _note(request, found, Act.PDF)
    return private(_shown_pdf(body, seen.name or seen.title))


@never_cache
@require_safe
def card(request: HttpRequest, token: str) -> HttpResponse:
    """The picture that messengers show of an open link; behind a door there is none."""
    found = _linked(request, token)
    open_now = found is not None and sharing.state_at(found.share, now_of(request)) == "open"
    if found is None or not open_now or found.share.gate != Gate.OPEN:
        raise Http404
    seen = flow.look(found.share.content, account=found.share.account, now=now_of(request))
    return private(HttpResponse(card_of(seen), content_type="image/png"))


# -- pages --------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, token: str, found: Linked) -> HttpResponse:
    share = found.share
    seen = flow.look(share.content, account=share.account, now=now_of(request))
    context = {
        **portfolio_context(seen),
        "share": share,
        "token": token,
        "preview": False,
        "own": _own(request, found),
        "address": settings.BASE_URL + reverse("portfolio", args=[token]),
        "section": "verify",
    }
    return private(render(request, "public/portfolio.html", context))


def _door(
    request: HttpRequest,
    token: str,
    found: Linked,
    refusal: Refused | None = None,
    *,
    sent: bool = False,
) -> HttpResponse:
    context = {
        "share": found.share,
        "token": token,
        "refusal": refusal,
        "sent": sent or (refusal is not None and found.link.code_until is not None),
        "masked": _masked(found.share.recipient),
        "by_mail": found.share.gate == Gate.MAIL,
        "section": "verify",
    }
    status = refusal.status if refusal else 200
    return private(render(request, "public/portfolio_door.html", context, status=status))


def _ended(request: HttpRequest, found: Linked | None, state: str = "none") -> HttpResponse:
    context = {"share": found.share if found else None, "state": state, "section": "verify"}
    status = 410 if found is not None else 404
    return private(render(request, "public/portfolio_ended.html", context, status=status))


def _masked(address: str) -> str:
    """``h•••@example.kr``: enough to know one's own address, too little to learn somebody else's."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}" if domain else ""


# -- who may ------------------------------------------------------------------------------------------------


def _linked(request: HttpRequest, token: str) -> Linked | None:
    PASSES.count_asking(request)
    return queries.linked(token)


def _open(request: HttpRequest, found: Linked, key: str) -> None:
    sharing.open_share(
        link=found.link,
        share=found.share,
        key=key,
        client=_client(request),
        viewer=viewer_of(request),
        now=now_of(request),
    )
    PASSES.give(request, found.link.pk)


def _opened(request: HttpRequest, token: str) -> Linked:
    """The share behind a link, for whoever may see it now; else it is not found."""
    found = _linked(request, token)
    if found is None or sharing.state_at(found.share, now_of(request)) != "open":
        raise Http404
    if found.share.gate == Gate.OPEN or PASSES.has(request, found.link.pk) or _own(request, found):
        return found
    raise Http404


def _own(request: HttpRequest, found: Linked) -> bool:
    viewer = viewer_of(request)
    return viewer is not None and viewer.pk == found.share.account.person_id


# -- small things -------------------------------------------------------------------------------------------


def _note(request: HttpRequest, found: Linked, act: PortfolioLook.Act, title: str = "") -> None:
    sharing.note_use(
        share=found.share,
        act=act,
        title=title,
        client=_client(request),
        viewer=viewer_of(request),
        now=now_of(request),
    )


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")


def _client(request: HttpRequest) -> str:
    return rough_client(_agent(request))


def _shown_pdf(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [
    path("f/<slug:token>/", portfolio, name="portfolio"),
    path("f/<slug:token>/open/", open_portfolio, name="portfolio-open"),
    path("f/<slug:token>/code/", send_code, name="portfolio-code"),
    path("f/<slug:token>/badge/<slug:block_id>/", badge, name="portfolio-badge"),
    path("f/<slug:token>/portfolio.pdf", paper, name="portfolio-pdf"),
    path("f/<slug:token>/card.png", card, name="portfolio-card"),
    path("f/<slug:token>/file/<slug:block_id>.pdf", document, name="portfolio-file"),
]
