"""The workbench where courses and listings without a class get one: suggestions with their words, confirmed in bulk (row B13)."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naite.trunk.badges.services import class_maps
from naite.trunk.catalogue.classification import Category
from naite.trunk.catalogue.models import CourseVersion, Listing
from naite.trunk.catalogue.suggestions.rules import Suggested, parts_of
from naite.trunk.catalogue.suggestions.services import (
    Choice,
    classify_many,
    learned,
    suggestion_of,
    suggestion_of_course,
)
from naite.web.institution.access import person_of
from naite.web.institution.course_forms import UNCLASSIFIED, area_choices, area_value
from naite.web.institution.courses import author_of
from naite.web.middleware import now_of

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One listing or course with what is suggested, and what its fields show."""

    item: Listing | CourseVersion
    suggested: Suggested
    category: str
    klass: str
    reason: str = ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workbench(request: HttpRequest) -> HttpResponse:
    """Show what has no class with suggestions; a POST classifies the rows that are ticked.

    The institution's own courses stand on the first page, before what came by files.
    """
    supplier = author_of(request)
    reasons: dict[UUID, str] = {}
    if request.method == "POST":
        choices = _choices(request.POST)
        outcome = classify_many(choices=choices, actor=person_of(request), now=now_of(request))
        reasons = dict(outcome.refused)
        if outcome.classified:
            messages.success(request, _("%(n)d건의 분류를 적었습니다.") % {"n": outcome.classified})
        if not choices:
            messages.error(request, _("적을 강좌에 표시하고 분류를 골라 주세요."))
        if not reasons and choices:
            return redirect("work-classify")
    open_ones = (
        Listing.objects.filter(
            supplier=supplier, source=Listing.Source.STANDARD_FILE, withdrawn_at=None, run_id=None
        )
        .filter(Q(area="") | Q(category=""))
        .order_by("title", "id")
    )
    page = Paginator(open_ones, PAGE).get_page(request.GET.get("page"))
    known, lead = learned(), class_maps.lead("seoul")
    courses = (
        CourseVersion.objects.filter(
            course__organisation=supplier, course__retired_at=None, current_of__isnull=False
        )
        .filter(Q(area="") | Q(category=""))
        .order_by("title", "id")
    )
    first = [
        _row(item, suggestion_of_course(item, known, lead=lead), request.POST, reasons)
        for item in (courses[:PAGE] if page.number == 1 else ())
    ]
    rows = [_row(item, suggestion_of(item, known, lead=lead), request.POST, reasons) for item in page]
    context = {
        "page": page,
        "blocks": [
            (name, _tick(name), block) for name, block in (("course", first), ("listing", rows)) if block
        ],
        "open_count": page.paginator.count + courses.count(),
        "suggesting": sum(bool(row.suggested.area or row.suggested.category) for row in [*first, *rows]),
        "categories": [UNCLASSIFIED, *Category.choices],
        "areas": area_choices(),
        "fields": dict(Category.choices),
        "section": "courses",
    }
    return render(request, "institution/classify.html", context, status=422 if reasons else 200)


def _tick(kind: str) -> str:
    """The name of the boxes by which rows of a kind are chosen."""
    return "take-course" if kind == "course" else "take"


def _row(
    item: Listing | CourseVersion, suggested: Suggested, typed: QueryDict, reasons: dict[UUID, str]
) -> Row:
    """What was typed stays; else what is known, else what is suggested."""
    klass = area_value(item.area, item.sub_area) or (
        area_value(*parts_of(suggested.area.code)) if suggested.area else ""
    )
    category = item.category or (suggested.category.code if suggested.category else "")
    return Row(
        item,
        suggested,
        typed.get(f"category-{item.pk}", category),
        typed.get(f"klass-{item.pk}", klass),
        reasons.get(item.pk, ""),
    )


def _choices(data: QueryDict) -> list[Choice]:
    """The ticked rows with what was chosen for each; rows that were left without any class are passed over."""
    found = []
    for kind in ("course", "listing"):
        for raw in data.getlist(_tick(kind))[:PAGE]:
            try:
                key = UUID(raw)
            except ValueError:
                continue
            area, _slash, sub_area = data.get(f"klass-{raw}", "").partition("/")
            category = data.get(f"category-{raw}", "")
            if area or category:
                found.append(
                    Choice(
                        version_id=key if kind == "course" else None,
                        listing_id=key if kind == "listing" else None,
                        category=category,
                        area=area,
                        sub_area=sub_area,
                    )
                )
    return found


urlpatterns = [path("listings/classify/", workbench, name="work-classify")]
