"""Who may act for somebody else, and in what manner. The question that records and delivery ask."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from naite.trunk.people.models import DeskVisit, Person, Role
from naite.trunk.people.queries import roles_of

Scope = Literal["record", "certificates", "courses", "badges", "account"]
Manner = Literal["", "own", "desk", "representative", "guardian"]


def manner(actor: Person | None, person_id: UUID, *, scope: Scope, now: datetime) -> Manner:
    """Return how somebody may act for a person in one respect now: as themselves, at a desk, or not at all ("").

    At a desk the visit must be on and the role still held, so that a role which ended ends its visits.
    """
    if actor is None or not actor.is_active:
        return ""
    if actor.pk == person_id:
        return "own"
    return "desk" if visit_on(actor, person_id, now=now) is not None else ""


def visit_on(staff: Person, person_id: UUID, *, now: datetime) -> DeskVisit | None:
    """Return the desk visit in which a member of staff serves a person now."""
    visit = (
        DeskVisit.objects.filter(staff=staff, person_id=person_id, began_at__lte=now, ends_at__gt=now)
        .select_related("person", "organisation")
        .order_by("-began_at", "-id")
        .first()
    )
    if visit is None:
        return None
    held = roles_of(staff, now=now).filter(role=Role.DESK_STAFF, organisation=visit.organisation)
    return visit if held.exists() and visit.person.is_active else None
