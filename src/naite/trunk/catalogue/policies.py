"""Who may write courses, listings and uploads."""

from datetime import datetime

from naite.trunk.catalogue.models import Course, ImportBatch, Listing
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import can_run_courses, has_role


def can_author(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person writes courses for an institution that is still open."""
    return organisation.runs_courses and can_run_courses(person, organisation, now=now)


def can_change_course(person: Person | None, course: Course, *, now: datetime) -> bool:
    """Whether a person writes new versions of a course and retires it."""
    return can_author(person, course.organisation, now=now)


def can_supply(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person uploads listings for an organisation: its course staff, or its officer (시군구)."""
    return organisation.closed_on is None and (
        can_author(person, organisation, now=now)
        or has_role(person, organisation, Role.LOCAL_OFFICER, now=now)
    )


def can_handle_batch(person: Person | None, batch: ImportBatch, *, now: datetime) -> bool:
    """Whether a person applies or drops an upload."""
    return can_supply(person, batch.supplier, now=now)


def can_change_listing(person: Person | None, listing: Listing, *, now: datetime) -> bool:
    """Whether a person classifies or takes over a listing: only staff of the institution it came from."""
    return can_author(person, listing.supplier, now=now)
