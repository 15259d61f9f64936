"""The front page: find a course, see the neighbourhood's week, check a badge."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from naite.trunk.catalogue.queries import opening_between
from naite.trunk.catalogue.rules import SEOUL, TAKES_APPLICATIONS
from naite.trunk.catalogue.search import SearchResult, search
from naite.trunk.catalogue.search_query import FACETS, Day, SearchQuery
from naite.trunk.catalogue.search_regions import RegionMap
from naite.trunk.people.models import Person
from naite.web.middleware import now_of
from naite.web.public import forests, listing_words, trees
from naite.web.public.courses import address_of

REGION_COOKIE = "naite_region"
REGION_KEPT = 180 * 24 * 60 * 60
OFTEN_SOUGHT = ("스마트폰", "요가", "엑셀", "한글")
TAKING = tuple(value for value, _label in FACETS["state"] if value in TAKES_APPLICATIONS)


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of the strip: what meets on it and takes applications."""

    name: Any
    day: date
    today: bool
    count: int
    url: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page for the neighbourhood asked for, else that of the cookie, else of the person."""
    now = now_of(request)
    asked = request.GET.get("region")
    region = asked if asked is not None else request.COOKIES.get(REGION_COOKIE) or _own_region(request)
    context: dict[str, Any] = {"often": [(word, address_of(SearchQuery(q=word))) for word in OFTEN_SOUGHT]}
    try:
        context |= _neighbourhood(region, now)
        context |= _forest(context["region"], context["regions"], now)
    except DatabaseError:
        context |= {"failed": True, "region": "", "forest": ()}
    response = render(request, "public/home.html", context)
    if asked is not None and not context.get("failed"):
        response.set_cookie(
            REGION_COOKIE,
            context["region"],
            max_age=REGION_KEPT,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_safe
def hero_art(request: HttpRequest) -> HttpResponse:
    """Serve the tree behind the front page's heading."""
    year = listing_words.local_day(now_of(request)).year
    response = HttpResponse(trees.hero_tree(year), content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=24 * 60 * 60)
    return response


def _own_region(request: HttpRequest) -> str:
    return (request.user.region_id or "") if isinstance(request.user, Person) else ""


def _neighbourhood(region: str, now: datetime) -> dict[str, Any]:
    query, _errors = SearchQuery.parse({"region": [region], "state": TAKING})
    result = search(replace(query, size=3), now=now)
    regions = result.regions
    if query.region and not regions.is_known(query.region):
        query = query.without("region")
        result = search(replace(query, size=3), now=now)
    [code, *_rest] = [*sorted(regions.successors.get(query.region, ())), ""]
    return {
        "region": code,
        "region_name": regions.names.get(code, ""),
        "regions": regions,
        "sidos": [(sido, regions.names[sido], _parts(regions, sido)) for sido in regions.sidos],
        "result": result,
        "cards": listing_words.cards(result.found, now=now),
        "all_url": address_of(query),
        "week": _week(result, query, now),
        "opening": 0 if result.total else _opening(code, regions, now),
        "opening_url": address_of(SearchQuery(region=code, state=("upcoming",))),
        "sido": regions.parents.get(code, ""),
        "sido_name": regions.names.get(regions.parents.get(code, ""), ""),
        "sido_url": address_of(SearchQuery(region=regions.parents.get(code, ""), state=TAKING)),
    }


def _parts(regions: RegionMap, sido: str) -> list[tuple[str, str]]:
    return [(code, regions.names[code]) for code in regions.children.get(sido, ())]


def _week(result: SearchResult, query: SearchQuery, now: datetime) -> list[WeekDay]:
    """Return today and the six days after it, with what meets on that day of the week."""
    today = listing_words.local_day(now)
    counts = {choice.value: choice.count for choice in result.facets["day"]}
    names = list(Day)
    strip = []
    for ahead in range(7):
        day = today + timedelta(days=ahead)
        name = names[day.weekday()]
        url = address_of(replace(query, day=(name.value,)))
        strip.append(WeekDay(name.label, day, ahead == 0, counts[name.value], url))
    return strip


def _opening(code: str, regions: RegionMap, now: datetime) -> int:
    """Count what opens for registration from now until the end of next week."""
    today = listing_words.local_day(now)
    end = datetime.combine(today + timedelta(days=14 - today.weekday()), time(), SEOUL)
    return opening_between(now, end, region_codes=regions.codes_in(code) if code else None)


def _forest(code: str, regions: RegionMap, now: datetime) -> dict[str, Any]:
    """What the neighbourhood learnt together."""
    year = listing_words.local_day(now).year
    years = forests.forest_of(code, regions, now)
    return {
        "forest": [
            (each, width, mark_safe(picture))  # noqa: S308 - drawn by us from numbers
            for each, width, picture in trees.forest_trees(years)
        ],
        "forest_year": next((each for each in years if each.year == year), None),
        "forest_years": years,
    }
