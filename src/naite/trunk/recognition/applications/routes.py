"""Which offices an application passes (row A2)."""

from dataclasses import dataclass
from datetime import date

from naite.trunk.people.models import Organisation, Region
from naite.trunk.people.queries import above
from naite.trunk.recognition.models import Application, Hop, ProvincialStage

Kind = Organisation.Kind


@dataclass(frozen=True, slots=True)
class Route:
    """The offices in order, and which stage has none, so that the case went past it."""

    offices: list[Organisation]
    missing: tuple[str, ...] = ()


def local_office(institution: Organisation) -> Organisation | None:
    """Return the local government in whose area an institution lies, else the one it stands under."""
    if institution.region_id:
        found = Organisation.objects.filter(
            kind=Kind.LOCAL_GOVERNMENT, region_id=institution.region_id, closed_on=None
        ).order_by("created_at", "id")
        if first := found.first():
            return first
    return next(
        (each for each in above(institution) if each.kind == Kind.LOCAL_GOVERNMENT and not each.closed_on),
        None,
    )


def province_of(institution: Organisation) -> Region | None:
    region = institution.region
    if region is None:
        return None
    return region if region.level == Region.Level.SIDO else region.parent


def provincial_office(institution: Organisation, *, on: date) -> Organisation | None:
    """Return the provincial institute whose stage is switched on for the institution's province on a day."""
    province = province_of(institution)
    if province is None:
        return None
    for row in ProvincialStage.objects.filter(province=province).select_related("institute"):
        if row.is_valid_on(on) and row.institute.closed_on is None:
            return row.institute
    return None


def route_of(institution: Organisation, *, institute: Organisation, on: date) -> Route:
    """Return the way of an application that is handed in on a day.

    An office never judges its own application: a local government that applies begins at the next office.
    """
    local = local_office(institution)
    missing: tuple[str, ...] = ()
    if local is None and institution.kind != Kind.LOCAL_GOVERNMENT:
        missing = ("local",)
    stops = [local, provincial_office(institution, on=on), institute]
    offices = [stop for stop in stops if stop is not None and stop.pk != institution.pk]
    return Route(offices, missing)


def fix(application: Application, route: Route) -> list[Hop]:
    """Keep a route for good, whatever is switched afterwards."""
    return Hop.objects.bulk_create(
        Hop(application=application, position=place, office=office)
        for place, office in enumerate(route.offices, start=1)
    )


def next_hop(application: Application) -> Hop | None:
    """Return the hop after the office that has the application."""
    hops = list(application.hops.select_related("office"))
    here = next((place for place, hop in enumerate(hops) if hop.office_id == application.office_id), None)
    return hops[here + 1] if here is not None and here + 1 < len(hops) else None
