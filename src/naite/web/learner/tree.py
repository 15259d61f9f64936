"""The facts behind a learner's rings: the picture, the year card and the table all read these."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from naite.roots.drawing.badges import draw_badge
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
    """One year of an account, oldest entry first."""

    year: int
    learnt: tuple[Learnt, ...]
    current: bool

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
        """One cell for each area."""
        cells: list[Share | None] = []
        for area in ALL_AREAS:
            of_area = [each.entry.hours for each in self.learnt if each.area_code == area.code]
            hours = sum(of_area, Decimal(0))
            share = Share(
                area.code,
                AREA_CLASSES[area.code],
                words.AREA_NAMES[area.code],
                plain_hours(hours),
                float(hours) or 0.5,
            )
            cells.append(share if of_area else None)
        return cells


class Tree:
    """All that a learner's pages say about the account's years."""

    def __init__(self, account: LearningAccount, learnt: list[Learnt], this_year: int) -> None:
        self.account = account
        self.learnt = learnt
        self.now = this_year

    @cached_property
    def years(self) -> list[Year]:
        """From the first year of learning to this one, oldest first."""
        by_year: dict[int, list[Learnt]] = {}
        for each in reversed(self.learnt):
            by_year.setdefault(each.entry.completed_on.year, []).append(each)
        if not by_year:
            return []
        span = range(min(by_year), max(self.now, *by_year) + 1)
        return [Year(year, tuple(by_year.get(year, ())), year == self.now) for year in span]

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
        return any(each.area_code == UNSORTED.code for each in self.learnt)

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

    def picture(
        self,
        owner: str,
        *,
        focus: int | None = None,
        mode: Mode = "colour",
        axis: AxisText = "both",
        linked: bool = True,
        suffix: str = "",
    ) -> str:
        """The rings as SVG; empty when they cannot be drawn, so that the page shows the table instead."""
        try:
            return draw_rings(
                [
                    RingEntry(
                        each.entry.completed_on.year,
                        each.entry.area or None,
                        each.entry.hours,
                        each.entry.title,
                        known_type(each.badge_type),
                    )
                    for each in self.learnt
                ],
                first=None,
                now=self.now,
                seed=self.account.ring_seed,
                labels=words.ring_labels(_("%(name)s 님의 나이테") % {"name": owner}),
                link=(lambda ring: _ring_link(ring, suffix)) if linked else None,
                focus=focus,
                mode=mode,
                axis=axis,
            )
        except ValueError:
            return ""


def known_type(badge_type: str) -> str | None:
    """The type as drawings know it; a type of another framework is drawn plainly."""
    if not badge_type:
        return None
    return badge_type if badge_type in BADGE_TYPES else "participation"


def _ring_link(ring: Ring, suffix: str) -> Mapping[str, str]:
    return {
        "id": f"ring-{ring.first}",
        "href": f"?year={ring.first}{suffix}#year",
        "data-year": str(ring.first),
        "hx-push-url": "true",
    }


def tree_of(account: LearningAccount, *, this_year: int) -> Tree:
    """Read an account's entries and their badges, in two queries."""
    entries = list(queries.entries_of(account))
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
