"""Results on their way in the demo: to the local governments, from them to the institutions, and received."""

from datetime import datetime, timedelta

from naite.flows import recognition_notices as notices
from naite.roots.dates import day_of
from naite.trunk.people.models import Person
from naite.trunk.recognition.letters import batches
from naite.trunk.recognition.models import NoticeBatch, ResultNotice, Round


def send(of: Round, *, actor: Person, now: datetime) -> NoticeBatch:
    """Send a round's new results to the local governments."""
    batch = batches.send_out(round_=of, actor=actor, now=now)
    for _batch in batches.distribute(batch_id=batch.pk, now=now):
        pass
    return batch


def notify(batch: NoticeBatch, office: str, *, actor: Person, now: datetime) -> None:
    """Let an office tell its institutions; who gets letters on paper receives them two days later."""
    local = batch.locals.select_related("office").get(office__slug=office)
    notices.notify(local=local, notice_ids=None, actor=actor, now=now)
    for notice in local.letters.filter(state=ResultNotice.State.SENT):
        notices.enter_receipt(
            notice=notice,
            received_on=day_of(now + timedelta(days=2)),
            actor=actor,
            now=now + timedelta(days=3),
        )


def tell_all(of: Round, officials: dict[str, Person], *, actor: Person, now: datetime) -> None:
    """Send a round's new results, and let every office tell its institutions within four days."""
    batch = send(of, actor=actor, now=now)
    offices = batch.locals.order_by("office__slug").values_list("office__slug", flat=True)
    for nth, office in enumerate(offices):
        notify(batch, office, actor=officials[office], now=now + timedelta(days=1 + nth % 4))
