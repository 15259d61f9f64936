"""Who may send, read and withdraw packages: the account's owner, nobody else.

A recipient needs no account and no right but the link; what the link opens is decided by ``rules.state_of``.
"""

from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount


def can_send_packages(person: Person | None, account: LearningAccount) -> bool:
    return person is not None and person.is_active and account.person_id == person.pk
