"""The facts behind a learner's rings: the picture, the year card and the table all read these."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naite.roots.drawing.badges import draw_badge
from naite.roots.drawing.close_up import draw_year
from naite.roots.drawing.labels import plain_hours
from naite.roots.drawing.layout import Ring, RingEntry
from naite.roots.drawing.palette import ALL_AREAS, BADGE_TYPES, GOLDEN_TYPES, UNSORTED
from naite.roots.drawing.rings import AxisText, Mode, draw_rings
from naite.trunk.badges.models import Award
from naite.trunk.records import queries
from naite.trunk.records.models import Entry, LearningAccount
from naite.web.learner import words

# Style sheets call the areas by short names.
AREA_CLASSES = {
    "self_growth": "a-self",
    "career": "a-career",
    "civic": "a-civic",
    "practical_literacy": "a-literacy",
    "unsorted": "a-unsorted",
}

_ON_CARD = 6


@dataclass(frozen=True, slots=True)
class Learnt:
    """One entry with the type of the badge it brought, empty where there is none."""

    entry: Entry
    badge_type: str

    @property
    def area_code(self) -> str:
        return self.entry.area or UNSORTED.code

    @property
    def area_class(self) -> str:
        return AREA_CLASSES[self.area_code]

    @property
    def area_name(self) -> str | Promise:
        return words.AREA_NAMES[self.area_code]

    @property
    def hours(self) -> str:
        return plain_hours(self.entry.hours)

    @property
    def score(self) -> str:
        return plain_hours(self.entry.score) if self.entry.score is not None else ""

    @property
    def art(self) -> SafeString:
        """The badge as a small picture with a name, empty where there is none."""
        kind = known_type(self.badge_type)
        if kind is None:
            return SafeString("")
        label = words.badge_label(self.badge_type, self.area_code)
        return mark_safe(draw_badge(kind, self.entry.area or None, label=label, ribbon=False))  # noqa: S308 - draw_badge escapes every text

    @property
    def tag(self) -> str:
        """How sure the entry is, as a colour."""
        return "line" if self.entry.provenance == Entry.Provenance.SELF else "ok"


@dataclass(frozen=True, slots=True)
class Share:
    """The hours of one area in one year."""

    code: str
    css_class: str
    name: str | Promise
    hours: str
    weight: float


@dataclass(frozen=True, slots=True)
class Year:
    """One year of an account, oldest entry first; ``columns`` are the areas that are looked at."""

    year: int
    learnt: tuple[Learnt, ...]
    current: bool
    rested: bool = False  # nothing was learnt at all, not only nothing of the chosen areas
    columns: tuple[str, ...] = field(default=tuple(area.code for area in ALL_AREAS))

    @property
    def total(self) -> Decimal:
        return sum((each.entry.hours for each in self.learnt), Decimal(0))

    @property
    def hours(self) -> str:
        return plain_hours(self.total)

    @property
    def top(self) -> tuple[Learnt, ...]:
        """What the year card names."""
        return self.learnt[:_ON_CARD]

    @property
    def more(self) -> int:
        return max(0, len(self.learnt) - _ON_CARD)

    @property
    def badge_count(self) -> int:
        return sum(bool(each.badge_type) for each in self.learnt)

    @property
    def shares(self) -> list[Share]:
        """The areas that occur, in their order."""
        return [share for share in self.row if share is not None]

    @property
    def row(self) -> list[Share | None]:
        """One cell for each column."""
        cells: list[Share | None] = []
        for code in self.columns:
            of_area = [each.entry.hours for each in self.learnt if each.area_code == code]
            hours = sum(of_area, Decimal(0))
            share = Share(
                code,
                AREA_CLASSES[code],
                words.AREA_NAMES[code],
                plain_hours(hours),
                float(hours) or 0.5,
            )
            cells.append(share if of_area else None)
        return cells


@dataclass(frozen=True, slots=True)
class Chip:
    """An area to look at: how much of it there is, and whether it is chosen."""

    code: str
    css_class: str
    name: str | Promise
    count: int
    on: bool


class Tree:
    """All that a learner's pages say about the account's years, or about the chosen areas of them."""

    def __init__(
        self,
        account: LearningAccount,
        learnt: list[Learnt],
        this_year: int,
        areas: frozenset[str] = frozenset(),
    ) -> None:
        self.account = account
        self.everything = learnt
        self.areas = areas
        self.learnt = [each for each in learnt if each.area_code in areas] if areas else learnt
        self.now = this_year

    def only(self, areas: Iterable[str]) -> "Tree":
        """The same years with these areas alone; the whole tree where none of them occurs in it."""
        occurring = {each.area_code for each in self.everything}
        chosen = occurring & set(areas)
        return self if not chosen else Tree(self.account, self.everything, self.now, frozenset(chosen))

    @cached_property
    def years(self) -> list[Year]:
        """From the first year of learning to this one, oldest first."""
        if not self.everything:
            return []
        by_year: dict[int, list[Learnt]] = {}
        for each in reversed(self.learnt):
            by_year.setdefault(each.entry.completed_on.year, []).append(each)
        busy = {each.entry.completed_on.year for each in self.everything}
        return [
            Year(year, tuple(by_year.get(year, ())), year == self.now, year not in busy, self.columns)
            for year in range(min(busy), max(self.now, *busy) + 1)
        ]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The areas that are looked at; the unclassified only where there are some."""
        return tuple(
            area.code
            for area in ALL_AREAS
            if (area.code in self.areas if self.areas else area is not UNSORTED or self.has_unsorted)
        )

    @property
    def chips(self) -> list[Chip]:
        """The areas that occur, to choose among."""
        counts = {area.code: 0 for area in ALL_AREAS}
        for each in self.everything:
            counts[each.area_code] += 1
        return [
            Chip(code, AREA_CLASSES[code], words.AREA_NAMES[code], count, code in self.areas)
            for code, count in counts.items()
            if count
        ]

    @property
    def first(self) -> int | None:
        return self.years[0].year if self.years else None

    @property
    def hours(self) -> str:
        return plain_hours(sum((each.entry.hours for each in self.learnt), Decimal(0)))

    @property
    def count(self) -> int:
        return len(self.learnt)

    @property
    def this_year(self) -> Year | None:
        return self.years[-1] if self.years else None

    @cached_property
    def has_unsorted(self) -> bool:
        return any(each.area_code == UNSORTED.code for each in self.everything)

    def counts_by_area(self) -> list[tuple[str, str | Promise, int]]:
        """Style class, plain words and number of things learnt, for the areas that occur, most first."""
        counts = {area.code: 0 for area in ALL_AREAS}
        for each in self.learnt:
            counts[each.area_code] += 1
        found = [(AREA_CLASSES[code], words.AREA_IN_PLAIN_WORDS[code], n) for code, n in counts.items() if n]
        return sorted(found, key=lambda row: -row[2])

    def year(self, number: int | None) -> Year | None:
        """The chosen year; without a choice the last one in which something was learnt."""
        chosen = next((year for year in self.years if year.year == number), None)
        return chosen or next((year for year in reversed(self.years) if year.learnt), None)

    def facts(self, owner: str) -> "Facts":
        """All that the picture of the rings depends on, besides how it is looked at."""
        return Facts(
            tuple(_ring_entry(each) for each in self.learnt),
            self.years[0].year if self.areas else None,
            self.now,
            self.account.ring_seed,
            owner,
            bool(self.areas),
            get_language() or "",
        )

    def picture(self, owner: str, *, mode: Mode = "colour", axis: AxisText = "both") -> str:
        """The rings as SVG without links; empty when they cannot be drawn."""
        return draw(self.facts(owner), mode=mode, axis=axis)

    def close_up(self, year: Year, owner: str, *, mode: Mode = "colour") -> str:
        """One year as a ring of twelve months, each a link to what was learnt in it."""
        title = _("%(name)s 님의 %(year)s년") % {"name": owner, "year": year.year}
        return draw_year(
            [(each.entry.completed_on.month, _ring_entry(each)) for each in year.learnt],
            year=year.year,
            seed=self.account.ring_seed,
            labels=words.month_labels(title),
            link=lambda month: {"href": f"#month-{month}"},
            mode=mode,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rings are drawn from; equal facts give equal pictures."""

    entries: tuple[RingEntry, ...]
    first: int | None
    now: int
    seed: str
    owner: str
    of_areas: bool
    language: str


def draw(
    facts: Facts,
    *,
    focus: int | None = None,
    mode: Mode = "colour",
    axis: AxisText = "both",
    address: Callable[[int], str] | None = None,
) -> str:
    """The rings as SVG; empty when they cannot be drawn, so that the page shows the table instead.

    With ``address`` each ring is a link to its year.
    """
    title = _("%(name)s 님의 나이테") % {"name": facts.owner}
    try:
        return draw_rings(
            facts.entries,
            first=facts.first,
            now=facts.now,
            seed=facts.seed,
            labels=words.ring_labels(title, of_areas=facts.of_areas),
            link=(lambda ring: _ring_link(ring, address)) if address else None,
            focus=focus,
            mode=mode,
            axis=axis,
        )
    except ValueError:
        return ""


def _ring_entry(each: Learnt) -> RingEntry:
    entry = each.entry
    return RingEntry(
        entry.completed_on.year, entry.area or None, entry.hours, entry.title, known_type(each.badge_type)
    )


def known_type(badge_type: str) -> str | None:
    """The type as drawings know it; a type of another framework is drawn plainly."""
    if not badge_type:
        return None
    return badge_type if badge_type in BADGE_TYPES else "participation"


def _ring_link(ring: Ring, address: Callable[[int], str]) -> Mapping[str, str]:
    return {
        "id": f"ring-{ring.first}",
        "href": address(ring.first),
        "data-year": str(ring.first),
        "hx-push-url": "true",
    }


def tree_of(account: LearningAccount, *, this_year: int) -> Tree:
    """Read an account's entries and their badges, in two queries."""
    entries = list(queries.entries_of(account).defer("note", "void_reason"))
    types = badge_types(account)
    return Tree(account, [Learnt(entry, types.get(entry.id, "")) for entry in entries], this_year)


def badge_types(account: LearningAccount) -> dict[UUID, str]:
    """The badge type of each entry that brought a live badge; of several the one that tested something."""
    rows = Award.objects.filter(account_id=account.pk, entry_id__isnull=False, revoked_at=None).values_list(
        "entry_id", "achievement__badge_type"
    )
    types: dict[UUID, str] = {}
    for entry_id, badge_type in rows:
        if entry_id is None:
            continue
        if entry_id not in types or badge_type in GOLDEN_TYPES:
            types[entry_id] = badge_type
    return types
