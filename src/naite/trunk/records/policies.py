"""Who may open an account, and who may write and void its entries. None as a person is the system itself."""

from datetime import datetime
from uuid import UUID

from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.policies import can_run_courses
from naite.trunk.people.standing import Scope, manner
from naite.trunk.records.models import Entry, LearningAccount


def can_open_account(actor: Person | None, person: Person, *, now: datetime) -> bool:
    """Everyone opens their own account; a desk opens that of the person before it."""
    return actor is None or bool(manner(actor, person.pk, scope="account", now=now))


def can_act(actor: Person | None, account: LearningAccount, scope: Scope, *, now: datetime) -> bool:
    """Whether somebody is the owner, or stands in for them in this respect now."""
    return bool(manner(actor, account.person_id, scope=scope, now=now))


def can_see_account(actor: Person | None, account: LearningAccount) -> bool:
    """An account is seen by its owner alone; others see what the owner shares."""
    return actor is not None and actor.is_active and actor.pk == account.person_id


def can_write_entry(
    actor: Person | None,
    account: LearningAccount,
    source: Entry.Source,
    organisation_id: UUID | None,
    *,
    now: datetime,
) -> bool:
    """Learners write their own words into their own account; institutions what was learned with them."""
    if actor is None:
        return source != Entry.Source.LEARNER
    if source == Entry.Source.LEARNER:
        return can_see_account(actor, account)
    organisation = Organisation.objects.filter(pk=organisation_id).first() if organisation_id else None
    return organisation is not None and can_run_courses(actor, organisation, now=now)


def can_void_entry(actor: Person | None, entry: Entry, *, now: datetime) -> bool:
    """Whoever may write an entry may take it back."""
    return actor is None or can_write_entry(
        actor, entry.account, Entry.Source(entry.source), entry.organisation_id, now=now
    )
