"""Reading what a credential says about itself, and how long a link lives; pure decisions."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from credcore.errors import CredentialError
from credcore.instants import parse_instant

LinkState = Literal["open", "expired", "withdrawn"]
# How long a link may live, in days; None is until it is withdrawn.
LINK_DAYS: tuple[int | None, ...] = (7, 30, 90, 365, None)


@dataclass(frozen=True, slots=True)
class Face:
    """What a wallet shows of a badge."""

    title: str
    issuer_name: str
    issued_at: datetime
    area: str
    badge_type: str


def face_of(document: Mapping[str, Any], *, held_at: datetime) -> Face:
    """Return the title, issuer and time that a credential gives; what is missing stays empty.

    Area and type come from the framework codes that our badges carry as typed alignments.
    """
    subject = _mapping(document.get("credentialSubject"))
    achievement = _mapping(subject.get("achievement"))
    issuer = _mapping(document.get("issuer"))
    codes = {
        item.get("targetType"): item.get("targetCode")
        for item in _list(achievement.get("alignment"))
        if isinstance(item, Mapping)
    }
    try:
        issued_at = parse_instant(document.get("validFrom") or document.get("issuanceDate"))
    except CredentialError:
        issued_at = held_at
    return Face(
        title=_line(achievement.get("name") or document.get("name"), 200),
        issuer_name=_line(issuer.get("name") or issuer.get("id") or document.get("issuer"), 200),
        issued_at=issued_at,
        area=_line(codes.get("ext:LearningArea"), 24),
        badge_type=_line(codes.get("ext:BadgeType"), 24),
    )


def link_state(*, expires_at: datetime | None, withdrawn_at: datetime | None, now: datetime) -> LinkState:
    """Return whether a link still shows its badge; its end is exclusive."""
    if withdrawn_at is not None and withdrawn_at <= now:
        return "withdrawn"
    if expires_at is not None and expires_at <= now:
        return "expired"
    return "open"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _line(value: object, length: int) -> str:
    return " ".join(unicodedata.normalize("NFC", value).split())[:length] if isinstance(value, str) else ""
