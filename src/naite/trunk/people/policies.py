"""Who may do what with people, organisations and roles; and the question every other policy asks."""

from datetime import datetime

from django.db.models import Q

from naite.trunk.people import rules
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.people.queries import above, roles_of

# Those who run courses for an organisation: announce, enrol, mark attendance, decide completion.
COURSE_STAFF = (Role.INSTITUTION_STAFF, Role.PROGRAMME_MANAGER, Role.HUB_OPERATOR)


def has_role(person: Person | None, organisation: Organisation | None, *roles: Role, now: datetime) -> bool:
    """Whether a person holds one of the roles in the organisation now (in any, when it is None)."""
    if person is None or not person.is_active:
        return False
    # Asked by every act of every service, so it is one lean query rather than a narrowing of ``roles_of``.
    where = {} if organisation is None else {"organisation": organisation}
    return RoleAssignment.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=now),
        person=person,
        role__in=roles,
        valid_from__lte=now,
        **where,
    ).exists()


def can_run_courses(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person runs courses for an institution that is still open."""
    return organisation.closed_on is None and has_role(person, organisation, *COURSE_STAFF, now=now)


def _held(person: Person, now: datetime) -> list[tuple[str, object]]:
    return [(item.role, item.organisation_id) for item in roles_of(person, now=now)]


def roles_to_invite(person: Person | None, organisation: Organisation, *, now: datetime) -> frozenset[str]:
    """Return the roles that a person may give in an organisation.

    Operators give any; officers in their office and in what is below it; staff only to colleagues. Nobody
    reaches upwards, so nobody can bring themselves into a higher office.
    """
    if person is None or not person.is_active or organisation.closed_on is not None:
        return frozenset()
    if person.is_operator:
        return frozenset(role for role, kinds in rules.ROLE_KINDS.items() if organisation.kind in kinds)
    held = _held(person, now)
    within = frozenset(role for role, where in held if where == organisation.pk)
    over = {item.pk for item in above(organisation)}
    below = frozenset(role for role, where in held if where in over)
    return rules.invitable_roles(within, organisation.kind, within=True) | rules.invitable_roles(
        below, organisation.kind, within=False
    )


def can_see_members(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person may see who works in an organisation: its own people, and officers above it."""
    if person is None or not person.is_active:
        return False
    if person.is_operator:
        return True
    mine = _held(person, now)
    own = {where for role, where in mine if role in rules.MAY_INVITE_WITHIN}
    over = {where for role, where in mine if role in rules.MAY_INVITE_BELOW}
    return organisation.pk in own or bool(over & {item.pk for item in above(organisation)})


def kinds_to_found(person: Person | None, parent: Organisation | None, *, now: datetime) -> frozenset[str]:
    """Return the kinds of organisation that a person may enter under a parent; operators any, anywhere."""
    if person is None or not person.is_active:
        return frozenset()
    if person.is_operator:
        return frozenset(Organisation.Kind)
    if parent is None or parent.closed_on is not None:
        return frozenset()
    chain = {parent.pk, *(item.pk for item in above(parent))}
    return frozenset(
        kind
        for role, where in _held(person, now)
        if where in chain
        for kind in rules.MAY_FOUND.get(role, frozenset())
    )


def can_change_organisation(person: Person | None, organisation: Organisation, *, now: datetime) -> bool:
    """Whether a person may correct an organisation's facts: its own staff, and whoever could enter it."""
    if has_role(person, organisation, Role.INSTITUTION_STAFF, Role.HUB_OPERATOR, now=now):
        return organisation.closed_on is None
    return organisation.kind in kinds_to_found(person, organisation.parent, now=now)
