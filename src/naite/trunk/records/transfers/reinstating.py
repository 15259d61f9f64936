"""A recognition came back: what its withdrawal set going in the accounts is turned round."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from naite.roots.audit import services as audit
from naite.trunk.records.models import RecognitionSweep, SectionTransfer

State = SectionTransfer.State
Kind = RecognitionSweep.Kind


@transaction.atomic
def begin_again(*, recognition_id: UUID, reason: str, now: datetime) -> RecognitionSweep:
    """Take back proposals that nobody confirmed, and note that the accounts are to be gone through again.

    Entries that had gone back to section 5 are then proposed for section 4 as after a recognition; those that
    never went stay where they are. The withdrawal's own note goes, so that a later one is not taken for done.
    """
    open_ones = SectionTransfer.objects.filter(
        recognition_id=recognition_id,
        direction=SectionTransfer.Direction.DOWN,
        state__in=(State.PROPOSED, State.CONFIRMING),
    ).select_related("account__person")
    taken_back = list(open_ones)
    audit.record_many(
        "records.take_back_transfer",
        [(each, each.account.person_id, {"recognition": str(recognition_id)}) for each in taken_back],
        actor=None,
        now=now,
    )
    open_ones.delete()
    RecognitionSweep.objects.filter(recognition_id=recognition_id, kind=Kind.WITHDRAWN).delete()
    sweep, _new = RecognitionSweep.objects.update_or_create(
        recognition_id=recognition_id,
        kind=Kind.GRANTED,
        defaults={
            "reason": reason[:300],
            "started_at": now,
            "after_account": None,
            "after_entry": None,
            "named": False,
            "done_at": None,
        },
    )
    return sweep
