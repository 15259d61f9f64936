"""Reading roles and regions."""

from datetime import datetime

from django.db.models import Q, QuerySet

from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment


def roles_of(person: Person, *, now: datetime) -> QuerySet[RoleAssignment]:
    """Return the roles a person holds now, with their organisations, oldest first."""
    return (
        RoleAssignment.objects.filter(person=person, valid_from__lte=now)
        .filter(Q(valid_until=None) | Q(valid_until__gt=now))
        .select_related("organisation")
        .order_by("valid_from", "id")
    )


def staff_of(organisation: Organisation, *, now: datetime) -> QuerySet[RoleAssignment]:
    """Return who holds which role in an organisation now, with the persons."""
    return (
        RoleAssignment.objects.filter(organisation=organisation, valid_from__lte=now)
        .filter(Q(valid_until=None) | Q(valid_until__gt=now))
        .select_related("person")
        .order_by("person__name", "id")
    )


def organisations_where(person: Person, *roles: Role, now: datetime) -> QuerySet[Organisation]:
    """Return the organisations in which a person holds one of the roles now."""
    held = roles_of(person, now=now).filter(role__in=roles)
    return Organisation.objects.filter(pk__in=held.values("organisation_id"))
