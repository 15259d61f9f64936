"""중간 점검 추첨: what was committed beforehand, and, after the last visit, everything to repeat the draw."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from naite.branches.oversight import draw_queries, drawing
from naite.branches.oversight.models import Draw

PAGE = 20


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """List all draws with their hashes."""
    page = Paginator(draw_queries.draws(), PAGE).get_page(request.GET.get("page"))
    return render(request, "public/draws.html", {"section": "verify", "page": page})


def _found(draw_id: UUID) -> Draw:
    row = draw_queries.draw(draw_id)
    if row is None:
        raise Http404
    return row


@require_safe
def draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """One draw: the hashes; once closed, seed and list too. The script that repeats it is printed."""
    row = _found(draw_id)
    context = {
        "section": "verify",
        "row": row,
        "listed": draw_queries.published(row),
        "script": drawing.SCRIPT,
    }
    return render(request, "public/draw.html", context)


@require_safe
def candidates(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """The list of a closed draw as text, one id a line."""
    text = draw_queries.published_list(_found(draw_id))
    if text is None:
        raise Http404
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="candidates.txt"'
    return answer


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script that repeats a draw."""
    answer = HttpResponse(drawing.SCRIPT, content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="draw.py"'
    return answer


urlpatterns = [
    path("spot-checks/", draws, name="draws"),
    path("spot-checks/draw.py", script, name="draw-script"),
    path("spot-checks/<uuid:draw_id>/", draw, name="draw"),
    path("spot-checks/<uuid:draw_id>/candidates.txt", candidates, name="draw-candidates"),
]
