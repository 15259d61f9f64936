"""Signing in with a learning card, or with a code sent to a telephone."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.roots.limits import allowed
from naite.roots.notices import sms
from naite.trunk.people import card_rules, cards, phones, rules
from naite.trunk.people.models import Person
from naite.web import context
from naite.web.fields import show_refusal
from naite.web.middleware import now_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ASKED = "naite_phone_asked"
_PIN = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6, "class": "krds-input big"}


class CardForm(forms.Form):
    """The card's number and PIN."""

    number = forms.CharField(
        label=gettext_lazy("카드번호"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "krds-input big"}
        ),
        help_text=gettext_lazy("카드 앞면의 숫자 12개입니다."),
    )
    pin = forms.CharField(
        label=gettext_lazy("비밀번호"),
        max_length=6,
        widget=forms.PasswordInput(attrs=_PIN),
        help_text=gettext_lazy("카드를 만들 때 정한 숫자입니다."),
    )


class BirthField(forms.CharField):
    """A birth date as eight digits, which old people type more easily than they use a calendar."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("생년월일 8자리"))
        options.setdefault("help_text", gettext_lazy("예: 1949년 9월 20일이면 19490920"))
        super().__init__(
            max_length=12,
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "class": "krds-input big"}
            ),
            **options,
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text and not self.required:
            return None
        day = rules.day_from_digits(text)
        if day is None or day > timezone.localdate():
            raise forms.ValidationError(_("생년월일을 숫자 8자리로 적어 주세요. 예: 19490920"))
        return day


class PhoneForm(forms.Form):
    """To whom the code goes."""

    phone = forms.CharField(
        label=gettext_lazy("휴대전화 번호"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "class": "krds-input big"}),
    )
    birth_date = BirthField()


class CodeForm(forms.Form):
    """The code that came."""

    code = forms.CharField(
        label=gettext_lazy("문자로 온 번호 6자리"),
        max_length=8,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "krds-input big"}
        ),
    )


def too_often(request: HttpRequest, what: str, *, most: int = 20) -> bool:
    """Whether one address has tried more than ``most`` times in ten minutes."""
    place = request.META.get("REMOTE_ADDR", "")
    return not allowed(what, place, most=most, seconds=600, now=now_of(request))


def slow_down() -> str:
    return _("너무 여러 번 했습니다. 10분 뒤에 다시 해 주세요.")


def enter(request: HttpRequest, person: Person, *, by: str) -> HttpResponse:
    """Sign a person in until the browser is closed, and write down how."""
    login(request, person, backend=BACKEND)
    request.session.set_expiry(0)
    audit.record("people.sign_in", actor=person, now=now_of(request), subject=person, about=person.pk, by=by)
    return redirect(context.start_url(request))


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, number: str = "") -> HttpResponse:
    """Sign in with number and PIN; the QR code on the card brings the number along."""
    known = number if card_rules.is_card_number(number) else ""
    form = CardForm(request.POST or None, initial={"number": known})
    status = 200
    if request.method == "POST" and form.is_valid():
        if too_often(request, "card"):
            form.add_error(None, slow_down())
            status = 429
        else:
            try:
                person = cards.sign_in(
                    text=form.cleaned_data["number"], pin=form.cleaned_data["pin"], now=now_of(request)
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                return enter(request, person, by="card")
    elif request.method == "POST":
        status = 422
    return render(
        request,
        "public/card.html",
        {"form": form, "known": known, "sms": sms.offered()},
        status=status,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Send a code; then ask for it. What the page says does not tell whether anybody is known."""
    asked: dict[str, str] = request.session.get(ASKED) or {}
    if request.GET.get("again"):
        request.session.pop(ASKED, None)
        return redirect("phone-sign-in")
    return _code(request, asked) if asked else _ask(request)


def _ask(request: HttpRequest) -> HttpResponse:
    form = PhoneForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if too_often(request, "phone", most=10):
                raise Refused(slow_down(), code="too_often")
            phones.send_code(now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
        else:
            request.session[ASKED] = {
                "phone": form.cleaned_data["phone"],
                "birth_date": form.cleaned_data["birth_date"].isoformat(),
            }
            return redirect("phone-sign-in")
    elif request.method == "POST":
        status = 422
    return render(request, "public/phone.html", {"form": form, "sms": sms.offered()}, status=status)


def _code(request: HttpRequest, asked: dict[str, str]) -> HttpResponse:
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if too_often(request, "phone-code"):
                raise Refused(slow_down(), code="too_often")
            person = phones.sign_in(
                phone=asked["phone"],
                birth_date=date.fromisoformat(asked["birth_date"]),
                code=form.cleaned_data["code"],
                now=now_of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
        else:
            request.session.pop(ASKED, None)
            return enter(request, person, by="phone")
    elif request.method == "POST":
        status = 422
    return render(
        request,
        "public/phone.html",
        {"form": form, "asked": asked["phone"], "sms": sms.offered()},
        status=status,
    )


def card_address(number: str) -> str:
    """Return the address in a card's QR code."""
    return f"{settings.BASE_URL}{reverse('card-number', args=[number])}"


urlpatterns = [
    path("card/", card, name="card-sign-in"),
    path("card/phone/", phone, name="phone-sign-in"),
    path("card/<str:number>/", card, name="card-number"),
]
