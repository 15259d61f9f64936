"""What neighbourhoods learnt together: sums in which nobody can be recognised (row X3).

Municipalities, provinces and the whole country are told side by side, so that one could be worked out from the others.
Therefore a sum is told only when no difference of told sums singles out fewer than ``FEWEST`` people, and of the areas
within a year, fewer than ``SMALL``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear

from naite.trunk.catalogue.search_regions import RegionMap
from naite.trunk.records.models import Entry

FEWEST: Final = 10
SMALL: Final = 5
EVERYWHERE: Final = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many learnt, and how many hours together."""

    learners: int
    hours: Decimal

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.learners + other.learners, self.hours + other.hours)


NONE: Final = Cell(0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Place:
    """Where people live: a municipality, or what is known of it, and its province; empty where unknown."""

    leaf: str
    province: str


@dataclass(frozen=True, slots=True)
class ForestYear:
    """One year's sums: how many learnt, the hours, and the hours of the areas that can be told."""

    year: int
    learners: int
    total: Decimal
    hours: dict[str, Decimal]
    hidden: frozenset[str] = frozenset()

    @property
    def rest(self) -> Decimal:
        """The hours of the areas that are not told one by one."""
        return self.total - sum(self.hours.values(), Decimal(0))


@dataclass(frozen=True)
class Sums:
    """Learners and hours by year and place, whole and by area."""

    whole: dict[int, dict[Place, Cell]] = field(default_factory=dict)
    areas: dict[int, dict[str, dict[Place, Cell]]] = field(default_factory=dict)


def sums(*, regions: RegionMap, first: int, last: int) -> Sums:
    """Add up what was learnt from ``first`` to ``last``; two queries over all accounts: keep the answer.

    A former region counts as what came after it; one that was divided only in its province.
    """
    rows = (
        Entry.objects.filter(
            voided_at=None, completed_on__year__gte=first, completed_on__year__lte=last, hours__gt=0
        )
        .annotate(year=ExtractYear("completed_on"))
        .order_by()
    )
    people, hours = Count("account_id", distinct=True), Sum("hours")
    found = Sums()
    for row in rows.values("year", "account__person__region_id").annotate(learners=people, sum=hours):
        place = place_of(row["account__person__region_id"], regions)
        year = found.whole.setdefault(row["year"], {})
        year[place] = year.get(place, NONE) + Cell(row["learners"], row["sum"])
    for row in rows.values("year", "account__person__region_id", "area").annotate(learners=people, sum=hours):
        place = place_of(row["account__person__region_id"], regions)
        area = found.areas.setdefault(row["year"], {}).setdefault(row["area"], {})
        area[place] = area.get(place, NONE) + Cell(row["learners"], row["sum"])
    return found


def place_of(code: str | None, regions: RegionMap) -> Place:
    """Return the one municipality in which a code, also a former one, lies today, or its province alone."""
    ends = regions.successors.get(code or "", frozenset())
    if len(ends) == 1:
        (end,) = ends
        province = regions.parents.get(end, "")
        # A province without its municipality is a place of its own.
        return Place(end, province) if province else Place(f"{end}*", end)
    province = regions.sido_of(code) if code else ""
    return Place(f"{province}*", province)


def forest(found: Sums, *, code: str = EVERYWHERE) -> tuple[ForestYear, ...]:
    """Return the years of a municipality, a province or everywhere that can be told, oldest first."""
    years = []
    for year in sorted(found.whole):
        whole = found.whole[year]
        if code not in told_places(whole, fewest=FEWEST):
            continue
        areas = found.areas.get(year, {})
        cells = {area: total_of(places, code) for area, places in areas.items()}
        # An area is hidden where the places beneath would give it away, and then whatever would give that away.
        unsafe = {
            area
            for area, cell in cells.items()
            if cell.learners and code not in told_places(areas[area], fewest=SMALL)
        }
        hidden = protected({area: cell for area, cell in cells.items() if cell.learners}, unsafe)
        total = total_of(whole, code)
        hours = {area: cell.hours for area, cell in cells.items() if cell.learners and area not in hidden}
        years.append(ForestYear(year, total.learners, total.hours, hours, frozenset(hidden)))
    return tuple(years)


def places_with_forest(found: Sums) -> frozenset[str]:
    """Return the codes of which some year can be told."""
    return frozenset(code for whole in found.whole.values() for code in told_places(whole, fewest=FEWEST))


def total_of(places: Mapping[Place, Cell], code: str) -> Cell:
    """Return the sum of a municipality, a province or everywhere."""
    cells = (cell for place, cell in places.items() if code in (EVERYWHERE, place.leaf, place.province))
    return sum(cells, NONE)


def told_places(places: Mapping[Place, Cell], *, fewest: int) -> frozenset[str]:
    """Return the codes whose sums may be told side by side.

    A place with fewer than ``fewest`` people is not told. A sum above places that are not told is told only
    when these are two or more with ``fewest`` people together, as their sum is what is left after taking the
    told ones away. People live in one place each, so their numbers add up.
    """
    leaves = {place: cell for place, cell in places.items() if cell.learners}
    hidden = {place: cell for place, cell in leaves.items() if cell.learners < fewest}
    told = {place.leaf for place in leaves if place not in hidden}
    provinces: dict[str, list[Cell]] = defaultdict(list)
    for place, cell in hidden.items():
        provinces[place.province].append(cell)
    left = list(provinces.pop("", []))  # what no told province covers
    for province in {place.province for place in leaves if place.province}:
        beneath = provinces.get(province, [])
        whole = sum((cell for place, cell in leaves.items() if place.province == province), NONE)
        if _covers(beneath, fewest) and whole.learners >= fewest:
            told.add(province)
        else:
            left += beneath
    if _covers(left, fewest) and sum(leaves.values(), NONE).learners >= fewest:
        told.add(EVERYWHERE)
    return frozenset(told)


def _covers(hidden: Iterable[Cell], fewest: int) -> bool:
    cells = list(hidden)
    return not cells or (len(cells) >= 2 and sum(cell.learners for cell in cells) >= fewest)


def protected(cells: Mapping[str, Cell], unsafe: Iterable[str] = ()) -> set[str]:
    """Return which cells of a row with a known sum must not be told.

    Those with fewer than ``SMALL`` people and the ``unsafe`` ones; and as long as what is hidden is one cell
    alone, or has nobody but few people, the smallest of the others. One person may be in several areas, so
    only the largest number counts. When nothing is left to hide behind, all of them.
    """
    hidden = {name for name, cell in cells.items() if cell.learners < SMALL} | set(unsafe)
    while hidden and hidden != set(cells):
        if len(hidden) >= 2 and max(cells[name].learners for name in hidden) >= SMALL:
            break
        hidden.add(min((cell.learners, name) for name, cell in cells.items() if name not in hidden)[1])
    return hidden
