"""Who may grade and decide: those who run the course for its institution."""

from datetime import datetime

from naite.trunk.delivery import policies
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Person


def can_assess(person: Person | None, run: CourseRun, *, now: datetime) -> bool:
    """Staff of the run's institution; nobody for themselves."""
    return policies.can_run(person, run, now=now)


def is_own(person: Person, enrolment: Enrolment) -> bool:
    """Whether somebody would grade or decide their own place."""
    return person.pk == enrolment.person_id
