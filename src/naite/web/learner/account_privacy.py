"""Who saw my data, and what I ask to have done with it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.privacy import access, requests, rules
from naite.branches.privacy.models import DataRequest
from naite.branches.privacy.workflow import WAITING
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.web.fields import show_refusal
from naite.web.learner.home import person_of
from naite.web.middleware import now_of


class RequestForm(forms.Form):
    """What to do with which of my data."""

    kind = forms.ChoiceField(
        label=gettext_lazy("무엇을 해 드릴까요"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("어떤 정보를, 어떻게"),
        max_length=requests.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("예: 2025년 3월 강좌의 시간이 10시간인데 8시간으로 되어 있습니다."),
    )


@login_required
@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Show who handled my data, day by day; mine too when asked for."""
    person = person_of(request)
    everyone = request.GET.get("who") == "all"
    page, rows = access.history(person, number=request.GET.get("page"), others_only=not everyone)
    return render(
        request,
        "learner/account_history.html",
        {
            "section": "account",
            "page": page,
            "rows": rows,
            "everyone": everyone,
            "query": "who=all" if everyone else "",
        },
    )


def clock_of(row: DataRequest, request: HttpRequest) -> dict[str, Any]:
    """How much of its time a waiting request has left."""
    left = rules.days_left(row.due_on, day_of(now_of(request)))
    return {"row": row, "left": left, "late": left < 0, "waits": row.state in WAITING}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def data_requests(request: HttpRequest) -> HttpResponse:
    """Show my requests with their clocks; a POST adds one."""
    person = person_of(request)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = requests.ask(person=person, actor=person, now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("요청을 받았습니다. %(day)s까지 답을 드립니다.")
                % {"day": f"{row.due_on.year}.{row.due_on.month}.{row.due_on.day}"},
            )
            return redirect("my-account-requests")
    return render(
        request,
        "learner/account_requests.html",
        {
            "section": "account",
            "form": form,
            "rows": [clock_of(row, request) for row in requests.of(person)],
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take one of my requests back."""
    person = person_of(request)
    row = get_object_or_404(DataRequest, pk=request_id, person=person)
    try:
        requests.withdraw(row=row, actor=person, now=now_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("요청을 거두었습니다."))
    return redirect("my-account-requests")


urlpatterns = [
    path("account/history/", history, name="my-account-history"),
    path("account/requests/", data_requests, name="my-account-requests"),
    path("account/requests/<uuid:request_id>/withdraw/", withdraw, name="my-account-request-withdraw"),
]
