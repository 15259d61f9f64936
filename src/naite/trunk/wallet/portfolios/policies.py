"""Who may compose and show portfolios: the account's owner, nobody else.

Whoever opens a link needs no account; what the link shows is decided by ``rules.link_state`` and its gate.
"""

from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount


def can_compose(person: Person | None, account: LearningAccount) -> bool:
    return person is not None and person.is_active and account.person_id == person.pk
