"""What a badge framework is: types with what each demands, areas, names; read from plain JSON and checked.

Code knows only the demands a type may make, not the types (rows B1, B2).
"""

import json
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

DEMANDS = frozenset({"attendance", "no_assessment", "assessment", "activity", "alignment", "prerequisites"})
# What a completed course can show by itself; the others need an activity log or further badges.
SHOWN_BY_COMPLETION = frozenset({"attendance", "no_assessment", "assessment", "alignment"})
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,23}")
_PATTERN_FIELDS = frozenset({"area", "type", "sub_area"})


class FrameworkError(ValueError):
    """A framework file cannot be used; the message names the file and the fault."""


@dataclass(frozen=True, slots=True)
class Term:
    """A coded word of a framework, with its name in each language."""

    code: str
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name in the language of the page, Korean where there is none."""
        return self.names.get((get_language() or "ko")[:2], self.names["ko"])

    @property
    def korean(self) -> str:
        return self.names["ko"]


@dataclass(frozen=True, slots=True)
class BadgeType(Term):
    meanings: Mapping[str, str]
    demands: frozenset[str]
    achievement_type: str
    approval: bool = False
    review: bool = False

    @property
    def meaning(self) -> str:
        return self.meanings.get((get_language() or "ko")[:2], self.meanings["ko"])

    @property
    def shown_by_completion(self) -> bool:
        """Whether completing a course can be enough for a badge of this type."""
        return self.demands <= SHOWN_BY_COMPLETION


@dataclass(frozen=True, slots=True)
class BadgeArea(Term):
    sub_areas: Mapping[str, Term]
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of one framework."""

    code: str
    version: int
    names: Mapping[str, str]
    name_pattern: str
    types: Mapping[str, BadgeType]
    areas: Mapping[str, BadgeArea]

    @property
    def name(self) -> str:
        return self.names.get((get_language() or "ko")[:2], self.names["ko"])

    def label(self, badge_type: str, area: str, sub_area: str = "") -> str:
        """The pattern filled in, in Korean: 직업진로-성취형."""
        found = self.areas[area]
        sub = found.sub_areas[sub_area].korean if sub_area else ""
        return self.name_pattern.format(area=found.korean, type=self.types[badge_type].korean, sub_area=sub)


def read(path: Path) -> Framework:
    """Read and check one file; raises FrameworkError."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        raise FrameworkError(f"{path}: {error}") from error


def parse(data: Any) -> Framework:
    """Check and build a framework from plain JSON; raises FrameworkError at the first fault."""
    if not isinstance(data, dict):
        raise FrameworkError("a framework is a JSON object")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= 32767:
        raise FrameworkError("version: a whole number from 1 on")
    types = {item.code: item for item in map(_type, _list(data, "types"))}
    areas = {item.code: item for item in map(_area, _list(data, "areas"))}
    if len(types) != len(data["types"]) or len(areas) != len(data["areas"]):
        raise FrameworkError("a code is used twice")
    return Framework(
        code=_code(data),
        version=version,
        names=_names(data, "name"),
        name_pattern=_pattern(data.get("name_pattern")),
        types=types,
        areas=areas,
    )


def _pattern(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise FrameworkError("name_pattern: a text such as {area}-{type}")
    try:
        parts = list(string.Formatter().parse(value))
    except ValueError as error:
        raise FrameworkError(f"name_pattern: {error}") from None
    for _literal, field, spec, conversion in parts:
        if field is not None and (field not in _PATTERN_FIELDS or spec or conversion):
            raise FrameworkError(f"name_pattern: {{{field}}} is not one of {sorted(_PATTERN_FIELDS)}")
    return value


def _list(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = data.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        raise FrameworkError(f"{key}: a list with at least one object")
    return value


def _code(data: dict[str, Any]) -> str:
    value = data.get("code")
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise FrameworkError(f"code {value!r}: small letters, digits and _, at most 24")
    return value


def _names(data: dict[str, Any], key: str) -> dict[str, str]:
    value = data.get(key)
    if not isinstance(value, dict) or not value.get("ko"):
        raise FrameworkError(f"{data.get('code')}: {key} needs a Korean text (ko)")
    if not all(isinstance(text, str) and text for text in value.values()):
        raise FrameworkError(f"{data.get('code')}: {key} holds something that is not text")
    return value


def _type(data: dict[str, Any]) -> BadgeType:
    demands = data.get("demands")
    if not isinstance(demands, list) or not demands or not set(demands) <= DEMANDS:
        raise FrameworkError(f"{data.get('code')}: demands are some of {sorted(DEMANDS)}")
    if {"assessment", "no_assessment"} <= set(demands):
        raise FrameworkError(f"{data.get('code')}: demands an assessment and none")
    achievement_type = data.get("achievement_type")
    if not isinstance(achievement_type, str) or not achievement_type.isalpha():
        raise FrameworkError(f"{data.get('code')}: achievement_type is one word of Open Badges 3.0")
    return BadgeType(
        code=_code(data),
        names=_names(data, "name"),
        meanings=_names(data, "meaning"),
        demands=frozenset(demands),
        achievement_type=achievement_type,
        approval=_flag(data, "approval"),
        review=_flag(data, "review"),
    )


def _flag(data: dict[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise FrameworkError(f"{data.get('code')}: {key} is true or false")
    return value


def _area(data: dict[str, Any]) -> BadgeArea:
    subs = data.get("sub_areas", [])
    if not isinstance(subs, list) or not all(isinstance(item, dict) for item in subs):
        raise FrameworkError(f"{data.get('code')}: sub_areas is a list of objects")
    terms = {_code(item): Term(_code(item), _names(item, "name")) for item in subs}
    if len(terms) != len(subs):
        raise FrameworkError(f"{data.get('code')}: a code is used twice")
    colour = data.get("colour", "")
    if not isinstance(colour, str) or (colour and not COLOUR.fullmatch(colour)):
        raise FrameworkError(f"{data.get('code')}: colour is written #rrggbb")
    return BadgeArea(code=_code(data), names=_names(data, "name"), sub_areas=terms, colour=colour.lower())


def as_data(item: Framework) -> dict[str, Any]:
    """The framework as the JSON that ``parse`` reads back."""
    return {
        "code": item.code,
        "version": item.version,
        "name": dict(item.names),
        "name_pattern": item.name_pattern,
        "types": [
            {
                "code": each.code,
                "name": dict(each.names),
                "meaning": dict(each.meanings),
                "achievement_type": each.achievement_type,
                "demands": sorted(each.demands),
                **({"approval": True} if each.approval else {}),
                **({"review": True} if each.review else {}),
            }
            for each in item.types.values()
        ],
        "areas": [
            {
                "code": each.code,
                "name": dict(each.names),
                **({"colour": each.colour} if each.colour else {}),
                "sub_areas": [{"code": sub.code, "name": dict(sub.names)} for sub in each.sub_areas.values()],
            }
            for each in item.areas.values()
        ],
    }


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour with white (WCAG 2.2): text needs 4.5, drawings 3."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
