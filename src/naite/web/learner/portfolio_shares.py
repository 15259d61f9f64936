"""Links to a portfolio: for whom, until when, behind which door, and who looked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import portfolios as flow
from naite.roots.drawing.qr import draw_qr
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.wallet.models import Portfolio, PortfolioShare
from naite.trunk.wallet.portfolios import queries, rules, sharing
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.learner.home import person_of
from naite.web.learner.portfolios import mine, version_in
from naite.web.middleware import now_of
from naite.web.portfolio_page import portfolio_context

NEW_LINK = "naite_new_portfolio_link"
LINES_PER_PAGE = 50
STATES = {
    "open": ("ok", gettext_lazy("열림")),
    "expired": ("end", gettext_lazy("기간 끝남")),
    "withdrawn": ("end", gettext_lazy("거둠")),
}


class ShareForm(forms.Form):
    """For whom, until when, and who may open it."""

    audience = forms.CharField(
        label=gettext_lazy("누구에게, 무엇에 쓰라고 보여 주나요"),
        max_length=rules.AUDIENCE_LENGTH,
        help_text=gettext_lazy("보는 사람에게도 보입니다. 예: 가온물류 채용 지원"),
    )
    until = forms.DateField(
        label=gettext_lazy("언제까지 보여 줄까요"),
        widget=DATE_INPUT,
        help_text=gettext_lazy("고른 날 24시까지 열립니다. 1년 안에서 고르세요."),
    )
    gate = forms.ChoiceField(
        label=gettext_lazy("누가 볼 수 있나요"),
        choices=PortfolioShare.Gate.choices,
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=gettext_lazy("암호"),
        required=False,
        max_length=rules.PASSWORD_MOST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("‘주소와 암호’를 골랐을 때 적습니다. 여섯 자 이상. 주소와 따로 알려 주세요."),
    )
    recipient = forms.EmailField(
        label=gettext_lazy("받는 사람의 전자우편 주소"),
        required=False,
        help_text=gettext_lazy(
            "‘내가 정한 한 사람’을 골랐을 때 적습니다. 열 때마다 이 주소로 번호를 보냅니다."
        ),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: HttpRequest, portfolio_id: UUID) -> HttpResponse:
    """Make links and see those that were made. A new link's address is shown once."""
    _account, found = mine(request, portfolio_id)
    now = now_of(request)
    form = ShareForm(
        request.POST or None,
        initial={"until": timezone.localdate(now) + timedelta(days=30), "gate": "open"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made, token = sharing.share(
                portfolio=found,
                **form.cleaned_data,
                version=version_in(request),
                actor=person_of(request),
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            request.session[NEW_LINK] = {"share": str(made.id), "token": token}
            return HttpResponseRedirect(reverse("my-portfolio-shares", args=[found.id]))
    return _page(request, found, form)


@login_required
@never_cache
@require_safe
def one_share(request: HttpRequest, portfolio_id: UUID, share_id: UUID) -> HttpResponse:
    """One link: who looked when, and what it shows."""
    found, share = _mine(request, portfolio_id, share_id)
    now = now_of(request)
    state = sharing.state_at(share, now)
    seen = flow.look(share.content, account=share.account, now=now)
    context = {
        **portfolio_context(seen),
        "portfolio": found,
        "share": share,
        "state": state,
        "tag": STATES[state],
        "older": share.version != found.version,
        "looks": Paginator(queries.looks_at(share), LINES_PER_PAGE).get_page(request.GET.get("page")),
        "section": "wallet",
    }
    return render(request, "learner/portfolio_share.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, portfolio_id: UUID, share_id: UUID) -> HttpResponse:
    found, share = _mine(request, portfolio_id, share_id)
    sharing.withdraw(share=share, actor=person_of(request), now=now_of(request))
    messages.success(request, _("링크를 거두었습니다. 이제 열어도 아무것도 보이지 않습니다."))
    return HttpResponseRedirect(reverse("my-portfolio-shares", args=[found.id]))


@login_required
@require_POST
def refresh(request: HttpRequest, portfolio_id: UUID, share_id: UUID) -> HttpResponse:
    """Let the link show the portfolio as it is now."""
    found, share = _mine(request, portfolio_id, share_id)
    try:
        sharing.refresh(
            portfolio=found,
            share=share,
            version=version_in(request),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("링크가 지금 내용을 보여 줍니다."))
    return HttpResponseRedirect(reverse("my-portfolio-share", args=[found.id, share.id]))


def _mine(request: HttpRequest, portfolio_id: UUID, share_id: UUID) -> tuple[Portfolio, PortfolioShare]:
    account, found = mine(request, portfolio_id)
    share = queries.share_of(found, share_id)
    if share is None:
        raise Http404
    share.account = account
    return found, share


def _page(request: HttpRequest, found: Portfolio, form: ShareForm) -> HttpResponse:
    now = now_of(request)
    links: list[dict[str, Any]] = []
    for share in queries.shares_of(found)[: rules.MOST_LINKS * 2]:
        share.account = found.account
        state = sharing.state_at(share, now)
        links.append({"share": share, "state": state, "tag": STATES[state]})
    fresh = request.session.pop(NEW_LINK, None) if request.method == "GET" else None
    url = qr = ""
    if fresh and any(str(item["share"].id) == fresh["share"] for item in links):
        url = settings.BASE_URL + reverse("portfolio", args=[fresh["token"]])
        qr = draw_qr(url, label=_("이 포트폴리오의 링크를 담은 QR 코드"))
    context = {
        "portfolio": found,
        "form": form,
        "links": links,
        "url": url,
        "pdf": f"{reverse('portfolio', args=[fresh['token']])}portfolio.pdf" if url and fresh else "",
        "qr": qr,
        "section": "wallet",
    }
    return render(request, "learner/portfolio_shares.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("portfolios/<uuid:portfolio_id>/share/", shares, name="my-portfolio-shares"),
    path("portfolios/<uuid:portfolio_id>/share/<uuid:share_id>/", one_share, name="my-portfolio-share"),
    path(
        "portfolios/<uuid:portfolio_id>/share/<uuid:share_id>/withdraw/",
        withdraw,
        name="my-portfolio-withdraw",
    ),
    path(
        "portfolios/<uuid:portfolio_id>/share/<uuid:share_id>/refresh/",
        refresh,
        name="my-portfolio-refresh",
    ),
]
