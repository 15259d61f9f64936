"""Institutions as the public sees them: what the registry says of them, and what became of them."""

import csv
from io import StringIO
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.dates import day_of
from naite.roots.text import tidy
from naite.trunk.delivery import disclosure
from naite.trunk.people.models import Organisation, Region
from naite.trunk.people.registry import queries, rules
from naite.trunk.recognition.models import Recognition
from naite.trunk.recognition.queries import live
from naite.web import registry_words as words
from naite.web.excel import excel
from naite.web.middleware import now_of

PAGE = 20


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the institutions of the registry by word, region and kind."""
    rows = queries.public_institutions()
    wish = {key: tidy(request.GET.get(key, ""))[:100] for key in ("q", "region", "kind")}
    if wish["q"]:
        rows = rows.filter(Q(name__icontains=wish["q"]) | Q(address__icontains=wish["q"]))
    if wish["region"]:
        rows = rows.filter(Q(region__parent=wish["region"]) | Q(region=wish["region"]))
    if wish["kind"] in rules.KINDS:
        rows = rows.filter(kind=wish["kind"])
    if request.GET.get("closed") != "1":
        rows = rows.filter(closed_on=None)
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "public/institutions.html",
        {
            "section": "courses",
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
            "query": query.urlencode(),
            "wish": wish,
            "kinds": [(k, label) for k, label in Organisation.Kind.choices if k in rules.KINDS],
            "provinces": Region.objects.filter(level=Region.Level.SIDO, valid_until=None),
        },
    )


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public part of one institution's page: basis with its clause, place, recognised courses, history."""
    organisation = get_object_or_404(queries.public_institutions(), slug=slug)
    page = organisation.registry
    recognised = (
        Recognition.objects.filter(live(day_of(now_of(request))), course__organisation=organisation)
        .select_related("course__current")
        .order_by("-valid_from", "id")
    )
    return render(
        request,
        "public/institution.html",
        {
            "section": "courses",
            "organisation": organisation,
            "facts": words.facts(organisation, page, public=True),
            "recognised": list(recognised[:100]),
            "lines": words.public_lines(queries.public_history(organisation)),
            "certified": [
                row
                for row in organisation.certifications.select_related("granted_by")
                if row.is_valid_on(day_of(now_of(request)))
            ],
            "years": disclosure.years_of(organisation),
            "merged": organisation.changes.filter(kind="merged").select_related("into__registry").first(),
        },
    )


@require_safe
def disclosed(request: HttpRequest, slug: str, year: int, ending: str) -> HttpResponse:
    """Hand out the yearly disclosure (공시) of an institution as Excel or CSV."""
    if not 1900 <= year <= 2200:
        raise Http404
    organisation = get_object_or_404(queries.public_institutions(), slug=slug)
    heads = [
        _("과정"),
        _("반"),
        _("정원"),
        _("시간"),
        _("수강료(원)"),
        _("강사"),
        _("시작"),
        _("끝"),
        _("분야"),
    ]
    rows = disclosure.lines_of(organisation, year=year)
    name = _("%(name)s %(year)s년 공시") % {"name": organisation.name, "year": year}
    if ending == "xlsx":
        return excel(name, heads, rows)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.csv"},
    )


def _cell(value: object) -> str:
    """Return a value for CSV; what a spreadsheet would run as a formula is kept as text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


urlpatterns = [
    path("institutions/", listing, name="institutions"),
    path("institutions/<slug:slug>/", detail, name="institution"),
    *(
        path(
            f"institutions/<slug:slug>/disclosure-<int:year>.{ending}",
            disclosed,
            {"ending": ending},
            name=f"institution-disclosure-{ending}",
        )
        for ending in ("xlsx", "csv")
    ),
]
