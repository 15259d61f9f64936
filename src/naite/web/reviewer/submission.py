"""Handing a review in, stepping back from one, and reading the open sheet afterwards."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.recognition.models import Assignment
from naite.trunk.recognition.panels import challenges, reviews
from naite.trunk.recognition.panels.score_rules import plain
from naite.trunk.recognition.results import queries, rules
from naite.web.middleware import now_of
from naite.web.reviewer.access import assignment_for, me


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show everything once more before it is final; a POST hands it in."""
    assignment = assignment_for(request, assignment_id)
    if assignment.state == Assignment.State.SUBMITTED:
        return redirect("review-submitted", assignment.pk)
    reviews.require_open(assignment)
    error = ""
    if request.method == "POST":
        try:
            reviews.submit(assignment=assignment, actor=me(request), now=now_of(request))
        except NotAllowed:
            raise
        except Refused as refusal:
            error = str(refusal.message)
        else:
            messages.success(request, _("제출했습니다. 다른 위원이 모두 제출하면 점수표가 열립니다."))
            return redirect("review-submitted", assignment.pk)
    context = {**_own(assignment), "error": error, "missing": reviews.missing(assignment)}
    return render(request, "reviewer/submit.html", context, status=422 if error else 200)


def _own(assignment: Assignment) -> dict[str, object]:
    scores = {score.item_id: score for score in assignment.scores.all()}
    rows = [
        {
            "item": item,
            "score": (score := scores.get(item.pk)),
            "points": plain(score.points) if score and score.points is not None else "–",
            "most": plain(item.points),
            "is_short": bool(
                score and score.points is not None and not rules.is_reached(score.points, 1, item.points)
            ),
        }
        for item in queries.items_to_judge(assignment)
    ]
    return {
        "section": "review",
        "assignment": assignment,
        "application": assignment.application,
        "rows": rows,
        "total": plain(reviews.total_of(list(scores.values()))),
    }


@login_required
@require_safe
def submitted(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show a submitted review, and the others' scores once the case is open; before, only how many are in."""
    assignment = assignment_for(request, assignment_id)
    if assignment.state != Assignment.State.SUBMITTED:
        return redirect("review-case", assignment.pk)
    try:
        sheets = queries.sheets(application=assignment.application, reader=me(request), now=now_of(request))
    except queries.Sealed:
        sheets = []
    sheets = [
        sheet
        for sheet in sheets
        if (sheet.result.stage, sheet.result.attempt) == (assignment.stage, assignment.attempt)
    ]
    done, needed = queries.submitted_count(assignment)
    context = {**_own(assignment), "sheets": sheets, "submitted": done, "needed": needed}
    return render(request, "reviewer/submitted.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Step back from a case, with the reason."""
    assignment = assignment_for(request, assignment_id)
    reviews.require_open(assignment)
    error = ""
    if request.method == "POST":
        try:
            challenges.recuse(
                assignment=assignment,
                reason=request.POST.get("reason", ""),
                actor=me(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            error = str(refusal.message)
        else:
            messages.success(request, _("회피를 알렸습니다. 진흥원이 다른 위원을 정합니다."))
            return redirect("review")
    context = {
        "section": "review",
        "assignment": assignment,
        "application": assignment.application,
        "error": error,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "reviewer/recuse.html", context, status=422 if error else 200)


urlpatterns = [
    path("<uuid:assignment_id>/submit/", submit, name="review-submit"),
    path("<uuid:assignment_id>/submitted/", submitted, name="review-submitted"),
    path("<uuid:assignment_id>/recuse/", recuse, name="review-recuse"),
]
