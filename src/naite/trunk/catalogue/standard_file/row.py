"""One row of the standard file: a draft of a listing, or every reason why it cannot be one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from django.utils.translation import gettext as _

from naite.trunk.catalogue.standard_file import cells as read
from naite.trunk.catalogue.standard_file import columns as col
from naite.trunk.catalogue.standard_file.text import CellError, at_most, one_line, several_lines

T = TypeVar("T")
_AT = {name: index for index, name in enumerate(col.COLUMNS)}

# From this year on, a closing date is a way to write "never" (2099-12-31, 9999-12-31).
_NEVER_YEAR = 2090
# A registration that lasts at least this long up to 31 December has no deadline that anybody set.
_ALWAYS_OPEN_DAYS = 180


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a row cannot come in: the column, what stands there, and a sentence with an example."""

    column: str
    value: str
    reason: str


@dataclass(slots=True)
class ListingDraft:
    """What one row says, understood. Dates are Korean calendar days; ``closes_on`` is the last day."""

    title: str
    instructor: str
    starts_on: date | None
    ends_on: date | None
    start_time: time | None
    end_time: time | None
    description: str
    audience: str
    mode: str
    weekdays: int
    place: str
    capacity: int | None
    fee: int | None
    address: str
    provider_name: str
    provider_phone: str
    opens_on: date | None
    closes_on: date | None
    always_open: bool
    application_method: str
    selection: str
    apply_url: str
    training_subsidy: bool
    credit_bank: bool
    recognised: bool
    reference_date: date | None


class _Reader:
    """Reads the cells of one row and gathers what is wrong with them."""

    __slots__ = ("notes", "problems", "row")

    def __init__(self, row: Sequence[str]) -> None:
        self.row = row
        self.problems: list[CellProblem] = []
        self.notes: list[str] = []

    def cell(self, column: str, reader: Callable[[str], T], otherwise: T) -> T:
        raw = self.row[_AT[column]]
        try:
            return reader(raw)
        except CellError as error:
            self.problems.append(CellProblem(column, raw, str(error)))
            return otherwise

    def noted(self, column: str, reader: Callable[[str], tuple[T, str]], otherwise: T) -> T:
        """Read a cell that may say more than its column can hold; the words go into the description."""
        value, note = self.cell(column, reader, (otherwise, ""))
        if note:
            self.notes.append(f"{column}: {note}")
        return value

    def text(self, column: str, limit: int) -> str:
        return self.cell(column, lambda raw: at_most(one_line(raw), limit), "")

    def wrong(self, column: str, reason: str) -> None:
        self.problems.append(CellProblem(column, self.row[_AT[column]], reason))

    def wrong_unless_already(self, column: str, reason: str) -> None:
        if all(problem.column != column for problem in self.problems):
            self.wrong(column, reason)


def parse_row(row: Sequence[str]) -> ListingDraft | list[CellProblem]:
    """Understand one row, its cells in the order of ``COLUMNS``.

    Returns all its problems at once, so that a person corrects a row in one go. Never raises. What a cell
    says beyond its column (격주, 재료비 별도) is kept in the description. Missing dates stay missing.
    """
    this = _Reader(row)
    title = this.text(col.TITLE, 200)
    if not title:
        this.wrong_unless_already(col.TITLE, _("강좌명이 비어 있습니다."))
    provider = this.text(col.PROVIDER, 120)
    if not provider:
        this.wrong_unless_already(col.PROVIDER, _("운영기관명이 비어 있습니다."))

    starts_on = this.cell(col.STARTS_ON, _date_or_never, None)
    ends_on = this.cell(col.ENDS_ON, _date_or_never, None)
    if starts_on and ends_on and ends_on < starts_on:
        this.wrong(
            col.ENDS_ON,
            _("교육이 시작하는 날(%(start)s)보다 먼저 끝납니다. 두 날짜를 확인해 주세요.")
            % {"start": starts_on},
        )
    start_time, end_time = _times(this)
    opens_on, closes_on, always_open = _registration(this, ends_on)

    mode = this.noted(col.MODE, read.read_mode, "")
    weekdays = this.noted(col.WEEKDAYS, read.read_weekdays, 0)
    fee = this.noted(col.FEE, read.read_fee, None)
    selection = this.noted(col.SELECTION, read.read_selection, "")
    apply_url = this.noted(col.URL, read.read_url, "")
    description = this.cell(col.DESCRIPTION, lambda raw: at_most(several_lines(raw), 20_000), "")
    draft = ListingDraft(
        title=title,
        instructor=this.text(col.INSTRUCTOR, 100),
        starts_on=starts_on,
        ends_on=ends_on,
        start_time=start_time,
        end_time=end_time,
        description="\n".join([description, *this.notes]) if this.notes else description,
        audience=this.text(col.AUDIENCE, 100),
        mode=mode,
        weekdays=weekdays,
        place=this.text(col.PLACE, 200),
        capacity=this.cell(col.CAPACITY, read.read_capacity, None),
        fee=fee,
        address=this.text(col.ADDRESS, 200),
        provider_name=provider,
        provider_phone=this.text(col.PHONE, 40),
        opens_on=opens_on,
        closes_on=closes_on,
        always_open=always_open,
        application_method=this.text(col.APPLICATION, 60),
        selection=selection,
        apply_url=apply_url,
        training_subsidy=this.cell(col.SUBSIDY, read.read_flag, False),
        credit_bank=this.cell(col.CREDIT_BANK, read.read_flag, False),
        recognised=this.cell(col.RECOGNISED, read.read_flag, False),
        reference_date=this.cell(col.REFERENCE, read.read_date, None),
    )
    if this.problems:
        return sorted(this.problems, key=lambda problem: _AT[problem.column])
    draft.description = draft.description.strip()
    return draft


