"""Who hands in completions. None as a person is the operator at the command line."""

from datetime import datetime

from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.policies import can_run_courses


def can_hand_in(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person hands in completions for an institution: those who run its courses."""
    return organisation.runs_courses and (person is None or can_run_courses(person, organisation, now=now))
