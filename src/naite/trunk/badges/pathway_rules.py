"""Pathways (경로형): which badges lead to a further one, and how far somebody has come; pure decisions (row B10).

A pathway has levels; a level asks for all of its required steps and for so many of its elective ones. A step is
met by one badge: one of those it names, or any issuer's that is aligned to the standard it names. A badge meets
one step only, so who has come how far is a flow from badges through steps to what the levels ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

MAX_LEVELS, MAX_STEPS = 4, 24
NAME_LENGTH = 60
Code = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One badge on the way: named, or any that is aligned to the standard (kind, code)."""

    key: str
    title: str
    achievement: UUID | None = None
    alignment: Code | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A stretch of the way: all required steps and ``need`` of the elective ones."""

    name: str
    steps: tuple[Step, ...]
    need: int = 0

    @property
    def required(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.required)

    @property
    def elective(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.required)

    @property
    def demand(self) -> int:
        return len(self.required) + self.need


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """The whole way. With ``within_days`` the badges that count lie no further apart."""

    levels: tuple[Level, ...]
    within_days: int | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for level in self.levels for step in level.steps)

    @property
    def demand(self) -> int:
        return sum(level.demand for level in self.levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A badge that somebody holds and that counts: valid, and not past its end."""

    key: str
    achievement: UUID | None = None
    alignments: frozenset[Code] = frozenset()
    on: date


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody has come: which badge met which step, and how much of what is asked is met."""

    met: Mapping[str, str]
    reached: int
    demand: int

    @property
    def fulfilled(self) -> bool:
        return self.demand > 0 and self.reached == self.demand

    @property
    def missing(self) -> int:
        return self.demand - self.reached


def position(pathway: Pathway, badges: Iterable[Held]) -> Position:
    """Return the best position that the badges allow, whatever their order.

    With a time limit, the best within any stretch of that many days.
    """
    held = sorted(badges, key=lambda badge: (badge.on, badge.key))
    if pathway.within_days is None:
        return _flow(pathway, held)
    best = Position({}, 0, pathway.demand)
    for start in sorted({badge.on for badge in held}):
        until = start + timedelta(days=pathway.within_days)
        found = _flow(pathway, [badge for badge in held if start <= badge.on <= until])
        if found.reached > best.reached:
            best = found
    return best


def meets(badge: Held, step: Step) -> bool:
    """Whether a badge can meet a step."""
    if step.achievement is not None:
        return badge.achievement == step.achievement
    return step.alignment is not None and step.alignment in badge.alignments


def _flow(pathway: Pathway, held: Sequence[Held]) -> Position:
    """The largest flow badge → step → what a level asks, by augmenting paths (Ford and Fulkerson).

    A required step counts by itself; of a level's elective steps at most ``need`` count, whichever they are.
    """
    room: dict[_Node, dict[_Node, int]] = {}

    def edge(tail: _Node, head: _Node, capacity: int) -> None:
        room.setdefault(tail, {})[head] = capacity
        room.setdefault(head, {}).setdefault(tail, 0)

    for at, level in enumerate(pathway.levels):
        for step in level.steps:
            fitting = [badge for badge in held if meets(badge, step)]
            for badge in fitting:
                edge(_SOURCE, ("badge", badge.key), 1)
                edge(("badge", badge.key), ("step", step.key), 1)
            if fitting:
                edge(("step", step.key), _SINK if step.required else ("level", str(at)), 1)
        edge(("level", str(at)), _SINK, level.need)
    reached = 0
    while _augment(room, _SOURCE, set()):
        reached += 1
    met = {
        step.key: badge.key
        for step in pathway.steps
        for badge in held
        if room.get(("step", step.key), {}).get(("badge", badge.key))
    }
    return Position(met, reached, pathway.demand)


_Node = tuple[str, str]
_SOURCE: _Node = ("source", "")
_SINK: _Node = ("sink", "")


def _augment(room: dict[_Node, dict[_Node, int]], node: _Node, seen: set[_Node]) -> bool:
    """Push one unit from a node to the sink if there is a way."""
    if node == _SINK:
        return True
    seen.add(node)
    for head, capacity in room.get(node, {}).items():
        if capacity and head not in seen and _augment(room, head, seen):
            room[node][head] -= 1
            room[head][node] += 1
            return True
    return False


def problems(pathway: Pathway) -> list[str]:
    """Return what keeps a pathway from being published, in words; empty when nothing does."""
    found = []
    named = [step.achievement for step in pathway.steps if step.achievement is not None]
    if not pathway.levels or not pathway.steps:
        return [_("걸음이 없습니다. 배지를 두 개 이상 넣어 주세요.")]
    if len(set(named)) < 2:
        found.append(_("경로형은 서로 다른 배지 두 개 이상을 이어야 합니다."))
    if len(named) != len(set(named)):
        found.append(_("같은 배지가 두 번 들어 있습니다. 한 번만 넣어 주세요."))
    if len(pathway.steps) > MAX_STEPS:
        found.append(_("걸음은 %(most)d개까지 넣을 수 있습니다.") % {"most": MAX_STEPS})
    for level in pathway.levels:
        if not level.steps:
            found.append(_("‘%(level)s’에 배지가 없습니다.") % {"level": level.name})
        elif level.need > len(level.elective):
            found.append(
                _("‘%(level)s’에서 고르는 배지가 %(have)d개뿐이라 %(need)d개를 채울 수 없습니다.")
                % {"level": level.name, "have": len(level.elective), "need": level.need}
            )
        elif level.elective and level.need == 0:
            found.append(
                _("‘%(level)s’에서 고르는 배지 가운데 몇 개를 받아야 하는지 적어 주세요.")
                % {"level": level.name}
            )
    if pathway.within_days is not None and not 1 <= pathway.within_days <= 3660:
        found.append(_("기한은 1일에서 3,660일까지 적을 수 있습니다."))
    return found


def as_data(pathway: Pathway) -> dict[str, Any]:
    """The pathway as JSON that ``from_data`` reads back."""
    return {
        "within_days": pathway.within_days,
        "levels": [
            {
                "name": level.name,
                "need": level.need,
                "steps": [
                    {
                        "key": step.key,
                        "title": step.title,
                        "achievement": str(step.achievement) if step.achievement else None,
                        "alignment": list(step.alignment) if step.alignment else None,
                        "required": step.required,
                    }
                    for step in level.steps
                ],
            }
            for level in pathway.levels
        ],
    }


def from_data(data: Mapping[str, Any]) -> Pathway:
    """The inverse of ``as_data``."""
    return Pathway(
        within_days=data.get("within_days"),
        levels=tuple(
            Level(
                name=level["name"],
                need=level["need"],
                steps=tuple(
                    Step(
                        key=step["key"],
                        title=step["title"],
                        achievement=UUID(step["achievement"]) if step.get("achievement") else None,
                        alignment=tuple(step["alignment"]) if step.get("alignment") else None,
                        required=step["required"],
                    )
                    for step in level["steps"]
                ),
            )
            for level in data.get("levels", [])
        ),
    )
