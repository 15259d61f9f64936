"""Who may make plans, and who may read one."""

from datetime import datetime

from naite.branches.design.models import Plan
from naite.trunk.people.models import Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.records.models import LearningAccount

READERS = (Role.COUNSELLOR, Role.LOCAL_OFFICER)


def can_plan(person: Person | None, account: LearningAccount) -> bool:
    """A plan is made and changed by the account's owner alone."""
    return person is not None and person.is_active and account.person_id == person.pk


def can_read_shared(person: Person | None, plan: Plan, *, now: datetime) -> bool:
    """Counsellors and local officers of the organisation with which the owner shares a plan may read it."""
    if plan.shared_with_id is None or plan.dropped_at is not None:
        return False
    return has_role(person, plan.shared_with, *READERS, now=now)
