"""Reading reports on courses: by their writers, by the institution, by the institutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from naite.branches.counselling import report_rules as rules
from naite.branches.counselling.models import CourseFollowUp, CourseReport
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import Enrolment
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import below, organisations_where

State = CourseReport.State
_NATION = (Role.NATIONAL_OFFICER, Role.MINISTRY_OFFICIAL)
_OVERSEERS = (Role.PROVINCIAL_OFFICER, Role.LOCAL_OFFICER)


def completed_enrolment(person: Person, enrolment_id: UUID) -> tuple[Enrolment, Completion] | None:
    """Return a person's own enrolment with the completion in force, if it is one."""
    done = (
        Completion.objects.filter(
            enrolment_id=enrolment_id,
            enrolment__person=person,
            superseded_at=None,
            outcome=Completion.Outcome.COMPLETED,
        )
        .select_related(
            "enrolment__run__version__course", "enrolment__run__organisation", "enrolment__person"
        )
        .first()
    )
    return (done.enrolment, done) if done else None


def report_of(enrolment_id: UUID) -> CourseReport | None:
    return CourseReport.objects.filter(enrolment_id=enrolment_id).select_related("organisation").first()


def report(report_id: UUID) -> CourseReport | None:
    return (
        CourseReport.objects.filter(pk=report_id)
        .select_related("person", "run__version", "organisation", "course")
        .first()
    )


def completed_of_run(run_id: UUID) -> int:
    return Completion.objects.filter(
        enrolment__run_id=run_id, superseded_at=None, outcome=Completion.Outcome.COMPLETED
    ).count()


@dataclass(frozen=True, slots=True)
class Readable:
    """One report as an institution may read it: no name and no day where the writer wants none."""

    report: CourseReport
    writer: str
    month: str
    text: str
    withheld: bool


def for_institution(organisation: Organisation, *, run_id: UUID | None = None) -> list[Readable]:
    """Return the reports on an institution's courses as it may read them, in a fixed number of queries.

    Of runs that fewer than five completed, words without a name are withheld, and so are words that the
    institute hid. The order tells nothing of the exact time of anonymous ones: newest month first.
    """
    rows = CourseReport.objects.filter(organisation=organisation).select_related("person", "run__version")
    if run_id is not None:
        rows = rows.filter(run_id=run_id)
    found = list(rows.order_by("-submitted_at", "-id")[:500])
    completed = dict(
        Completion.objects.filter(
            enrolment__run__in={row.run_id for row in found},
            superseded_at=None,
            outcome=Completion.Outcome.COMPLETED,
        )
        .values_list("enrolment__run_id")
        .annotate(n=Count("pk"))
    )
    shown = []
    for row in found:
        readable = rules.shows_text(anonymous=row.anonymous, completed=completed.get(row.run_id, 0))
        if not readable and not row.text:
            continue
        hidden = row.state == State.HIDDEN
        shown.append(
            Readable(
                report=row,
                writer="" if row.anonymous else row.person.name,
                month=f"{row.submitted_at:%Y.%m}",
                text=row.text if readable and not hidden else "",
                withheld=not readable,
            )
        )
    return sorted(shown, key=lambda each: (each.month, str(each.report.pk)[-12:]), reverse=True)


def _groups(rows: QuerySet[CourseReport], key: str, name: str) -> list[rules.Group]:
    sums = {f"sum_{aspect}": Sum(aspect) for aspect in CourseReport.ASPECTS}
    found = rows.order_by().values(key, name).annotate(n=Count("pk"), **sums)
    groups = [
        rules.Group(
            str(each[key]), each[name], each["n"], tuple(each[f"sum_{a}"] for a in CourseReport.ASPECTS)
        )
        for each in found
    ]
    return sorted(groups, key=lambda group: (group.name, group.key))


BY = {
    "course": ("course_id", "course__current__title"),
    "organisation": ("organisation_id", "organisation__name"),
    "run": ("run_id", "run__version__title"),
}


def figures(rows: QuerySet[CourseReport], by: str) -> list[rules.Figures]:
    """Return means per course, institution or run, with small numbers and what would tell them left out."""
    return rules.suppress(_groups(rows, *BY[by]))


def figures_of_institution(organisation: Organisation) -> list[rules.Figures]:
    return figures(CourseReport.objects.filter(organisation=organisation), "course")


def seen_by(person: Person, *, now: datetime) -> QuerySet[CourseReport] | None:
    """Return the reports that an officer oversees: all for the nation, else of what is below their office."""
    rows = CourseReport.objects.all()
    if person.is_active and has_role(person, None, *_NATION, now=now):
        return rows
    over = organisations_where(person, *_OVERSEERS, now=now)
    if not person.is_active or not over.exists():
        return None
    return rows.filter(organisation__in=below(over))


def can_moderate(person: Person, *, now: datetime) -> bool:
    """Whether a person decides on flagged words and marks courses: officers of the national institute."""
    return has_role(person, None, Role.NATIONAL_OFFICER, now=now)


def flagged(rows: QuerySet[CourseReport]) -> QuerySet[CourseReport]:
    return (
        rows.filter(state=State.FLAGGED)
        .select_related("run__version", "organisation")
        .order_by("flagged_at", "id")
    )


def open_follow_ups(courses: Iterable[str]) -> dict[str, CourseFollowUp]:
    """Return the open follow-ups by course."""
    rows = CourseFollowUp.objects.filter(course_id__in=list(courses), closed_at=None)
    return {str(row.course_id): row for row in rows}


def totals(rows: QuerySet[CourseReport]) -> dict[str, Any]:
    """Return how many reports there are, answered and flagged."""
    return rows.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        flagged=Count("pk", filter=Q(state=State.FLAGGED)),
    )
