"""One page from which everything about my account is reached."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from naite.branches.privacy import requests
from naite.branches.privacy.workflow import WAITING
from naite.trunk.records import closing
from naite.trunk.records.models import LearningAccount
from naite.web.learner.home import person_of


@login_required
@never_cache
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show the state of my account and the few things to do about it."""
    person = person_of(request)
    account = LearningAccount.objects.filter(person=person).first()
    return render(
        request,
        "learner/account_hub.html",
        {
            "section": "account",
            "account": account if account and account.closed_at is None else None,
            "closing": closing.closing_of(account) if account and account.closed_at else None,
            "waiting": requests.of(person).filter(state__in=WAITING).count(),
        },
    )


urlpatterns = [path("account/", hub, name="my-account")]
