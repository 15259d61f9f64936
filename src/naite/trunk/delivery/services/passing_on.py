"""What becomes of an institution's runs when it closes or is merged into another."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from naite.roots.audit import services as audit
from naite.trunk.delivery.models import CourseRun
from naite.trunk.delivery.services import running
from naite.trunk.people.models import Organisation, Person


def open_runs(organisation: Organisation, *, now: datetime) -> QuerySet[CourseRun]:
    """Return the runs of an institution that are under way or still to come, with ``begins`` of each.

    What met for the last time is history, whether somebody called it finished or not.
    """
    return (
        CourseRun.objects.filter(organisation=organisation, state=CourseRun.State.OPEN)
        .select_related("version")
        .annotate(begins=Min("sessions__starts_at"), ends=Max("sessions__ends_at"))
        .filter(Q(ends=None) | Q(ends__gt=now))
        .order_by("begins", "id")
    )


@transaction.atomic
def cancel_all(*, organisation: Organisation, reason: str, actor: Person, now: datetime) -> int:
    """Cancel the runs of an institution that closes, which have not begun; everyone in them is told why.

    Whether the actor may close it is the caller's to know. Refuses (``run_begun``) one that has begun. Safe to
    repeat.
    """
    rows = list(open_runs(organisation, now=now))
    for row in rows:
        running.cancel_for_closing(run=row, actor=actor, now=now, reason=reason)
    return len(rows)


@transaction.atomic
def pass_on(*, organisation: Organisation, into: Organisation, actor: Person, now: datetime) -> int:
    """Let the successor go on with the runs of an institution that is merged into it: enrolments, attendance and
    sessions stay as they are, and search names the successor. Safe to repeat."""
    rows = list(open_runs(organisation, now=now))
    for row in rows:
        CourseRun.objects.filter(pk=row.pk).update(organisation=into)
        row.organisation = into
        running.refresh_listing(run=row, now=now)
        audit.record("delivery.pass_on_run", actor=actor, now=now, subject=row, into=into.pk)
    return len(rows)
