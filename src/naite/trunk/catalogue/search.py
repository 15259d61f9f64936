"""Searching: what is found, in which order, with the count of every facet's every value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import and_, or_

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.queries import state_of
from naite.trunk.catalogue.rules import SEOUL, RegistrationState
from naite.trunk.catalogue.search_columns import Columns, bits_of, columns, first_by, positions
from naite.trunk.catalogue.search_index import match
from naite.trunk.catalogue.search_query import FACETS, NONE, SearchQuery, Sort
from naite.trunk.catalogue.search_regions import RegionMap, region_map


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, with how many would be found if it were chosen in place of its siblings."""

    value: str
    label: str | Promise
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    listing: Listing
    state: RegistrationState


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of a search. ``dropping`` says, when nothing was found, what leaving out one part would find."""

    query: SearchQuery
    total: int
    page: int
    pages: int
    found: tuple[Found, ...]
    facets: dict[str, tuple[Choice, ...]]
    dropping: tuple[tuple[str, int], ...]
    all_count: int
    regions: RegionMap


def search(query: SearchQuery, *, now: datetime) -> SearchResult:
    """Find listings. A page past the last gives the last; a region that does not exist finds nothing.

    The number of queries to the database does not grow with what is found.
    """
    regions = region_map(now.astimezone(SEOUL).date())
    anywhere, title = match(query.q) if query.q else ([], [])
    with columns(now) as cols:
        masks = _masks(query, cols, regions, anywhere)
        hits = reduce(and_, masks.values(), cols.live)
        total = hits.bit_count()
        pages = max(1, -(-total // query.size))
        page = min(query.page, pages)
        numbers = _page(cols, hits, title, query, page, now)
        others = _others(masks, cols.live)
        facets = _facets(query, cols, regions, others)
        dropping = (
            () if total else tuple((name, count) for name in masks if (count := others[name].bit_count()))
        )
        all_count = cols.live.bit_count()
    return SearchResult(
        query=query,
        total=total,
        page=page,
        pages=pages,
        found=_listings(numbers, now),
        facets=facets,
        dropping=tuple(sorted(dropping, key=lambda each: -each[1])),
        all_count=all_count,
        regions=regions,
    )


def _masks(query: SearchQuery, cols: Columns, regions: RegionMap, anywhere: Sequence[int]) -> dict[str, int]:
    masks: dict[str, int] = {}
    for name in query.active:
        if name == "q":
            masks[name] = bits_of(anywhere)
        elif name == "region":
            masks[name] = _region_bits(cols, regions, query.region)
        else:
            values = cols.sets.get(name, {})
            masks[name] = reduce(or_, (values.get(each, 0) for each in getattr(query, name)), 0)
    return masks


def _region_bits(cols: Columns, regions: RegionMap, code: str) -> int:
    values = cols.sets.get("region", {})
    if code == NONE:
        return values.get(NONE, 0)
    return reduce(or_, (values.get(each, 0) for each in regions.codes_in(code)), 0)


def _others(masks: dict[str, int], live: int) -> dict[str, int]:
    """For each part of the search, what the other parts find; under the empty name, what all find."""
    names = ["", *masks]
    return {
        name: reduce(and_, (mask for other, mask in masks.items() if other != name), live) for name in names
    }


def _facets(
    query: SearchQuery, cols: Columns, regions: RegionMap, others: dict[str, int]
) -> dict[str, tuple[Choice, ...]]:
    facets: dict[str, tuple[Choice, ...]] = {}
    for name, choices in FACETS.items():
        base = others.get(name, others[""])
        values = cols.sets.get(name, {})
        chosen = getattr(query, name)
        facets[name] = tuple(
            Choice(value, label, (base & values.get(value, 0)).bit_count(), value in chosen)
            for value, label in choices
        )
    base = others.get("region", others[""])
    within = regions.sido_of(query.region)
    current = regions.successors.get(query.region, frozenset())

    def choice(code: str) -> Choice:
        count = (base & _region_bits(cols, regions, code)).bit_count()
        return Choice(code, regions.names[code], count, code in current)

    sidos = tuple(choice(code) for code in regions.sidos)
    unsaid = (base & cols.sets.get("region", {}).get(NONE, 0)).bit_count()
    facets["region"] = (*sidos, Choice(NONE, _("확인필요"), unsaid, query.region == NONE))
    facets["sigungu"] = tuple(choice(code) for code in regions.children.get(within, ()))
    return facets


def _page(
    cols: Columns, hits: int, title: Sequence[int], query: SearchQuery, page: int, now: datetime
) -> list[int]:
    skip, take = (page - 1) * query.size, query.size
    if query.order == Sort.START:
        members = list(positions(hits))
        today = now.astimezone(SEOUL).date().toordinal()
        runs = [
            ([each for each in members if cols.starts[each] >= today], False),
            ([each for each in members if cols.starts[each] == 0], False),
            ([each for each in members if 0 < cols.starts[each] < today], True),
        ]
        chosen: list[int] = []
        for run, descending in runs:
            if skip >= len(run):
                skip -= len(run)
                continue
            chosen += first_by(run, cols.starts, skip + take, descending=descending)[skip:]
            skip, take = 0, query.size - len(chosen)
            if take <= 0:
                break
        return chosen
    parts = [hits]
    if query.order == Sort.RELEVANCE:
        in_title = bits_of(title)
        parts = [hits & in_title, hits & ~in_title]
    numbers: list[int] = []
    for part in parts:
        for state, column, descending in _DEADLINES:
            group = part & cols.sets.get("state", {}).get(state.value, 0)
            size = group.bit_count()
            if skip >= size:
                skip -= size
                continue
            keys = getattr(cols, column)
            ordered = first_by(list(positions(group)), keys, skip + take, descending=descending)
            numbers += islice(ordered, skip, skip + take)
            skip, take = 0, query.size - len(numbers)
            if take <= 0:
                return numbers
    return numbers


# First what one can apply for, the nearest deadline first; last what is over, the latest first.
_DEADLINES = (
    (RegistrationState.OPEN, "closes", False),
    (RegistrationState.FULL_WAITING, "closes", False),
    (RegistrationState.ALWAYS, "starts", True),
    (RegistrationState.UPCOMING, "opens", False),
    (RegistrationState.UNKNOWN, "starts", True),
    (RegistrationState.FULL, "closes", False),
    (RegistrationState.CLOSED, "closes", True),
)


def _listings(numbers: list[int], now: datetime) -> tuple[Found, ...]:
    rows = Listing.objects.filter(search_entry__id__in=numbers).select_related(
        "search_entry", "region__parent", "supplier"
    )
    by_number = {row.search_entry.id: row for row in rows}
    return tuple(
        Found(by_number[each], state_of(by_number[each], now=now)) for each in numbers if each in by_number
    )
