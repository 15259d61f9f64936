"""What a badge says about itself, in any of the forms that badges come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from credcore.errors import CredentialError
from credcore.instants import parse_instant
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import names
from naite.trunk.badges.credentials import RECOGNITION_GENRE
from naite.trunk.badges.framework import Framework


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the badge says about itself. Only to be relied on where the signature is good."""

    title: str
    description: str = ""
    label: str = ""
    badge_type: str = ""
    area: str = ""
    issuer_name: str = ""
    issuer_id: str = ""
    issued_at: datetime | None = None
    valid_until: datetime | None = None
    hours: str = ""
    narrative: tuple[str, ...] = ()
    criteria: str = ""
    standards: tuple[str, ...] = ()
    recognised: bool = False
    achievement_id: UUID | None = None  # where the badge says that it is one of ours


def read(document: Mapping[str, Any]) -> Shown:
    """Read what a badge says about itself, whatever is missing or odd in it."""
    subject = _mapping(document.get("credentialSubject"))
    # Open Badges 2 calls the achievement "badge" and keeps the issuer inside.
    achievement = _mapping(subject.get("achievement") or document.get("badge"))
    issuer = document.get("issuer") or achievement.get("issuer")
    alignments = [_mapping(item) for item in _list(achievement.get("alignment"))]
    codes = {_text(item.get("targetType")): item for item in alignments}
    kind, area, label = _known(codes)
    return Shown(
        achievement_id=names.achievement_id_of(_text(achievement.get("id"))),
        title=_text(achievement.get("name")) or _text(document.get("name")),
        description=_text(achievement.get("description")),
        label=label or _label(codes),
        badge_type=kind,
        area=area,
        issuer_name=_text(_mapping(issuer).get("name")),
        issuer_id=_text(_mapping(issuer).get("id")) or _text(issuer),
        issued_at=_instant(
            document.get("validFrom") or document.get("issuanceDate") or document.get("issuedOn")
        ),
        valid_until=_instant(
            document.get("validUntil") or document.get("expirationDate") or document.get("expires")
        ),
        hours=_hours(subject.get("creditsEarned")),
        narrative=tuple(line for line in _text(subject.get("narrative"), 2000).splitlines() if line.strip())[
            :12
        ],
        criteria=_text(_mapping(achievement.get("criteria")).get("narrative"), 2000),
        standards=tuple(
            " · ".join(part for part in (_text(item.get("targetName")), _standard(item)) if part)
            for item in alignments
            if not _text(item.get("targetType")).startswith("ext:")
        )[:20],
        recognised=any(
            _mapping(item).get("genre") == RECOGNITION_GENRE for item in _list(document.get("evidence"))
        ),
    )


def _known(codes: Mapping[str, Mapping[str, Any]]) -> tuple[str, str, str]:
    """The type and area codes with their names in the language of the page, if one of our frameworks has them."""
    kind = _text(codes.get("ext:BadgeType", {}).get("targetCode"))
    area = _text(codes.get("ext:LearningArea", {}).get("targetCode"))
    found: list[Framework] = [
        item for item in frameworks.current() if kind in item.types and area in item.areas
    ]
    if not found:
        return "", "", ""
    return kind, area, f"{found[0].areas[area].name} · {found[0].types[kind].name}"


def _label(codes: Mapping[str, Mapping[str, Any]]) -> str:
    words = (
        _text(codes.get(f"ext:{key}", {}).get("targetName"), 40) for key in ("LearningArea", "BadgeType")
    )
    return " · ".join(word for word in words if word)


def _standard(item: Mapping[str, Any]) -> str:
    code = _text(item.get("targetCode"), 60)
    return f"NCS {code}" if code and "NCS" in _text(item.get("targetFramework")) else code


def _hours(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 100000:
        return ""
    return f"{value:,.1f}".removesuffix(".0")


def _instant(value: object) -> datetime | None:
    try:
        return parse_instant(value)
    except CredentialError:
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []


def _text(value: object, length: int = 300) -> str:
    return value.strip()[:length] if isinstance(value, str) else ""
