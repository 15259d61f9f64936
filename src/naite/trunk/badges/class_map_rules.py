"""How the official classification in six fields is led over to the areas of a badge framework; pure (row B13).

The two are independent of each other, and no table says for certain what belongs where. So a framework's owner
writes down a rule for each field, with words that lead elsewhere (컴퓨터 in 인문교양 is digital); a rule without an
area says that the field has no clear home.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from naite.trunk.badges.framework_shape import Framework
from naite.trunk.catalogue.classification import Category
from naite.trunk.catalogue.suggestions.rules import stands_alone

MOST_LINES, MOST_WORDS, WORD_LENGTH = 60, 20, 20


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the six, the words that a course must name for this line (none: any), and where it leads."""

    category: str
    words: tuple[str, ...] = ()
    area: str = ""
    sub_area: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a field leads, and by which word."""

    area: str
    sub_area: str
    word: str = ""


def target(lines: Sequence[Line], category: str, text: str = "") -> Target | None:
    """Return where a course of this field belongs; lines with a word that the text names go first.

    None where the field is not known or has no clear home.
    """
    plain = text.casefold()
    mine = [line for line in lines if line.category == category]
    named = [
        (word, line)
        for line in mine
        for word in line.words
        if word.casefold() in plain and stands_alone(word.casefold(), plain)
    ]
    if named:
        word, line = max(named, key=lambda pair: len(pair[0]))  # the longest says most; 책 is not in 산책
        return Target(line.area, line.sub_area, word) if line.area else None
    for line in mine:
        if not line.words:
            return Target(line.area, line.sub_area) if line.area else None
    return None


def faults(lines: Sequence[Line], framework: Framework) -> dict[int, str]:
    """Return what is wrong with which line, by its place."""
    found: dict[int, str] = {}
    seen: dict[tuple[str, str], int] = {}
    for at, line in enumerate(lines):
        if line.category not in Category.values:
            found[at] = _("6진 분류 가운데 하나를 고르세요.")
        elif line.area and line.area not in framework.areas:
            found[at] = _("이 체계에 있는 영역을 고르세요.")
        elif line.sub_area and (not line.area or line.sub_area not in framework.areas[line.area].sub_areas):
            found[at] = _("이 영역에 있는 세부 영역을 고르세요.")
        elif len(line.words) > MOST_WORDS or any(len(word) > WORD_LENGTH for word in line.words):
            found[at] = _("낱말은 %(most)d개까지, 하나에 %(length)d자까지 적어 주세요.") % {
                "most": MOST_WORDS,
                "length": WORD_LENGTH,
            }
        for word in line.words or ("",):
            former = seen.setdefault((line.category, word.casefold()), at)
            if former != at and at not in found:
                found[at] = (
                    _("낱말 ‘%(word)s’ 줄이 이미 있습니다. 하나만 두세요.") % {"word": word}
                    if word
                    else _("이 분류의 기본 줄이 이미 있습니다. 하나만 두세요.")
                )
    return found


def as_data(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            "category": line.category,
            "words": list(line.words),
            "area": line.area,
            "sub_area": line.sub_area,
        }
        for line in lines
    ]


def from_data(data: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(
        Line(
            str(item["category"]),
            tuple(item.get("words", ())),
            str(item.get("area", "")),
            str(item.get("sub_area", "")),
        )
        for item in data
    )
