"""One history of a case for each audience (row A15): application, recognition and oversight together."""

from django.db.models import Q, QuerySet

from naite.trunk.recognition.models import Application, CaseEvent, Recognition

Audience = CaseEvent.Audience
# Whom else's lines each audience reads.
_READS: dict[str, tuple[str, ...]] = {
    Audience.PUBLIC: (Audience.PUBLIC,),
    Audience.PARTIES: (Audience.PUBLIC, Audience.PARTIES),
    Audience.OFFICES: (Audience.PUBLIC, Audience.PARTIES, Audience.OFFICES),
}


def public_events() -> QuerySet[CaseEvent]:
    """Return what the public may read of all recognised courses, oldest first; never a line of a refused case."""
    of_recognised = Q(recognition__isnull=False) | Q(application__recognition__isnull=False)
    return (
        CaseEvent.objects.filter(of_recognised, audience=Audience.PUBLIC)
        .select_related("office", "recognition", "application__recognition")
        .order_by("at", "id")
    )


def events_of(case: Application | Recognition, *, audience: str) -> list[CaseEvent]:
    """Return the lines of a case that an audience may read, oldest first, in one query.

    A case is the application together with the recognition that came of it, from whichever end it is asked.
    """
    if isinstance(case, Application):
        wanted = Q(application=case)
        if case.recognition_id is not None:
            wanted |= Q(recognition=case.recognition_id)
    else:
        wanted = Q(recognition=case) | Q(application__recognition=case)
    return list(
        CaseEvent.objects.filter(wanted, audience__in=_READS[audience])
        .select_related("actor", "office")
        .order_by("at", "id")
    )
