"""My learning card: making and printing one, its PIN, and ending a lost one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.drawing.qr import draw_qr
from naite.roots.errors import Refused
from naite.trunk.people import cards
from naite.trunk.people.models import LearningCard
from naite.web.fields import show_refusal
from naite.web.learner.home import person_of
from naite.web.middleware import now_of
from naite.web.public.card import card_address


class PinForm(forms.Form):
    """A PIN, twice, so that a slip of the finger does not lock anybody out."""

    pin = forms.CharField(
        label=gettext_lazy("비밀번호"),
        max_length=6,
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "new-password", "class": "krds-input big"}
        ),
        help_text=gettext_lazy("숫자 4자리에서 6자리. 생년월일이나 1234는 안 됩니다."),
    )
    again = forms.CharField(
        label=gettext_lazy("비밀번호 한 번 더"),
        max_length=6,
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "new-password", "class": "krds-input big"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("pin") and data.get("again") and data["pin"] != data["again"]:
            self.add_error("again", _("두 번 적은 비밀번호가 다릅니다. 다시 적어 주세요."))
        return data


def card_qr(card: LearningCard) -> SafeString:
    """Return the QR code that leads to the card's sign-in page."""
    drawn = draw_qr(card_address(card.number), label=_("학습카드 QR"))
    return mark_safe(drawn)  # noqa: S308 - drawn by us from our own address


@sensitive_post_parameters("pin", "again")
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card_page(request: HttpRequest) -> HttpResponse:
    """Show my card; a POST makes a new one or changes the PIN of the one there is."""
    person, now = person_of(request), now_of(request)
    card = cards.live_card(person)
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pin = form.cleaned_data["pin"]
        try:
            if card is not None and "change" in request.POST:
                cards.set_pin(card=card, pin=pin, actor=person, now=now)
                messages.success(request, _("비밀번호를 바꾸었습니다."))
                return redirect("my-account-card")
            cards.issue(person=person, pin=pin, organisation=None, actor=person, now=now)
            messages.success(request, _("학습카드를 만들었습니다. 인쇄해서 쓰세요."))
            return redirect("my-account-card-print")
        except Refused as refusal:
            show_refusal(form, refusal)
    return render(
        request,
        "learner/account_card.html",
        {
            "section": "account",
            "card": card,
            "form": form,
            "staff": cards.needs_stronger_sign_in(person, now=now),
        },
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
@require_safe
def card_print(request: HttpRequest) -> HttpResponse:
    """Show the card in its real size above a sheet in large type that says how to use it."""
    person = person_of(request)
    card = cards.live_card(person)
    if card is None:
        return redirect("my-account-card")
    return render(
        request,
        "learner/account_card_print.html",
        {"section": "account", "card": card, "holder": person, "qr": card_qr(card)},
    )


@login_required
@require_POST
def card_lost(request: HttpRequest) -> HttpResponse:
    """End my card, because it was lost."""
    person = person_of(request)
    card = cards.live_card(person)
    if card is not None:
        cards.end(card=card, reason=_("잃어버림"), actor=person, now=now_of(request))
        messages.success(request, _("카드를 멈추었습니다. 누가 주워도 쓸 수 없습니다."))
    return redirect("my-account-card")


urlpatterns = [
    path("account/card/", card_page, name="my-account-card"),
    path("account/card/print/", card_print, name="my-account-card-print"),
    path("account/card/lost/", card_lost, name="my-account-card-lost"),
]
