"""Reading rows of a list of NCS units; pure decisions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

CODE = re.compile(r"(\d{10})_(\d{2}v\d{1,2})", re.ASCII)
# The official files name their columns in several ways; blanks and brackets do not count.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "code": ("능력단위분류번호", "능력단위코드", "분류번호", "ncs코드", "code"),
    "name": ("능력단위명", "능력단위", "능력단위명칭", "name"),
    "level": ("능력단위수준", "수준", "직능수준", "level"),
    "definition": ("능력단위정의", "정의", "definition"),
    "major": ("대분류명", "대분류코드명", "대분류", "major"),
    "middle": ("중분류명", "중분류코드명", "중분류", "middle"),
    "small": ("소분류명", "소분류코드명", "소분류", "small"),
    "sub": ("세분류명", "세분류코드명", "세분류", "sub"),
}
NEEDED = ("code", "name")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as a row says it."""

    code: str
    unit_key: str
    name: str
    level: int | None
    definition: str
    sub_code: str
    sub_name: str
    path: str


class RowRefused(ValueError):
    """The row is no unit; the message says why."""


def header_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Return where each known column stands, None where the needed ones are not all there."""
    plain = [re.sub(r"[\s()\[\]_]", "", cell).casefold() for cell in cells]
    found = {
        field: next(plain.index(name) for name in names if name in plain)
        for field, names in _NAMES.items()
        if any(name in plain for name in names)
    }
    return found if all(field in found for field in NEEDED) else None


def unit_of(cells: Sequence[str], header: Mapping[str, int]) -> UnitRow:
    """Return the unit of a row; raises ``RowRefused`` with what to correct."""

    def text(field: str, most: int) -> str:
        at = header.get(field)
        return " ".join(cells[at].split())[:most] if at is not None and at < len(cells) else ""

    match = CODE.fullmatch(text("code", 40))
    if match is None:
        raise RowRefused(_("능력단위 번호는 10자리와 판이어야 합니다. 보기: 2001020205_16v4"))
    name = text("name", 200)
    if not name:
        raise RowRefused(_("능력단위의 이름이 없습니다."))
    level = text("level", 4)
    if level and (not level.isascii() or not level.isdigit() or not 1 <= int(level) <= 8):
        raise RowRefused(_("수준은 1부터 8까지의 숫자여야 합니다."))
    return UnitRow(
        code=match[0],
        unit_key=match[1],
        name=name,
        level=int(level) if level else None,
        definition=text("definition", 2000),
        sub_code=match[1][:8],
        sub_name=text("sub", 120),
        path=" > ".join(part for part in (text("major", 90), text("middle", 90), text("small", 90)) if part),
    )


def words_of(row: UnitRow) -> str:
    """The names of a unit and what is above it, without blanks, as search compares them."""
    return plain_words(f"{row.name} {row.sub_name} {row.path}")[:700]


def plain_words(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z가-힣]", "", text).casefold()
