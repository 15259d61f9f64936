"""Reading an account. Every query names the account, so that accounts can be spread over machines."""

from uuid import UUID

from django.db.models import QuerySet

from naite.trunk.people.models import Person
from naite.trunk.records.models import Entry, LearningAccount


def account_of(person: Person) -> LearningAccount | None:
    """Return the open learning account of a person."""
    return LearningAccount.objects.filter(person=person, closed_at=None).first()


def entries_of(account: LearningAccount) -> QuerySet[Entry]:
    """Return the live entries of an account, the latest first."""
    return Entry.objects.filter(account_id=account.pk, voided_at=None).order_by("-completed_on", "-id")


def entry_of(account: LearningAccount, entry_id: UUID) -> Entry | None:
    """Return one entry of an account, voided or not."""
    return Entry.objects.filter(account_id=account.pk, id=entry_id).first()
