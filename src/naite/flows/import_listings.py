"""Applying an upload of listings: small ones at once, large ones by a task in chunks."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from naite.trunk.catalogue import imports
from naite.trunk.catalogue.models import ImportBatch
from naite.trunk.people.models import Person


def apply_import(*, batch_id: UUID, actor: Person | None, now: datetime) -> ImportBatch:
    """Apply an upload (``imports.start``), enqueueing what does not fit into one transaction.

    The task commits with the start, so an upload that is being applied always has somebody to finish it.
    """
    with transaction.atomic():
        batch = imports.start(batch_id=batch_id, actor=actor, now=now)
        if batch.state == ImportBatch.State.APPLYING and batch.done_rows == 0:
            import_listings.enqueue(batch_id=str(batch.pk))
    return batch


@task()
def import_listings(batch_id: str) -> int:
    """Finish an upload and return how many rows are done. Safe to repeat and to kill at any point."""
    done = 0
    for batch in imports.apply_next(batch_id=UUID(batch_id), now=timezone.now()):
        done = batch.done_rows
    return done
