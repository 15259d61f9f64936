"""A person's own settings: who I am, how I sign in, what I agreed to."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naite.branches.privacy import queries as privacy_queries
from naite.branches.privacy import services as privacy
from naite.roots.errors import Refused
from naite.trunk.people import phones
from naite.trunk.people import services as people
from naite.trunk.people.models import Person
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.public.account_forms import ProfileForm
from naite.web.roles import seats_of


def _me(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


@login_required
@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show everything about the account at a glance, each with the way to change it."""
    person = _me(request)
    kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return render(
        request,
        "account/settings.html",
        {
            "person": person,
            "address": EmailAddress.objects.filter(user=person, primary=True).first(),
            "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
            "has_totp": Authenticator.Type.TOTP in kinds,
            "linked": SocialAccount.objects.filter(user=person).count(),
            "works_here": bool(seats_of(request)),
            "unanswered": privacy_queries.unanswered(person, now=now_of(request)),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Change name, birth date and region."""
    person = _me(request)
    form = ProfileForm.of(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                people.change_profile(
                    person=person,
                    name=form.cleaned_data["name"],
                    birth_date=form.cleaned_data["birth_date"],
                    region=form.cleaned_data["region"],
                    actor=person,
                    now=now_of(request),
                )
                phones.change_phone(
                    person=person, phone=form.cleaned_data["phone"], actor=person, now=now_of(request)
                )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("내 정보를 바꾸었습니다."))
            return redirect("account-settings")
    return render(request, "account/profile.html", {"form": form}, status=200 if not form.errors else 400)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Show what I agreed to, when and in which version; agree to or withdraw from what is optional."""
    person, now = _me(request), now_of(request)
    problem = ""
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        try:
            if "withdraw" in request.POST:
                if privacy.withdraw_consent(person=person, purpose=purpose, actor=person, now=now):
                    messages.success(request, _("동의를 철회했습니다. 지금부터 쓰지 않습니다."))
            else:
                texts = [
                    text
                    for text in privacy_queries.current_texts(now=now)
                    if text.purpose == purpose and str(text.pk) == request.POST.get("text")
                ]
                if privacy.give_consents(person=person, texts=texts, actor=person, now=now):
                    messages.success(request, _("동의를 적어 두었습니다."))
            return redirect("account-consents")
        except Refused as refusal:
            problem = str(refusal)
    history = list(privacy_queries.consents_of(person))
    live = {consent.text.purpose: consent for consent in history if consent.withdrawn_at is None}
    rows = [
        {
            "text": text,
            "consent": live.get(text.purpose),
            "outdated": text.purpose in live and live[text.purpose].text_id != text.pk,
        }
        for text in privacy_queries.current_texts(now=now)
    ]
    return render(
        request,
        "account/consents.html",
        {"rows": rows, "history": history, "problem": problem},
        status=400 if problem else 200,
    )


urlpatterns = [
    path("", settings_page, name="account-settings"),
    path("profile/", profile, name="account-profile"),
    path("consents/", consents, name="account-consents"),
]
