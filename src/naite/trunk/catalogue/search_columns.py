"""The facets of all findable listings as bit sets in memory, brought up to date by what changed.

Counting a facet is one AND and one count of bits, so a page with all its facets takes some milliseconds at a
hundred thousand listings, where grouping in the database takes some hundred. Bit *n* is the listing whose
search entry has the number *n*. Nothing here is kept for a time and hoped to be right: each search first
reads which entries changed since (``SearchEntry.seq``), and which listings' states changed by time alone.
"""

import heapq
import threading
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import compress
from typing import Any
from uuid import UUID

from django.db import connection

from naite.trunk.catalogue.models import SearchEntry
from naite.trunk.catalogue.rules import SEOUL, registration_state
from naite.trunk.catalogue.search_query import NONE, Day, Fee, Recognised

_LAST = 2**62  # sorts after every time
_BY_ONE = 400  # up to so many changed entries are read by number
_FIELDS = (
    "id",
    "listing__region_id",
    "listing__area",
    "listing__category",
    "listing__mode",
    "listing__fee",
    "listing__weekdays",
    "listing__starts_on",
    "listing__ends_on",
    "listing__registration_opens_at",
    "listing__registration_closes_at",
    "listing__always_open",
    "listing__capacity",
    "listing__seats_taken",
    "listing__takes_waiting",
    "listing__recognised",
)
_ONES = bytes.maketrans(b"01", b"\x00\x01")


def positions(bits: int) -> Iterator[int]:
    """Return the numbers of the bits that are set, in order."""
    return compress(range(bits.bit_length()), bin(bits)[:1:-1].encode().translate(_ONES))


def bits_of(numbers: Iterable[int]) -> int:
    """Return the bit set of these numbers."""
    listed = list(numbers)
    if not listed:
        return 0
    packed = bytearray((max(listed) >> 3) + 1)
    for number in listed:
        packed[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(packed, "little")


class Columns:
    """The columns of one database, right for one instant."""

    def __init__(self) -> None:
        self.live = 0
        self.sets: dict[str, dict[str, int]] = {}
        self.opens = array("q")
        self.closes = array("q")
        self.starts = array("q")
        self.turns = array("d")  # when each state turns next, as noted in the events
        self.as_of: datetime | None = None
        self._first: tuple[int, UUID] | None = None
        self._watermark = 0
        self._seen: dict[int, int] = {}
        self._events: list[tuple[datetime, int]] = []

    def bring_up_to(self, now: datetime) -> None:
        """Read what changed in the database, and turn the states that time alone has turned by ``now``."""
        first = SearchEntry.objects.order_by("id").values_list("id", "listing_id").first()
        if self.as_of is None or first != self._first or now < self.as_of:
            self._first = first
            self._read_all(now)
            return
        watermark = _safe_watermark()
        changed = dict(SearchEntry.objects.filter(seq__gte=self._watermark).values_list("id", "seq"))
        stale = {number for number, seq in changed.items() if self._seen.get(number) != seq}
        self._seen = changed
        if watermark is None:
            watermark = max(changed.values(), default=self._watermark - 1) + 1
        self._watermark = watermark
        while self._events and self._events[0][0] <= now:
            stale.add(heapq.heappop(self._events)[1])
        if stale:
            self._take(stale, now)
        self.as_of = now

    def _read_all(self, now: datetime) -> None:
        self.live, self.sets, self._events, self._seen = 0, {}, [], {}
        self.turns = array("d", bytes(8 * len(self.starts)))
        watermark = _safe_watermark()
        last = SearchEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
        self._put(SearchEntry.objects.filter(live=True).values_list(*_FIELDS).iterator(5000), now)
        self._watermark = watermark if watermark is not None else (last or 0) + 1
        self.as_of = now

    def _take(self, numbers: set[int], now: datetime) -> None:
        gone = ~bits_of(numbers)
        self.live &= gone
        for values in self.sets.values():
            for value in values:
                values[value] &= gone
        rows = SearchEntry.objects.filter(live=True).values_list(*_FIELDS)
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _BY_ONE):
            self._put(rows.filter(id__in=ordered[start : start + _BY_ONE]), now)

    def _put(self, rows: Iterable[tuple[Any, ...]], now: datetime) -> None:
        members: dict[tuple[str, str], list[int]] = defaultdict(list)
        found: list[int] = []
        for row in rows:
            number, region, area, category, mode, fee, weekdays, starts_on, ends_on, opens_at, closes_at = (
                row[:11]
            )
            always_open, capacity, seats_taken, takes_waiting, recognised = row[11:]
            found.append(number)
            self._make_room(number)
            self.opens[number] = _seconds(opens_at)
            self.closes[number] = _seconds(closes_at or _day_after(ends_on))
            self.starts[number] = starts_on.toordinal() if starts_on else 0
            state = registration_state(
                opens_at=opens_at,
                closes_at=closes_at,
                always_open=always_open,
                capacity=capacity,
                seats_taken=seats_taken,
                takes_waiting=takes_waiting,
                ends_on=ends_on,
                now=now,
            )
            turns_at = _next_turn(opens_at, closes_at, ends_on, now)
            if turns_at is not None and turns_at.timestamp() != self.turns[number]:
                self.turns[number] = turns_at.timestamp()
                self._events.append((turns_at, number))
            members["state", state.value].append(number)
            members["region", region or NONE].append(number)
            members["area", area or NONE].append(number)
            members["category", category or NONE].append(number)
            members["mode", mode or NONE].append(number)
            members["fee", (Fee.UNKNOWN if fee is None else Fee.PAID if fee else Fee.FREE).value].append(
                number
            )
            if recognised:
                members["recognised", Recognised.YES.value].append(number)
            for day in _DAYS[weekdays & 127]:
                members["day", day].append(number)
        heapq.heapify(self._events)
        self.live |= bits_of(found)
        for (name, value), numbers in members.items():
            values = self.sets.setdefault(name, {})
            values[value] = values.get(value, 0) | bits_of(numbers)

    def _make_room(self, number: int) -> None:
        missing = number + 1 - len(self.starts)
        if missing > 0:
            missing += len(self.starts) // 8  # room to grow
            for column in (self.opens, self.closes, self.starts, self.turns):
                column.frombytes(bytes(8 * missing))