def _date_or_never(raw: str) -> date | None:
    """A course that is always on (상시, 9999-12-31) has no such day."""
    if raw.strip() in read.ALWAYS_WORDS:
        return None
    day = read.read_date(raw)
    return None if day is not None and day.year >= _NEVER_YEAR else day


def _times(this: _Reader) -> tuple[time | None, time | None]:
    first, second = this.row[_AT[col.START_TIME]], this.row[_AT[col.END_TIME]]
    span = read.split_span(first)
    if span is not None and not second.strip():
        first, second = span
    start = _time_in(this, col.START_TIME, first)
    end = _time_in(this, col.END_TIME, second)
    if start == end == time(0, 0):
        return None, None  # how exports write that no time is known
    if start is not None and end is not None and end <= start:
        this.wrong(
            col.END_TIME,
            _("끝나는 시각이 시작(%(start)s)보다 늦어야 합니다. 오후 2시는 14:00입니다. 모르면 비워 두세요.")
            % {"start": f"{start:%H:%M}"},
        )
    return start, end


def _time_in(this: _Reader, column: str, raw: str) -> time | None:
    return this.cell(column, lambda _cell: read.read_time(raw), None)


def _registration(this: _Reader, ends_on: date | None) -> tuple[date | None, date | None, bool]:
    """Return the first and last day of registration, and whether it is open all the time.

    Open all the time (상시) means: either cell says so in words; or the closing day lies in a year that
    stands for "never"; or it is a 31 December on which the course itself still runs (or has no end) and
    registration has been open for half a year or more (or has no beginning). In the last case the day is
    kept, because the year's courses do end with it.
    """
    said = any(this.row[_AT[name]].strip() in read.ALWAYS_WORDS for name in (col.OPENS_ON, col.CLOSES_ON))
    opens = this.cell(col.OPENS_ON, _date_or_always, None)
    closes = this.cell(col.CLOSES_ON, _date_or_always, None)
    if opens and closes and closes < opens:
        this.wrong(
            col.CLOSES_ON,
            _("접수를 시작하는 날(%(start)s)보다 먼저 끝납니다. 두 날짜를 확인해 주세요.") % {"start": opens},
        )
    if opens and ends_on and opens > ends_on:
        this.wrong(
            col.OPENS_ON,
            _("교육이 끝난 날(%(end)s)보다 접수가 늦게 시작합니다. 두 날짜를 확인해 주세요.")
            % {"end": ends_on},
        )
    if closes is None:
        return opens, None, said
    if closes.year >= _NEVER_YEAR:
        return opens, None, True
    long_open = opens is None or (closes - opens).days >= _ALWAYS_OPEN_DAYS
    still_runs = ends_on is None or ends_on >= closes
    always = said or ((closes.month, closes.day) == (12, 31) and long_open and still_runs)
    return opens, closes, always


def _date_or_always(raw: str) -> date | None:
    return None if raw.strip() in read.ALWAYS_WORDS else read.read_date(raw)
