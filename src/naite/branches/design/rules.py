"""What of a goal is there and what is missing; pure decisions on plain values."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Mark = Literal["shown", "touched", "missing"]
# Words that many units share say nothing about one of them.
_COMMON = frozenset(
    "구현 활용 수행 관리 운영 설계 작성 개발 기획 지원 기초 기술 업무 계획 수립 적용 처리 평가 이해 실시 조사".split()
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the goal."""

    code: str
    name: str

    @property
    def key(self) -> str:
        return self.code.split("_")[0]

    @property
    def job(self) -> str:
        return self.key[:8]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something in the account: its title, the codes it is aligned to, and whether it is a badge."""

    title: str
    codes: tuple[str, ...]
    badge: bool


@dataclass(frozen=True, slots=True)
class UnitGap:
    """A unit with what speaks for it."""

    unit: Unit
    mark: Mark
    evidence: tuple[str, ...]


def gap(units: Iterable[Unit], things: Sequence[Evidence]) -> list[UnitGap]:
    """Mark every unit of a goal by what the account holds.

    A badge aligned to the unit, in whatever version, shows it. A badge or completed course aligned to the unit's
    job, a completed course aligned to the unit, or a title with the unit's own words only touches it.
    """
    return [_gap_of(unit, things) for unit in units]


def _gap_of(unit: Unit, things: Sequence[Evidence]) -> UnitGap:
    shows = [each.title for each in things if each.badge and unit.key in map(_key, each.codes)]
    if shows:
        return UnitGap(unit, "shown", _few(shows))
    words = key_words(unit.name)
    touches = [
        each.title
        for each in things
        if any(_key(code) in (unit.key, unit.job) for code in each.codes)
        or any(word in each.title.casefold() for word in words)
    ]
    return UnitGap(unit, "touched" if touches else "missing", _few(touches))


def key_words(name: str) -> list[str]:
    """Return the words by which a unit is told from others, longest first; all of them if none is left."""
    words = [word.casefold() for word in re.findall(r"[가-힣A-Za-z0-9/]{2,}", name)]
    telling = [word for word in words if word not in _COMMON] or words
    return sorted(dict.fromkeys(telling), key=len, reverse=True)[:3]


def counts(gaps: Sequence[UnitGap]) -> dict[Mark, int]:
    """How many units bear each mark."""
    return {mark: sum(each.mark == mark for each in gaps) for mark in ("shown", "touched", "missing")}


def _key(code: str) -> str:
    return code.split("_")[0]


def _few(titles: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(titles))[:3]
