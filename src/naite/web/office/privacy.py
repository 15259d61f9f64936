"""What people ask to have done with their data, and the answers (row X6)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from naite.branches.privacy import requests, rules
from naite.branches.privacy.models import DataRequest
from naite.branches.privacy.workflow import WAITING
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.web.excel import excel
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of

PAGE = 30


class AnswerForm(forms.Form):
    """What was done, or why not."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("답"),
        choices=[(state, DataRequest.State(state).label) for state in requests.OUTCOMES],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("요청한 분께 보낼 글"),
        max_length=requests.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("무엇을 했는지, 하지 않았다면 어느 법 때문인지 쉬운 말로 적습니다."),
    )


class PostponeForm(forms.Form):
    """Until when and why the answer is put off."""

    until = forms.DateField(label=gettext_lazy("언제까지"), widget=DATE_INPUT)
    because = forms.CharField(
        label=gettext_lazy("미루는 까닭"),
        max_length=requests.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _operator(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    if not requests.can_answer(person):
        raise NotAllowed(_("개인정보 요청은 운영자만 봅니다."))
    return person


def _clock(row: DataRequest, request: HttpRequest) -> dict[str, Any]:
    left = rules.days_left(row.due_on, day_of(now_of(request)))
    return {"row": row, "left": left, "over": -left, "waits": row.state in WAITING}


@login_required
@never_cache
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """List requests by their due day; two queries whatever their number. ``?excel=1`` gives what is shown."""
    person = _operator(request)
    answered = request.GET.get("state") == "answered"
    rows = requests.all_requests(waiting=not answered)
    if request.GET.get("excel"):
        people = [row.person_id for row in rows]
        audit.record("privacy.export_requests", actor=person, now=now_of(request), people=people)
        return excel(
            name=_("개인정보 요청"),
            title=_("개인정보 요청"),
            heads=[_("이름"), _("요청"), _("내용"), _("받은 때"), _("기한"), _("상태"), _("답")],
            rows=[
                [
                    row.person.name, row.get_kind_display(), row.text, row.asked_at, row.due_on,
                    row.get_state_display(), row.answer,
                ]
                for row in rows
            ],
        )  # fmt: skip
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "office/privacy_requests.html",
        {
            "section": "privacy",
            "page": page,
            "rows": [_clock(row, request) for row in page],
            "answered": answered,
            "query": "state=answered" if answered else "",
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request; a POST answers it or puts the answer off."""
    person, now = _operator(request), now_of(request)
    row = get_object_or_404(DataRequest.objects.select_related("person"), pk=request_id)
    later = "until" in request.POST
    answer_form = AnswerForm(request.POST if request.method == "POST" and not later else None)
    later_form = PostponeForm(request.POST if later else None)
    form: forms.Form = later_form if later else answer_form
    if request.method == "POST" and form.is_valid():
        try:
            if later:
                requests.postpone(row=row, actor=person, now=now, **form.cleaned_data)
                messages.success(request, _("미룬 까닭을 알렸습니다."))
            else:
                requests.answer(row=row, actor=person, now=now, **form.cleaned_data)
                messages.success(request, _("답을 보냈습니다."))
            return redirect("office-privacy")
        except Refused as refusal:
            show_refusal(form, refusal)
    if request.method != "POST":
        requests.read(row=row, actor=person, now=now)
    return render(
        request,
        "office/privacy_request.html",
        {
            "section": "privacy",
            "item": _clock(row, request),
            "answer_form": answer_form,
            "later_form": later_form,
            "later": later,
        },
        status=422 if form.errors else 200,
    )


urlpatterns = [
    path("privacy/", request_list, name="office-privacy"),
    path("privacy/<uuid:request_id>/", request_page, name="office-privacy-request"),
]
