"""The desk: finding the person who stands there, opening an account on paper consent (row A16)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from naite.branches.privacy.queries import current_texts
from naite.flows.desk import Newcomer, open_at_desk
from naite.roots.errors import Refused
from naite.roots.files import services as files
from naite.roots.files.kinds import EVIDENCE
from naite.trunk.people import desk
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.office.desk_access import desk_of
from naite.web.office.desk_forms import CardForm, FindForm, OpenForm


@sensitive_post_parameters("pin")
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """Find somebody by name and birth date or by card, always with a reason."""
    staff, organisation = desk_of(request)
    now = now_of(request)
    by_card = "card" in request.POST
    find_form = FindForm(request.POST if request.method == "POST" and not by_card else None)
    # Both forms ask for a reason: ids of their own, so that a label leads to its own field.
    card_form = CardForm(request.POST if by_card else None, auto_id="card_%s")
    found: list[Any] | None = None
    form: forms.Form = card_form if by_card else find_form
    if request.method == "POST" and form.is_valid():
        try:
            if by_card:
                visit = desk.begin_by_card(
                    organisation=organisation,
                    text=card_form.cleaned_data["card"],
                    pin=card_form.cleaned_data["pin"],
                    reason=card_form.cleaned_data["reason"],
                    actor=staff,
                    now=now,
                )
                return redirect("desk-visit", visit.pk)
            found = desk.find(
                organisation=organisation,
                name=find_form.cleaned_data["name"],
                birth_date=find_form.cleaned_data["birth_date"],
                reason=find_form.cleaned_data["reason"],
                actor=staff,
                now=now,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
    return render(
        request,
        "office/desk_counter.html",
        {
            "section": "counter",
            "organisation": organisation,
            "find_form": find_form,
            "card_form": card_form,
            "found": found,
            "reason": request.POST.get("reason", ""),
            "visits": [
                {"row": row, "on": row.is_on(now)}
                for row in desk.visits_today(organisation, staff, now=now)[:12]
            ],
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to serve one of the people found."""
    staff, organisation = desk_of(request)
    visit = desk.begin(
        organisation=organisation,
        person_id=forms.UUIDField().clean(request.POST.get("person")),
        reason=request.POST.get("reason", ""),
        actor=staff,
        now=now_of(request),
    )
    return redirect("desk-visit", visit.pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account for somebody who signed on paper."""
    staff, organisation = desk_of(request)
    now = now_of(request)
    form = OpenForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                paper = (
                    files.keep(
                        given["paper"],
                        name=given["paper"].name,
                        kinds=EVIDENCE,
                        purpose="people.paper",
                        now=now,
                    )
                    if given["paper"]
                    else None
                )
                visit = open_at_desk(
                    newcomer=Newcomer(
                        name=given["name"],
                        birth_date=given["birth_date"],
                        phone=given["phone"],
                        region=given["region"],
                        really_another=given["really_another"],
                        guardian_name=given["guardian_name"],
                        guardian_relation=given["guardian_relation"],
                    ),
                    agreed=form.agreed(),
                    paper=paper,
                    kept_where=given["kept_where"],
                    organisation=organisation,
                    actor=staff,
                    now=now,
                )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("계좌를 열었습니다. 이제 학습카드를 만들어 드리세요."))
            return redirect("desk-visit", visit.pk)
    return render(
        request,
        "office/desk_open.html",
        {"section": "counter", "organisation": organisation, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD"])
def consent_paper(request: HttpRequest) -> HttpResponse:
    """Show the consent form to print, in large type, with every text and a place to sign."""
    _staff, organisation = desk_of(request)
    return render(
        request,
        "office/desk_paper.html",
        {
            "section": "counter",
            "organisation": organisation,
            "texts": current_texts(now=now_of(request)),
        },
    )


urlpatterns = [
    path("counter/", counter, name="office-counter"),
    path("counter/begin/", begin, name="desk-begin"),
    path("counter/open/", open_account, name="desk-open"),
    path("counter/paper/", consent_paper, name="desk-paper"),
]
