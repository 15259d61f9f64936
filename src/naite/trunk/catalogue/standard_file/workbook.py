"""Rows of an Excel file (.xlsx), with bounds on what it may unpack to."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

MAX_ENTRIES = 1000
MAX_UNPACKED = 100 * 1024 * 1024
# A workbook takes twenty times as long to read as a CSV of the same rows.
MAX_ROWS = 30_000
# Real sheets shrink some ten- to fiftyfold; a bomb a thousandfold.
MAX_RATIO = 150
RATIO_FROM = 4 * 1024 * 1024
MAX_COLUMNS = 100


class NotAWorkbook(ValueError):
    """The bytes are not an Excel workbook that can be read safely."""

    def __init__(self, message: str, code: str = "file_kind") -> None:
        super().__init__(message)
        self.code = code


def check_archive(content: bytes) -> None:
    """Refuse an archive that is no workbook or unpacks to too much, before anything is unpacked.

    The sizes in the archive's directory can lie, but only downwards in effect: unpacking stops at them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotAWorkbook(_("엑셀 파일이 깨졌습니다. 엑셀에서 다시 저장해서 올려 주세요.")) from error
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise NotAWorkbook(_("엑셀 파일이 아닙니다. .xlsx나 CSV 파일을 올려 주세요."))
    unpacked = sum(entry.file_size for entry in entries)
    inflated = any(
        entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or inflated:
        raise NotAWorkbook(
            _(
                "풀면 지나치게 커지는 엑셀 파일이라 열지 않았습니다. 쓸 행만 새 파일에 붙여 넣어 저장해 주세요."
            ),
            code="workbook_bomb",
        )


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells of the first sheet that has any; formulas come as their text (=…)."""
    check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        # openpyxl answers hostile files with whatever its innards raise.
        raise NotAWorkbook(_("엑셀 파일이 깨졌습니다. 엑셀에서 다시 저장해서 올려 주세요.")) from error
    try:
        for sheet in book.worksheets:
            found = 0
            # The declared size of a sheet may be a million empty rows.
            sheet.reset_dimensions()
            number = 0
            for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
                if number > MAX_ROWS * 4 or found > MAX_ROWS + 20:
                    raise NotAWorkbook(
                        _(
                            "행이 너무 많습니다. 엑셀은 %(limit)s행까지 읽습니다. 아래쪽의 빈 행을 지우거나, "
                            "나누어 올리거나, CSV로 저장해서 올려 주세요."
                        )
                        % {"limit": f"{MAX_ROWS:,}"},
                        code="too_many_rows",
                    )
                values = [_as_text(value) for value in cells]
                found += any(values)
                yield number, values
            if found:
                return
    except NotAWorkbook:
        raise
    except Exception as error:
        raise NotAWorkbook(_("엑셀 파일이 깨졌습니다. 엑셀에서 다시 저장해서 올려 주세요.")) from error
    finally:
        book.close()


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime):
        if value.date() in {date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)}:
            return f"{value:%H:%M}"
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = getattr(value, "text", None)  # array and table formulas
    return f"={text}" if text is not None else str(value)
