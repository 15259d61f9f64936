"""Who may do what with an application."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from naite.trunk.people.duties import stands_in_for
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import can_run_courses, has_role
from naite.trunk.people.queries import roles_of
from naite.trunk.recognition.models import Application, Hop

Kind = Organisation.Kind
# The role that acts for an office of a kind.
OFFICER_OF: dict[str, Role] = {
    Kind.LOCAL_GOVERNMENT: Role.LOCAL_OFFICER,
    Kind.PROVINCIAL_INSTITUTE: Role.PROVINCIAL_OFFICER,
    Kind.NATIONAL_INSTITUTE: Role.NATIONAL_OFFICER,
    Kind.MINISTRY: Role.MINISTRY_OFFICIAL,
}
OFFICERS = frozenset(OFFICER_OF.values())


def can_apply(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person writes applications of an institution: those who run its courses."""
    return can_run_courses(person, organisation, now=now)


def acts_for(person: Person | None, office: Organisation | None, *, now: datetime) -> bool:
    """Whether a person is an officer of an office, or stands in for one, now."""
    if person is None or not person.is_active or office is None:
        return False
    role = OFFICER_OF.get(office.kind)
    if role is None:
        return False
    return (
        has_role(person, office, role, now=now)
        or stands_in_for(person, now=now).filter(organisation=office, role=role).exists()
    )


def offices_of(person: Person, *, now: datetime) -> dict[UUID, Organisation]:
    """Return the offices for which a person acts now, by their own role or for an absent colleague."""
    own = {
        held.organisation_id: held.organisation
        for held in roles_of(person, now=now)
        if OFFICER_OF.get(held.organisation.kind) == held.role
    }
    for each in stands_in_for(person, now=now):
        if OFFICER_OF.get(each.organisation.kind) == each.role:
            own.setdefault(each.organisation_id, each.organisation)
    return own


def acts_in_place_of(person: Person, office: Organisation, *, now: datetime) -> Person | None:
    """Return the colleague in whose place somebody acts for an office, when their own role does not allow it."""
    role = OFFICER_OF.get(office.kind)
    if role is None or has_role(person, office, role, now=now):
        return None
    held = stands_in_for(person, now=now).filter(organisation=office, role=role).first()
    return held.absent if held else None


def can_handle(person: Person | None, application: Application, *, now: datetime) -> bool:
    """Whether it is a person's turn: an officer of the office that has the application."""
    return acts_for(person, application.office, now=now)


def sees_all(person: Person, *, now: datetime) -> bool:
    """Whether somebody looks over all applications that were handed in: national institute and ministry."""
    return any(
        office.kind in {Kind.NATIONAL_INSTITUTE, Kind.MINISTRY}
        for office in offices_of(person, now=now).values()
    )


def seen_by_offices(person: Person, *, now: datetime) -> QuerySet[Application]:
    """Return the handed-in applications that an officer may look at: those whose route passes the office.

    Local governments and provinces see their own; the national institute and the ministry see all. Evaluators
    and committee members see nothing by this way.
    """
    offices = offices_of(person, now=now)
    rows = Application.objects.exclude(state=Application.State.DRAFT).exclude(number="")
    if not offices:
        return rows.none()
    if any(each.kind in {Kind.NATIONAL_INSTITUTE, Kind.MINISTRY} for each in offices.values()):
        return rows
    passes = Exists(
        Hop.objects.filter(application=OuterRef("pk"), office__in=list(offices), arrived_at__isnull=False)
    )
    return rows.filter(Q(passes))


def can_see(person: Person | None, application: Application, *, now: datetime) -> bool:
    """Whether somebody may look at an application: its institution always, its offices once it was handed in."""
    if person is None or not person.is_active:
        return False
    if can_apply(person, application.organisation, now=now):
        return True
    return seen_by_offices(person, now=now).filter(pk=application.pk).exists()
