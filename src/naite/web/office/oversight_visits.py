"""On-site investigations at the office: the list, the plan, the form for the visit, the checklist."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.oversight import case_queries, checklist, queries
from naite.branches.oversight.models import Finding, Investigation
from naite.branches.oversight.services import investigations as services
from naite.branches.oversight.services.common import require_officer
from naite.branches.oversight.texts import Upload
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.web.fields import DATE_INPUT, FilesField, show_refusal
from naite.web.files import download
from naite.web.middleware import now_of
from naite.web.office.oversight_access import (
    SECTION,
    TABS,
    ReasonForm,
    Row,
    due_chip,
    officer_of,
    only_open,
    show_cases,
    title_of,
)

SHAPES = {"planned": "a", "ongoing": "b", "reported": "g", "dropped": ""}


class PlanForm(forms.Form):
    visit_on = forms.DateField(label=gettext_lazy("갈 날"), required=False, widget=DATE_INPUT)
    unannounced = forms.BooleanField(
        label=gettext_lazy("미리 알리지 않고 감"),
        required=False,
        help_text=gettext_lazy("표시하지 않으면 저장할 때 기관에 날짜를 알립니다."),
    )
    companions = forms.CharField(label=gettext_lazy("함께 가는 사람"), required=False, max_length=200)
    why = forms.CharField(
        label=gettext_lazy("왜 가는지"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("기관에는 보이지 않습니다."),
    )


class PhotoForm(forms.Form):
    uploads = FilesField(label=gettext_lazy("사진이나 서류"))


class ChecklistForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("항목"),
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy(
            "한 줄에 하나씩 ‘영역 | 항목 | 확인할 것’으로 적습니다. 이미 계획한 조사는 바뀌지 않습니다."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


@login_required
@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """List visits, the next first."""
    person, today = officer_of(request), day_of(now_of(request))

    def line(row: Investigation) -> Row:
        return Row(
            url=reverse("office-visit", args=[row.pk]),
            due=due_chip(row.visit_on, today, waiting=row.is_open),
            day=row.visit_on,
            title=title_of(row),
            under=f"{row.number} · {row.organisation.name} · {row.get_cause_display()}",
            state=row.get_state_display(),
            shape=SHAPES[row.state],
            who=row.lead.name,
        )

    return show_cases(
        request,
        tab="visits",
        rows=case_queries.investigations(person, only_open=only_open(request)),
        line=line,
        empty=_("진행 중인 현장실태조사가 없습니다"),
        intro=_("미리 알리지 않는 조사는 시작하기 전까지 이력에 나오지 않습니다."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Plan a visit, perhaps for a complaint (``?complaint=``)."""
    person, now = officer_of(request), now_of(request)
    given = case_queries.recognition(recognition_id)
    if given is None:
        raise Http404
    require_officer(person, given.course.organisation_id, now=now)
    complaint = None
    if asked := request.GET.get("complaint", ""):
        complaint = queries.complaint(UUID(asked))
    form = PlanForm(request.POST or None, initial={"unannounced": True, "visit_on": day_of(now)})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.plan(
                recognition=given,
                cause=Investigation.Cause.COMPLAINT if complaint else Investigation.Cause.OWN,
                complaint=complaint,
                actor=person,
                now=now,
                **form.cleaned_data,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("현장실태조사를 계획했습니다."))
            return redirect("office-visit", row.pk)
    context = {"section": SECTION, "given": given, "complaint": complaint, "form": form}
    return render(request, "office/oversight/visit_plan.html", context, status=422 if form.errors else 200)


def _found(request: HttpRequest, investigation_id: UUID) -> tuple[Investigation, Person]:
    row, person = case_queries.investigation(investigation_id), officer_of(request)
    if row is None:
        raise Http404
    require_officer(person, row.organisation_id, now=now_of(request))
    return row, person