_DAYS = [[day for bit, day in enumerate(Day.values) if mask >> bit & 1] for mask in range(128)]
_shared: dict[str, Columns] = {}
_lock = threading.Lock()


@contextmanager
def columns(now: datetime) -> Iterator[Columns]:
    """Give the columns of this process, right for ``now``, to one search at a time.

    Within a transaction they are read afresh and thrown away: it may see what others never will.
    """
    if connection.in_atomic_block:
        fresh = Columns()
        fresh.bring_up_to(now)
        yield fresh
        return
    with _lock:
        name = f"{connection.vendor}:{connection.settings_dict['NAME']}"
        kept = _shared.pop(name, None) or Columns()
        # Two requests that overlap may come in the other order; the later instant serves both.
        if kept.as_of is not None and timedelta(0) < kept.as_of - now < timedelta(seconds=10):
            now = kept.as_of
        # Put back only when all went well: columns that are half brought up to date would stay wrong.
        kept.bring_up_to(now)
        _shared[name] = kept
        yield kept


def warm(now: datetime) -> None:
    """Read the columns of this process before the first search asks for them."""
    with columns(now):
        pass


def _safe_watermark() -> int | None:
    """Return the oldest transaction still running: whatever it and later ones write has this seq or more.

    None on SQLite, where writers follow one another and counting up is enough.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _seconds(moment: datetime | None) -> int:
    return _LAST if moment is None else int(moment.timestamp())


def _day_after(day: date | None) -> datetime | None:
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=1), time(), SEOUL)


def _next_turn(
    opens_at: datetime | None, closes_at: datetime | None, ends_on: date | None, now: datetime
) -> datetime | None:
    turns = (opens_at, closes_at, _day_after(ends_on))
    return min((each for each in turns if each is not None and each > now), default=None)


def first_by(
    members: Sequence[int], keys: "array[int]", count: int, *, descending: bool = False
) -> list[int]:
    """Return the first ``count`` numbers in the order of their keys, equal keys by number."""
    if count * 4 > len(members):
        return sorted(members, key=keys.__getitem__, reverse=descending)[:count]
    choose = heapq.nlargest if descending else heapq.nsmallest
    return choose(count, members, key=keys.__getitem__)
