"""The card of a badge for one's own web page: turned on, its code copied, turned off."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.wallet.portfolios import embedding, queries
from naite.web.fields import show_refusal
from naite.web.learner.wallet import mine
from naite.web.middleware import now_of

NEW_CARD = "naite_new_badge_card"


class EmbedForm(forms.Form):
    """Where the card may stand, and whether with one's name."""

    sites = forms.CharField(
        label=gettext_lazy("카드를 보일 누리집 주소"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1200,
        help_text=gettext_lazy("한 줄에 하나씩. 예: https://blog.example.kr 여기 적은 곳에서만 보입니다."),
    )
    shows_name = forms.BooleanField(label=gettext_lazy("내 이름도 함께 보여 주기"), required=False)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def embed(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    """Turn the card on; the code for the other page is shown once."""
    account, holding = mine(request, holding_id)
    card = queries.embed_of(account, holding.id)
    form = EmbedForm(request.POST or None, initial={"sites": "\n".join(card.sites) if card else ""})
    if request.method == "POST" and form.is_valid():
        try:
            _made, token = embedding.turn_on(
                account=account,
                holding_id=holding.id,
                sites=embedding.sites_in(form.cleaned_data["sites"]),
                shows_name=form.cleaned_data["shows_name"],
                actor=account.person,
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            request.session[NEW_CARD] = {"holding": str(holding.id), "token": token}
            return HttpResponseRedirect(reverse("my-badge-embed", args=[holding.id]))
    fresh: dict[str, Any] | None = request.session.pop(NEW_CARD, None) if request.method == "GET" else None
    url = ""
    if fresh and fresh["holding"] == str(holding.id) and card is not None:
        url = settings.BASE_URL + reverse("badge-card", args=[fresh["token"]])
    context = {"holding": holding, "card": card, "form": form, "url": url, "section": "wallet"}
    return render(request, "learner/badge_embed.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def turn_off(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    account, holding = mine(request, holding_id)
    embedding.turn_off(account=account, holding_id=holding.id, actor=account.person, now=now_of(request))
    messages.success(request, _("카드를 껐습니다. 다른 누리집에서도 바로 사라집니다."))
    return HttpResponseRedirect(reverse("my-badge-embed", args=[holding.id]))


urlpatterns = [
    path("wallet/<uuid:holding_id>/embed/", embed, name="my-badge-embed"),
    path("wallet/<uuid:holding_id>/embed/off/", turn_off, name="my-badge-embed-off"),
]
