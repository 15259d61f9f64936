"""Powers delegated to provinces: what holds, what held, delegating and taking back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation
from naite.trunk.recognition import delegations
from naite.trunk.recognition.models import Delegation, ProvincialStage
from naite.web.excel import excel
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of
from naite.web.office.case_list import is_uuid, officer_of

SECTION = "rounds"


class DelegateForm(forms.Form):
    power = forms.ChoiceField(
        label=gettext_lazy("권한"), choices=[("", gettext_lazy("고르세요")), *Delegation.Power.choices]
    )
    institute = forms.ModelChoiceField(
        Organisation.objects.filter(kind=Organisation.Kind.PROVINCIAL_INSTITUTE, closed_on=None).order_by(
            "name"
        ),
        label=gettext_lazy("시도평생교육진흥원"),
        empty_label=gettext_lazy("고르세요"),
    )
    valid_from = forms.DateField(label=gettext_lazy("이날부터"), widget=DATE_INPUT)
    ground = forms.CharField(
        label=gettext_lazy("근거"), max_length=300, help_text=gettext_lazy("예: 교육부 고시 제2026-12호")
    )


class EndForm(forms.Form):
    last_day = forms.DateField(label=gettext_lazy("이날까지"), widget=DATE_INPUT)
    reason = forms.CharField(label=gettext_lazy("까닭"), max_length=300)


def _state(row: Delegation, today: Any) -> str:
    if row.is_valid_on(today):
        return "now"
    return "soon" if row.valid_from > today and row.valid_until != row.valid_from else "past"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest) -> HttpResponse:
    """Show every delegation from–until with its ground; the ministry and the national institute write."""
    person, now = officer_of(request)[0], now_of(request)
    rows = Delegation.objects.select_related(
        "province", "institute", "granted_by", "created_by", "ended_by"
    ).order_by("province__code", "power", "-valid_from")
    if request.GET.get("format") == "xlsx":
        return _excel(rows)
    form, problem = DelegateForm(), ""
    may = delegations.can_delegate(person, now=now)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "end":
                key = request.POST.get("row", "")
                row = get_object_or_404(Delegation, pk=key if is_uuid(key) else None)
                ending = EndForm(request.POST)
                if ending.is_valid():
                    delegations.end(delegation=row, actor=person, now=now, **ending.cleaned_data)
                    messages.success(request, _("위임을 거두는 날을 정했습니다."))
                    return redirect("office-delegations")
                problem = _("거두는 날과 까닭을 적어 주세요.")
            else:
                form = DelegateForm(request.POST)
                if form.is_valid():
                    delegations.delegate(actor=person, now=now, **form.cleaned_data)
                    messages.success(request, _("위임했습니다."))
                    return redirect("office-delegations")
        except NotAllowed:
            raise
        except Refused as refusal:
            if request.POST.get("act") == "end":
                problem = str(refusal)
            else:
                show_refusal(form, refusal)
    today = day_of(now)
    return render(
        request,
        "office/delegations.html",
        {
            "section": SECTION,
            "rows": [{"it": row, "state": _state(row, today)} for row in rows],
            "stages": [
                {
                    "it": row,
                    "state": "now"
                    if row.is_valid_on(today)
                    else "past"
                    if row.valid_from <= today
                    else "soon",
                }
                for row in ProvincialStage.objects.select_related("province", "institute").order_by(
                    "province", "-valid_from"
                )
            ],
            "form": form,
            "may": may,
            "problem": problem,
        },
        status=400 if problem or form.errors else 200,
    )


def _excel(rows: Any) -> HttpResponse:
    heads = [
        _("시도"),
        _("권한"),
        _("진흥원"),
        _("이날부터"),
        _("이날 전까지"),
        _("근거"),
        _("위임한 곳"),
        _("거둔 까닭"),
    ]
    return excel(
        _("권한 위임"),
        heads,
        (
            (
                row.province.name,
                row.get_power_display(),
                row.institute.name,
                row.valid_from,
                row.valid_until,
                row.ground,
                row.granted_by.name,
                row.end_reason,
            )
            for row in rows
        ),
    )


urlpatterns = [path("delegations/", table, name="office-delegations")]
