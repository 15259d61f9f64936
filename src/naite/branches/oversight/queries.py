"""Reading cases of oversight."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from naite.branches.oversight.models import (
    Complaint,
    ComplaintEvent,
    ComplaintFile,
    ComplaintMessage,
)
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition import queries as recognition
from naite.trunk.recognition.models import Recognition

Kind = ComplaintMessage.Kind
SHOW = ("waiting", "mine", "unassigned", "overdue", "ended", "all")


def institute() -> Organisation | None:
    """Return the national institute, which takes complaints and oversees recognitions."""
    return (
        Organisation.objects.filter(kind=Organisation.Kind.NATIONAL_INSTITUTE, closed_on=None)
        .order_by("created_at", "id")
        .first()
    )


def recognition_of(course: Course, *, on: date) -> Recognition | None:
    """Return the recognition of a course that a case of today is about: the one in force, else the latest."""
    in_force = recognition.of_courses([course.pk], on=on).get(course.pk)
    return in_force or recognition.history(course.pk).first()


def courses_found(words: str, *, limit: int = 20) -> list[Course]:
    """Return published courses by words of their title or institution, in one query."""
    rows = Course.objects.filter(retired_at=None, current__isnull=False)
    for word in words.split()[:5]:
        rows = rows.filter(Q(current__title__icontains=word) | Q(organisation__name__icontains=word))
    found = rows.select_related("current", "organisation").order_by("current__title", "id")
    return list(found[:limit]) if words.split() else []


def course(course_id: UUID) -> Course | None:
    return (
        Course.objects.filter(pk=course_id, current__isnull=False)
        .select_related("current", "organisation")
        .first()
    )


def complaint(complaint_id: UUID) -> Complaint | None:
    return (
        Complaint.objects.filter(pk=complaint_id)
        .select_related(
            "course__current",
            "organisation",
            "recognition",
            "handler",
            "office",
            "merged_into",
            "investigation",
        )
        .first()
    )


def complaints(person: Person, *, show: str, words: str, today: date) -> QuerySet[Complaint]:
    """Return complaints by what is to be done, the earliest due first; none about one's own organisations."""
    rows = _complaints_for(person).filter(_shown(show, person, today))
    if words:
        rows = rows.filter(
            Q(number__icontains=words)
            | Q(place__icontains=words)
            | Q(organisation__name__icontains=words)
            | Q(course__current__title__icontains=words)
        )
    order = ("-ended_at", "-received_at") if show in ("ended", "all") else ("due_on", "received_at")
    return rows.select_related("course__current", "organisation", "handler").order_by(*order, "id")


def complaint_counts(person: Person, *, today: date) -> dict[str, int]:
    """Return how many complaints each list of ``SHOW`` holds, in one query."""
    made: dict[str, Any] = {name: Count("pk", filter=_shown(name, person, today)) for name in SHOW}
    return _complaints_for(person).aggregate(**made)


def _complaints_for(person: Person) -> QuerySet[Complaint]:
    mine = person.roles.filter(valid_until=None).values("organisation_id")
    return Complaint.objects.exclude(Q(organisation__in=mine) & Q(organisation__isnull=False))


def _shown(show: str, person: Person, today: date) -> Q:
    waiting = Q(state__in=Complaint.WAITING)
    return {
        "waiting": waiting,
        "mine": waiting & Q(handler=person),
        "unassigned": waiting & Q(handler=None),
        "overdue": waiting & Q(due_on__lt=today),
        "ended": ~waiting,
        "all": Q(),
    }[show]


def same_institution(row: Complaint, *, limit: int = 5) -> list[Complaint]:
    """Return other complaints under way about the same institution, to which one may be merged."""
    if row.organisation_id is None:
        return []
    return list(
        Complaint.objects.filter(organisation=row.organisation_id, state__in=Complaint.WAITING)
        .exclude(pk=row.pk)
        .select_related("course__current")
        .order_by("received_at")[:limit]
    )


def talk(row: Complaint, *, for_complainant: bool) -> list[ComplaintMessage]:
    """Return what was said, oldest first; notes are for officers."""
    kinds = (Kind.REPLY, Kind.ANSWER) if for_complainant else tuple(Kind)
    return list(
        row.messages.filter(kind__in=kinds)
        .select_related("author")
        .prefetch_related("files__file")
        .order_by("at", "id")
    )


def files_of(row: Complaint) -> list[ComplaintFile]:
    """Return the files of the complaint itself."""
    return list(row.files.filter(message=None).select_related("file").order_by("added_at", "id"))


def file_of(file_id: UUID) -> ComplaintFile | None:
    return ComplaintFile.objects.filter(pk=file_id).select_related("file", "complaint").first()


def complaint_events(row: Complaint, *, for_complainant: bool) -> list[ComplaintEvent]:
    """Return a complaint's history, newest first."""
    rows = row.events.filter(shown=True) if for_complainant else row.events.all()
    return list(rows.select_related("actor").order_by(F("at").desc(), F("id").desc()))


def officers(office: Organisation, *, now: datetime) -> list[Person]:
    """Return who can be given a case."""
    return sorted(
        {held.person for held in staff_of(office, now=now) if held.role == Role.NATIONAL_OFFICER},
        key=lambda person: person.name,
    )
