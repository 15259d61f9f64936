"""Proposing who reviews which case: even loads, no conflicts, and a reason for every choice. Plain values only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from naite.trunk.recognition.panels.conflicts import Candidate, Case, Obstacle, obstacle


@dataclass(frozen=True, slots=True)
class Chosen:
    """Why this one: how many cases they had before, and whether the field is theirs."""

    id: UUID
    load_before: int
    is_expert: bool


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Why not that one: an obstacle, or only that they had more to do (``load_before`` says how much)."""

    id: UUID
    obstacle: Obstacle | None
    load_before: int


@dataclass
class Proposed:
    """The proposal for one case; ``missing`` says how many evaluators could not be found."""

    case: UUID
    chosen: list[Chosen] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    missing: int = 0


def propose(
    cases: Sequence[Case],
    candidates: Sequence[Candidate],
    *,
    seats: int,
    on: date,
    exclude_own_region: bool,
) -> list[Proposed]:
    """Return for each case, in the order given, who should review it and why.

    The hardest cases come first: those which the fewest may review. Each takes whoever has least to do; among
    equals those whose field it is, then by name, so that the same question gets the same answer.
    """
    barred = {
        case.id: {
            each.id: obstacle(each, case, on=on, exclude_own_region=exclude_own_region) for each in candidates
        }
        for case in cases
    }
    free = {case.id: sum(reason is None for reason in barred[case.id].values()) for case in cases}
    load = {each.id: each.load for each in candidates}
    made: dict[UUID, Proposed] = {}
    for case in sorted(cases, key=lambda each: free[each.id]):
        able = [each for each in candidates if barred[case.id][each.id] is None]
        able.sort(key=lambda each: (load[each.id], not each.is_expert, each.name, str(each.id)))
        taken = able[:seats]
        proposed = made[case.id] = Proposed(case.id, missing=max(0, seats - len(taken)))
        names = {each.id for each in taken}
        for each in candidates:
            if each.id in names:
                proposed.chosen.append(Chosen(each.id, load[each.id], each.is_expert))
            else:
                proposed.passed_over.append(PassedOver(each.id, barred[case.id][each.id], load[each.id]))
        for each in taken:
            load[each.id] += 1
    return [made[case.id] for case in cases]
