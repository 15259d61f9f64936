"""From the bytes of an uploaded file to rows of text, whatever it was saved as."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from naite.trunk.catalogue.standard_file.columns import COLUMNS, Header, read_header
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, Unreadable, open_lines, too_many

MAX_ROWS = 100_000


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
    lines, encoding = open_lines(content, max_bytes=max_bytes, max_rows=MAX_ROWS)
    return _table(lines, encoding)


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
            if header is None and seen >= HEADER_WITHIN:
                break
            continue
        row = _pick(number, cells, header)
        if row is not None:
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise too_many(MAX_ROWS)
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
