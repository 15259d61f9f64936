"""Who may design, give and take back badges, and keep the keys that sign them."""

from datetime import datetime

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import can_run_courses, has_role
from naite.trunk.people.queries import organisations_where

_SPEAKERS = (
    Role.INSTITUTION_STAFF,
    Role.PROGRAMME_MANAGER,
    Role.HUB_OPERATOR,
    Role.LOCAL_OFFICER,
    Role.EDUCATION_OFFICER,
    Role.PROVINCIAL_OFFICER,
    Role.NATIONAL_OFFICER,
    Role.DEPARTMENT_HEAD,
    Role.EMPLOYER,
)


def can_design(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person designs badges for an institution: those who run its courses."""
    return can_run_courses(person, organisation, now=now)


def can_review_designs(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person reviews what others designed: staff of the reviewing organisation, and operators."""
    return has_role(person, organisation, Role.INSTITUTION_STAFF, now=now) or _is_operator(person)


def can_award(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person gives the institution's badges by hand or from a list: those who run its courses."""
    return can_run_courses(person, organisation, now=now)


def can_take_back(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person revokes or suspends badges of an organisation.

    Operators may too, because the badges of an institution that closed must stay revocable.
    """
    return can_run_courses(person, organisation, now=now) or _is_operator(person)


def can_endorse(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person speaks for an organisation about others' badges: those who work for it, in an office, an
    institution or a company. Not its teachers and mentors, and nobody for a closed one."""
    return organisation.closed_on is None and has_role(person, organisation, *_SPEAKERS, now=now)


def can_make_frameworks(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person makes badge frameworks for an organisation: its own staff, and operators."""
    return _is_operator(person) or (
        organisation.closed_on is None and has_role(person, organisation, Role.INSTITUTION_STAFF, now=now)
    )


def can_map_classes(person: Person | None, owner: Organisation | None, *, now: datetime) -> bool:
    """Whether a person writes how the six official fields lead to a framework's areas: who makes the owner's
    frameworks; for those of no owner, which everybody has, operators and officers of the institutes."""
    if owner is not None:
        return can_make_frameworks(person, owner, now=now)
    return _is_operator(person) or has_role(
        person, None, Role.PROVINCIAL_OFFICER, Role.NATIONAL_OFFICER, now=now
    )


def can_keep_keys(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person rotates or revokes the signing keys of an organisation."""
    return _is_operator(person) or (
        organisation.closed_on is None and has_role(person, organisation, Role.INSTITUTION_STAFF, now=now)
    )


def can_keep_issuer_list(person: Person | None, *, now: datetime) -> bool:
    """Whether a person decides which issuers are trusted: operators, and officers of the national institute."""
    return _is_operator(person) or has_role(person, None, Role.NATIONAL_OFFICER, now=now)


def office_of_issuer_list(person: Person | None, *, now: datetime) -> Organisation | None:
    """The national institute for which a person decides about issuers; None for an operator who holds no office."""
    if person is None:
        return None
    return organisations_where(person, Role.NATIONAL_OFFICER, now=now).first()


def _is_operator(person: Person | None) -> bool:
    return person is not None and person.is_active and person.is_operator
