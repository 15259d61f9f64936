"""Open Badges 3.0 credentials as typed values, and from them the JSON that is signed.

Every node gets an id: nodes without one canonicalize slowly and cannot be told apart. Where the caller gives
none it is derived from the node above (``…#criteria``, ``…#alignment-1``), so building twice gives the same
document.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from credcore import contexts, validation
from credcore.errors import InvalidDocument
from credcore.instants import format_instant
from credcore.validation import Problem, validate

Json = dict[str, Any]

ResultStatus = Literal["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"]
CONTEXTS: Final = (contexts.VC_V2, contexts.OB_V3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture by its address (https or data)."""

    id: str
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An issuer or creator; ``id`` is its DID."""

    id: str
    name: str | None = None
    url: str | None = None
    description: str | None = None
    email: str | None = None
    phone: str | None = None
    image: Image | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a learner has to do; a narrative, a page, or both."""

    narrative: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """A link to a framework, such as an NCS unit or a qualification."""

    target_name: str
    target_url: str
    target_code: str | None = None
    target_description: str | None = None
    target_framework: str | None = None
    target_type: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDescription:
    """A kind of result that an achievement may have."""

    id: str
    name: str
    result_type: str
    allowed_value: Sequence[str] = ()
    required_value: str | None = None
    value_min: str | None = None
    value_max: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result that this learner had."""

    result_description: str | None = None
    value: str | None = None
    status: ResultStatus | None = None
    achieved_level: str | None = None
    alignment: Sequence[Alignment] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that shows the achievement; ``id`` is its address where it has one."""

    name: str | None = None
    narrative: str | None = None
    description: str | None = None
    genre: str | None = None
    audience: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """What is achieved: the badge class."""

    id: str
    name: str
    description: str
    criteria: Criteria
    achievement_type: str | None = None
    image: Image | None = None
    creator: Profile | None = None
    tag: Sequence[str] = ()
    alignment: Sequence[Alignment] = ()
    result_description: Sequence[ResultDescription] = ()
    in_language: str | None = None
    version: str | None = None
    human_code: str | None = None
    field_of_study: str | None = None
    specialization: str | None = None
    credits_available: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementSubject:
    """Who achieved it, named by an id of the learner's own (a DID), never by an e-mail address."""

    id: str
    achievement: Achievement
    activity_start_date: datetime | None = None
    activity_end_date: datetime | None = None
    credits_earned: float | None = None
    narrative: str | None = None
    role: str | None = None
    term: str | None = None
    license_number: str | None = None
    result: Sequence[Result] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ids:
    """Ids for nodes that come without one."""

    base: str
    seen: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> str:
        self.seen[kind] = self.seen.get(kind, 0) + 1
        separator = "-" if "#" in self.base else "#"
        return f"{self.base}{separator}{kind}-{self.seen[kind]}"


