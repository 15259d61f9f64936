"""Who applies and who decides."""

from datetime import datetime

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import OFFICE_KINDS
from naite.trunk.people.standing import manner
from naite.trunk.records.models import AccountApplication

DECIDERS = (Role.LOCAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.NATIONAL_OFFICER, Role.DESK_STAFF)


def can_apply(actor: Person | None, person: Person, *, now: datetime) -> bool:
    """The person, and the guardian of a child; a desk opens accounts on paper instead."""
    return manner(actor, person.pk, scope="account", now=now) in {"own", "guardian"}


def can_decide_for(actor: Person | None, office: Organisation | None, *, now: datetime) -> bool:
    """Whether somebody decides for an office: its officers and its desk; without an office, the operator."""
    if actor is None or not actor.is_active:
        return False
    if actor.is_operator:
        return True
    return (
        office is not None
        and office.kind in OFFICE_KINDS
        and office.closed_on is None
        and has_role(actor, office, *DECIDERS, now=now)
    )


def can_decide(actor: Person | None, application: AccountApplication, *, now: datetime) -> bool:
    """Nobody decides on their own application, or on one they made for their child."""
    if actor is None or actor.pk in {application.person_id, application.applied_by_id}:
        return False
    return can_decide_for(actor, application.office, now=now)
