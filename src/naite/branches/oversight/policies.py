"""Who works on oversight: the national institute's officers, and nobody in a case of their own."""

from datetime import datetime
from uuid import UUID

from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.policies import can_run_courses
from naite.trunk.people.queries import roles_of
from naite.trunk.recognition.policies import granting_institute


def can_oversee(person: Person | None, organisation_id: UUID | None, *, now: datetime) -> bool:
    """Whether a person works on a case about an organisation: an officer who holds no role in it."""
    if person is None or granting_institute(person, now=now) is None:
        return False
    return (
        organisation_id is None
        or not roles_of(person, now=now).filter(organisation_id=organisation_id).exists()
    )


def can_speak_for(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person answers for an institution in its case."""
    return can_run_courses(person, organisation, now=now)
