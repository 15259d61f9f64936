"""The forest: what each neighbourhood learnt together, in figures that reveal nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.drawing.labels import plain_hours
from naite.roots.drawing.palette import ALL_AREAS, UNSORTED
from naite.trunk.catalogue.search_regions import RegionMap, region_map
from naite.trunk.records import forest as rules
from naite.trunk.records.forest import EVERYWHERE, ForestYear, Sums
from naite.web.learner.tree import AREA_CLASSES
from naite.web.learner.words import AREA_NAMES
from naite.web.middleware import now_of
from naite.web.public import listing_words, trees

KEPT: Final = 60 * 60
YEARS: Final = 5


def sums_of(regions: RegionMap, now: datetime) -> Sums:
    """Add up all neighbourhoods; kept for an hour, because it reads across all accounts."""
    year = listing_words.local_day(now).year
    found: Sums | None = cache.get(f"forest:{year}")
    if found is None:
        found = rules.sums(regions=regions, first=year - YEARS + 1, last=year)
        cache.set(f"forest:{year}", found, KEPT)
    return found


def forest_of(code: str, regions: RegionMap, now: datetime) -> Sequence[ForestYear]:
    """Return the years of a region, also a former one, or of everywhere that can be told."""
    ends = regions.successors.get(code, frozenset({code}))
    if len(ends) != 1:
        return ()
    return rules.forest(sums_of(regions, now), code=next(iter(ends)))


@require_safe
def forest_list(request: HttpRequest) -> HttpResponse:
    """Every place of which something can be told."""
    regions = region_map(listing_words.local_day(now_of(request)))
    told = rules.places_with_forest(sums_of(regions, now_of(request)))
    provinces = []
    for sido in regions.sidos:
        places = [(code, regions.names[code]) for code in regions.children.get(sido, ()) if code in told]
        if places or sido in told:
            provinces.append((sido, regions.names[sido], sido in told, places))
    context = {
        **_shown(forest_of(EVERYWHERE, regions, now_of(request))),
        "place": "",
        "provinces": provinces,
        "fewest": rules.FEWEST,
        "section": "courses",
    }
    return render(request, "public/forest.html", context)


@require_safe
def forest_page(request: HttpRequest, code: str) -> HttpResponse:
    """The forest of one region; of a place with few learners it says so and nothing else."""
    regions = region_map(listing_words.local_day(now_of(request)))
    if not regions.is_known(code):
        raise Http404
    context = {
        **_shown(forest_of(code, regions, now_of(request))),
        "place": regions.full_name(code),
        "code": code,
        "fewest": rules.FEWEST,
        "section": "courses",
    }
    return render(request, "public/forest.html", context)


def _shown(years: Sequence[ForestYear]) -> dict[str, Any]:
    columns = [
        area.code
        for area in ALL_AREAS
        if area is not UNSORTED or any("" in year.hours or "" in year.hidden for year in years)
    ]
    rows = []
    for year in reversed(years):
        cells = []
        for code in columns:
            key = "" if code == UNSORTED.code else code
            hours = plain_hours(year.hours[key]) if key in year.hours else ""
            cells.append({"hours": hours, "hidden": key in year.hidden})
        rows.append({"year": year, "cells": cells, "total": plain_hours(year.total)})
    return {
        "trees": [
            (year, width, mark_safe(picture))  # noqa: S308 - drawn by us from numbers
            for year, width, picture in trees.forest_trees(years)
        ],
        "rows": rows,
        "columns": [{"name": AREA_NAMES[code], "css_class": AREA_CLASSES[code]} for code in columns],
        "hides": any(year.hidden for year in years),
        "spoken": _spoken(years),
    }


def _spoken(years: Sequence[ForestYear]) -> str:
    """The picture in words."""
    return ", ".join(
        _("%(year)s년 %(people)s명 %(hours)s시간")
        % {"year": each.year, "people": f"{each.learners:,}", "hours": plain_hours(each.total)}
        for each in years
    )


urlpatterns = [
    path("forest/", forest_list, name="forest"),
    path("forest/<slug:code>/", forest_page, name="forest-region"),
]
