"""Tables and empty forms to take away as Excel files."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

Text = str | Promise

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS_FROM = 300  # rows that are looked at for the widths of columns; the rest streams through
WIDEST = 50
FORM_ROWS = 200  # rows of an empty form in which what is typed stays text, so that 010 keeps its nought


class Sheet(NamedTuple):
    """One sheet of a file: its name, the head of each column, and the rows."""

    title: Text
    heads: Sequence[Any]
    rows: Iterable[Sequence[Any]]


def excel(
    name: Text, heads: Sequence[Any], rows: Iterable[Sequence[Any]], *, title: Text = ""
) -> HttpResponse:
    """Return a table as an Excel file to download; ``title`` names its sheet.

    Texts stay texts: what begins like a formula is never run by the program that opens the file.
    """
    return _download(name, [Sheet(title or name, heads, rows)])


def excel_book(name: Text, sheets: Iterable[Sheet]) -> HttpResponse:
    """Return several tables as one Excel file to download, a sheet each."""
    return _download(name, sheets)


def excel_form(
    *,
    name: Text,
    title: Text,
    columns: Sequence[str],
    examples: Mapping[str, Sequence[Any]],
    more: Iterable[Sheet] = (),
) -> HttpResponse:
    """Return an empty form: its columns, on a second sheet how each is written, then what else helps to fill it.

    ``examples`` gives for each column how it is written and an example.
    """
    guide = Sheet(_("적는 법"), [_("열"), _("적는 법"), _("보기")], [[c, *examples[c]] for c in columns])
    blank = [[""] * len(columns)] * FORM_ROWS
    return _download(name, [Sheet(title, columns, blank), guide, *more])


def _download(name: Text, sheets: Iterable[Sheet]) -> HttpResponse:
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book, sheet)
    buffer = BytesIO()
    book.save(buffer)
    return HttpResponse(
        buffer.getvalue(),
        content_type=XLSX,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(str(name))}.xlsx",
            "Cache-Control": "private, no-store",
        },
    )


def _write(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(
        "".join(char for char in str(sheet.title) if char not in "[]:*?/\\")[:31] or "Sheet"
    )
    page.freeze_panes = "A2"
    rows = iter(sheet.rows)
    first = [[_plain(value) for value in row] for row in islice(rows, WIDTHS_FROM)]
    for column, head in enumerate(sheet.heads):
        shown = max((_width(row[column]) for row in first if column < len(row)), default=0)
        wide = max(_width(str(head)) + 2, min(shown + 2, WIDEST))
        page.column_dimensions[get_column_letter(column + 1)].width = wide
    page.append([_head(page, head) for head in sheet.heads])
    for row in chain(first, ([_plain(value) for value in row] for row in rows)):
        page.append([_text(page, value) if isinstance(value, str) else value for value in row])


def _head(page: Any, head: Any) -> Any:
    cell = WriteOnlyCell(page, value=str(head))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="F4F5F6")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _text(page: Any, value: str) -> Any:
    cell = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    if not value:
        cell.number_format = "@"
    return cell


def _width(value: Any) -> int:
    return sum(2 if ord(char) > 127 else 1 for char in str("" if value is None else value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, int | float | Decimal) or hasattr(value, "isoformat"):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:32000]
