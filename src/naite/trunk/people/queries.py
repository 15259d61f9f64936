"""Reading roles and regions."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from naite.roots.dates import day_of
from naite.trunk.people.models import (
    Invitation,
    Organisation,
    Person,
    Region,
    RegionChange,
    Role,
    RoleAssignment,
)
from naite.trunk.people.regions import code_from_address, code_on
from naite.trunk.people.rules import MAY_INVITE_BELOW, MAY_INVITE_WITHIN

# The offices that answer for a region, from the nearest on.
OFFICE_KINDS = (
    Organisation.Kind.LOCAL_GOVERNMENT,
    Organisation.Kind.PROVINCIAL_INSTITUTE,
    Organisation.Kind.NATIONAL_INSTITUTE,
)


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


def above(organisation: Organisation) -> list[Organisation]:
    """Return the organisations above one, nearest first; a circle, which no service makes, ends the walk."""
    found: list[Organisation] = []
    seen = {organisation.pk}
    parent = organisation.parent
    while parent is not None and parent.pk not in seen:
        found.append(parent)
        seen.add(parent.pk)
        parent = parent.parent
    return found


def below(organisations: QuerySet[Organisation]) -> set[UUID]:
    """Return the ids of some organisations and of all that stand under them, one query a level."""
    known = set(organisations.values_list("pk", flat=True))
    layer = known
    while layer:
        layer = set(Organisation.objects.filter(parent__in=layer).values_list("pk", flat=True)) - known
        known |= layer
    return known


def offices_with(roles: Iterable[str], *, now: datetime) -> QuerySet[Organisation]:
    """Return the offices, from municipality to nation, that are open and where somebody holds one of the roles."""
    held = RoleAssignment.objects.filter(
        organisation=OuterRef("pk"), role__in=list(roles), valid_from__lte=now, person__is_active=True
    ).filter(Q(valid_until=None) | Q(valid_until__gt=now))
    return (
        Organisation.objects.filter(Exists(held), kind__in=OFFICE_KINDS, closed_on=None)
        .select_related("region__parent")
        .order_by("name")
    )


def office_in_charge(region: Region | None, roles: Iterable[str], *, now: datetime) -> Organisation | None:
    """Return the office that serves people of a region.

    The municipality's own, else the provincial institute, else the national institute, each only where
    somebody holds one of the roles. A region that was renamed or joined leads to the office of what it became.
    """
    open_offices = offices_with(roles, now=now)
    if region is not None:
        code = code_on(region.code, day_of(now)) or region.code
        places = [
            (Organisation.Kind.LOCAL_GOVERNMENT, code),
            (Organisation.Kind.PROVINCIAL_INSTITUTE, code[:2] + "000"),
        ]
        for kind, where in places:
            found = open_offices.filter(kind=kind, region_id=where).order_by("created_at", "id").first()
            if found:
                return found
    nation = open_offices.filter(kind=Organisation.Kind.NATIONAL_INSTITUTE)
    return nation.order_by("created_at", "id").first()


def organisations_seen_by(person: Person, *, now: datetime) -> QuerySet[Organisation]:
    """Return the organisations a person may look up: all for operators and the nation's offices, else their
    own and what is below."""
    everything = Organisation.objects.all()
    nation = {Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER}
    held = list(roles_of(person, now=now))
    if person.is_operator or any(item.role in nation for item in held):
        return everything
    over = [item.organisation_id for item in held if item.role in MAY_INVITE_BELOW]
    own = [item.organisation_id for item in held if item.role in MAY_INVITE_WITHIN]
    ids = below(everything.filter(pk__in=over)) if over else set()
    return everything.filter(pk__in=ids | set(own))


def with_member_counts(organisations: QuerySet[Organisation], *, now: datetime) -> QuerySet[Organisation]:
    """Return organisations with ``members``: how many persons hold a role there now."""
    current = Q(roles__valid_from__lte=now) & (Q(roles__valid_until=None) | Q(roles__valid_until__gt=now))
    return organisations.select_related("region__parent", "parent").annotate(
        members=Count("roles__person", filter=current, distinct=True)
    )


def role_history(organisation: Organisation) -> QuerySet[RoleAssignment]:
    """Return every role ever held in an organisation, latest beginning first (안전성 확보조치 기준 제5조)."""
    return (
        RoleAssignment.objects.filter(organisation=organisation)
        .select_related("person", "granted_by", "ended_by")
        .order_by("-valid_from", "-id")
    )


def open_invitations(organisation: Organisation, *, now: datetime) -> QuerySet[Invitation]:
    """Return invitations that can still be accepted, newest first."""
    return (
        Invitation.objects.filter(
            organisation=organisation, accepted_at=None, withdrawn_at=None, expires_at__gt=now
        )
        .select_related("invited_by")
        .order_by("-invited_at", "-id")
    )


def invitation_by_token(token: str) -> Invitation | None:
    """Return the invitation that a link's token stands for, whatever its state."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return Invitation.objects.filter(token_digest=digest).select_related("organisation", "invited_by").first()
