"""Gathering what the rules of conflicts need, in a number of queries that does not grow with the rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Role, RoleAssignment
from naite.trunk.recognition.models import (
    Affiliation,
    Application,
    Assignment,
    Challenge,
    ConflictDeclaration,
    DeclaredConflict,
    Evaluator,
    Panel,
    Round,
)
from naite.trunk.recognition.panels.conflicts import Bond, Candidate, Case, Obstacle, obstacle

LONG_AGO = date(1900, 1, 1)


def case_of(application: Application) -> Case:
    """Return an application as the rules see one; needs ``organisation__parent`` at hand."""
    institution = application.organisation
    family = {institution.pk}
    parent = institution.parent
    if parent is not None and parent.kind == Organisation.Kind.LOCAL_GOVERNMENT:
        family.add(parent.pk)
    return Case(application.pk, institution.pk, frozenset(family), institution.region_id or "")


def candidates(evaluators: Sequence[Evaluator], *, round: Round, field: str = "") -> dict[UUID, Candidate]:
    """Return evaluators as the rules see them for a round; needs ``person`` at hand. Six queries."""
    ids = [each.pk for each in evaluators]
    people = {each.person_id: each.pk for each in evaluators}
    bonds: dict[UUID, list[Bond]] = defaultdict(list)
    affiliations = Affiliation.objects.filter(evaluator__in=ids).select_related("organisation")
    for held in affiliations:
        region = held.region_id or (held.organisation.region_id if held.organisation else None) or ""
        bonds[held.evaluator_id].append(Bond(held.valid_from, held.valid_until, held.organisation_id, region))
    roles = (
        RoleAssignment.objects.filter(person__in=people)
        .exclude(role__in=[Role.EVALUATOR, Role.COMMITTEE_MEMBER])
        .select_related("organisation")
    )
    for role in roles:
        bonds[people[role.person_id]].append(
            Bond(
                day_of(role.valid_from),
                day_of(role.valid_until) if role.valid_until else None,
                role.organisation_id,
                role.organisation.region_id or "",
            )
        )
    declared: dict[UUID, set[UUID]] = defaultdict(set)
    done = set(
        ConflictDeclaration.objects.filter(round=round, evaluator__in=ids).values_list(
            "evaluator_id", flat=True
        )
    )
    for evaluator_id, organisation_id in DeclaredConflict.objects.filter(
        declaration__round=round, declaration__evaluator__in=ids
    ).values_list("declaration__evaluator_id", "organisation_id"):
        declared[evaluator_id].add(organisation_id)
    barred: dict[UUID, dict[UUID, Obstacle]] = defaultdict(dict)
    cases: dict[UUID, dict[UUID, Obstacle]] = defaultdict(dict)
    for evaluator_id, application_id in Assignment.objects.filter(
        evaluator__in=ids, application__round=round, state=Assignment.State.REPLACED
    ).values_list("evaluator_id", "application_id"):
        cases[evaluator_id][application_id] = Obstacle.REPLACED
    for filed in Challenge.objects.filter(
        evaluator__in=ids, application__round=round, state__in=[Challenge.State.OPEN, Challenge.State.UPHELD]
    ).select_related("application"):
        why = Obstacle.CHALLENGED if filed.kind == Challenge.Kind.CHALLENGE else Obstacle.RECUSED
        if filed.state == Challenge.State.UPHELD:
            barred[filed.evaluator_id][filed.application.organisation_id] = why
        else:
            cases[filed.evaluator_id][filed.application_id] = why
    loads = dict(
        Assignment.objects.filter(evaluator__in=ids, application__round=round, state__in=Assignment.LIVE)
        .values_list("evaluator_id")
        .annotate(Count("pk"))
    )
    return {
        each.pk: Candidate(
            id=each.pk,
            name=each.person.name,
            load=loads.get(each.pk, 0),
            is_expert=field in each.fields,
            is_available=each.is_available,
            has_declared=each.pk in done,
            bonds=tuple(bonds[each.pk]),
            declared=frozenset(declared[each.pk]),
            barred=barred[each.pk],
            barred_cases=cases[each.pk],
        )
        for each in evaluators
    }


def members(panel: Panel) -> list[Evaluator]:
    """Return who sits in a panel now, the chair first."""
    seats = (
        panel.members.filter(left_at=None)
        .select_related("evaluator__person", "evaluator__institute")
        .order_by("-is_chair", "evaluator__person__name", "pk")
    )
    return [seat.evaluator for seat in seats]


def still_members_of_pool(evaluators: Iterable[Evaluator], *, institute: Organisation, on: date) -> set[UUID]:
    """Return the persons among them who hold the evaluator's role in the institute on a day."""
    people = [each.person_id for each in evaluators]
    held = RoleAssignment.objects.filter(
        person__in=people, organisation=institute, role=Role.EVALUATOR, valid_from__date__lte=on
    ).filter(Q(valid_until=None) | Q(valid_until__date__gt=on))
    return set(held.values_list("person_id", flat=True))


def obstacles(
    evaluators: Sequence[Evaluator], applications: Sequence[Application], *, round: Round, on: date
) -> dict[tuple[UUID, UUID], Obstacle]:
    """Return for pairs (evaluator, application) why not, as far as there is a reason."""
    known = candidates(evaluators, round=round)
    found = {}
    for application in applications:
        case = case_of(application)
        for key, candidate in known.items():
            why = obstacle(candidate, case, on=on, exclude_own_region=round.exclude_own_region)
            if why is not None:
                found[key, application.pk] = why
    return found
