"""Who may act for somebody else, and in what manner. The question that records and delivery ask."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from naite.trunk.people.models import DeskVisit, Person, Representation, Role
from naite.trunk.people.queries import roles_of

Scope = Literal["record", "certificates", "courses", "badges", "account"]
Manner = Literal["", "own", "desk", "representative", "guardian"]


def manner(actor: Person | None, person_id: UUID, *, scope: Scope, now: datetime) -> Manner:
    """Return how somebody may act for a person in one respect now: as themselves, at a desk, or not at all ("").

    At a desk the visit must be on and the role still held, so that a role which ended ends its visits. A
    representative needs the scope; nobody but the person and a guardian reaches the account itself.
    """
    if actor is None or not actor.is_active:
        return ""
    if actor.pk == person_id:
        return "own"
    held = represents(actor, person_id, now=now)
    if held is not None and held.kind == Representation.Kind.GUARDIAN:
        return "guardian"
    if held is not None and _covers(held, scope):
        return "representative"
    return "desk" if visit_on(actor, person_id, now=now) is not None else ""


def _covers(held: Representation, scope: Scope) -> bool:
    return {
        "record": bool(held.sections),
        "certificates": held.certificates,
        "courses": held.courses,
        "badges": held.badges,
        "account": False,
    }[scope]


def represents(actor: Person, person_id: UUID, *, now: datetime) -> Representation | None:
    """Return what lets somebody act for a person now, if anything does."""
    return (
        Representation.objects.filter(
            representative=actor,
            principal_id=person_id,
            principal__is_active=True,
            accepted_at__lte=now,
            ended_at=None,
            valid_until__gt=now,
        )
        .select_related("principal")
        .first()
    )


def sections_seen(actor: Person | None, person_id: UUID, *, now: datetime) -> frozenset[int] | None:
    """Return the sections of a record that somebody may see; None means all of them."""
    if actor is None or actor.pk == person_id:
        return None
    held = represents(actor, person_id, now=now)
    if held is not None and held.kind == Representation.Kind.REPRESENTATIVE:
        return frozenset(held.sections)
    return None if manner(actor, person_id, scope="record", now=now) else frozenset()


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
