"""Criteria as a table for Excel, and such a table read back."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid
from naite.trunk.recognition.criteria.drafts import (
    HEADINGS,
    Fault,
    ItemDraft,
    faults,
    indicators_text,
    points_text,
    read_indicators,
    read_points,
    tidied,
)

COLUMNS = ("영역", "평가항목", "배점", "세부지표", "평가편람", "증빙으로 낼 것", "증빙 필수")
_YES = {"예", "y", "yes", "o", "○", "1", "필수"}
_NO = {"", "아니요", "아니오", "n", "no", "x", "0"}


def rows_of(items: Sequence[ItemDraft]) -> list[list[str]]:
    """Return one row an item, in the order of ``COLUMNS``."""
    labels = {heading.value: str(heading.label) for heading in HEADINGS}
    return [
        [
            labels.get(item.heading, item.heading),
            item.title,
            points_text(item.points),
            indicators_text(item.indicators),
            item.manual,
            item.evidence_demanded,
            "예" if item.evidence_required else "아니요",
        ]
        for item in items
    ]


def read(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> tuple[list[ItemDraft], list[Fault]]:
    """Return the items of a table and what is wrong with them, by the numbers that the rows have in Excel.

    Refuses a table without the columns that are needed. Empty rows are passed over.
    """
    places = {name.strip(): place for place, name in enumerate(header)}
    missing = [name for name in COLUMNS[:3] if name not in places]
    if missing:
        raise Invalid(
            _("첫 줄에 열 이름이 없습니다: %(names)s. 내려받은 엑셀을 고쳐서 올려 주세요.")
            % {"names": ", ".join(missing)},
            code="columns",
        )
    keys = {str(heading.label): heading.value for heading in HEADINGS}
    items: list[ItemDraft] = []
    numbers: list[int] = []
    wrong: list[Fault] = []
    for number, cells in rows:
        cell = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        if not any(cell.get(name) for name in COLUMNS):
            continue
        required = cell.get("증빙 필수", "").lower()
        if required not in _YES | _NO:
            wrong.append(Fault(number, "evidence_required", _("‘증빙 필수’에는 예나 아니요를 적어 주세요.")))
        items.append(
            ItemDraft(
                heading=keys.get(cell["영역"], cell["영역"]),
                title=cell["평가항목"],
                points=read_points(cell["배점"]),
                manual=cell.get("평가편람", ""),
                evidence_demanded=cell.get("증빙으로 낼 것", ""),
                evidence_required=required in _YES,
                indicators=tuple(read_indicators(cell.get("세부지표", ""))),
            )
        )
        numbers.append(number)
    wrong += [
        Fault(numbers[found.row - 1] if found.row else 0, found.field, found.message)
        for found in faults(items)
    ]
    return tidied(items), sorted(wrong, key=lambda found: found.row)
