"""수료증 for a class: ordered by staff, made by a task."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Person
from naite.trunk.records.course_certificates import batches
from naite.trunk.records.course_certificates.batches import Order
from naite.trunk.records.models import CertificateBatch


def order_certificates(
    *,
    run: CourseRun,
    completion_ids: Collection[UUID],
    order: Order,
    request_key: str,
    actor: Person | None,
    now: datetime,
) -> CertificateBatch:
    """Order a batch (``batches.start``) together with the task that makes it. Safe to repeat."""
    with transaction.atomic():
        known = CertificateBatch.objects.filter(run=run, request_key=request_key).exists()
        batch = batches.start(
            run=run,
            completion_ids=completion_ids,
            order=order,
            request_key=request_key,
            actor=actor,
            now=now,
        )
        if not known:
            make_certificates.enqueue(batch_id=str(batch.pk))
    return batch


@task()
def make_certificates(batch_id: str) -> int:
    """Make a batch and return how many documents it has. Safe to repeat and to kill at any point."""
    done = 0
    for made in batches.make_next(batch_id=UUID(batch_id), now=timezone.now()):
        done = made
    return done
