"""Reading visits, orders, cancellations and objections."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Prefetch, Q, QuerySet

from naite.branches.oversight import checklist, deadlines
from naite.branches.oversight.models import (
    Cancellation,
    Checklist,
    CorrectionAnswer,
    CorrectionOrder,
    Investigation,
    Objection,
    Photo,
)
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Recognition

M = TypeVar("M", bound=Model)
_COURSE = ("recognition__course__current", "organisation")


def checklist_number() -> int:
    """Return the number of the checklist in use, 0 for the shipped sample."""
    latest = Checklist.objects.order_by("-number").values_list("number", flat=True).first()
    return latest or 0


def checklist_items() -> list[tuple[str, str, str]]:
    """Return the items of the checklist in use."""
    latest = Checklist.objects.order_by("-number").first()
    if latest is None:
        return list(checklist.SAMPLE)
    return [(str(item[0]), str(item[1]), str(item[2])) for item in latest.items]


def correction_due(order: CorrectionOrder) -> date | None:
    """Return the last day to correct with the days under objection; None while one is under way.

    Costs no query where the objections were fetched with the order.
    """
    spans = [
        (each.filed_on, None if each.state == Objection.State.FILED else each.answered_on)
        for each in order.objections.all()
    ]
    return deadlines.correction_end(order.until, spans)


def recognition(recognition_id: UUID) -> Recognition | None:
    return (
        Recognition.objects.filter(pk=recognition_id)
        .select_related("course__current", "course__organisation", "granted_by")
        .first()
    )


def investigations(person: Person, *, only_open: bool) -> QuerySet[Investigation]:
    """Return visits an officer may see, the next first; none about one's own organisations."""
    rows = _not_mine(Investigation.objects.all(), person)
    rows = rows.filter(state__in=Investigation.OPEN) if only_open else rows
    order = ("visit_on", "created_at") if only_open else ("-changed_at",)
    return rows.select_related(*_COURSE, "lead").order_by(*order, "id")


def investigation(investigation_id: UUID) -> Investigation | None:
    return (
        Investigation.objects.filter(pk=investigation_id)
        .select_related(*_COURSE, "recognition__course__organisation", "recognition__granted_by", "lead")
        .first()
    )


def findings_of(row: Investigation) -> list[tuple[object, list[Photo]]]:
    """Return the findings with their photos, in the checklist's order."""
    photos = Prefetch("photos", queryset=Photo.objects.select_related("file").order_by("added_at"))
    return [(each, list(each.photos.all())) for each in row.findings.prefetch_related(photos)]


def photos_of_all(row: Investigation) -> list[Photo]:
    """Return the photos of the whole visit."""
    return list(row.photos.filter(finding=None).select_related("file").order_by("added_at"))


def photo(photo_id: UUID) -> Photo | None:
    return Photo.objects.filter(pk=photo_id).select_related("file", "investigation").first()


def orders(person: Person, *, only_open: bool) -> QuerySet[CorrectionOrder]:
    """Return orders an officer may see, the earliest due first."""
    rows = _not_mine(CorrectionOrder.objects.all(), person)
    rows = rows.filter(state__in=CorrectionOrder.RUNNING) if only_open else rows
    order = ("until",) if only_open else ("-changed_at",)
    return rows.select_related(*_COURSE).prefetch_related("objections").order_by(*order, "id")


def order(order_id: UUID) -> CorrectionOrder | None:
    return (
        CorrectionOrder.objects.filter(pk=order_id)
        .select_related(
            *_COURSE,
            "recognition__course__organisation",
            "recognition__granted_by",
            "decided_by",
            "investigation",
        )
        .prefetch_related("objections")
        .first()
    )


def answers_of(row: CorrectionOrder) -> list[CorrectionAnswer]:
    """Return an order's answers, newest first, with their files."""
    return list(row.answers.select_related("by").prefetch_related("files__file").order_by("-at", "-id"))


def cancellations(person: Person, *, only_open: bool) -> QuerySet[Cancellation]:
    """Return cancellations an officer may see, the earliest due first."""
    rows = _not_mine(Cancellation.objects.all(), person)
    rows = rows.filter(state=Cancellation.State.NOTICED) if only_open else rows
    order = ("opinion_until",) if only_open else ("-changed_at",)
    return rows.select_related(*_COURSE).order_by(*order, "id")


def cancellation(cancellation_id: UUID) -> Cancellation | None:
    return (
        Cancellation.objects.filter(pk=cancellation_id)
        .select_related(
            *_COURSE,
            "recognition__course__organisation",
            "recognition__granted_by",
            "order",
            "investigation",
            "decided_by",
            "noticed_by",
        )
        .first()
    )


def objections(person: Person, *, only_open: bool) -> QuerySet[Objection]:
    """Return objections an officer may see, the earliest due first."""
    rows = _not_mine(Objection.objects.all(), person)
    rows = rows.filter(state=Objection.State.FILED) if only_open else rows
    order = ("due_on",) if only_open else ("-changed_at",)
    return rows.select_related(*_COURSE, "handler", "order", "cancellation").order_by(*order, "id")


def objection(objection_id: UUID) -> Objection | None:
    return (
        Objection.objects.filter(pk=objection_id)
        .select_related(
            *_COURSE,
            "recognition__course__organisation",
            "recognition__granted_by",
            "handler",
            "order",
            "cancellation",
            "filed_by",
        )
        .first()
    )


def objection_against(against: CorrectionOrder | Cancellation) -> Objection | None:
    """Return the objection against an order or a cancellation, if one stands."""
    return against.objections.exclude(state=Objection.State.WITHDRAWN).select_related("handler").first()


def unfulfilled_orders(given: Recognition) -> list[CorrectionOrder]:
    """Return the orders on which a cancellation may rest: not those whose cancellation was reversed."""
    reversed_ones = Cancellation.objects.filter(
        recognition=given, state=Cancellation.State.REVERSED, order__isnull=False
    )
    return list(
        CorrectionOrder.objects.filter(recognition=given, state=CorrectionOrder.State.NOT_FULFILLED)
        .exclude(pk__in=reversed_ones.values("order_id"))
        .order_by("-closed_at")
    )


def cases_of(organisation: Organisation) -> dict[str, list[Model]]:
    """Return what an institution may see of its own cases: reports, orders, cancellations, objections."""
    return {
        "orders": _own(CorrectionOrder.objects.prefetch_related("objections"), organisation),
        "cancellations": _own(Cancellation.objects.all(), organisation),
        "objections": _own(Objection.objects.select_related("order", "cancellation"), organisation),
        "reports": _own(Investigation.objects.filter(state=Investigation.State.REPORTED), organisation),
    }


def _own(rows: QuerySet[M], organisation: Organisation) -> list[Model]:
    return list(
        rows.filter(organisation=organisation)
        .select_related("recognition__course__current")
        .order_by("-changed_at")[:100]
    )


def _not_mine(rows: QuerySet[M], person: Person) -> QuerySet[M]:
    mine = person.roles.filter(valid_until=None).values("organisation_id")
    return rows.exclude(Q(organisation__in=mine))
