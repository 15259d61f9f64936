"""The last class that ended has its 수료증, in the look of its institution."""

from datetime import datetime

from naite.flows.course_certificates import order_certificates
from naite.trunk.assessment.models import Completion
from naite.trunk.records.course_certificates import looks
from naite.trunk.records.course_certificates.batches import Order


def hand_out(*, now: datetime) -> None:
    """Settle the look of the institution that decided last, and order 수료증 for that class; a worker makes them."""
    last = (
        Completion.objects.filter(superseded_at=None, outcome=Completion.Outcome.COMPLETED)
        .select_related("enrolment__run__organisation", "enrolment__run__version", "decided_by")
        .order_by("-completed_on", "-decided_at", "pk")
        .first()
    )
    if last is None or last.decided_by is None:
        return
    run, staff = last.enrolment.run, last.decided_by
    looks.change_look(
        organisation=run.organisation,
        issuer=f"{run.organisation.name}장",
        representative="강마루",
        sentence="",
        seen_version=0,
        actor=staff,
        now=now,
    )
    people = Completion.objects.filter(
        enrolment__run=run, superseded_at=None, outcome=Completion.Outcome.COMPLETED
    )
    order_certificates(
        run=run,
        completion_ids=list(people.values_list("pk", flat=True)),
        order=Order(),
        request_key="demo",
        actor=staff,
        now=now,
    )
