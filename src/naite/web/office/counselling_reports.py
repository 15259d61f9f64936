"""Patterns in what learners report: by course, institution and run; flagged words; courses to look into."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from naite.branches.counselling import report_queries
from naite.branches.counselling.models import CourseFollowUp
from naite.branches.counselling.services import reports
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.web.excel import excel
from naite.web.middleware import now_of
from naite.web.office.counselling import me

BY_WORDS = {
    "course": gettext_lazy("강좌별"),
    "organisation": gettext_lazy("기관별"),
    "run": gettext_lazy("회차별"),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(required=False)


@login_required
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Show means by course, institution or run, the bad ones first; as Excel where asked."""
    person, now = me(request), now_of(request)
    rows = report_queries.seen_by(person, now=now)
    if rows is None:
        raise NotAllowed(
            _("교육부, 진흥원과 시군구 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요.")
        )
    by = request.GET.get("by", "course")
    by = by if by in BY_WORDS else "course"
    figures = report_queries.figures(rows, by)
    if request.GET.get("format") == "xlsx":
        audit.record("counselling.export_reports", actor=person, now=now, by=by)
        header = [BY_WORDS[by], _("의견 수"), _("내용"), _("강사"), _("시설"), _("운영"), _("전체")]
        table = (
            [
                each.name,
                each.count if each.count is not None else _("5 미만"),
                *([round(mean, 2) for mean in each.means] if each.means else [""] * 4),
                round(each.overall, 2) if each.overall is not None else "",
            ]
            for each in figures
        )
        return excel(f"{_('강좌 의견')}-{by}", header, table)
    shown = sorted(
        (each for each in figures if each.means),
        key=lambda each: (not each.is_bad, each.overall or 5, each.name),
    )
    follow_ups = report_queries.open_follow_ups([each.key for each in shown]) if by == "course" else {}
    moderates = report_queries.can_moderate(person, now=now)
    context = {
        "section": "monitoring",
        "by": by,
        "tabs": list(BY_WORDS.items()),
        "shown": [(each, follow_ups.get(each.key)) for each in shown],
        "left_out": len(figures) - len(shown),
        "totals": report_queries.totals(rows),
        "flagged": list(report_queries.flagged(rows)) if moderates else [],
        "moderates": moderates,
    }
    return render(request, "counselling/office_reports.html", context)


def _act(request: HttpRequest, done: str, what: str) -> HttpResponse:
    messages.add_message(request, messages.SUCCESS if not what else messages.ERROR, what or done)
    return redirect("office-monitoring")


def _with_reason(request: HttpRequest, act: Callable[[str], object], done: str) -> HttpResponse:
    """Do what was pressed with the reason beside it; what is refused is said on the page it came from."""
    form = ReasonForm(request.POST)
    form.is_valid()
    try:
        act(form.cleaned_data.get("reason", ""))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _act(request, "", str(refusal))
    return _act(request, done, "")


@login_required
@require_POST
def decide(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Hide flagged words or let them stand."""
    row = report_queries.report(report_id)
    if row is None:
        raise Http404
    hide = request.POST.get("act") == "hide"
    person, now = me(request), now_of(request)
    return _with_reason(
        request,
        lambda reason: reports.decide(report=row, hide=hide, reason=reason, actor=person, now=now),
        _("정했습니다."),
    )


@login_required
@require_POST
def follow_up(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Mark a course to be looked into."""
    course = get_object_or_404(Course.objects.select_related("organisation"), pk=course_id)
    person, now = me(request), now_of(request)
    return _with_reason(
        request,
        lambda reason: reports.follow_up(course=course, reason=reason, actor=person, now=now),
        _("살펴볼 강좌로 표시했습니다."),
    )


@login_required
@require_POST
def close_follow_up(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """End a follow-up with what came of it."""
    row = get_object_or_404(CourseFollowUp, pk=follow_up_id)
    person, now = me(request), now_of(request)
    return _with_reason(
        request,
        lambda outcome: reports.close_follow_up(follow_up=row, outcome=outcome, actor=person, now=now),
        _("살펴본 결과를 적었습니다."),
    )


urlpatterns = [
    path("monitoring/", patterns, name="office-monitoring"),
    path("monitoring/reports/<uuid:report_id>/decide/", decide, name="office-monitoring-decide"),
    path("monitoring/courses/<uuid:course_id>/follow-up/", follow_up, name="office-monitoring-follow-up"),
    path("monitoring/follow-ups/<uuid:follow_up_id>/close/", close_follow_up, name="office-monitoring-close"),
]
