"""The public notice of recognitions and cancellations (평생교육법 시행령 제14조의5). Refusals are never posted."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from naite.roots.text import tidy
from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Region
from naite.trunk.recognition import posting
from naite.trunk.recognition.models import CaseEvent, Recognition
from naite.web.history import lines_of
from naite.web.middleware import now_of

PAGE = 20


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what is posted, by word, region, field and whether it holds; six queries whatever there is."""
    today = timezone.localdate(now_of(request))
    wish = posting.Wish(
        words=tidy(request.GET.get("q", ""))[:100],
        region=request.GET.get("region", "")[:10],
        area=request.GET.get("area", ""),
        standing=request.GET.get("standing", ""),
    )
    rows = posting.posted(wish, today=today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "section": "courses",
        "page": page,
        "rows": [{"it": row, "standing": posting.standing(row, today)} for row in page.object_list],
        "wish": wish,
        "areas": Area.choices,
        "standings": posting.STANDINGS.items(),
        "provinces": Region.objects.filter(level=Region.Level.SIDO, valid_until=None),
        "query": query.urlencode(),
    }
    return render(request, "public/recognitions.html", context)


@require_safe
def detail(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """One recognition with its public history, and what the course was recognised for before and after."""
    row = get_object_or_404(
        Recognition.objects.select_related(
            "course__current", "course__organisation__region__parent", "granted_by"
        ),
        pk=recognition_id,
    )
    today = timezone.localdate(now_of(request))
    context: dict[str, Any] = {
        "section": "courses",
        "it": row,
        "standing": posting.standing(row, today),
        "lines": lines_of(row, audience=CaseEvent.Audience.PUBLIC),
        "who": "public",
        "others": [
            {"it": other, "standing": posting.standing(other, today)}
            for other in Recognition.objects.filter(course=row.course)
            .exclude(pk=row.pk)
            .order_by("-valid_from")
        ],
    }
    return render(request, "public/recognition.html", context)


urlpatterns = [
    path("recognitions/", listing, name="recognitions"),
    path("recognitions/<uuid:recognition_id>/", detail, name="recognition"),
]
