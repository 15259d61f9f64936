"""Regions as search sees them: old codes lead to what stands in their place today (row A22)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from naite.trunk.people.models import Region, RegionChange


@dataclass(frozen=True, slots=True)
class RegionMap:
    """For one day: the regions that are valid, and where each code, also a former one, belongs."""

    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    sidos: tuple[str, ...] = ()
    children: dict[str, tuple[str, ...]] = field(default_factory=dict)
    belongs: dict[str, frozenset[str]] = field(default_factory=dict)
    successors: dict[str, frozenset[str]] = field(default_factory=dict)

    def codes_in(self, code: str) -> frozenset[str]:
        """Return all codes whose listings lie in a region (or in what came after it, if it is a former one).

        A former region that was divided lies in each of its parts, because a source that still uses its
        code does not say in which.
        """
        wanted = self.successors.get(code, frozenset({code}))
        return frozenset(each for each, into in self.belongs.items() if each == code or into & wanted)

    def sido_of(self, code: str) -> str:
        """Return the province in which a region, also a former one, lies today; empty when unknown."""
        for each in sorted(self.successors.get(code, ())):
            return self.parents.get(each) or each
        return ""

    def is_known(self, code: str) -> bool:
        return code in self.names

    def full_name(self, code: str) -> str:
        parent = self.parents.get(code)
        return f"{self.names[parent]} {self.names[code]}" if parent else self.names.get(code, "")


def region_map(today: date) -> RegionMap:
    """Read the regions and their changes: two queries."""
    rows = list(Region.objects.values_list("code", "name", "parent_id", "valid_from", "valid_until"))
    names = {code: name for code, name, *_ in rows}
    parents = {code: parent for code, _name, parent, *_ in rows if parent}
    current = {
        code
        for code, _name, _parent, since, until in rows
        if (since is None or since <= today) and (until is None or today < until)
    }
    after: dict[str, list[str]] = defaultdict(list)
    changes = RegionChange.objects.filter(effective_on__lte=today)
    for old, new in changes.values_list("predecessor_id", "successor_id"):
        after[old].append(new)
    successors = {code: _ends(code, after) for code in names}
    belongs = {
        code: ends | {parents[end] for end in ends if end in parents} for code, ends in successors.items()
    }
    children: dict[str, list[str]] = defaultdict(list)
    for code in sorted(current):
        if code in parents:
            children[parents[code]].append(code)
    return RegionMap(
        names=names,
        parents=parents,
        sidos=tuple(sorted(code for code in current if code not in parents)),
        children={parent: tuple(codes) for parent, codes in children.items()},
        belongs=belongs,
        successors=successors,
    )


def _ends(code: str, after: dict[str, list[str]]) -> frozenset[str]:
    """Follow the changes to where they end; a circle, which no source should hold, ends where it closes."""
    ends: set[str] = set()
    seen = {code}
    open_ends: Iterable[str] = [code]
    while open_ends:
        further: list[str] = []
        for each in open_ends:
            following = [new for new in after.get(each, ()) if new not in seen]
            seen.update(following)
            further += following
            if not following:
                ends.add(each)
        open_ends = further
    return frozenset(ends)
