"""What an entry could count for elsewhere, and what the learner did about it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import Refused
from naite.roots.files.kinds import DOCUMENTS
from naite.roots.files.services import accept_of
from naite.trunk.records import queries
from naite.trunk.records.models import Entry, Outcome
from naite.trunk.records.outcomes import routes, services
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.files import download
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.middleware import now_of


class OutcomeForm(forms.Form):
    """What came of an application; whether it can be kept is decided by ``outcomes.services``."""

    state = forms.ChoiceField(
        label=gettext_lazy("어떻게 되었나요"), choices=Outcome.State.choices, widget=forms.RadioSelect
    )
    applied_on = forms.DateField(label=gettext_lazy("신청한 날"), widget=DATE_INPUT)
    decided_on = forms.DateField(label=gettext_lazy("결과가 나온 날"), widget=DATE_INPUT, required=False)
    result = forms.CharField(
        label=gettext_lazy("결과"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("기관이 알려 준 대로 적으세요. 예: 3학점"),
    )
    proof = forms.FileField(
        label=gettext_lazy("결과를 보여 주는 파일"),
        required=False,
        widget=forms.FileInput(attrs={"accept": accept_of(DOCUMENTS)}),
        help_text=gettext_lazy("통지서 사진이나 PDF. 10MB까지. 새로 올리면 전의 것은 지웁니다."),
    )


@login_required
@never_cache
@require_safe
def outcomes(request: HttpRequest, entry_id: UUID) -> HttpResponseBase:
    """Where an entry could count, with the office to ask, and what was written about each."""
    entry = _entry(request, entry_id)
    written = services.outcomes_of(entry)
    possible = [(each, written.pop(each.route.code, None)) for each in services.possible_for(entry)]
    others = [(routes.BY_CODE[code], row) for code, row in written.items() if code in routes.BY_CODE]
    context = {
        "entry": entry,
        "possible": possible,
        "others": others,
        "unused": [
            route
            for route in routes.ROUTES
            if route.code not in {each.route.code for each, _row in possible} and route.code not in written
        ],
        "checked_on": routes.CHECKED_ON,
        "law_on": routes.LAW_IN_FORCE_ON,
        "section": "account",
    }
    return render(request, "learner/outcomes.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, entry_id: UUID, route: str) -> HttpResponseBase:
    """Write down or change what came of one route."""
    entry = _entry(request, entry_id)
    known = routes.BY_CODE.get(route)
    if known is None:
        raise Http404
    row = services.outcomes_of(entry).get(route)
    seen = str(row.version) if row else "0"
    if request.method == "POST":
        given = request.POST.get("version", "")
        seen = given if given.isascii() and given.isdigit() and len(given) < 9 else "0"
        form = OutcomeForm(request.POST, request.FILES)
        if form.is_valid():
            values: dict[str, Any] = dict(form.cleaned_data)
            proof = values.pop("proof")
            try:
                services.keep_outcome(
                    entry=entry,
                    route=route,
                    **values,
                    proof=proof,
                    proof_name=proof.name if proof else "",
                    seen_version=int(seen),
                    actor=person_of(request),
                    now=now_of(request),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("적었습니다."))
                return HttpResponseRedirect(reverse("my-entry-outcomes", args=[entry.id]))
    else:
        form = OutcomeForm(
            initial={
                "state": row.state if row else Outcome.State.APPLIED,
                "applied_on": row.applied_on if row else None,
                "decided_on": row.decided_on if row else None,
                "result": row.result if row else "",
            }
        )
    context = {"entry": entry, "route": known, "row": row, "seen": seen, "form": form, "section": "account"}
    return render(request, "learner/outcome.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, entry_id: UUID, outcome_id: UUID) -> HttpResponseBase:
    entry = _entry(request, entry_id)
    row = services.outcome_of(entry, outcome_id)
    if row is None:
        raise Http404
    services.remove_outcome(outcome=row, actor=person_of(request), now=now_of(request))
    messages.success(request, _("지웠습니다."))
    return HttpResponseRedirect(reverse("my-entry-outcomes", args=[entry.id]))


@login_required
@require_safe
def proof(request: HttpRequest, entry_id: UUID, outcome_id: UUID) -> HttpResponseBase:
    entry = _entry(request, entry_id)
    row = services.outcome_of(entry, outcome_id)
    if row is None:
        raise Http404
    return download(services.proof_of(outcome=row, actor=person_of(request)))


def _entry(request: HttpRequest, entry_id: UUID) -> Entry:
    account = account_or_404(request)
    entry = queries.entry_of(account, entry_id)
    if entry is None:
        raise Http404
    account.person = person_of(request)
    entry.account = account
    return entry


urlpatterns = [
    path("entries/<uuid:entry_id>/use/", outcomes, name="my-entry-outcomes"),
    path("entries/<uuid:entry_id>/use/<slug:route>/", outcome, name="my-entry-outcome"),
    path("entries/<uuid:entry_id>/use/<uuid:outcome_id>/remove/", remove, name="my-entry-outcome-remove"),
    path("entries/<uuid:entry_id>/use/<uuid:outcome_id>/proof/", proof, name="my-entry-outcome-proof"),
]
