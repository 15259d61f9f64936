"""Who may open a wallet: its owner, nobody else."""

from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount


def can_use_wallet(person: Person | None, account: LearningAccount) -> bool:
    return person is not None and person.is_active and account.person_id == person.pk
