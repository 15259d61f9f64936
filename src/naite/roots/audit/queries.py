"""Reading the log from the side of the people it is about."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from naite.roots.audit.models import AboutPerson, AuditEvent


def about(
    person_id: UUID, *, without_actor: UUID | None = None
) -> "QuerySet[AuditEvent, tuple[UUID, datetime]]":
    """Return the ids (with their times) of all events that handled a person's data, latest first, also as one of several.

    ``without_actor`` leaves out what one person did.
    """
    alone = AuditEvent.objects.filter(data_subject_id=person_id)
    among = AboutPerson.objects.filter(person_id=person_id)
    if without_actor is not None:
        # In helper mode it was somebody else's hand.
        alone = alone.filter(~Q(actor_id=without_actor) | Q(actor_id=None) | Q(role="helper"))
        among = among.filter(~Q(event__actor_id=without_actor) | Q(event__actor_id=None))
    # Two narrow index scans instead of an OR, which would read the whole log.
    return alone.values_list("id", "at").union(among.values_list("event_id", "at")).order_by("-at", "-id")
