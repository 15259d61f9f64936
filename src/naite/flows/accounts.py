"""Opening a learning account, by itself or on an application, and gathering what was completed before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from naite.flows.completion import record
from naite.roots.errors import Refused
from naite.trunk.assessment.models import Completion
from naite.trunk.people.identity import Identity
from naite.trunk.people.models import Person
from naite.trunk.records import services as records
from naite.trunk.records.applications import rules
from naite.trunk.records.applications import services as applications
from naite.trunk.records.models import AccountApplication, LearningAccount
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


def ask_for_account(
    *, person: Person, identity: Identity, note: str, actor: Person, now: datetime
) -> AccountApplication:
    """Apply for an account after the identity step; where nobody has to look, it opens at once.

    Refuses what ``applications.apply`` refuses.
    """
    with transaction.atomic():
        row = applications.apply(person=person, identity=identity, note=note, actor=actor, now=now)
        if not rules.needs_approval(settings.ACCOUNT_APPROVAL, row.level):
            applications.approve(application=row, mark="", actor=None, now=now)
            open_account(person=person, actor=actor, now=now)
    return row


def approve(*, application: AccountApplication, mark: str, actor: Person, now: datetime) -> LearningAccount:
    """Approve an application and open the account. Refuses what ``applications.approve`` refuses."""
    with transaction.atomic():
        applications.approve(application=application, mark=mark, actor=actor, now=now)
        return open_account(person=application.person, actor=None, now=now)


@dataclass(slots=True)
class Approved:
    """What became of many applications: how many accounts opened, and who was refused why."""

    opened: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def approve_many(
    *, chosen: Iterable[tuple[AccountApplication, str]], actor: Person, now: datetime
) -> Approved:
    """Approve applications one by one, each with the mark of what was looked at; a refusal stops none other."""
    result = Approved()
    for application, mark in chosen:
        try:
            approve(application=application, mark=mark, actor=actor, now=now)
        except Refused as refusal:
            result.refused.append((application.person.name, str(refusal)))
        else:
            result.opened += 1
    return result
