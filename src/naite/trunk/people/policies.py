"""Who may do what with people, organisations and roles; and the question every other policy asks."""

from datetime import datetime

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import roles_of

# Those who run courses for an organisation: announce, enrol, mark attendance, decide completion.
COURSE_STAFF = (Role.INSTITUTION_STAFF, Role.PROGRAMME_MANAGER, Role.HUB_OPERATOR)


def has_role(person: Person | None, organisation: Organisation | None, *roles: Role, now: datetime) -> bool:
    """Whether a person holds one of the roles in the organisation now (in any, when it is None)."""
    if person is None or not person.is_active:
        return False
    held = roles_of(person, now=now).filter(role__in=roles)
    if organisation is not None:
        held = held.filter(organisation=organisation)
    return held.exists()


def can_run_courses(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person runs courses for an institution that is still open."""
    return organisation.closed_on is None and has_role(person, organisation, *COURSE_STAFF, now=now)
