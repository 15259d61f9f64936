"""Who may open an account, and who may write and void its entries. None as a person is the system itself."""

from datetime import datetime
from uuid import UUID

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import COURSE_STAFF, can_run_courses, has_role
from naite.trunk.people.standing import Scope, manner
from naite.trunk.records.models import ConfirmationRequest, Entry, LearningAccount

_Kind = Organisation.Kind
# Who answers for an office; every other body is answered for by those who run its courses.
_ANSWER_FOR: dict[str, tuple[Role, ...]] = {
    _Kind.EDUCATION_OFFICE: (Role.EDUCATION_OFFICER,),
    _Kind.LOCAL_GOVERNMENT: (*COURSE_STAFF, Role.LOCAL_OFFICER),
    _Kind.PROVINCIAL_INSTITUTE: (Role.PROVINCIAL_OFFICER,),
    _Kind.NATIONAL_INSTITUTE: (Role.NATIONAL_OFFICER,),
}


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


def roles_by_kind() -> dict[str, tuple[Role, ...]]:
    """The kinds of organisation that are answered for by roles of their own."""
    return _ANSWER_FOR


def roles_that_answer(organisation: Organisation) -> tuple[Role, ...]:
    """The roles whose holders answer an organisation's requests for confirmation."""
    return _ANSWER_FOR.get(organisation.kind, COURSE_STAFF)


def can_answer(actor: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether somebody answers for an organisation that is open."""
    return organisation.closed_on is None and has_role(
        actor, organisation, *roles_that_answer(organisation), now=now
    )


def can_see_evidence(
    actor: Person | None, account: LearningAccount, entry_id: UUID, *, now: datetime
) -> bool:
    """The papers of an entry are seen by whoever sees the account, and while a question waits by those asked."""
    if can_act(actor, account, "record", now=now):
        return True
    waiting = (
        ConfirmationRequest.objects.filter(
            account_id=account.pk, entry_id=entry_id, state=ConfirmationRequest.State.WAITING
        )
        .select_related("organisation")
        .first()
    )
    return waiting is not None and can_answer(actor, waiting.organisation, now=now)
