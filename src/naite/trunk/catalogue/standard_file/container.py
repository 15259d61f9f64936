"""From the bytes of an uploaded table to lines of cells, whatever it was saved as.

Knows nothing of what the columns mean, so other uploads of tables read by it too.
"""

import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid
from naite.trunk.catalogue.standard_file import workbook

HEADER_WITHIN = 10  # lines above the header that people write titles into
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Lines = Iterator[tuple[int, Sequence[str]]]


class Unreadable(Invalid):
    """The file as a whole cannot be read; nothing was taken from it."""

    code = "unreadable_file"


def open_lines(content: bytes, *, max_bytes: int, max_rows: int) -> tuple[Lines, str]:
    """Return the lines of a CSV (UTF-8 with or without BOM, CP949) or Excel file, and how it was written.

    It is known by what it holds, not by its name. Lines are read while they are asked for, so memory does not
    grow with their number; those of a workbook may still be refused then. Refuses with ``Unreadable``: too
    large, empty, another encoding, another kind of file, a quote that is never closed, too many rows.
    """
    if len(content) > max_bytes:
        raise Unreadable(
            _("파일이 %(limit)s MB보다 큽니다. 행을 나누어 여러 파일로 올려 주세요.")
            % {"limit": f"{max_bytes / 1048576:,.0f}"},
            code="file_too_large",
        )
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise Unreadable(_("파일이 비어 있습니다. 내용이 든 파일을 골라 주세요."), code="file_empty")
    if content.startswith(b"PK\x03\x04"):
        return _workbook_lines(content), "xlsx"
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(
            _("옛 엑셀 파일(.xls)이거나 암호가 걸린 파일입니다. 암호를 풀고 .xlsx나 CSV로 저장해 주세요."),
            code="file_kind",
        )
    text, encoding = _decode(content)
    return _csv_lines(text, max_rows), encoding


def too_many(max_rows: int) -> Unreadable:
    """Return the refusal of a file with too many rows."""
    return Unreadable(
        _("행이 너무 많습니다. %(limit)s행까지 나누어 올려 주세요.") % {"limit": f"{max_rows:,}"},
        code="too_many_rows",
    )


def _workbook_lines(content: bytes) -> Lines:
    try:
        yield from workbook.rows(content)
    except workbook.NotAWorkbook as error:
        raise Unreadable(str(error), code=error.code) from error


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith(b"\xef\xbb\xbf"):
        candidates = [("utf-8-sig", "utf-8-sig")]
    else:
        candidates = [("utf-8", "utf-8"), ("cp949", "cp949")]
    if b"\x00" not in content:
        for codec, name in candidates:
            try:
                return content.decode(codec), name
            except UnicodeDecodeError:
                continue
    raise Unreadable(
        _("글자를 읽을 수 없습니다. 엑셀에서 ‘CSV UTF-8(쉼표로 분리)’ 또는 .xlsx로 저장해서 올려 주세요."),
        code="unknown_encoding",
    )


def _csv_lines(text: str, max_rows: int) -> Lines:
    """Read strictly once without keeping anything, and again for good, as strictly as the file allows."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    for strict in (True, False):
        count = 0
        try:
            for count, _row in enumerate(_reader(text, delimiter, strict=strict), start=1):
                if count > max_rows + HEADER_WITHIN:
                    raise too_many(max_rows)
        except csv.Error as error:
            unclosed = "unexpected end of data" in str(error) or "field larger" in str(error)
            if strict and not unclosed:
                continue  # a quote in the middle of a cell; read it as spreadsheets do
            raise Unreadable(
                _("%(row)s행에서 큰따옴표가 닫히지 않았습니다. 그 행을 고쳐서 다시 올려 주세요.")
                % {"row": count + 1},
                code="unclosed_quote",
            ) from error
        break
    return enumerate(_reader(text, delimiter, strict=strict), start=1)


def _reader(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
