"""Who decides on recognitions."""

from datetime import datetime

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import organisations_where


def granting_institute(person: Person | None, *, now: datetime) -> Organisation | None:
    """Return the national institute for which a person may record recognitions, or None."""
    if person is None or not has_role(person, None, Role.NATIONAL_OFFICER, now=now):
        return None
    return (
        organisations_where(person, Role.NATIONAL_OFFICER, now=now)
        .filter(kind=Organisation.Kind.NATIONAL_INSTITUTE)
        .first()
    )