@never_cache
@login_required
@require_safe
def visit(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Show a visit: its form while it goes on, else its report."""
    row, person = _found(request, investigation_id)
    audit.record("oversight.view_visit", actor=person, now=now_of(request), subject=row)
    return _page(request, row)


def _page(
    request: HttpRequest,
    row: Investigation,
    *,
    status: int = 200,
    refusal: Refused | None = None,
    saved: bool = False,
    drop: ReasonForm | None = None,
) -> HttpResponse:
    typed = request.POST if refusal is not None else None
    findings: list[dict[str, Any]] = []
    for found, photos in case_queries.findings_of(row):
        assert isinstance(found, Finding)
        name = f"note-{found.position}"
        findings.append(
            {
                "item": found,
                "photos": photos,
                "result": typed.get(f"result-{found.position}", found.result) if typed else found.result,
                "note": typed.get(name, found.note) if typed else found.note,
                "fault": _fault(refusal, f"result-{found.position}", name),
            }
        )
    context = {
        "section": SECTION,
        "row": row,
        "findings": findings,
        "photos": case_queries.photos_of_all(row),
        "results": Finding.Result.choices,
        "conclusions": Investigation.Conclusion.choices,
        "conclusion": typed.get("conclusion", "") if typed else "",
        "summary": typed.get("summary", row.summary) if typed else row.summary,
        "edition": typed.get("edition", row.edition) if typed and not saved else row.edition,
        "refusal": refusal,
        "drop": drop or ReasonForm(prefix="drop"),
        "complaints": list(row.complaints.all()),
        "orders": list(row.orders.all()),
        "cancellations": list(row.cancellations.all()),
        "photo_form": PhotoForm(auto_id=False),
    }
    return render(request, "office/oversight/visit.html", context, status=status)


def _fault(refusal: Refused | None, *names: str) -> str:
    return next((str(refusal.fields[name]) for name in names if refusal and name in refusal.fields), "")


def _given(request: HttpRequest, row: Investigation) -> dict[int, tuple[str, str]]:
    return {
        position: (request.POST.get(f"result-{position}", ""), request.POST.get(f"note-{position}", ""))
        for position in row.findings.values_list("position", flat=True)
    }


@login_required
@require_POST
def write(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Save the form, by hand or by itself; ``act=report`` closes the visit."""
    row, person = _found(request, investigation_id)
    now, by_itself = now_of(request), request.headers.get("X-Autosave") == "1"
    edition = request.POST.get("edition", "")
    try:
        row = services.save(
            investigation=row,
            edition=int(edition) if edition.isdecimal() else 0,
            findings=_given(request, row),
            summary=request.POST.get("summary", ""),
            actor=person,
            now=now,
        )
        if request.POST.get("act") == "report":
            services.report(
                investigation=row,
                edition=row.edition,
                conclusion=request.POST.get("conclusion", ""),
                actor=person,
                now=now,
            )
            messages.success(request, _("결과를 보고했습니다. 기관이 읽을 수 있습니다."))
            return redirect("office-visit", row.pk)
    except NotAllowed:
        raise
    except Refused as refusal:
        if by_itself:
            return JsonResponse({"error": str(refusal), "code": refusal.code}, status=refusal.status)
        row, _person = _found(request, investigation_id)
        # Where only the report is refused, what was typed is saved and the next attempt goes on with it.
        saved = refusal.code == "not_ready"
        return _page(request, row, status=refusal.status, refusal=refusal, saved=saved)
    if by_itself:
        return JsonResponse({"edition": row.edition})
    messages.success(request, _("저장했습니다."))
    return redirect("office-visit", row.pk)


@login_required
@require_POST
def act(request: HttpRequest, investigation_id: UUID, what: str) -> HttpResponse:
    """Begin or drop a visit, add photos or take one away."""
    row, person = _found(request, investigation_id)
    now, drop = now_of(request), ReasonForm(request.POST, prefix="drop")
    try:
        if what == "begin":
            services.begin(investigation=row, actor=person, now=now)
        elif what == "drop" and drop.is_valid():
            services.drop(investigation=row, reason=drop.cleaned_data["reason"], actor=person, now=now)
            messages.success(request, _("조사를 그만두었습니다."))
        elif what == "photos":
            form = PhotoForm(request.POST, request.FILES)
            form.is_valid()
            asked = request.POST.get("position", "")
            made = services.add_photos(
                investigation=row,
                position=int(asked) if asked.isdecimal() else None,
                uploads=[Upload(each.file, each.name) for each in form.cleaned_data.get("uploads", [])],
                actor=person,
                now=now,
            )
            messages.success(request, _("%(n)s개를 더했습니다.") % {"n": len(made)})
            return redirect(reverse("office-visit", args=[row.pk]) + (f"#item-{asked}" if asked else ""))
        elif what == "remove-photo":
            photo = case_queries.photo(UUID(request.POST.get("photo", "")))
            if photo is not None and photo.investigation_id == row.pk:
                services.remove_photo(photo=photo, actor=person, now=now)
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        if what == "drop":
            show_refusal(drop, refusal)
            return _page(request, row, status=refusal.status, drop=drop)
        messages.error(request, str(refusal))
    return redirect("office-visit", row.pk)


@never_cache
@login_required
@require_safe
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponseBase:
    """One photo of a visit."""
    found = case_queries.photo(photo_id)
    if found is None:
        raise Http404
    require_officer(officer_of(request), found.investigation.organisation_id, now=now_of(request))
    return download(found.file, inline=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_checklist(request: HttpRequest) -> HttpResponse:
    """The checklist that the next visits follow."""
    person = officer_of(request)
    number = case_queries.checklist_number()
    initial = {"text": checklist.written(case_queries.checklist_items()), "seen": number}
    form = ChecklistForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_checklist(actor=person, now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("점검표를 고쳤습니다. 다음 조사부터 씁니다."))
            return redirect("office-visits")
    context = {"section": SECTION, "tabs": TABS, "tab": "visits", "form": form, "number": number}
    return render(request, "office/oversight/checklist.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("oversight/visits/", visit_list, name="office-visits"),
    path("oversight/visits/checklist/", edit_checklist, name="office-checklist"),
    path("oversight/visits/plan/<uuid:recognition_id>/", plan, name="office-visit-plan"),
    path("oversight/visits/<uuid:investigation_id>/", visit, name="office-visit"),
    path("oversight/visits/<uuid:investigation_id>/write/", write, name="office-visit-write"),
    path("oversight/visits/<uuid:investigation_id>/<slug:what>/", act, name="office-visit-act"),
    path("oversight/visit-photos/<uuid:photo_id>/", photo, name="office-visit-photo"),
]
