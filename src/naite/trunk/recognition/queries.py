"""Was this course recognised?"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from naite.trunk.recognition.models import CoveredRun, Recognition


def live(on: date) -> Q:
    """The recognitions whose period holds on a day and that were not cancelled by then."""
    return Q(valid_from__lte=on, valid_until__gt=on) & (Q(cancelled_on=None) | Q(cancelled_on__gt=on))


def covering(*, course_id: UUID, run_id: UUID | None, on: date) -> Recognition | None:
    """Return the recognition that makes learning completed on a day count, or None.

    It either holds on that day, or names the run, which a recognition of a finished course does.
    """
    counts = live(on)
    if run_id is not None:
        named = Exists(CoveredRun.objects.filter(recognition=OuterRef("pk"), run_id=run_id))
        counts |= Q(named) & Q(cancelled_on=None)
    return Recognition.objects.filter(counts, course_id=course_id).order_by("-valid_from").first()


def of_courses(course_ids: Iterable[UUID], *, on: date) -> dict[UUID, Recognition]:
    """Return the recognition in force on a day for each course that has one, in one query."""
    rows = Recognition.objects.filter(live(on), course_id__in=set(course_ids)).order_by("valid_from")
    return {row.course_id: row for row in rows}


def history(course_id: UUID) -> QuerySet[Recognition]:
    """Return all recognitions a course ever had, newest first."""
    return (
        Recognition.objects.filter(course_id=course_id).select_related("granted_by").order_by("-valid_from")
    )
