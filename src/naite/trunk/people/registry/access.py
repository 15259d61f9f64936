"""Who sees, changes and decides what in the registry."""

from datetime import datetime

from django.db.models import Q, QuerySet

from naite.trunk.people import queries
from naite.trunk.people.models import InstitutionFile, Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.registry import rules

OFFICER_ROLES = (
    Role.LOCAL_OFFICER,
    Role.EDUCATION_OFFICER,
    Role.PROVINCIAL_OFFICER,
    Role.NATIONAL_OFFICER,
)
NATION = frozenset({Role.MINISTRY_OFFICIAL, Role.NATIONAL_OFFICER})
PROPOSERS = (Role.INSTITUTION_STAFF, Role.HUB_OPERATOR)


def responsible_office(organisation: Organisation, *, now: datetime) -> Organisation | None:
    """Return the office that decides on an institution: the one its page names, else the nearest one above it,
    else the one in charge of its region."""
    page = InstitutionFile.objects.filter(organisation=organisation).select_related("office").first()
    if page is not None and page.office is not None and page.office.closed_on is None:
        return page.office
    offices = {*queries.OFFICE_KINDS, Organisation.Kind.EDUCATION_OFFICE}
    for over in queries.above(organisation):
        if over.kind in offices and over.closed_on is None:
            return over
    return queries.office_in_charge(organisation.region, OFFICER_ROLES, now=now)


def can_propose(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person asks for changes of an institution: its own staff while it is open."""
    return (
        organisation.kind in rules.KINDS
        and organisation.closed_on is None
        and has_role(person, organisation, *PROPOSERS, now=now)
    )


def can_decide(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person decides on an institution's page: officers of the responsible office, and operators.

    Nobody decides on the institution in whose name they ask.
    """
    if person is None or not person.is_active:
        return False
    if has_role(person, organisation, *PROPOSERS, now=now):
        return False
    if person.is_operator:
        return True
    office = responsible_office(organisation, now=now)
    return office is not None and has_role(person, office, *OFFICER_ROLES, now=now)


def can_see(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person sees the whole page with its documents: its staff and the offices of its region."""
    if person is None or not person.is_active:
        return False
    if has_role(person, organisation, *PROPOSERS, Role.PROGRAMME_MANAGER, now=now):
        return True
    return seen_by(person, now=now).filter(pk=organisation.pk).exists()


def seen_by(person: Person, *, now: datetime) -> QuerySet[Organisation]:
    """Return the institutions in an officer's reach: all for the nation's offices and operators, else those of
    the office's region, those that name it as responsible, and those below it."""
    everything = Organisation.objects.filter(kind__in=rules.KINDS)
    held = [item for item in queries.roles_of(person, now=now) if item.role in {*OFFICER_ROLES, *NATION}]
    if person.is_operator or any(item.role in NATION for item in held):
        return everything
    if not held:
        return everything.none()
    offices = [item.organisation for item in held]
    ids = [office.pk for office in offices]
    regions = {office.region_id for office in offices if office.region_id}
    below = queries.below(Organisation.objects.filter(pk__in=ids))
    return everything.filter(
        Q(pk__in=below) | Q(registry__office__in=ids) | Q(region__in=regions) | Q(region__parent__in=regions)
    )
