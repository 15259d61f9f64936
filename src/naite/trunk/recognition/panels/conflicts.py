"""Who must not review which case (제척·기피·회피), on plain values.

Stated rules:

- 제척, own institution: a role or an affiliation with the applying institution or with the local government it
  stands under, now or within two years before (``COOLING_YEARS``), and what the evaluator declared for the round.
- 제척, own region: only where the round says so; the municipality of an affiliation in force.
- 기피 and 회피: bar the evaluator from the institution for the whole round once they are upheld, and from the one
  case while they wait for a decision.
- Nobody reviews before having handed in the declaration for the round.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from naite.trunk.recognition.rules import years_after

COOLING_YEARS = 2


class Obstacle(StrEnum):
    """Why somebody cannot be given a case, the weightiest first."""

    OWN_INSTITUTION = "own_institution"
    OWN_REGION = "own_region"
    DECLARED = "declared"
    CHALLENGED = "challenged"
    RECUSED = "recused"
    REPLACED = "replaced"
    UNDECLARED = "undeclared"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Bond:
    """What binds an evaluator to an organisation or a region; ``until`` is exclusive."""

    since: date
    until: date | None
    organisation: UUID | None = None
    region: str = ""


@dataclass(frozen=True)
class Candidate:
    """An evaluator as the rules see one."""

    id: UUID
    name: str
    load: int = 0
    is_expert: bool = False
    is_available: bool = True
    has_declared: bool = True
    bonds: tuple[Bond, ...] = ()
    declared: frozenset[UUID] = frozenset()
    barred: dict[UUID, Obstacle] = field(default_factory=dict)
    barred_cases: dict[UUID, Obstacle] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """An application as the rules see one: ``family`` is the institution with the local government above it."""

    id: UUID
    institution: UUID
    family: frozenset[UUID]
    region: str = ""


def binds(bond: Bond, on: date, *, cooling: bool) -> bool:
    """Whether a bond counts on a day: it holds then, or it ended less than two years before."""
    if bond.since > on:
        return False
    if bond.until is None or on < bond.until:
        return True
    return cooling and on < years_after(bond.until, COOLING_YEARS)


def obstacle(candidate: Candidate, case: Case, *, on: date, exclude_own_region: bool) -> Obstacle | None:
    """Return the weightiest reason why this evaluator must not review this case, or None."""
    if any(bond.organisation in case.family and binds(bond, on, cooling=True) for bond in candidate.bonds):
        return Obstacle.OWN_INSTITUTION
    if exclude_own_region and any(
        bond.region == case.region != "" and binds(bond, on, cooling=False) for bond in candidate.bonds
    ):
        return Obstacle.OWN_REGION
    if case.institution in candidate.declared:
        return Obstacle.DECLARED
    barred = candidate.barred.get(case.institution) or candidate.barred_cases.get(case.id)
    if barred is not None:
        return barred
    if not candidate.has_declared:
        return Obstacle.UNDECLARED
    return None if candidate.is_available else Obstacle.UNAVAILABLE
