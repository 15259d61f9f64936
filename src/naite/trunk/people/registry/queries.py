"""Reading the registry."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from naite.roots.dates import day_of
from naite.trunk.people.models import (
    InstitutionDocument,
    InstitutionEvent,
    InstitutionProposal,
    Organisation,
    Person,
)
from naite.trunk.people.registry import access, documents, rules

PUBLIC_ACTS = ("open", "change", "correct", "close", "merge", "receive", "certify", "uncertify")


def listed(person: Person, *, now: datetime) -> QuerySet[Organisation]:
    """Return the institutions in somebody's reach, with page, region, parent and what waits."""
    waiting = InstitutionProposal.objects.filter(
        organisation=OuterRef("pk"), state=InstitutionProposal.State.SUBMITTED
    )
    return (
        access.seen_by(person, now=now)
        .select_related("registry__office", "region__parent")
        .annotate(waits=Exists(waiting), expiring=Exists(_running_out(day_of(now))))
    )


def _running_out(today: date) -> QuerySet[InstitutionDocument]:
    return InstitutionDocument.objects.filter(
        organisation=OuterRef("pk"),
        version__isnull=False,
        replaced_at=None,
        expires_on__lte=today + documents.REMIND_BEFORE,
    )


def waiting_for(office: Organisation) -> QuerySet[InstitutionProposal]:
    """Return the proposals that an office has to decide, longest waiting first."""
    return (
        InstitutionProposal.objects.filter(office=office, state=InstitutionProposal.State.SUBMITTED)
        .select_related("organisation")
        .order_by("submitted_at", "id")
    )


def current_documents(organisation: Organisation) -> QuerySet[InstitutionDocument]:
    """Return every filed document, the valid versions first."""
    return (
        InstitutionDocument.objects.filter(organisation=organisation, version__isnull=False)
        .select_related("file")
        .order_by("replaced_at", "kind", "-version")
    )


def history(organisation: Organisation) -> QuerySet[InstitutionEvent]:
    """Return an institution's history, newest first."""
    return (
        InstitutionEvent.objects.filter(organisation=organisation)
        .select_related("actor", "office")
        .order_by("-at", "-id")
    )


def public_history(organisation: Organisation) -> list[dict[str, Any]]:
    """Return what everybody may know of the history: days, acts, and changed values without persons."""
    rows = history(organisation).filter(act__in=PUBLIC_ACTS).order_by("-on", "-at", "-id")
    return [
        {
            "on": row.on,
            "act": row.act,
            "values": {field: pair for field, pair in row.values.items() if field in rules.PUBLIC},
        }
        for row in rows
    ]


def public_institutions() -> QuerySet[Organisation]:
    """Return the institutions that have a page in the registry, for everybody; closed ones too."""
    return (
        Organisation.objects.filter(registry__isnull=False)
        .select_related("registry__office", "region__parent")
        .order_by("name", "id")
    )


def counts(rows: QuerySet[Organisation]) -> dict[str, int]:
    """Return how many are open, have no page, wait for a decision, or have a document running out; one query."""
    found = rows.aggregate(
        n_open=Count("pk", filter=Q(closed_on=None), distinct=True),
        n_no_page=Count("pk", filter=Q(closed_on=None, registry=None), distinct=True),
        n_waits=Count("pk", filter=Q(waits=True, closed_on=None), distinct=True),
        n_expiring=Count("pk", filter=Q(expiring=True, closed_on=None), distinct=True),
    )
    return {name.removeprefix("n_"): count for name, count in found.items()}
