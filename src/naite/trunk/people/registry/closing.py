"""What becomes of the people and the page of an institution that closes."""

from datetime import date, datetime

from django.db import transaction

from naite.roots.audit import services as audit
from naite.trunk.people.models import InstitutionProposal, Invitation, Organisation, Person, RoleAssignment
from naite.trunk.people.registry import pages
from naite.trunk.people.registry.workflow import WORKFLOW


@transaction.atomic
def settle(
    *,
    organisation: Organisation,
    on: date,
    into: Organisation | None,
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    """End the roles, withdraw the invitations and the open request of a closed institution, and write its history.

    Whether the actor may close it is the caller's to know. Rows stay. Repeating ends nothing twice.
    """
    for role in RoleAssignment.objects.select_for_update().filter(
        organisation=organisation, valid_until=None
    ):
        role.valid_until, role.ended_by = now, actor
        role.save(update_fields=["valid_until", "ended_by"])
        audit.record(
            "people.end_role", actor=actor, now=now, subject=role, about=role.person_id, role=role.role
        )
    Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=now
    )
    for row in organisation.proposals.filter(state__in=InstitutionProposal.OPEN):
        WORKFLOW.move(row, "end")
    pages.note(
        organisation,
        "merge" if into else "close",
        on=on,
        actor=actor,
        reason=reason,
        values={"into": into.name} if into else {},
        now=now,
    )
    if into is not None:
        pages.note(
            into, "receive", on=on, actor=actor, reason=reason, values={"from": organisation.name}, now=now
        )
