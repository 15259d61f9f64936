"""Courses of an institution: the list, writing one, its next version, giving it up."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue import content as rules
from naite.trunk.catalogue import policies, services
from naite.trunk.catalogue.content import CourseContent
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people.models import Organisation
from naite.web.institution.access import person_of
from naite.web.institution.course_forms import CourseForm, LessonFormSet, explain, initial_of
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

PAGE = 30
PREFIX = "lesson"


def kept(**query: str) -> str:
    """Return what the links of the pager keep of the address."""
    given = {name: value for name, value in query.items() if value}
    return f"{urlencode(given)}&" if given else ""


def author_of(request: HttpRequest) -> Organisation:
    """Return the institution of the seat, for which the person writes courses."""
    organisation = current_organisation(request)
    if organisation is None or not policies.can_author(person_of(request), organisation, now=now_of(request)):
        raise NotAllowed(_("강좌를 운영하는 기관 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    return organisation


def _course(request: HttpRequest, course_id: UUID) -> Course:
    course = get_object_or_404(Course.objects.select_related("organisation", "current"), pk=course_id)
    if not policies.can_change_course(person_of(request), course, now=now_of(request)):
        raise NotAllowed(_("이 과정을 낸 기관의 담당자만 볼 수 있습니다."))
    return course


@login_required
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """List the institution's courses with how many versions and runs each has."""
    organisation = author_of(request)
    words = " ".join(request.GET.get("q", "").split())[:100]
    retired = request.GET.get("show") == "retired"
    today = day_of(now_of(request))
    not_over = Q(versions__runs__ends_on=None) | Q(versions__runs__ends_on__gte=today)
    going_on = Q(versions__runs__state="open") & not_over
    rows = (
        Course.objects.filter(
            organisation=organisation, current__isnull=False, retired_at__isnull=not retired
        )
        .select_related("current")
        .annotate(
            run_count=Count("versions__runs", distinct=True),
            open_count=Count("versions__runs", filter=going_on, distinct=True),
        )
        .order_by("-current__published_at", "-id")
    )
    if words:
        rows = rows.filter(current__title__icontains=words)
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "q": words,
        "retired": retired,
        "keep": kept(show="retired" if retired else "", q=words),
        "section": "courses",
    }
    return render(request, "institution/courses.html", context)


@login_required
@require_safe
def course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Show a course with all its versions and what changed between them."""
    found = _course(request, course_id)
    versions = list(found.versions.select_related("published_by").order_by("-number"))
    contents = [CourseContent.of(version) for version in versions]
    history = [
        {
            "version": version,
            "changes": rules.changes(contents[at + 1], contents[at]) if at + 1 < len(contents) else [],
        }
        for at, version in enumerate(versions)
    ]
    return render(
        request, "institution/course.html", {"course": found, "history": history, "section": "courses"}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course_new(request: HttpRequest) -> HttpResponse:
    """Write a course: look at it first, then publish its first version."""
    organisation = author_of(request)
    if request.method != "POST":
        return _form_page(request, None, *_blank(None))
    form, lessons = _posted(request)
    act = request.POST.get("act", "preview")
    if act == "add":
        return _form_page(request, None, *_with_row(form, lessons))
    content = _content(form, lessons)
    if content is None:
        return _form_page(request, None, form, lessons, status=422)
    if act != "publish":
        return _form_page(request, None, form, lessons, changes=rules.changes(None, rules.tidy(content)))
    try:
        version = services.create_course(
            organisation=organisation, content=content, actor=person_of(request), now=now_of(request)
        )
    except Refused as refusal:
        explain(form, refusal)
        return _form_page(request, None, form, lessons, status=refusal.status)
    messages.success(request, _("과정을 만들었습니다. 이제 강좌를 열 수 있습니다."))
    return redirect("work-course", version.course_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course_edit(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Write the next version: first what differs is shown, then it is published."""
    found = _course(request, course_id)
    assert found.current is not None
    before = CourseContent.of(found.current)
    if request.method != "POST":
        return _form_page(request, found.current, *_blank(before))
    form, lessons = _posted(request)
    act = request.POST.get("act", "preview")
    if act == "add":
        return _form_page(request, found.current, *_with_row(form, lessons))
    content = _content(form, lessons)
    if content is None:
        return _form_page(request, found.current, form, lessons, status=422)
    differs = rules.changes(before, rules.tidy(content))
    if act != "publish":
        if not differs:
            form.add_error(None, _("바뀐 것이 없습니다. 고친 뒤에 다시 눌러 주세요."))
            return _form_page(request, found.current, form, lessons, status=422)
        return _form_page(request, found.current, form, lessons, changes=differs)
    seen = request.POST.get("after", "")
    try:
        version = services.publish_version(
            course_id=found.pk,
            content=content,
            actor=person_of(request),
            now=now_of(request),
            after=int(seen) if seen.isdecimal() else None,
        )
    except Refused as refusal:
        explain(form, refusal)
        return _form_page(request, found.current, form, lessons, status=refusal.status)
    messages.success(
        request,
        _("%(number)s판을 냈습니다. 이미 연 강좌는 예전 판 그대로입니다.") % {"number": version.number},
    )
    return redirect("work-course", found.pk)


@login_required
@require_POST
def course_retire(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Give a course up."""
    found = _course(request, course_id)
    services.retire_course(course_id=found.pk, actor=person_of(request), now=now_of(request))
    messages.success(request, _("이 과정을 그만두었습니다. 강좌와 기록은 그대로 있습니다."))
    return redirect("work-course", found.pk)


def _blank(content: CourseContent | None) -> tuple[CourseForm, Any]:
    first, lessons = initial_of(content)
    return CourseForm(initial=first), LessonFormSet(prefix=PREFIX, initial=lessons)


def _posted(request: HttpRequest) -> tuple[CourseForm, Any]:
    return CourseForm(request.POST), LessonFormSet(request.POST, prefix=PREFIX)


def _with_row(form: CourseForm, lessons: Any) -> tuple[CourseForm, Any]:
    """Return the same as typed, unchecked, with one more row."""
    typed = {name: form[name].value() for name in form.fields}
    rows = [{name: row[name].value() for name in row.fields} for row in lessons.forms]
    return CourseForm(initial=typed), LessonFormSet(prefix=PREFIX, initial=[*rows, {}])


def _content(form: CourseForm, lessons: Any) -> CourseContent | None:
    """Return what was typed, or None with the reasons at their fields."""
    if not (form.is_valid() & lessons.is_valid()):
        return None
    content = form.content(row.lesson() for row in lessons.forms)
    wrong = rules.check(rules.tidy(content))
    if wrong:
        explain(form, Refused("", fields=wrong))
        return None
    return content


def _form_page(
    request: HttpRequest,
    version: CourseVersion | None,
    form: forms.Form,
    lessons: Any,
    *,
    changes: list[rules.Change] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "version": version,
        "form": form,
        "lessons": lessons,
        "changes": changes,
        "section": "courses",
    }
    return render(request, "institution/course_form.html", context, status=status)


urlpatterns = [
    path("courses/", courses, name="work-courses"),
    path("courses/new/", course_new, name="work-course-new"),
    path("courses/<uuid:course_id>/", course, name="work-course"),
    path("courses/<uuid:course_id>/edit/", course_edit, name="work-course-edit"),
    path("courses/<uuid:course_id>/retire/", course_retire, name="work-course-retire"),
]
