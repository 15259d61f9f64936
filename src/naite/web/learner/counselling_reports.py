"""Saying what a completed course was like."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.branches.counselling import report_queries, report_rules
from naite.branches.counselling.models import CourseReport
from naite.branches.counselling.services import reports
from naite.roots.errors import NotAllowed, Refused
from naite.web.fields import show_refusal
from naite.web.learner.counselling import GRADES, person_of
from naite.web.middleware import now_of

ASPECTS = {
    "content": gettext_lazy("내용"),
    "teaching": gettext_lazy("강사"),
    "facility": gettext_lazy("시설"),
    "operation": gettext_lazy("운영"),
}
QUESTIONS = {
    "content": gettext_lazy("내용이 알차고 안내와 같았나요"),
    "teaching": gettext_lazy("강사가 잘 가르쳤나요"),
    "facility": gettext_lazy("강의실과 시설이 좋았나요"),
    "operation": gettext_lazy("신청부터 수료까지 운영이 좋았나요"),
}


class ReportForm(forms.Form):
    """Four grades, words if wanted, and whether the institution reads the name."""

    text = forms.CharField(
        label=gettext_lazy("하고 싶은 말"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("좋았던 것, 아쉬웠던 것. 다른 사람의 이름은 적지 마세요."),
    )
    anonymous = forms.BooleanField(label=gettext_lazy("기관에 내 이름을 보이지 않기"), required=False)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label, coerce=int, choices=GRADES, widget=forms.RadioSelect(attrs={"class": "grades"})
            )
        self.order_fields((*QUESTIONS, "text", "anonymous", "edition"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Report on one completed course, change the report, and read the institution's answer."""
    person, now = person_of(request), now_of(request)
    found = report_queries.completed_enrolment(person, enrolment_id)
    if found is None:
        raise Http404
    enrolment, completion = found
    row = report_queries.report_of(enrolment.pk)
    initial = (
        {name: getattr(row, name) for name in (*ASPECTS, "text", "anonymous", "edition")}
        if row
        else {"anonymous": True, "edition": 0}
    )
    form = ReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        edition = data.pop("edition") or 0
        try:
            reports.report(
                enrolment_id=enrolment.pk,
                given=reports.ReportText(**data),
                edition=edition,
                actor=person,
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("의견을 남겼습니다. 고맙습니다."))
            return redirect("my-report", enrolment.pk)
    open_to_write = (
        report_rules.can_edit(row.submitted_at, now, answered=row.answered_at is not None)
        if row
        else report_rules.can_report(completion.decided_at, now)
    )
    context = {
        "section": "account",
        "enrolment": enrolment,
        "title": enrolment.run.version.title,
        "organisation": enrolment.run.organisation,
        "report": row,
        "grades": [(ASPECTS[name], getattr(row, name)) for name in CourseReport.ASPECTS] if row else [],
        "form": form if open_to_write or form.errors else None,
        "few": report_queries.completed_of_run(enrolment.run_id) < report_rules.LEAST,
    }
    return render(request, "counselling/report.html", context, status=422 if form.errors else 200)


urlpatterns = [path("monitoring/<uuid:enrolment_id>/", report, name="my-report")]
