"""The national institute records recognitions. Their whole procedure has pages of its own later."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import recognised_later
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition import policies, queries, services
from naite.trunk.recognition.models import Recognition
from naite.web.middleware import now_of

PAGE = 30


class GrantForm(forms.Form):
    """What the institute's decision says."""

    number = forms.CharField(label=_("인정번호"), max_length=40, help_text=_("예: 제2026-0123호"))
    granted_on = forms.DateField(
        label=_("인정한 날"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    received_on = forms.DateField(
        label=_("기관이 통보를 받은 날"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("유효기간 5년은 이 날부터 셉니다."),
    )


class CancelForm(forms.Form):
    """Why and from when a recognition ends."""

    on = forms.DateField(
        label=_("취소한 날"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("취소한 까닭"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        help_text=_("공고에 그대로 실립니다. 사람의 이름은 적지 마세요."),
    )


def _officer(request: HttpRequest) -> tuple[Person, Organisation]:
    person = request.user
    assert isinstance(person, Person)
    institute = policies.granting_institute(person, now=now_of(request))
    if institute is None:
        raise NotAllowed(
            _("국가평생교육진흥원 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요.")
        )
    return person, institute


def _today(request: HttpRequest) -> date:
    return timezone.localtime(now_of(request)).date()


@login_required
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """List the courses of all institutions with the recognition in force, four queries whatever their number."""
    _officer(request)
    words = request.GET.get("q", "").strip()
    rows = (
        Course.objects.filter(retired_at=None, current__isnull=False)
        .select_related("current", "organisation")
        .order_by("current__title", "id")
    )
    if words:
        rows = rows.filter(current__title__icontains=words) | rows.filter(organisation__name__icontains=words)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    in_force = queries.of_courses([course.pk for course in page], on=_today(request))
    found = [{"course": course, "recognition": in_force.get(course.pk)} for course in page]
    return render(
        request,
        "office/recognition_courses.html",
        {"page": page, "rows": found, "q": words, "section": "recognition"},
    )


def _course_page(
    request: HttpRequest, course: Course, *, grant: GrantForm, cancel: CancelForm, status: int = 200
) -> HttpResponse:
    today = _today(request)
    history = list(queries.history(course.pk))
    context: dict[str, Any] = {
        "course": course,
        "history": history,
        "in_force": queries.of_courses([course.pk], on=today).get(course.pk),
        "upcoming": next((r for r in history if r.valid_from > today and r.cancelled_on is None), None),
        "grant": grant,
        "cancel": cancel,
        "section": "recognition",
    }
    return render(request, "office/recognition_course.html", context, status=status)


def _find(course_id: UUID) -> Course:
    return get_object_or_404(
        Course.objects.select_related("current", "organisation"), pk=course_id, current__isnull=False
    )


def _explain(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal where it belongs, so that what was typed stays."""
    for name, message in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(message))
    if not refusal.fields:
        form.add_error(None, str(refusal.message))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Show one course's recognitions; a POST records a new one."""
    person, _institute = _officer(request)
    row = _find(course_id)
    today = _today(request)
    cancel = CancelForm(initial={"on": today})
    if request.method != "POST":
        return _course_page(
            request, row, grant=GrantForm(initial={"granted_on": today, "received_on": today}), cancel=cancel
        )
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            recognised_later.grant(course=row, actor=person, now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            _explain(form, refusal)
        else:
            return redirect(reverse("office-recognition-course", args=[row.pk]) + "#history")
    return _course_page(request, row, grant=form, cancel=cancel, status=422)


@login_required
@require_POST
def cancel(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Record the cancellation of a recognition."""
    person, _institute = _officer(request)
    row = get_object_or_404(Recognition, pk=recognition_id)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            services.cancel(recognition=row, actor=person, now=now_of(request), **form.cleaned_data)
        except Refused as refusal:
            _explain(form, refusal)
        else:
            return redirect(reverse("office-recognition-course", args=[row.course_id]) + "#history")
    return _course_page(request, _find(row.course_id), grant=GrantForm(), cancel=form, status=422)


urlpatterns = [
    path("recognition/", courses, name="office-recognition"),
    path("recognition/courses/<uuid:course_id>/", course, name="office-recognition-course"),
    path("recognition/<uuid:recognition_id>/cancel/", cancel, name="office-recognition-cancel"),
]
