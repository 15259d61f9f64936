"""The ministry's page: what the committee decided, to be approved singly or in bulk, or sent back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.committee import approvals
from naite.trunk.recognition.models import Application
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.history import Audience, lines_of
from naite.web.middleware import now_of
from naite.web.office.committee_cases import open_sheets

SECTION, PAGE = "approvals", 50


class BackForm(forms.Form):
    """Why a case goes back to the committee."""

    reason = forms.CharField(
        label=gettext_lazy("돌려보내는 까닭"),
        max_length=approvals.MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("심의위원회가 읽습니다. 기관에는 보이지 않습니다."),
    )


def _official(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    if approvals.ministry_of(request.user, now=now_of(request)) is None:
        raise NotAllowed(_("교육부 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return request.user


def _filtered(request: HttpRequest) -> Any:
    rows = approvals.waiting()
    if (verdict := request.GET.get("verdict", "")) in Application.Verdict:
        rows = rows.filter(verdict=verdict)
    return rows


@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for approval, and what was just done with it."""
    _official(request)
    counts = dict(approvals.waiting().order_by().values_list("verdict").annotate(count=Count("pk")))
    page = Paginator(_filtered(request), PAGE).get_page(request.GET.get("page"))
    done = _done_at(request.GET.get("done", ""))
    context = {
        "section": SECTION,
        "page": page,
        "rows": page.object_list,
        "verdict": request.GET.get("verdict", ""),
        "choices": [
            {"value": value, "label": label, "count": counts.get(value, 0)}
            for value, label in Application.Verdict.choices
            if value != Application.Verdict.PROVISIONAL
        ],
        "total": sum(counts.values()),
        "done": list(
            Application.objects.filter(decided_at=done)
            .select_related("organisation", "version")
            .order_by("recognition_number", "number")[:500]
        )
        if done
        else [],
    }
    return render(request, "office/approvals.html", context)


def _done_at(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


@login_required
@require_safe
def waiting_excel(request: HttpRequest) -> HttpResponse:
    """What waits for approval, as Excel."""
    _official(request)
    heads = [_("접수번호"), _("차수"), _("과정"), _("기관"), _("지역"), _("심의 결과")]
    rows = (
        [
            row.number,
            str(row.round),
            row.version.title if row.version else "",
            row.organisation.name,
            row.organisation.region.full_name if row.organisation.region else "",
            row.get_verdict_display(),
        ]
        for row in _filtered(request)
    )
    return excel(_("승인 대기"), heads, rows)


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Approve, or send back, what was chosen; each row for itself."""
    person, now = _official(request), now_of(request)
    ids = []
    for value in request.POST.getlist("case"):
        try:
            ids.append(UUID(value))
        except ValueError:
            continue
    back = request.POST.get("act") == "back"
    if not ids:
        messages.warning(request, _("고른 건이 없습니다. 바뀐 것이 없습니다."))
        return redirect("office-approvals")
    if back:
        reason = request.POST.get("reason", "")
        results = approvals.send_back_many(application_ids=ids, reason=reason, actor=person, now=now)
    else:
        results = approvals.approve_many(application_ids=ids, actor=person, now=now)
    worked = [row for row in results if row.refusal is None]
    if worked:
        text = _("%(count)s건을 심의위원회로 돌려보냈습니다.") if back else _("%(count)s건을 승인했습니다.")
        messages.success(request, text % {"count": len(worked)})
    for row in results:
        if row.refusal is not None:
            messages.error(request, f"{row.application.number}: {row.refusal.message}")
    query = "" if back or not worked else "?" + urlencode({"done": now.isoformat()})
    return redirect(reverse("office-approvals") + query)


def _case(application_id: UUID) -> Application:
    return get_object_or_404(
        Application.objects.select_related(
            "organisation__region__parent", "round__institute", "version", "recognition"
        ).exclude(state=Application.State.DRAFT),
        pk=application_id,
    )


def _page(request: HttpRequest, case: Application, form: BackForm, status: int = 200) -> HttpResponse:
    item = approvals.decided(case)
    order = list(approvals.waiting().values_list("pk", flat=True)[:1000])
    place = order.index(case.pk) if case.pk in order else None
    context = {
        "section": SECTION,
        "case": case,
        "item": item,
        "form": form,
        "open": case.state == Application.State.DELIBERATED,
        "sheets": open_sheets(case, _official(request), now_of(request)),
        "lines": lines_of(case, audience=Audience.OFFICES),
        "after": order[place + 1] if place is not None and place + 1 < len(order) else None,
    }
    return render(request, "office/approval.html", context, status=status)


@login_required
@require_safe
def one(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One case: what the committee decided and on what grounds."""
    _official(request)
    return _page(request, _case(application_id), BackForm())


@login_required
@require_POST
def approve(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Approve one case and go on to the next."""
    person, case = _official(request), _case(application_id)
    try:
        approvals.approve(application=case, actor=person, now=now_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("office-approval", case.pk)
    if case.recognition_number:
        text = _("%(case)s: 승인했습니다. 인정번호는 %(number)s입니다.")
        messages.success(request, text % {"case": case.number, "number": case.recognition_number})
    else:
        messages.success(request, _("%(case)s: 불인정을 승인했습니다.") % {"case": case.number})
    following = approvals.waiting().first()
    return redirect("office-approval", following.pk) if following else redirect("office-approvals")


@login_required
@require_POST
def send_back(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Send one case back to the committee."""
    person, case = _official(request), _case(application_id)
    form = BackForm(request.POST)
    if form.is_valid():
        try:
            approvals.send_back(application=case, actor=person, now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(case)s: 심의위원회로 돌려보냈습니다.") % {"case": case.number})
            return redirect("office-approvals")
    return _page(request, case, form, status=422)


urlpatterns = [
    path("approvals/", waiting, name="office-approvals"),
    path("approvals/list.xlsx", waiting_excel, name="office-approvals-excel"),
    path("approvals/bulk/", bulk, name="office-approvals-bulk"),
    path("approvals/<uuid:application_id>/", one, name="office-approval"),
    path("approvals/<uuid:application_id>/approve/", approve, name="office-approval-approve"),
    path("approvals/<uuid:application_id>/back/", send_back, name="office-approval-back"),
]
