"""What an address asks of a desk: which pieces of work, in which order. Plain values, no database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from naite.web.desk.work import Work

Bucket = Literal["late", "today", "week", "later", "others"]
GROUPS: tuple[tuple[Bucket, Any], ...] = (
    ("late", _("지난 일")),
    ("today", _("오늘까지")),
    ("week", _("이번 주")),
    ("later", _("그 뒤")),
    ("others", _("상대 차례")),
)
SORTS = (
    ("due", _("기한 이른 순")),
    ("arrived", _("먼저 받은 순")),
    ("title", _("이름 순")),
)
KEYS = ("due", "kind", "round", "region", "who", "q", "sort")


def bucket(work: Work, today: date) -> Bucket:
    """Say to which of the counts a piece of work belongs; the week is today and the six days after it."""
    if work.turn == "others":
        return "others"
    if work.due_on is None:
        return "later"
    if work.due_on < today:
        return "late"
    if work.due_on == today:
        return "today"
    return "week" if work.due_on <= today + timedelta(days=6) else "later"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address; an empty one asks for everything that is this desk's turn."""

    due: str = ""
    kind: str = ""
    round: str = ""
    region: str = ""
    who: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Asked":
        """Read the filters of an address; what it does not know it leaves out."""
        given = {key: " ".join(str(asked.get(key) or "").split())[:120] for key in KEYS}
        if given["sort"] not in dict(SORTS):
            given["sort"] = ""
        return cls(**given)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out beyond what is others' turn."""
        return any((self.due, self.kind, self.round, self.region, self.who, self.q))

    def query(self, **changes: str) -> str:
        """Return these filters as an address, with some of them changed."""
        values = {key: changes.get(key, getattr(self, key)) for key in KEYS}
        return urlencode({key: value for key, value in values.items() if value})

    def takes(self, work: Work, *, me: UUID, today: date) -> bool:
        """Whether a piece of work is asked for."""
        if self.due:
            if bucket(work, today) != self.due:
                return False
        elif work.turn != "mine":
            return False
        if self.who == "me" and work.handler_id != me:
            return False
        if self.who == "nobody" and not work.needs_handler:
            return False
        if self.who not in ("", "me", "nobody") and str(work.handler_id) != self.who:
            return False
        words = self.q.casefold()
        return (
            self.kind in ("", work.kind)
            and self.round in ("", work.round)
            and (not self.region or work.region.startswith(self.region))
            and (not words or words in f"{work.title} {work.sub} {work.number} {work.handler}".casefold())
        )


def chosen(works: Iterable[Work], asked: Asked, *, me: UUID, today: date) -> list[Work]:
    """Return what an address asks for, sorted; within one bucket where it is sorted by deadline."""
    found = [work for work in works if asked.takes(work, me=me, today=today)]
    if asked.sort == "arrived":
        return sorted(found, key=lambda work: (work.arrived_on is None, work.arrived_on or date.max))
    if asked.sort == "title":
        return sorted(found, key=lambda work: work.title)
    return sorted(found, key=lambda work: (work.due_on is None, work.due_on or date.max))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: only what is there."""

    kinds: list[tuple[str, Any, int]]
    rounds: list[str]
    regions: list[str]
    people: list[tuple[str, str]]


def choices(works: Sequence[Work], *, me: UUID) -> Choices:
    """Return the kinds with counts, the rounds, the provinces or regions, and the others in charge."""
    kinds: dict[str, list[Any]] = {}
    for work in works:
        if work.turn == "mine":
            kinds.setdefault(work.kind, [work.label, 0])[1] += 1
    regions = {work.region for work in works if work.region}
    provinces = {region.split(" ")[0] for region in regions}
    people = {
        str(work.handler_id): work.handler for work in works if work.handler_id and work.handler_id != me
    }
    return Choices(
        kinds=[(key, label, count) for key, (label, count) in kinds.items()],
        rounds=sorted({work.round for work in works if work.round}, reverse=True),
        regions=sorted(provinces if len(provinces) > 1 else regions),
        people=sorted(people.items(), key=lambda each: each[1]),
    )


def count(works: Iterable[Work], today: date) -> Counter[str]:
    """Return how many pieces of work are late, due today, this week, later, and others' turn."""
    return Counter(bucket(work, today) for work in works)
