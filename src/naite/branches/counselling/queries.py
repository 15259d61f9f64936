"""Reading questions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from naite.branches.counselling import rules
from naite.branches.counselling.models import (
    AnswerTemplate,
    Attachment,
    Handover,
    Message,
    Question,
    QuestionCategory,
    ReplyRule,
)
from naite.branches.counselling.policies import HANDLERS
from naite.roots.dates import day_of
from naite.trunk.people import queries as people
from naite.trunk.people.models import Organisation, Person, Region, RoleAssignment
from naite.trunk.people.queries import OFFICE_KINDS, offices_with, staff_of

SHOW = ("waiting", "mine", "unassigned", "overdue", "answered", "closed", "all")


def categories() -> QuerySet[QuestionCategory]:
    """Return what one may ask about now."""
    return QuestionCategory.objects.filter(retired_at=None)


def offices(*, now: datetime) -> QuerySet[Organisation]:
    """Return the offices that answer questions: open, and with somebody there to do it."""
    return offices_with(HANDLERS, now=now)


def office_in_charge(region: Region | None, *, now: datetime) -> Organisation | None:
    """Return the office that answers people of a region."""
    return people.office_in_charge(region, HANDLERS, now=now)


def clocks() -> list[rules.Clock]:
    return [
        rules.Clock(row.category_id, row.working_days, row.count_first_day, row.remind_days, row.valid_from)
        for row in ReplyRule.objects.all()
    ]


def questions_of(person: Person) -> QuerySet[Question]:
    """Return a person's questions, newest first, drafts included."""
    return (
        Question.objects.filter(person=person)
        .select_related("category", "office")
        .order_by("-created_at", "-id")
    )


def question(question_id: UUID) -> Question | None:
    return (
        Question.objects.filter(pk=question_id)
        .select_related("category", "office", "person", "region__parent", "handler")
        .first()
    )


def thread_for_asker(row: Question) -> list[Message]:
    """Return what the asker may read: what was sent, never internal notes nor drafts."""
    kinds = (Message.Kind.QUESTION, Message.Kind.ANSWER)
    return list(
        row.messages.filter(kind__in=kinds, sent_at__isnull=False)
        .select_related("author", "office")
        .prefetch_related("attachments__file")
        .order_by("sent_at", "id")
    )


def thread_for_staff(row: Question) -> list[Message]:
    """Return all that was sent or noted, oldest first, without drafts."""
    return list(
        row.messages.filter(sent_at__isnull=False)
        .select_related("author", "office")
        .prefetch_related("attachments__file")
        .order_by("sent_at", "id")
    )


def files_of(row: Question) -> list[Attachment]:
    """Return the files of the question itself."""
    found = Attachment.objects.filter(question=row, message=None)
    return list(found.select_related("file").order_by("added_at", "id"))


def draft_of(row: Question, person: Person) -> Message | None:
    return row.messages.filter(author=person, sent_at=None).first()


def handovers(row: Question) -> QuerySet[Handover]:
    return row.handovers.select_related("from_office", "to_office", "by").order_by("at", "id")


def handlers_of(office: Organisation, *, now: datetime) -> list[Person]:
    """Return who answers for an office, each once."""
    held = staff_of(office, now=now).filter(role__in=HANDLERS, person__is_active=True)
    return list({role.person_id: role.person for role in held}.values())


def templates_of(office: Organisation) -> QuerySet[AnswerTemplate]:
    return AnswerTemplate.objects.filter(office=office, retired_at=None).select_related("category")


def _of_office(office: Organisation) -> QuerySet[Question]:
    return Question.objects.filter(office=office).exclude(state=Question.State.DRAFT)


def _filters(person: Person, today: date) -> dict[str, Q]:
    waiting = Q(state__in=Question.WAITING)
    return {
        "waiting": waiting,
        "mine": waiting & Q(handler=person),
        "unassigned": waiting & Q(handler=None),
        "overdue": waiting & Q(due_on__lt=today),
        "answered": Q(state=Question.State.ANSWERED),
        "closed": Q(state=Question.State.CLOSED),
        "all": Q(),
    }


def counts(office: Organisation, person: Person, *, now: datetime) -> dict[str, int]:
    """Return how many questions each filter of the office's list would show, in one query."""
    filters = _filters(person, day_of(now))
    found: dict[str, int] = _of_office(office).aggregate(
        **{name: Count("pk", filter=where or Q(pk__isnull=False)) for name, where in filters.items()}
    )
    return found


def office_list(
    office: Organisation, person: Person, *, show: str, category: str = "", words: str = "", now: datetime
) -> QuerySet[Question]:
    """Return an office's questions under a filter: those that wait by their due day, the rest newest first."""
    rows = _of_office(office).filter(_filters(person, day_of(now))[show])
    if category:
        rows = rows.filter(category_id=category)
    if words:
        rows = rows.filter(title__icontains=words)
    order = (
        ("-received_at", "-id") if show in ("answered", "closed", "all") else ("due_on", "received_at", "id")
    )
    return rows.select_related("category", "handler", "region__parent", "person").order_by(*order)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an office answers: figures without any person."""

    answered: int
    in_time: int
    satisfaction: float | None
    rated: int


def standing(office: Organisation, *, now: datetime, days: int = 90) -> Standing:
    """Return how many questions were answered lately, how many in time, and how content the askers were."""
    rows = _of_office(office).filter(answered_at__gte=now - timedelta(days=days))
    values = list(rows.values_list("answered_at", "due_on", "satisfaction"))
    rated = [grade for _at, _due, grade in values if grade]
    return Standing(
        answered=len(values),
        in_time=sum(bool(at and due and day_of(at) <= due) for at, due, _grade in values),
        satisfaction=sum(rated) / len(rated) if rated else None,
        rated=len(rated),
    )


def to_remind(*, now: datetime) -> QuerySet[Question]:
    """Return the questions whose office is to be reminded today or should have been."""
    return (
        Question.objects.filter(state__in=Question.WAITING, remind_on__lte=day_of(now))
        .select_related("office", "handler", "category")
        .order_by("remind_on")
    )


def offices_of(person: Person, *, now: datetime) -> list[Organisation]:
    """Return the offices for which a person answers questions."""
    held = RoleAssignment.objects.filter(person=person, role__in=HANDLERS, valid_from__lte=now).filter(
        Q(valid_until=None) | Q(valid_until__gt=now)
    )
    rows = Organisation.objects.filter(
        pk__in=held.values("organisation_id"), kind__in=OFFICE_KINDS, closed_on=None
    )
    return list(rows.order_by("name"))


def answers_anywhere(person: Person, *, now: datetime) -> bool:
    return person.is_active and bool(offices_of(person, now=now))
