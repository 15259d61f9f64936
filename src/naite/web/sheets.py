"""Lists as Excel files."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def excel(*, name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a table as an Excel file to download. Texts stay texts, even when they begin with ``=``."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "".join(char for char in title if char not in "[]:*?/\\")[:31] or "Sheet"
    widths = [len(head) * 2 + 2 for head in heads]
    for number, row in enumerate([heads, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=column, value=_plain(value))
            if isinstance(value, str):
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="F4F5F6")
                cell.alignment = Alignment(vertical="center", wrap_text=True)
            if column <= len(widths):
                shown = sum(2 if ord(char) > 127 else 1 for char in str(_plain(value) or ""))
                widths[column - 1] = max(widths[column - 1], min(shown + 2, 50))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    buffer = BytesIO()
    book.save(buffer)
    return HttpResponse(
        buffer.getvalue(),
        content_type=XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.xlsx"},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value)[:32000]
    if value is None or isinstance(value, int | float | Decimal) or hasattr(value, "isoformat"):
        return value
    return str(value)
