"""Reading roles and regions."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from naite.trunk.people.models import Organisation, Person, Region, RegionChange, Role, RoleAssignment
from naite.trunk.people.regions import code_from_address


def roles_of(person: Person, *, now: datetime) -> QuerySet[RoleAssignment]:
    """Return the roles a person holds now, with their organisations, oldest first."""
    return (
        RoleAssignment.objects.filter(person=person, valid_from__lte=now)
        .filter(Q(valid_until=None) | Q(valid_until__gt=now))
        .select_related("organisation")
        .order_by("valid_from", "id")
    )


def staff_of(organisation: Organisation, *, now: datetime) -> QuerySet[RoleAssignment]:
    """Return who holds which role in an organisation now, with the persons."""
    return (
        RoleAssignment.objects.filter(organisation=organisation, valid_from__lte=now)
        .filter(Q(valid_until=None) | Q(valid_until__gt=now))
        .select_related("person")
        .order_by("person__name", "id")
    )


def organisations_where(person: Person, *roles: Role, now: datetime) -> QuerySet[Organisation]:
    """Return the organisations in which a person holds one of the roles now."""
    held = roles_of(person, now=now).filter(role__in=roles)
    return Organisation.objects.filter(pk__in=held.values("organisation_id"))


def region_from_address(address: str, *, on: date) -> Region | None:
    """Return the municipality (or else the province) that an address begins with, under its name of a day.

    Old, short and joined names are understood. For many addresses take ``regions.code_from_address``, which
    needs no database; the code is the row's key.
    """
    code = code_from_address(address, on)
    return Region.objects.filter(pk=code).select_related("parent").first() if code else None


def regions_on(day: date, *, level: Region.Level | None = None) -> QuerySet[Region]:
    """Return the regions that exist on a day, provinces before their municipalities."""
    found = Region.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gt=day)
    ).select_related("parent")
    return found.filter(level=level) if level else found


def regions_ever(region: Region) -> set[str]:
    """Return the codes of a region and of everything it came from or became, municipalities included.

    For searches over records that keep the code of their time.
    """
    links = list(RegionChange.objects.values_list("predecessor_id", "successor_id"))
    known = {region.pk}
    while True:
        more = {b for a, b in links if a in known} | {a for a, b in links if b in known}
        if more <= known:
            break
        known |= more
    known |= set(Region.objects.filter(parent_id__in=known).values_list("pk", flat=True))
    return known
