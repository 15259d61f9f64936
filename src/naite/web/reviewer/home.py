"""An evaluator's start: declarations to hand in, cases to review, what is done."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from naite.roots.dates import day_of
from naite.trunk.recognition.models import Application, Assignment, ConflictDeclaration, Round
from naite.web.middleware import now_of
from naite.web.reviewer.access import evaluator_of

PAGE = 30
_IN_REVIEW = (Application.State.IN_REVIEW, Application.State.RE_REVIEW)


def due_of(assignment: Assignment, today: date) -> tuple[str, str]:
    """Return how many days are left as D-10, 오늘 or D+3, with the class of its chip."""
    if assignment.due_on is None:
        return "–", "n"
    left = (assignment.due_on - today).days
    if left < 0:
        return f"D+{-left}", "l"
    return (f"D-{left}", "s") if left else ("D-0", "t")


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the evaluator's cases; what waits first, a constant number of queries."""
    evaluator, today = evaluator_of(request), day_of(now_of(request))
    show = request.GET.get("show", "open")
    show = show if show in {"open", "done"} else "open"
    mine = Assignment.objects.filter(evaluator=evaluator)
    waiting = mine.filter(state=Assignment.State.OPEN, application__state__in=_IN_REVIEW)
    done = mine.filter(state=Assignment.State.SUBMITTED)
    rows = (
        (waiting.order_by("due_on", "pk") if show == "open" else done.order_by("-submitted_at", "pk"))
        .select_related("application__organisation", "application__version", "application__round", "panel")
        .annotate(
            scored=Count("scores", filter=Q(scores__points__isnull=False, scores__is_held=False)),
            held=Count("scores", filter=Q(scores__is_held=True)),
        )
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "section": "review",
        "evaluator": evaluator,
        "show": show,
        "page": page,
        "rows": [(row, *due_of(row, today)) for row in page],
        "counts": mine.aggregate(
            open=Count("pk", filter=Q(state="open", application__state__in=_IN_REVIEW)),
            late=Count("pk", filter=Q(state="open", application__state__in=_IN_REVIEW, due_on__lt=today)),
            done=Count("pk", filter=Q(state="submitted")),
        ),
        "rounds": _rounds(evaluator.pk, today),
        "query": f"show={show}",
    }
    return render(request, "reviewer/home.html", context)


def _rounds(evaluator_id: Any, today: date) -> list[dict[str, Any]]:
    """Return the rounds in which the evaluator sits in a panel and that are not over, with the declaration."""
    rounds = (
        Round.objects.filter(
            panels__members__evaluator=evaluator_id,
            panels__members__left_at=None,
            state=Round.State.PUBLISHED,
        )
        .filter(Q(results_on=None) | Q(results_on__gte=today))
        .distinct()
        .order_by("-year", "-number")
    )
    declared = dict(
        ConflictDeclaration.objects.filter(evaluator=evaluator_id).values_list("round_id", "declared_at")
    )
    return [{"round": row, "declared_at": declared.get(row.pk)} for row in rounds]


urlpatterns = [path("", home, name="review")]
