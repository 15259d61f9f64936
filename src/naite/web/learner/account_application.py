"""Asking for a learning account where it does not open by itself: the identity step, whose turn it is, taking back."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from naite.flows import accounts, award_run
from naite.roots.dates import day_of
from naite.roots.drawing.rings import draw_rings
from naite.roots.errors import Refused
from naite.trunk.people import identity
from naite.trunk.people.models import Person
from naite.trunk.records.applications import queries, rules, services
from naite.trunk.records.models import AccountApplication
from naite.web.middleware import now_of

SESSION_KEY = "naite_identity"


def person_of(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def page(request: HttpRequest, *, refusal: Refused | None = None, note: str = "") -> HttpResponse:
    """Return what stands where the account will be: how to open it, or how far the application is."""
    person, now = person_of(request), now_of(request)
    row = queries.live_of(person)
    needed = queries.step_needed()
    seedling = draw_rings([], first=None, now=now.year, seed=str(person.pk), decorative=True)
    context: dict[str, Any] = {
        "section": "account",
        "picture": mark_safe(seedling),  # noqa: S308 - drawn from constants
        "application": row,
        "refusal": refusal,
    }
    if row is not None and row.is_waiting and needed:
        context["late"] = row.due_on < day_of(now)
        return render(request, "learner/applied.html", context)
    if not needed:
        return render(request, "learner/open.html", context)
    way = identity.provider()
    context |= {
        "person": person,
        "missing": way.missing(person),
        "elsewhere": way.key != "mail",
        "looked_at": rules.needs_approval(queries.approval(), way.level),
        "reason": queries.reason_of(row) if row else "",
        "note": note or (row.note if row else ""),
        "most": rules.MAX_NOTE,
    }
    return render(request, "learner/apply.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Begin the identity step; where it needs no other page, the application is made at once."""
    person = person_of(request)
    note = request.POST.get("note", "")
    way = identity.provider()
    if way.missing(person):
        return page(request, note=note)
    state = secrets.token_urlsafe(24)
    elsewhere = way.begin(
        person, state=state, return_url=request.build_absolute_uri(reverse("my-account-identified"))
    )
    if elsewhere is not None:
        request.session[SESSION_KEY] = {"state": state, "note": note[: rules.MAX_NOTE]}
        return redirect(elsewhere)
    return _finish(request, way, state, {}, note)


@login_required
@never_cache
@require_safe
def identified(request: HttpRequest) -> HttpResponse:
    """Come back from the page elsewhere: what was begun in this session is finished once."""
    begun = request.session.pop(SESSION_KEY, None)
    if begun is None:
        messages.warning(request, _("본인확인을 처음부터 다시 해 주세요."))
        return redirect("my-home")
    return _finish(request, identity.provider(), begun["state"], request.GET.dict(), begun["note"])


def _finish(
    request: HttpRequest, way: identity.Provider, state: str, answer: dict[str, str], note: str
) -> HttpResponse:
    person, now = person_of(request), now_of(request)
    try:
        known = way.finish(person, state=state, answer=answer, now=now)
        row = accounts.ask_for_account(person=person, identity=known, note=note, actor=person, now=now)
    except Refused as refusal:
        return page(request, refusal=refusal, note=note)
    if row.state == AccountApplication.State.APPROVED:
        award_run.claim_for(person=person, now=now)
        messages.success(request, _("학습계좌가 열렸습니다."))
    else:
        messages.success(request, _("신청했습니다. 담당자가 확인하고 알려 드립니다."))
    return redirect("my-home")


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take one's application back."""
    person = person_of(request)
    row = queries.live_of(person)
    if row is None:
        messages.warning(request, _("기다리는 신청이 없습니다."))
        return redirect("my-home")
    try:
        services.withdraw(application=row, actor=person, now=now_of(request))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("신청을 거두었습니다. 언제든 다시 신청할 수 있습니다."))
    return redirect("my-home")


urlpatterns = [
    path("apply/", apply, name="my-account-apply"),
    path("apply/back/", identified, name="my-account-identified"),
    path("apply/withdraw/", withdraw, name="my-account-withdraw"),
]
