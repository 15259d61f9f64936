"""The yearly disclosure of an institution (공시, 평생교육법 제34조의2): courses, capacity, hours, fees, instructors."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Organisation


class Disclosed(NamedTuple):
    """One line: a class that an institution held or holds in a year."""

    course: str
    run: str
    capacity: int
    hours: Decimal
    fee: int
    instructor: str
    starts_on: date | None
    ends_on: date | None
    field: str


def years_of(organisation: Organisation) -> list[int]:
    """Return the years in which classes of an institution began, latest first."""
    days = CourseRun.objects.filter(organisation=organisation).exclude(state=CourseRun.State.CANCELLED)
    return [day.year for day in days.exclude(starts_on=None).dates("starts_on", "year", order="DESC")]


def lines_of(organisation: Organisation, *, year: int) -> Iterator[Disclosed]:
    """Return a line for each class that began in a year and was not cancelled; one query."""
    rows = (
        CourseRun.objects.filter(organisation=organisation, starts_on__year=year)
        .exclude(state=CourseRun.State.CANCELLED)
        .select_related("version")
        .order_by("starts_on", "id")
    )
    for row in rows.iterator(chunk_size=500):
        yield Disclosed(
            row.version.title,
            row.name,
            row.capacity,
            row.version.total_hours,
            row.fee,
            row.instructor,
            row.starts_on,
            row.ends_on,
            str(row.version.get_area_display()) if row.version.area else "",
        )