def build_achievement_credential(
    *,
    id: str,
    issuer: Profile,
    subject: AchievementSubject,
    valid_from: datetime,
    valid_until: datetime | None = None,
    name: str | None = None,
    description: str | None = None,
    image: Image | None = None,
    evidence: Sequence[Evidence] = (),
    status: Mapping[str, Any] | None = None,
    terms_of_use: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """An unsigned OpenBadgeCredential under VCDM 2.0 and OB 3.0.3, with all text in NFC.

    ``status`` takes the entry of :func:`credcore.status.status_entry` for revocation; an entry for suspension
    goes to ``terms_of_use`` (see :func:`credcore.status.entries_of`). Raises InvalidDocument, with all problems,
    if the result would break the model; repeating with the same values gives the same document.
    """
    ids = _Ids(base=id)
    document = _clean(
        {
            "@context": list(CONTEXTS),
            "id": id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": name,
            "description": description,
            "image": _image(image),
            "issuer": profile_node(issuer),
            "validFrom": format_instant(valid_from),
            "validUntil": format_instant(valid_until) if valid_until else None,
            "credentialSubject": _subject(subject, ids),
            "evidence": [_evidence(item, ids) for item in evidence],
            "credentialStatus": dict(status) if status else None,
            "termsOfUse": [dict(item) for item in terms_of_use],
        }
    )
    return checked(document)


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """The document itself if it keeps the model; raises InvalidDocument naming every field and clause."""
    problems = validate(document)
    if problems:
        raise InvalidDocument("; ".join(f"{p.field}: {p.message} ({p.clause})" for p in problems))
    return document


def normalize(value: Any) -> Any:
    """A copy with every string, keys included, in Unicode NFC."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", key): normalize(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normalize(item) for item in value]
    return value


def _clean(node: dict[str, Any]) -> dict[str, Any]:
    """NFC throughout, and without the fields that are not set: an empty value would stay unsigned."""
    return {k: normalize(v) for k, v in node.items() if v is not None and v != [] and v != {}}


def _image(image: Image | None) -> Json | None:
    return _clean({"id": image.id, "type": "Image", "caption": image.caption}) if image else None


def profile_node(profile: Profile | None) -> Json | None:
    """A profile as it stands in a credential."""
    if profile is None:
        return None
    return _clean(
        {
            "id": profile.id,
            "type": ["Profile"],
            "name": profile.name,
            "url": profile.url,
            "description": profile.description,
            "email": profile.email,
            "phone": profile.phone,
            "image": _image(profile.image),
        }
    )


def _alignment(alignment: Alignment, ids: _Ids) -> Json:
    return _clean(
        {
            "id": alignment.id or ids.of("alignment"),
            "type": ["Alignment"],
            "targetName": alignment.target_name,
            "targetUrl": alignment.target_url,
            "targetCode": alignment.target_code,
            "targetDescription": alignment.target_description,
            "targetFramework": alignment.target_framework,
            "targetType": alignment.target_type,
        }
    )


def _result_description(item: ResultDescription) -> Json:
    return _clean(
        {
            "id": item.id,
            "type": ["ResultDescription"],
            "name": item.name,
            "resultType": item.result_type,
            "allowedValue": list(item.allowed_value),
            "requiredValue": item.required_value,
            "valueMin": item.value_min,
            "valueMax": item.value_max,
        }
    )


def _result(result: Result, ids: _Ids) -> Json:
    return _clean(
        {
            "id": result.id or ids.of("result"),
            "type": ["Result"],
            "resultDescription": result.result_description,
            "value": result.value,
            "status": result.status,
            "achievedLevel": result.achieved_level,
            "alignment": [_alignment(item, ids) for item in result.alignment],
        }
    )


def _evidence(evidence: Evidence, ids: _Ids) -> Json:
    return _clean(
        {
            "id": evidence.id or ids.of("evidence"),
            "type": ["Evidence"],
            "name": evidence.name,
            "narrative": evidence.narrative,
            "description": evidence.description,
            "genre": evidence.genre,
            "audience": evidence.audience,
        }
    )


def _achievement(achievement: Achievement) -> Json:
    ids = _Ids(base=achievement.id)
    return _clean(
        {
            "id": achievement.id,
            "type": ["Achievement"],
            "achievementType": achievement.achievement_type,
            "name": achievement.name,
            "description": achievement.description,
            "criteria": _clean(
                {
                    "id": achievement.criteria.id or ids.of("criteria"),
                    "narrative": achievement.criteria.narrative,
                }
            ),
            "image": _image(achievement.image),
            "creator": profile_node(achievement.creator),
            "humanCode": achievement.human_code,
            "fieldOfStudy": achievement.field_of_study,
            "specialization": achievement.specialization,
            "creditsAvailable": achievement.credits_available,
            "tag": list(dict.fromkeys(achievement.tag)),
            "alignment": [_alignment(item, ids) for item in achievement.alignment],
            "resultDescription": [_result_description(item) for item in achievement.result_description],
            "inLanguage": achievement.in_language,
            "version": achievement.version,
        }
    )


def _subject(subject: AchievementSubject, ids: _Ids) -> Json:
    start, end = subject.activity_start_date, subject.activity_end_date
    return _clean(
        {
            "id": subject.id,
            "type": ["AchievementSubject"],
            "activityStartDate": format_instant(start) if start else None,
            "activityEndDate": format_instant(end) if end else None,
            "creditsEarned": subject.credits_earned,
            "licenseNumber": subject.license_number,
            "role": subject.role,
            "term": subject.term,
            "narrative": subject.narrative,
            "achievement": _achievement(subject.achievement),
            "result": [_result(item, ids) for item in subject.result],
        }
    )


__all__ = [
    "Achievement",
    "AchievementSubject",
    "Alignment",
    "Criteria",
    "Evidence",
    "Image",
    "Problem",
    "Profile",
    "Result",
    "ResultDescription",
    "build_achievement_credential",
    "checked",
    "normalize",
    "validate",
    "validation",
]
