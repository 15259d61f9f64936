"""The terms, how personal data is handled, and accessibility."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.branches.privacy.models import ConsentText
from naite.branches.privacy.queries import current_texts
from naite.web.middleware import now_of


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how far the pages are accessible and whom to tell when they are not."""
    return render(request, "public/accessibility.html", {"section": "help"})


def _text(request: HttpRequest, purpose: str, title: str) -> HttpResponse:
    text = next((item for item in current_texts(now=now_of(request)) if item.purpose == purpose), None)
    return render(request, "public/text.html", {"text": text, "title": title, "section": "help"})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Show the terms in force, with their version."""
    return _text(request, ConsentText.Purpose.TERMS, _("이용약관"))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what personal data is kept, why and how long."""
    return _text(request, ConsentText.Purpose.PRIVACY, _("개인정보 처리방침"))


urlpatterns = [
    path("about/accessibility/", accessibility, name="about-accessibility"),
    path("about/terms/", terms, name="about-terms"),
    path("about/privacy/", privacy, name="about-privacy"),
]
