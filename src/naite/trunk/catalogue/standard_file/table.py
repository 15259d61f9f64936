"""From the bytes of an uploaded file to rows of text, whatever it was saved as."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid
from naite.trunk.catalogue.standard_file import workbook
from naite.trunk.catalogue.standard_file.columns import COLUMNS, Header, read_header

MAX_ROWS = 100_000
_HEADER_WITHIN = 10
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Unreadable(Invalid):
    """The file as a whole cannot be read as the standard file; nothing was taken from it."""

    code = "unreadable_file"


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the number that Excel shows for it, its cells in the order of ``COLUMNS``."""

    number: int
    cells: list[str]
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file. ``ignored`` names columns that the standard does not know."""

    rows: list[Row]
    encoding: str
    ignored: tuple[str, ...] = ()


def read_table(content: bytes, *, max_bytes: int) -> Table:
    """Read a CSV (UTF-8 with or without BOM, CP949) or Excel file by what it holds, not by its name.

    Refuses with ``Unreadable``: too large, empty, another encoding, another kind of file, columns missing,
    too many rows, a workbook that would unpack to more than a sheet of courses can be.
    """
    if len(content) > max_bytes:
        raise Unreadable(
            _("파일이 %(limit)s MB보다 큽니다. 강좌를 나누어 여러 파일로 올려 주세요.")
            % {"limit": f"{max_bytes / 1048576:,.0f}"},
            code="file_too_large",
        )
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise Unreadable(_("파일이 비어 있습니다. 강좌가 든 파일을 골라 주세요."), code="file_empty")
    if content.startswith(b"PK\x03\x04"):
        try:
            return _table(workbook.rows(content), "xlsx")
        except workbook.NotAWorkbook as error:
            raise Unreadable(str(error), code=error.code) from error
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(
            _("옛 엑셀 파일(.xls)이거나 암호가 걸린 파일입니다. 암호를 풀고 .xlsx나 CSV로 저장해 주세요."),
            code="file_kind",
        )
    text, encoding = _decode(content)
    return _table(_csv_rows(text), encoding)


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


def _csv_rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        rows: list[list[str]] = []
        try:
            for row in reader:
                rows.append(row)
                if len(rows) > MAX_ROWS + _HEADER_WITHIN:
                    raise _too_many()
        except csv.Error as error:
            unclosed = "unexpected end of data" in str(error) or "field larger" in str(error)
            if strict and not unclosed:
                continue  # a quote in the middle of a cell; read it as spreadsheets do
            raise Unreadable(
                _("%(row)s행에서 큰따옴표가 닫히지 않았습니다. 그 행을 고쳐서 다시 올려 주세요.")
                % {"row": len(rows) + 1},
                code="unclosed_quote",
            ) from error
        break
    return iter(enumerate(rows, start=1))


def _table(lines: Iterator[tuple[int, Sequence[str]]], encoding: str) -> Table:
    header: Header | None = None
    best: Header | None = None
    rows: list[Row] = []
    seen = 0
    for number, cells in lines:
        if header is None:
            if any(cell.strip() for cell in cells):
                seen += 1
                candidate = read_header(cells)
                if best is None or candidate.found > best.found:
                    best = candidate
                if not candidate.missing:
                    header = candidate
            if header is None and seen >= _HEADER_WITHIN:
                break
            continue
        row = _pick(number, cells, header)
        if row is not None:
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise _too_many()
    if header is None:
        raise _wrong_columns(best, encoding)
    if not rows:
        raise Unreadable(_("머리글만 있고 강좌가 없습니다. 강좌가 든 파일을 골라 주세요."), code="file_empty")
    return Table(rows, encoding, header.unknown)


def _pick(number: int, cells: Sequence[str], header: Header) -> Row | None:
    count = len(cells)
    picked = [cells[at] if at is not None and at < count else "" for at in header.positions]
    surplus = sum(1 for cell in cells[header.width :] if cell.strip()) if count > header.width else 0
    if not surplus and not any(cell.strip() for cell in picked):
        return None
    return Row(number, picked, surplus)


def _too_many() -> Unreadable:
    return Unreadable(
        _("행이 너무 많습니다. %(limit)s행까지 나누어 올려 주세요.") % {"limit": f"{MAX_ROWS:,}"},
        code="too_many_rows",
    )


def _wrong_columns(best: Header | None, encoding: str) -> Unreadable:
    if best is None or best.found == 0:
        if encoding == "cp949":
            return Unreadable(
                _("글자를 읽을 수 없거나 표준 양식이 아닙니다. CSV UTF-8로 저장하거나 양식에 맞춰 주세요."),
                code="unknown_encoding",
            )
        return Unreadable(
            _(
                "표준 양식의 머리글이 없습니다. 첫 행에 %(names)s 등 25개 열 이름이 있어야 합니다. "
                "양식을 내려받아 맞춰 주세요."
            )
            % {"names": ", ".join(COLUMNS[:3])},
            code="wrong_columns",
        )
    parts = [_("빠진 열: %(names)s.") % {"names": ", ".join(best.missing)}]
    suggestions = best.suggestions()
    if best.unknown:
        parts.append(_("모르는 열: %(names)s.") % {"names": ", ".join(best.unknown[:12])})
    parts.extend(
        _("‘%(found)s’ 열은 혹시 ‘%(meant)s’인가요?") % {"found": found, "meant": meant}
        for found, meant in suggestions.items()
    )
    parts.append(_("열 이름을 고쳐서 다시 올려 주세요."))
    return Unreadable(
        " ".join(parts),
        code="wrong_columns",
        fields={name: _("이 열이 없습니다.") for name in best.missing},
    )
