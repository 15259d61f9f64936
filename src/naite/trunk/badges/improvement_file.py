"""Reading a list of results before and after: CSV (UTF-8, CP949) or Excel, in our own columns. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.trunk.badges.award_file import (
    Listed,
    mark_doubles,
    merged_rows,
    plain_name,
    read_address,
    read_day,
    read_figure,
)
from naite.trunk.badges.improvement_rules import Results, faults
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, Unreadable, open_lines
from naite.trunk.catalogue.standard_file.text import CellError, several_lines

MAX_ROWS = 2000
EMAIL, NAME, BEFORE, BEFORE_ON, AFTER, AFTER_ON = (
    "이메일",
    "이름",
    "사전 점수",
    "사전 진단일",
    "사후 점수",
    "사후 진단일",
)
COLUMNS = (EMAIL, NAME, BEFORE, BEFORE_ON, AFTER, AFTER_ON)
EXAMPLES: Mapping[str, tuple[str | Promise, str]] = {
    EMAIL: (gettext_lazy("꼭 적습니다. 한 사람에 한 행"), "garam@example.kr"),
    NAME: (gettext_lazy("적으면 이메일의 주인과 맞는지 봅니다"), "한가람"),
    BEFORE: (gettext_lazy("배우기 전 점수. 0에서 100까지"), "45"),
    BEFORE_ON: (gettext_lazy("네 자리 연도-월-일"), "2026-09-01"),
    AFTER: (gettext_lazy("배운 뒤 점수. 사전 진단과 같은 잣대"), "72"),
    AFTER_ON: (gettext_lazy("네 자리 연도-월-일"), "2026-11-20"),
}
_FIELDS = {"before": BEFORE, "after": AFTER, "before_on": BEFORE_ON, "after_on": AFTER_ON}


@dataclass(slots=True)
class ResultRow:
    """A row of the list, with its two results where they can be entered and every fault where not."""

    number: int
    email: str
    name: str
    results: Results | None
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def reason(self) -> str:
        return " ".join(f"{column}: {text}" if column else text for column, text in self.faults)[:300]


def read_results(content: bytes, *, max_bytes: int, today: date) -> list[ResultRow]:
    """Read a list; a file that cannot be read as a whole is refused (``Unreadable``) with what to do."""
    cells, encoding = open_lines(content, max_bytes=max_bytes, max_rows=MAX_ROWS)
    lines = list(cells)
    at, positions = _header(lines)
    merged = merged_rows(content) if encoding == "xlsx" else set()
    read = []
    for number, values in lines[at + 1 :]:
        picked = {name: values[index] if index < len(values) else "" for name, index in positions.items()}
        if any(value.strip() for value in picked.values()):
            read.append(_row(number, picked, number in merged, today))
    if not read:
        raise Unreadable(_("머리글만 있고 결과가 없습니다."), code="file_empty")
    mark_doubles([row for row, _results in read])
    return [
        ResultRow(row.number, row.email, row.name, None if row.faults else results, row.faults)
        for row, results in read
    ]


def _header(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int]]:
    wanted = {plain_name(column): column for column in COLUMNS}
    for at, (_number, cells) in enumerate(lines[:HEADER_WITHIN]):
        found = {
            wanted[name]: index for index, cell in enumerate(cells) if (name := plain_name(cell)) in wanted
        }
        if EMAIL in found:
            missing = [column for column in COLUMNS if column not in found and column != NAME]
            if missing:
                raise Unreadable(
                    _("열이 모자랍니다: %(columns)s. 양식을 내려받아 맞춰 주세요.")
                    % {"columns": ", ".join(missing)},
                    code="wrong_columns",
                )
            return at, found
    raise Unreadable(
        _("‘이메일’ 열이 없습니다. 첫 행에 열 이름이 있어야 합니다. 양식을 내려받아 맞춰 주세요."),
        code="wrong_columns",
    )


def _row(number: int, cells: dict[str, str], is_merged: bool, today: date) -> tuple[Listed, Results | None]:
    row = Listed(number)
    texts: dict[str, str] = {}
    for name, raw in cells.items():
        try:
            texts[name] = several_lines(raw)
        except CellError as error:
            row.faults.append((name, str(error)))
            texts[name] = ""
    row.email = read_address(row, texts.get(EMAIL, ""), is_merged)
    row.name = " ".join(texts.get(NAME, "").split())[:60]
    figures: dict[str, Decimal | None] = {
        name: read_figure(row, _FIELDS[name], texts.get(_FIELDS[name], ""), Decimal(100), 2)
        for name in ("before", "after")
    }
    days = {
        name: read_day(row, texts.get(_FIELDS[name], ""), today, _FIELDS[name])
        for name in ("before_on", "after_on")
    }
    for name, value in {**figures, **days}.items():
        if value is None and not any(column == _FIELDS[name] for column, _text in row.faults):
            row.faults.append((_FIELDS[name], _("비어 있습니다. 적어 주세요.")))
    before, after, before_on, after_on = (
        figures["before"],
        figures["after"],
        days["before_on"],
        days["after_on"],
    )
    if before is None or after is None or before_on is None or after_on is None:
        return row, None
    results = Results(before=before, after=after, before_on=before_on, after_on=after_on)
    row.faults.extend((_FIELDS[name], str(text)) for name, text in faults(results, today=today).items())
    return row, results
