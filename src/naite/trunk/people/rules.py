"""Decisions about people and organisations on plain values."""

import re
from datetime import date

from naite.trunk.people.models import Organisation, Role

MINIMUM_AGE = 14


def age_on(birth_date: date, day: date) -> int:
    """Return the age in full years; born on 29 February, a year is full on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def day_from_digits(text: str) -> date | None:
    """Return the day in 19490920 or 1949.9.20, None for what is no day."""
    parts = re.findall(r"\d+", text)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) != 3 or len(parts[0]) != 4:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def birth_date_fault(birth_date: date, today: date) -> str:
    """Return what is wrong with a birth date given at sign-up: "future", "too_old", "too_young" or ""."""
    if birth_date > today:
        return "future"
    age = age_on(birth_date, today)
    if age > 120:
        return "too_old"
    return "too_young" if age < MINIMUM_AGE else ""


Kind = Organisation.Kind

# Facilities under the Lifelong Education Act: what they rest on must be said (평생교육법 제2조제2호).
FACILITIES = frozenset(
    {
        Kind.SCHOOL_ATTACHED,
        Kind.SCHOOL_TYPE,
        Kind.IN_COMPANY_UNIVERSITY,
        Kind.DISTANCE_UNIVERSITY,
        Kind.WORKPLACE_ATTACHED,
        Kind.CIVIL_SOCIETY_ATTACHED,
        Kind.MEDIA_ATTACHED,
        Kind.HUMAN_RESOURCES,
    }
)
_MAY_HAVE_BASIS = FACILITIES | {Kind.HUB, Kind.SCHOOL}
_RUNS_COURSES = frozenset(kind for kind in Kind if kind not in Organisation.OFFICES and kind != Kind.COMPANY)
_ANY = frozenset(Kind)

# In which kinds of organisation a role exists.
ROLE_KINDS: dict[str, frozenset[str]] = {
    Role.MINISTRY_OFFICIAL: frozenset({Kind.MINISTRY}),
    Role.NATIONAL_OFFICER: frozenset({Kind.NATIONAL_INSTITUTE}),
    Role.PROVINCIAL_OFFICER: frozenset({Kind.PROVINCIAL_INSTITUTE}),
    Role.LOCAL_OFFICER: frozenset({Kind.LOCAL_GOVERNMENT}),
    Role.EDUCATION_OFFICER: frozenset({Kind.EDUCATION_OFFICE}),
    Role.INSTITUTION_STAFF: _RUNS_COURSES,
    Role.PROGRAMME_MANAGER: _ANY - {Kind.COMPANY},
    Role.DESK_STAFF: _RUNS_COURSES | {Kind.LOCAL_GOVERNMENT},
    Role.INSTRUCTOR: _ANY - {Kind.COMPANY},
    Role.HUB_OPERATOR: frozenset({Kind.HUB}),
    Role.COMPANY_MENTOR: frozenset({Kind.COMPANY}),
    Role.COUNSELLOR: _ANY - {Kind.COMPANY},
    Role.DEPARTMENT_HEAD: _ANY,
    Role.EMPLOYER: frozenset({Kind.COMPANY}),
    Role.EVALUATOR: frozenset({Kind.NATIONAL_INSTITUTE}),
    Role.COMMITTEE_MEMBER: frozenset({Kind.NATIONAL_INSTITUTE}),
}

_HELPERS = frozenset({Role.PROGRAMME_MANAGER, Role.COUNSELLOR, Role.DEPARTMENT_HEAD})
_COLLEAGUES = _HELPERS | {Role.INSTITUTION_STAFF, Role.INSTRUCTOR, Role.DESK_STAFF}

# Who may bring in whom: into their own organisation, and into those below it.
MAY_INVITE_WITHIN: dict[str, frozenset[str]] = {
    Role.MINISTRY_OFFICIAL: _HELPERS | {Role.MINISTRY_OFFICIAL},
    Role.NATIONAL_OFFICER: _HELPERS
    | {Role.NATIONAL_OFFICER, Role.EVALUATOR, Role.COMMITTEE_MEMBER, Role.INSTRUCTOR},
    Role.PROVINCIAL_OFFICER: _HELPERS | {Role.PROVINCIAL_OFFICER, Role.INSTRUCTOR},
    Role.LOCAL_OFFICER: _COLLEAGUES | {Role.LOCAL_OFFICER},
    Role.EDUCATION_OFFICER: _HELPERS | {Role.EDUCATION_OFFICER},
    Role.INSTITUTION_STAFF: _COLLEAGUES | {Role.HUB_OPERATOR},
    Role.HUB_OPERATOR: _COLLEAGUES | {Role.HUB_OPERATOR},
    Role.PROGRAMME_MANAGER: frozenset({Role.INSTRUCTOR}),
}
MAY_INVITE_BELOW: dict[str, frozenset[str]] = {
    Role.MINISTRY_OFFICIAL: frozenset({Role.NATIONAL_OFFICER, Role.PROVINCIAL_OFFICER}),
    Role.NATIONAL_OFFICER: frozenset({Role.PROVINCIAL_OFFICER, Role.LOCAL_OFFICER}),
    Role.PROVINCIAL_OFFICER: frozenset({Role.LOCAL_OFFICER, Role.INSTITUTION_STAFF}),
    Role.LOCAL_OFFICER: frozenset(
        {Role.INSTITUTION_STAFF, Role.HUB_OPERATOR, Role.EMPLOYER, Role.COMPANY_MENTOR}
    ),
}

_INSTITUTIONS = FACILITIES | {Kind.HUB, Kind.SCHOOL, Kind.COMPANY}
# Who may enter which kinds of organisation below their own.
MAY_FOUND: dict[str, frozenset[str]] = {
    Role.NATIONAL_OFFICER: frozenset({Kind.PROVINCIAL_INSTITUTE, Kind.LOCAL_GOVERNMENT}),
    Role.PROVINCIAL_OFFICER: _INSTITUTIONS | {Kind.LOCAL_GOVERNMENT},
    Role.LOCAL_OFFICER: _INSTITUTIONS,
}

# How far from the ministry an office stands; an organisation is never under one of the same or a lower rank.
_OFFICE_RANK: dict[str, int] = {
    Kind.MINISTRY: 4,
    Kind.NATIONAL_INSTITUTE: 3,
    Kind.PROVINCIAL_INSTITUTE: 2,
    Kind.EDUCATION_OFFICE: 2,
    Kind.LOCAL_GOVERNMENT: 1,
}
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])")


def invitable_roles(held: frozenset[str], kind: str, *, within: bool) -> frozenset[str]:
    """Return the roles that holders of some roles may bring in, of those that exist in a kind."""
    table = MAY_INVITE_WITHIN if within else MAY_INVITE_BELOW
    offered = frozenset(role for mine in held for role in table.get(mine, frozenset()))
    return frozenset(role for role in offered if kind in ROLE_KINDS[role])


def organisation_faults(
    *,
    name: str,
    slug: str,
    kind: str,
    legal_basis: str,
    teaches_school_subjects: bool | None,
    parent_kind: str | None,
) -> dict[str, str]:
    """Return a code for each field of an organisation that cannot be kept.

    "school_subjects" is the one that matters most: a hagwon that tutors school subjects is no lifelong
    education institution (평생교육법 제2조제2호나목).
    """
    faults = {}
    if not name.strip():
        faults["name"] = "empty"
    if not _SLUG.fullmatch(slug):
        faults["slug"] = "shape"
    if kind not in _ANY:
        faults["kind"] = "unknown"
    if kind in FACILITIES and not legal_basis:
        faults["legal_basis"] = "needed"
    elif legal_basis and kind in _ANY - _MAY_HAVE_BASIS:
        faults["legal_basis"] = "out_of_place"
    if legal_basis == Organisation.LegalBasis.VOCATIONAL_HAGWON and teaches_school_subjects is not False:
        faults["teaches_school_subjects"] = (
            "unanswered" if teaches_school_subjects is None else "school_subjects"
        )
    if parent_kind is not None and not _may_stand_under(kind, parent_kind):
        faults["parent"] = "rank"
    return faults


def _may_stand_under(kind: str, parent_kind: str) -> bool:
    if parent_kind == Kind.COMPANY:
        return False
    return _OFFICE_RANK.get(parent_kind, 0) > _OFFICE_RANK.get(kind, 0) or (
        kind not in _OFFICE_RANK and parent_kind not in _OFFICE_RANK
    )
