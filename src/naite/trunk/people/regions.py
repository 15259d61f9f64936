"""Provinces and municipalities as facts: read from ``data/regions.csv``, without a database.

Codes are the first five digits of 행정표준코드 (not those of the statistics office, which reuse the same
digits for other places). Wards without a council of their own (수원시 장안구) belong to their city. A row that
was replaced names what it became.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data") / "regions.csv"


@dataclass(frozen=True)
class RegionFact:
    code: str
    name: str
    level: str
    parent: str | None
    valid_from: date | None
    valid_until: date | None
    became: tuple[str, ...]

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


@cache
def region_facts() -> dict[str, RegionFact]:
    """Return every region by its code, past ones included."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: RegionFact(
                code=row["code"],
                name=row["name"],
                level=row["level"],
                parent=row["parent"] or None,
                valid_from=_day(row["valid_from"]),
                valid_until=_day(row["valid_until"]),
                became=tuple(row["became"].split()),
            )
            for row in csv.DictReader(file)
        }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _came_from() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for fact in region_facts().values():
        for code in fact.became:
            found[code] = (*found.get(code, ()), fact.code)
    return found


def code_on(code: str, on: date) -> str | None:
    """Return the code that the place with this code has on a day.

    None when the code is unknown, or when the place was divided or joined in between, so that more than one
    code could be meant. The code of a ward leads to its city.
    """
    facts = region_facts()
    fact = facts.get(code) or facts.get(code[:4] + "0")
    while fact is not None and not fact.is_valid_on(on):
        later = fact.valid_until is not None and fact.valid_until <= on
        steps = fact.became if later else _came_from().get(fact.code, ())
        fact = facts[steps[0]] if len(steps) == 1 else None
    return fact.code if fact else None


# What people write instead of the full name of a province; old full names come from the data.
_SHORT = {
    "서울": "11",
    "부산": "26",
    "대구": "27",
    "인천": "28",
    "광주": "29",
    "대전": "30",
    "울산": "31",
    "세종": "36",
    "경기": "41",
    "강원": "42",
    "충북": "43",
    "충남": "44",
    "전북": "45",
    "전남": "46",
    "경북": "47",
    "경남": "48",
    "제주": "50",
    "전남광주": "12",
}
_METROPOLITAN = {"11", "26", "27", "28", "29", "30", "31", "36", "12"}
_GWANGJU_WARDS = {"동구", "서구", "남구", "북구", "광산구"}


@cache
def _province_words() -> dict[str, str]:
    words = {fact.name: fact.code[:2] for fact in region_facts().values() if fact.level == "sido"}
    for word, digits in _SHORT.items():
        words[word] = digits
        words[word + ("시" if digits in _METROPOLITAN else "도")] = digits
    words["제주특별자치도"] = "50"
    words["전남광주특별시"] = "12"
    # Of itself 광주시 is a city of 경기도; before one of its wards the metropolitan city is meant.
    del words["광주시"]
    return words


@cache
def _lineage(digits: str) -> frozenset[str]:
    """Return the province with what it was before and became later: 42 and 51; 29, 46 and 12."""
    known = {digits}
    while True:
        more = {
            other[:2]
            for code in (f"{item}000" for item in known)
            for other in (*region_facts()[code].became, *_came_from().get(code, ()))
        }
        if more <= known:
            return frozenset(known)
        known |= more


@cache
def _municipalities(digits: frozenset[str]) -> tuple[RegionFact, ...]:
    found = [
        fact
        for fact in region_facts().values()
        if fact.level == "sigungu" and (not digits or fact.code[:2] in digits)
    ]
    # Rows that still hold first, then longer names, so that 부산진구 is not taken for 진구.
    return tuple(sorted(found, key=lambda fact: (fact.valid_until is not None, -len(fact.name), fact.code)))


def code_from_address(address: str, on: date) -> str | None:
    """Return the code of the municipality, or else the province, that an address begins with.

    Understands short, old and joined names ("서울 마포구", "강원도 춘천시", "서울특별시마포구"), and answers
    with the code that holds on the day. None when no place is named or more than one could be meant.
    """
    text = re.sub(r"^\s*[(\[]?\s*\d{3}-?\d{2,3}\s*[)\]]?\s*", "", address).strip()
    text = re.sub(r"^(대한민국|한국)\s+", "", text)
    digits, rest = _take_province(text)
    if digits is None:
        return _sole_municipality(rest, on)
    if digits == "36":
        return code_on("36110", on)
    lineage = _lineage(digits)
    for fact in _municipalities(lineage):
        if _starts_with_place(rest, fact.name):
            code = code_on(fact.code, on) if _fits(fact, digits) else None
            if code:
                return code
    return code_on(f"{digits}000", on)


def _fits(fact: RegionFact, digits: str) -> bool:
    """광주 means the wards of 29 only, not the counties that came from 46 (and the other way round)."""
    if digits not in {"29", "46"} or fact.code[:2] == digits:
        return True
    return fact.code[:2] == "12" and (fact.name in _GWANGJU_WARDS) == (digits == "29")


def _take_province(text: str) -> tuple[str | None, str]:
    first, _, rest = text.partition(" ")
    if first == "광주시":
        ward = rest.split(" ", 1)[0]
        return ("29", rest) if ward in _GWANGJU_WARDS else (None, text)
    words = _province_words()
    if first in words:
        return words[first], rest.strip()
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 2 and first.startswith(word):
            return words[word], text[len(word) :].strip()
    return None, text


def _starts_with_place(text: str, name: str) -> bool:
    if not text.startswith(name):
        return False
    following = text[len(name) : len(name) + 1]
    # 수원시장안구 is written together; 중구청로 is a street and not the ward.
    return following in {"", " ", ",", "("} or bool(re.match(r"\S+구( |,|$)", text[len(name) :]))


def _sole_municipality(text: str, on: date) -> str | None:
    codes = {
        code
        for fact in _municipalities(frozenset())
        if _starts_with_place(text, fact.name) and (code := code_on(fact.code, on))
    }
    return codes.pop() if len(codes) == 1 else None


def load(region_model: Any, change_model: Any) -> int:
    """Write the facts as rows through the given models; return how many regions there are.

    Takes the models so that a migration can pass those of its own time. Safe to repeat: rows are updated in
    place, and none is removed.
    """
    facts = list(region_facts().values())
    region_model.objects.bulk_create(
        [
            region_model(
                code=fact.code,
                name=fact.name,
                level=fact.level,
                parent_id=fact.parent,
                valid_from=fact.valid_from,
                valid_until=fact.valid_until,
            )
            for fact in sorted(facts, key=lambda fact: (fact.parent is not None, fact.code))
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent", "valid_from", "valid_until"],
    )
    change_model.objects.bulk_create(
        [
            change_model(predecessor_id=fact.code, successor_id=code, effective_on=fact.valid_until)
            for fact in facts
            for code in fact.became
        ],
        ignore_conflicts=True,
    )
    return len(facts)
