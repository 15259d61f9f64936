"""Tables to take away as Excel files."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def excel_response(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a table as an .xlsx download with a fixed header row.

    Text stays text: what begins like a formula is never run by the program that opens the file.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A2"
    bold = []
    for title in header:
        cell = WriteOnlyCell(sheet, value=str(title))
        cell.font = Font(bold=True)
        bold.append(cell)
    for index in range(len(bold)):
        sheet.column_dimensions[chr(ord("A") + index % 26)].width = 22
    sheet.append(bold)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    response = HttpResponse(file.getvalue(), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    response["Cache-Control"] = "private, no-store"
    return response


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, int | float):
        return value
    if hasattr(value, "isoformat"):
        return value
    cell = WriteOnlyCell(sheet, value=str(value))
    cell.data_type = "s"
    return cell
