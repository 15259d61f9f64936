"""Opening a learning account and gathering what was completed before it was there."""

from datetime import datetime

from django.db import transaction

from naite.flows.completion import record
from naite.trunk.assessment.models import Completion
from naite.trunk.people.models import Person
from naite.trunk.records import services as records
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.uploads import claims


def open_account(*, person: Person, actor: Person | None, now: datetime) -> LearningAccount:
    """Open a person's account and put into it what they have already earned. Safe to repeat.

    That is every completion in Naite, and what institutions handed in for them (``uploads.claims``).
    """
    with transaction.atomic():
        account = records.open_account(person=person, actor=actor, now=now)
        earned = (
            Completion.objects.filter(
                enrolment__person=person, outcome=Completion.Outcome.COMPLETED, superseded_at=None
            )
            .select_related("enrolment__run__version", "enrolment__run__organisation")
            .order_by("completed_on", "id")
        )
        for completion in earned:
            record(completion, now=now)
        claims.gather(account=account, now=now)
    return account
