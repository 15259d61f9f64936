"""The public notice board, and plans as the public reads them."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from naite.roots import markdown
from naite.roots.dates import day_of
from naite.roots.text import tidy
from naite.trunk.recognition.models import NoticeFile, Plan, PlanLine, PublicNotice
from naite.trunk.recognition.plans import announcing
from naite.web.files import download
from naite.web.middleware import now_of
from naite.web.office.policy_plan_papers import pdf_of

PAGE = 20


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """List what hangs on the board today, newest first."""
    rows = announcing.shown(day_of(now_of(request)))
    wish = {"q": tidy(request.GET.get("q", ""))[:100], "kind": request.GET.get("kind", "")}
    if wish["q"]:
        rows = rows.filter(title__icontains=wish["q"])
    if wish["kind"] in PublicNotice.Kind.values:
        rows = rows.filter(kind=wish["kind"])
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "public/notices.html",
        {
            "section": "help",
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
            "query": query.urlencode(),
            "wish": wish,
            "kinds": PublicNotice.Kind.choices,
        },
    )


@require_safe
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Show one notice with its files."""
    row = get_object_or_404(announcing.shown(day_of(now_of(request))), pk=notice_id)
    return render(
        request,
        "public/notice.html",
        {
            "section": "help",
            "notice": row,
            "body": markdown.render(row.body),
            "files": list(row.files.select_related("file")),
        },
    )


@require_safe
def file(request: HttpRequest, notice_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Hand out a file of a notice that hangs on the board."""
    row = get_object_or_404(announcing.shown(day_of(now_of(request))), pk=notice_id)
    return download(get_object_or_404(NoticeFile.objects.select_related("file"), pk=file_id, notice=row).file)


def _public(plan_id: UUID) -> Plan:
    row = (
        Plan.objects.filter(pk=plan_id, state__in=[Plan.State.PUBLISHED, Plan.State.SUPERSEDED])
        .select_related("office", "basic", "replaces")
        .first()
    )
    if row is None:
        raise Http404
    return row


@require_safe
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show a plan that was made public, and whether a later version has taken its place."""
    row = _public(plan_id)
    lines = list(row.lines.select_related("region__parent", "round"))
    return render(
        request,
        "public/plan.html",
        {
            "section": "help",
            "plan": row,
            "goals": markdown.render(row.goals),
            "groups": [
                {"label": label, "lines": [line for line in lines if line.kind == kind]}
                for kind, label in PlanLine.Kind.choices
                if any(line.kind == kind for line in lines)
            ],
            "newer": Plan.objects.filter(replaces=row, state=Plan.State.PUBLISHED).first(),
        },
    )


@require_safe
def paper(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Hand out a public plan as a PDF."""
    return pdf_of(_public(plan_id), today=day_of(now_of(request)))


urlpatterns = [
    path("notices/", board, name="notices"),
    path("notices/<uuid:notice_id>/", notice, name="notice"),
    path("notices/<uuid:notice_id>/files/<uuid:file_id>/", file, name="notice-file"),
    path("plans/<uuid:plan_id>/", plan, name="public-plan"),
    path("plans/<uuid:plan_id>/plan.pdf", paper, name="public-plan-pdf"),
]
