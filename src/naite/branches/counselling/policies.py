"""Who may do what with private questions. Institutions that run courses never see them."""

from datetime import datetime

from naite.branches.counselling.models import Question
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import OFFICE_KINDS, organisations_where

Kind = Organisation.Kind
HANDLERS = (Role.LOCAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.NATIONAL_OFFICER, Role.COUNSELLOR)


def can_handle_for(person: Person | None, office: Organisation | None, *, now: datetime) -> bool:
    """Whether a person answers questions for an office: its officers and counsellors."""
    return (
        office is not None
        and office.kind in OFFICE_KINDS
        and office.closed_on is None
        and has_role(person, office, *HANDLERS, now=now)
    )


def is_asker(person: Person | None, question: Question) -> bool:
    return person is not None and person.is_active and question.person_id == person.pk


def can_handle(person: Person | None, question: Question, *, now: datetime) -> bool:
    """Whether a person may read and answer a question: handlers of its office, never one's own question.

    Whoever gave it to another office does not see it any more.
    """
    if person is None or question.state == Question.State.DRAFT or is_asker(person, question):
        return False
    return can_handle_for(person, question.office, now=now)


def can_edit_help(person: Person | None, *, now: datetime) -> bool:
    """Whether a person writes questions asked often and guidance pages: operators and the national institute."""
    if person is None or not person.is_active:
        return False
    if person.is_operator or has_role(person, None, Role.NATIONAL_OFFICER, now=now):
        return True
    counsels = organisations_where(person, Role.COUNSELLOR, now=now)
    return counsels.filter(kind=Kind.NATIONAL_INSTITUTE).exists()
