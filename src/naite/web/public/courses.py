"""Finding courses: the search page."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from naite.trunk.catalogue.search import Choice, SearchResult, search
from naite.trunk.catalogue.search_query import FACET_LABELS, SIZES, SearchQuery, Sort
from naite.web.middleware import now_of
from naite.web.public import listing_words

# Shown at once; the others wait behind "조건 더 보기".
FIRST = ("state", "recognised", "area")
MORE = ("category", "fee", "day", "mode")


@dataclass(frozen=True)
class Active:
    """One chosen value, with the address of the search without it."""

    text: str
    url: str


@dataclass(frozen=True)
class Group:
    """One facet as a row of chips."""

    name: str
    label: str | Promise
    choices: tuple[Choice, ...]


@require_safe
def course_search(request: HttpRequest) -> HttpResponse:
    """Show what a search finds; each search has one address, to which others that mean the same lead."""
    query, errors = SearchQuery.parse({name: request.GET.getlist(name) for name in request.GET})
    address = address_of(query)
    asked = request.META.get("QUERY_STRING", "")
    partial = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    if not partial and not errors and asked != query.querystring():
        return HttpResponseRedirect(address)
    result = search(query, now=now_of(request))
    context = page_context(request, result) | {"errors": errors}
    template = "public/_course_swap.html" if partial else "public/courses.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    if partial:
        response["HX-Push-Url"] = address
    return response


def address_of(query: SearchQuery) -> str:
    text = query.querystring()
    return reverse("course-search") + (f"?{text}" if text else "")


def page_context(request: HttpRequest, result: SearchResult) -> dict[str, Any]:
    query = result.query
    return {
        "section": "courses",
        "result": result,
        "query": query,
        "cards": listing_words.cards(result.found, now=now_of(request)),
        "sidos": result.facets["region"],
        "sigungus": result.facets["sigungu"],
        "within": result.regions.sido_of(query.region),
        "first_groups": _groups(result, FIRST),
        "more_groups": _groups(result, MORE),
        "more_open": any(getattr(query, name) for name in MORE),
        "sorts": _sorts(query),
        "sizes": SIZES,
        "pages": _page_links(result),
        "previous_page": address_of(query.to_page(result.page - 1)) if result.page > 1 else "",
        "next_page": address_of(query.to_page(result.page + 1)) if result.page < result.pages else "",
        "dropping": [
            (FACET_LABELS[name], count, address_of(query.without(name))) for name, count in result.dropping
        ],
        "active": _active(result),
    }


def _groups(result: SearchResult, names: tuple[str, ...]) -> list[Group]:
    return [Group(name, FACET_LABELS[name], result.facets[name]) for name in names]


def _sorts(query: SearchQuery) -> list[tuple[str, str | Promise]]:
    """Return the orders to choose from; the one that holds anyway has no value."""
    own = query.own_order
    others = [each for each in Sort if each is not own and (query.q or each is not Sort.RELEVANCE)]
    return [("", own.label), *((each.value, each.label) for each in others)]


def _active(result: SearchResult) -> list[Active]:
    query = result.query
    found: list[Active] = []
    if query.q:
        found.append(Active(f"‘{query.q}’", address_of(query.without("q"))))
    if query.region:
        chosen = [each.label for each in result.facets["region"] if each.chosen]
        name = result.regions.full_name(query.region) or (chosen[0] if chosen else query.region)
        found.append(Active(str(name), address_of(query.without("region"))))
    for name in (*FIRST, *MORE):
        values = getattr(query, name)
        for choice in result.facets[name]:
            if choice.chosen:
                rest: dict[str, Any] = {name: tuple(each for each in values if each != choice.value)}
                found.append(Active(str(choice.label), address_of(replace(query, page=1, **rest))))
    return found


def _page_links(result: SearchResult) -> list[tuple[int, str]]:
    """Return the pages to link: the first, the last, and two to each side; 0 stands for a gap."""
    near = range(max(1, result.page - 2), min(result.pages, result.page + 2) + 1)
    numbers: list[int] = []
    for number in sorted({1, *near, result.pages}):
        if numbers and number - numbers[-1] > 1:
            numbers.append(0)
        numbers.append(number)
    return [(number, address_of(result.query.to_page(number)) if number else "") for number in numbers]
