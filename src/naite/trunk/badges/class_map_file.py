"""Reading the table between the two classifications from Excel or CSV (UTF-8, CP949). Pure."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.trunk.badges.award_file import plain_name
from naite.trunk.badges.class_map_rules import MOST_LINES, Line
from naite.trunk.badges.framework_shape import Framework
from naite.trunk.catalogue.classification import Category
from naite.trunk.catalogue.standard_file.container import HEADER_WITHIN, Unreadable, open_lines
from naite.trunk.catalogue.standard_file.text import CellError, one_line

CATEGORY, WORDS, AREA, SUB_AREA = "6진 분류", "낱말", "영역", "세부 영역"
COLUMNS = (CATEGORY, WORDS, AREA, SUB_AREA)
EXAMPLES: Mapping[str, tuple[str | Promise, str]] = {
    CATEGORY: (gettext_lazy("여섯 가운데 하나"), "인문교양교육"),
    WORDS: (gettext_lazy("쉼표로 나누어. 비우면 그 분류의 기본 줄"), "컴퓨터, 스마트폰"),
    AREA: (gettext_lazy("체계의 영역 이름. 비우면 정하지 않음"), "실용문해"),
    SUB_AREA: (gettext_lazy("영역 안의 세부 영역 이름. 비워도 됩니다"), "디지털"),
}
Read = tuple[list[Line], list[tuple[int, str]]]


def read_map(content: bytes, *, max_bytes: int, kind: Framework) -> Read:
    """Read a table; returns its lines and the faults by the file's row number.

    A file that cannot be read as a whole is refused (``Unreadable``) with what to do.
    """
    cells, _encoding = open_lines(content, max_bytes=max_bytes, max_rows=MOST_LINES + HEADER_WITHIN)
    lines = list(cells)
    at, positions = _header(lines)
    found: list[Line] = []
    faults: list[tuple[int, str]] = []
    for number, values in lines[at + 1 :]:
        picked = {name: values[index] if index < len(values) else "" for name, index in positions.items()}
        if not any(value.strip() for value in picked.values()):
            continue
        try:
            found.append(_line({name: one_line(value) for name, value in picked.items()}, kind))
        except (CellError, ValueError) as error:
            faults.append((number, str(error)))
    if not found and not faults:
        raise Unreadable(_("머리글만 있고 적은 줄이 없습니다."), code="file_empty")
    return found, faults


def rows_of(lines: Sequence[Line], kind: Framework) -> list[list[str]]:
    """The lines as rows of the same table, in Korean."""
    labels = _categories()
    named = {code: label for label, code in labels.items()}
    rows = []
    for line in lines:
        area = kind.areas.get(line.area)
        sub = area.sub_areas.get(line.sub_area) if area else None
        rows.append(
            [
                named.get(line.category, line.category),
                ", ".join(line.words),
                area.korean if area else "",
                sub.korean if sub else "",
            ]
        )
    return rows


def split_words(text: str) -> tuple[str, ...]:
    """The words of a cell, once each."""
    return tuple(dict.fromkeys(word for part in text.split(",") if (word := " ".join(part.split()))))


def _header(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int]]:
    wanted = {plain_name(column): column for column in COLUMNS}
    for at, (_number, cells) in enumerate(lines[:HEADER_WITHIN]):
        found = {
            wanted[name]: index for index, cell in enumerate(cells) if (name := plain_name(cell)) in wanted
        }
        if CATEGORY in found and AREA in found:
            return at, found
    raise Unreadable(
        _("‘6진 분류’와 ‘영역’ 열이 있어야 합니다. 표를 내려받아 그 꼴에 맞춰 주세요."), code="wrong_columns"
    )


def _line(cells: Mapping[str, str], kind: Framework) -> Line:
    category = _categories().get(cells[CATEGORY])
    if category is None:
        raise ValueError(_("‘%(name)s’: 6진 분류에 없습니다.") % {"name": cells[CATEGORY][:30]})
    area = next((item for item in kind.areas.values() if cells[AREA] in (item.korean, item.code)), None)
    if cells[AREA] and area is None:
        raise ValueError(_("‘%(name)s’: 이 체계에 없는 영역입니다.") % {"name": cells[AREA][:30]})
    wanted = cells.get(SUB_AREA, "")
    sub = next((s for s in area.sub_areas.values() if wanted in (s.korean, s.code)), None) if area else None
    if wanted and sub is None:
        raise ValueError(_("‘%(name)s’: 이 영역에 없는 세부 영역입니다.") % {"name": wanted[:30]})
    return Line(
        category, split_words(cells.get(WORDS, "")), area.code if area else "", sub.code if sub else ""
    )


def _categories() -> dict[str, str]:
    """Names of the six fields in Korean, as they stand in files whatever the page's language."""
    return {
        "기초문해교육": Category.BASIC_LITERACY.value,
        "학력보완교육": Category.ACADEMIC_SUPPLEMENT.value,
        "직업능력교육": Category.VOCATIONAL.value,
        "문화예술교육": Category.ARTS_CULTURE.value,
        "인문교양교육": Category.HUMANITIES.value,
        "시민참여교육": Category.CIVIC_PARTICIPATION.value,
    }
