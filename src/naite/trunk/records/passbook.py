"""Bringing a paper passbook up to date: which lines are new, and where on which page they stand.

A printed line never moves: what came later stands after it, whenever it was learnt, and what was taken out of the
account is taken off by a line of its own, as in a bank's book.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.records import policies, queries
from naite.trunk.records.certificates.content import clean, plain_hours
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.records.models.passbooks import Passbook

ROWS: Final = 20
_TITLE_ROW, _PLACE_ROW = 21, 11


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the book as it stands on paper; ``taken`` is a line that takes an entry off again."""

    entry: str
    day: str
    title: str
    place: str
    hours: str
    total: str
    taken: bool = False

    @property
    def rows(self) -> int:
        """How many rows it takes, where long names go on in the next row."""
        return max(1, -(-len(self.title) // _TITLE_ROW), -(-len(self.place) // _PLACE_ROW))


@dataclass(frozen=True, slots=True)
class Placed:
    line: Line
    new: bool


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page of the book, from 1; ``before`` is the sum it begins with."""

    number: int
    before: str
    lines: tuple[Placed, ...]

    @property
    def new(self) -> bool:
        return any(each.new for each in self.lines)

    @property
    def begins_new(self) -> bool:
        """Nothing stands on it yet, so its head is printed too."""
        return self.lines[0].new


@dataclass(frozen=True)
class Book:
    """What is printed, what is to be printed next, and a digest of that for whoever confirms it."""

    printed: tuple[Line, ...]
    pending: tuple[Line, ...]
    printed_at: datetime | None

    @property
    def seen(self) -> str:
        return _digest(self.pending)

    @property
    def pages(self) -> list[BookPage]:
        return pages(self.printed, self.pending)


def pending_lines(printed: Sequence[Line], entries: Iterable[Entry]) -> list[Line]:
    """Return the lines to print after these: first what was taken out since, then what is not there yet."""
    held = list(entries)
    standing: dict[str, Line] = {}
    for line in printed:
        if line.taken:
            standing.pop(line.entry, None)
        else:
            standing[line.entry] = line
    live = {str(each.id) for each in held}
    total = Decimal(printed[-1].total) if printed else Decimal(0)
    found = []
    for line in standing.values():
        if line.entry not in live:
            total -= Decimal(line.hours)
            found.append(
                Line(line.entry, line.day, line.title, line.place, f"-{line.hours}", plain_hours(total), True)
            )
    for each in sorted(held, key=lambda entry: (entry.completed_on, entry.id)):
        if str(each.id) not in standing:
            total += each.hours
            place = clean(each.provider_name) or str(each.get_source_display())
            day = f"{each.completed_on:%Y.%m.%d}"
            found.append(
                Line(str(each.id), day, clean(each.title), place, plain_hours(each.hours), plain_hours(total))
            )
    return found


def pages(printed: Sequence[Line], pending: Sequence[Line]) -> list[BookPage]:
    """Lay lines out on pages of ``ROWS`` rows; the same lines stand always in the same place."""
    found: list[BookPage] = []
    lines: list[Placed] = []
    room, before, last = ROWS, "", ""
    for at, line in enumerate([*printed, *pending]):
        if line.rows > room:
            found.append(BookPage(len(found) + 1, before, tuple(lines)))
            lines, room, before = [], ROWS, last
        lines.append(Placed(line, at >= len(printed)))
        room -= line.rows
        last = line.total
    if lines:
        found.append(BookPage(len(found) + 1, before, tuple(lines)))
    return found


def book_of(account: LearningAccount) -> Book:
    """Read a book and what is new, in two queries."""
    row = Passbook.objects.filter(pk=account.pk).first()
    printed = _lines(row)
    pending = pending_lines(printed, queries.entries_of(account))
    return Book(printed, tuple(pending), row.printed_at if row else None)


def may_print(actor: Person | None, account: LearningAccount, *, now: datetime) -> bool:
    """The owner, and whoever serves the owner at a desk or stands in for them."""
    return policies.can_act(actor, account, "certificates", now=now)


@transaction.atomic
def confirm_printed(*, account: LearningAccount, seen: str, actor: Person | None, now: datetime) -> Passbook:
    """Keep that the lines somebody saw (``Book.seen``) stand on paper now.

    Refuses who may not print it, and lines that are no longer the new ones: then the page is printed anew.
    Safe to repeat: the same lines confirmed twice are kept once.
    """
    if not may_print(actor, account, now=now):
        raise NotAllowed(_("통장은 본인과 창구에서만 찍을 수 있습니다."))
    LearningAccount.objects.select_for_update().get(pk=account.pk)
    row, _made = Passbook.objects.get_or_create(account=account, defaults={"begun_at": now})
    if row.last_seen == seen:
        return row
    printed = _lines(row)
    pending = pending_lines(printed, queries.entries_of(account))
    if not pending or _digest(pending) != seen:
        raise Refused(
            _("그 사이에 기록이 바뀌었거나 다른 곳에서 찍었습니다. 바뀐 것을 보고 다시 찍어 주세요."),
            code="passbook_changed",
        )
    row.lines = [asdict(line) for line in (*printed, *pending)]
    row.last_seen, row.printed_at = seen, now
    row.save()
    audit.record(
        "records.print_passbook",
        actor=actor,
        now=now,
        subject=account,
        about=account.person_id,
        lines=len(pending),
    )
    return row


@transaction.atomic
def begin_anew(*, account: LearningAccount, actor: Person | None, now: datetime) -> None:
    """Begin a new book: the old one is lost or full. Refuses who may not print it. Safe to repeat."""
    if not may_print(actor, account, now=now):
        raise NotAllowed(_("통장은 본인과 창구에서만 찍을 수 있습니다."))
    if Passbook.objects.filter(pk=account.pk).delete()[0]:
        audit.record("records.begin_passbook", actor=actor, now=now, subject=account, about=account.person_id)


def _lines(row: Passbook | None) -> tuple[Line, ...]:
    return tuple(Line(**line) for line in row.lines) if row else ()


def _digest(lines: Sequence[Line]) -> str:
    told: list[dict[str, Any]] = [asdict(line) for line in lines]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
