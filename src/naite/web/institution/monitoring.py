"""What learners say of an institution's courses, and its answers."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from naite.branches.counselling import report_queries
from naite.branches.counselling.models import CourseReport
from naite.branches.counselling.services import reports
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("답"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class FlagForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("어떤 점이 문제인가요"), required=False)


@login_required
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Show means by course, and the words that the institution may read."""
    institution, person, now = institution_of(request), person_of(request), now_of(request)
    figures = report_queries.figures_of_institution(institution)
    readable = report_queries.for_institution(institution)
    audit.record("counselling.view_reports", actor=person, now=now, subject=institution)
    if request.GET.get("format") == "xlsx":
        header = [_("강좌"), _("달"), _("쓴 사람"), _("글"), _("답")]
        table = (
            [each.report.run.version.title, each.month, each.writer, each.text, each.report.answer]
            for each in readable
        )
        return excel(f"{institution.name}-{_('강좌 의견')}", header, table)
    context = {
        "section": "monitoring",
        "institution": institution,
        "figures": figures,
        "readable": readable,
        "show": request.GET.get("show", ""),
    }
    return render(request, "counselling/institution_reports.html", context)


def _report(request: HttpRequest, report_id: UUID) -> report_queries.Readable:
    institution = institution_of(request)
    row = report_queries.report(report_id)
    if row is None or row.organisation_id != institution.pk:
        raise Http404
    found = next(
        (
            each
            for each in report_queries.for_institution(institution, run_id=row.run_id)
            if each.report.pk == row.pk
        ),
        None,
    )
    if found is None or found.withheld:
        raise Http404
    return found


@login_required
@require_safe
def report_page(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show one report with the forms for an answer and for asking the institute to look."""
    return _page(request, _report(request, report_id))


def _page(
    request: HttpRequest,
    each: report_queries.Readable,
    *,
    answer: AnswerForm | None = None,
    flag: FlagForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "monitoring",
        "each": each,
        "answer": answer or AnswerForm(initial={"answer": each.report.answer}),
        "flag": flag or FlagForm(),
        "can_flag": each.report.state == CourseReport.State.KEPT
        and each.report.decided_at is None
        and bool(each.text),
    }
    return render(request, "counselling/institution_report.html", context, status=status)


@login_required
@require_POST
def answer(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Answer a report."""
    each = _report(request, report_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            reports.answer(
                report=each.report,
                body=form.cleaned_data["answer"],
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("답했습니다. 쓴 분께 알렸습니다."))
            return redirect("work-monitoring")
    return _page(request, each, answer=form, status=422)


@login_required
@require_POST
def flag(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Ask the institute to look at the words."""
    each = _report(request, report_id)
    form = FlagForm(request.POST)
    if form.is_valid():
        try:
            reports.flag(
                report=each.report,
                reason=form.cleaned_data["reason"],
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("국가평생교육진흥원에 확인을 요청했습니다."))
            return redirect("work-monitoring")
    return _page(request, each, flag=form, status=422)


urlpatterns = [
    path("monitoring/", report_list, name="work-monitoring"),
    path("monitoring/<uuid:report_id>/", report_page, name="work-monitoring-report"),
    path("monitoring/<uuid:report_id>/answer/", answer, name="work-monitoring-answer"),
    path("monitoring/<uuid:report_id>/flag/", flag, name="work-monitoring-flag"),
]
