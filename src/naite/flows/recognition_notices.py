"""Results on their way: to the local governments, to the institutions, and into force."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from naite.flows import recognised_later
from naite.trunk.people.models import Person
from naite.trunk.recognition.letters import batches, sending
from naite.trunk.recognition.models import LocalNotice, NoticeBatch, Recognition, ResultNotice, Round

# So many letters are sent before the page answers; more go out in the background.
AT_ONCE = 20


def send_out(*, round_: Round, actor: Person, now: datetime) -> NoticeBatch:
    """Begin to send a round's results to local governments; the rest is done in the background."""
    with transaction.atomic():
        batch = batches.send_out(round_=round_, actor=actor, now=now)
        distribute_results.enqueue(batch_id=str(batch.pk))
    return batch


@task()
def distribute_results(batch_id: str) -> int:
    """Finish a batch and return how many results it has sent. Safe to repeat and to kill at any point."""
    sent = 0
    for batch in batches.distribute(batch_id=UUID(batch_id), now=timezone.now()):
        sent = batch.sent
    return sent


def notify(*, local: LocalNotice, notice_ids: Collection[UUID] | None, actor: Person, now: datetime) -> int:
    """Tell institutions their results; few letters at once, many in the background. Returns how many."""
    with transaction.atomic():
        count = sending.queue(local=local, notice_ids=notice_ids, actor=actor, now=now)
        if count:
            send_letters.enqueue(local_id=str(local.pk))
    if count and count <= AT_ONCE:
        carry_out(local_id=local.pk, now=now)
    return count


@task()
def send_letters(local_id: str) -> int:
    """Send the letters of a local government that are set to be sent. Safe to repeat and to kill."""
    return carry_out(local_id=UUID(local_id), now=timezone.now())


def carry_out(*, local_id: UUID, now: datetime) -> int:
    """Send what is set to be sent and have the accounts gone through for what took effect; returns how much did."""
    given = 0
    for recognitions in sending.send_queued(local_id=local_id, now=now):
        for recognition in recognitions:
            recognised_later.begin(recognition, now=now)
        given += len(recognitions)
    return given


def enter_receipt(
    *, notice: ResultNotice, received_on: date, actor: Person, now: datetime
) -> Recognition | None:
    """Write down when a letter on paper was received (``sending.enter_receipt``) and let it take effect."""
    with transaction.atomic():
        recognition = sending.enter_receipt(notice=notice, received_on=received_on, actor=actor, now=now)
        if recognition is not None:
            recognised_later.begin(recognition, now=now)
    return recognition
