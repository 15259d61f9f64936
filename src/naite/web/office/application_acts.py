"""The acts on a case that are confirmed on a page of their own: supplement, return, forward, handler."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.trunk.people.models import Person
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.applications import access, handling, routes, rules
from naite.trunk.recognition.models import Application, ApplicationItem
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of
from naite.web.office import trail
from naite.web.office.applications import case_for
from naite.web.office.case_list import officer_of


class SupplementForm(forms.Form):
    due_on = forms.DateField(
        label=gettext_lazy("보완 기한"),
        widget=DATE_INPUT,
        help_text=gettext_lazy(
            "요구한 날은 세지 않습니다. 마지막 날이 토요일이나 공휴일이면 그다음 일하는 날까지입니다"
            "(행정기본법 제6조, 민법 제157조·제161조)."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("까닭"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("기관이 그대로 봅니다. 근거가 된 편람의 번호도 적어 주세요."),
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("반려하는 까닭과 근거"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("기관에 보내는 글에 그대로 들어가고, 이의를 낼 길이 함께 적힙니다."),
    )


class ForwardForm(forms.Form):
    letter_number = forms.CharField(
        label=gettext_lazy("공문 번호"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("예: 평생교육과-1234. 없으면 비워 둡니다."),
    )


class AssignForm(forms.Form):
    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ChoiceField(
            label=gettext_lazy("맡을 사람"), choices=[(str(each.pk), each.name) for each in people]
        )


_FORMS: dict[str, type[forms.Form]] = {
    "supplement": SupplementForm,
    "extend": SupplementForm,
    "return": ReturnForm,
    "forward": ForwardForm,
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, application_id: UUID, act: str) -> HttpResponse:
    """Say what an act brings, ask what it needs, and do it."""
    if act not in {*_FORMS, "assign"}:
        raise Http404
    row = case_for(request, application_id)
    person, now = officer_of(request)[0], now_of(request)
    form = _form(request, row, act)
    if request.method == "POST" and form.is_valid():
        try:
            _do(row, act, form.cleaned_data, person, now)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _done(act))
            return redirect(reverse("office-application", args=[row.pk]) + trail.keep(request))
    coming = routes.next_hop(row)
    lacking = row.items.filter(check_state=ApplicationItem.Check.LACKING).select_related("item")
    return render(
        request,
        "office/application_act.html",
        {
            "case": row,
            "keep": trail.keep(request),
            "act": act,
            "form": form,
            "next_office": coming.office if coming else None,
            "lacking": list(lacking.order_by("item__position")),
            "how_to_object": handling.HOW_TO_OBJECT,
            "section": "applications",
        },
        status=422 if form.errors else 200,
    )


def _form(request: HttpRequest, row: Application, act: str) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    now = now_of(request)
    if act == "assign":
        people = [
            each.person
            for each in (staff_of(row.office, now=now) if row.office else [])
            if access.OFFICER_OF.get(row.office.kind if row.office else "") == each.role
        ]
        return AssignForm(data, people=people, initial={"to": row.handler_id})
    initial: dict[str, object] = {}
    if act in {"supplement", "extend"}:
        initial["due_on"] = rules.supplement_deadline(day_of(now), 14)
    return _FORMS[act](data, initial=initial)


def _do(row: Application, act: str, data: dict[str, Any], person: Person, now: Any) -> None:
    if act == "supplement":
        handling.demand_supplement(application=row, actor=person, now=now, **data)
    elif act == "extend":
        handling.extend_supplement(application=row, actor=person, now=now, **data)
    elif act == "return":
        handling.return_(application=row, actor=person, now=now, **data)
    elif act == "forward":
        handling.forward(application=row, actor=person, now=now, **data)
    else:
        handling.assign(application=row, to=Person.objects.get(pk=data["to"]), actor=person, now=now)


def _done(act: str) -> str:
    return {
        "supplement": _("보완을 요구했습니다. 기관에 알렸고 이제 기관 차례입니다."),
        "extend": _("보완 기한을 늘렸습니다. 기관에 알렸습니다."),
        "return": _("반려했습니다. 까닭과 이의를 낼 길을 기관에 알렸습니다."),
        "forward": _("전달했습니다. 이제 다음 기관의 차례입니다."),
        "assign": _("담당을 바꾸었습니다."),
    }[act]


urlpatterns = [
    path("applications/<uuid:application_id>/<slug:act>/", act, name="office-application-act"),
]
