"""Does a document keep the model? Names the field and the clause of every problem.

Works on plain JSON of any shape, never raises, and knows VCDM 2.0, VCDM 1.1 and Open Badges 3.0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from credcore import contexts
from credcore.contexts import VC_V1
from credcore.errors import MalformedInput
from credcore.instants import parse_instant

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`\x7f\s]+")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)
_OB_CONTEXT: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)?\.json", re.ASCII
)
_MOST: Final = 100

OPEN_BADGE: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_STATUSES: Final = frozenset(
    {"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, which clause, and what is wrong."""

    field: str
    clause: str
    message: str


def validate(document: Any, *, issuing: bool = True) -> list[Problem]:
    """All problems of a credential (at most a hundred); an empty list means it keeps the model.

    Unknown types of credential are held to the rules of VCDM only. What only an issuer can do better (text in
    NFC, no e-mail address as id of a learner) counts when ``issuing``, not against badges of others.
    """
    problems: list[Problem] = []
    for problem in _all(document, issuing):
        problems.append(problem)
        if len(problems) >= _MOST:
            break
    return problems


def types_of(node: Any) -> tuple[str, ...]:
    """The types of a node, whether written as one string or a list."""
    value = node.get("type") if isinstance(node, Mapping) else None
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def issuer_id(document: Mapping[str, Any]) -> str | None:
    """The issuer's id, whether the issuer is written as a string or as an object."""
    issuer = document.get("issuer")
    value = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return value if isinstance(value, str) else None


def is_open_badge(document: Mapping[str, Any]) -> bool:
    """True for an Open Badges 3.0 AchievementCredential."""
    return not OPEN_BADGE.isdisjoint(types_of(document))


def _all(document: Any, issuing: bool) -> Iterator[Problem]:
    if not isinstance(document, Mapping):
        yield Problem("", "VCDM 2.0 section 4.2", "a credential is a JSON object")
        return
    yield from _credential(document)
    if is_open_badge(document):
        yield from _open_badge(document)
    if "ClrCredential" in types_of(document):
        yield from _record(document)
    if issuing:
        if is_open_badge(document) or "ClrCredential" in types_of(document):
            yield from _one_status(document)
        yield from _lasting_ids(document)
        yield from _text(document, "")


def _credential(document: Mapping[str, Any]) -> Iterator[Problem]:
    context = document.get("@context")
    names = context if isinstance(context, list) else [context]
    if names[:1] not in ([contexts.VC_V2], [VC_V1]):
        yield Problem(
            "@context", "VCDM 2.0 section 4.3", f"the first context must be {contexts.VC_V2} (or {VC_V1})"
        )
    first_version = names[:1] == [VC_V1]
    if "VerifiableCredential" not in types_of(document):
        yield Problem("type", "VCDM 2.0 section 4.5", "must include VerifiableCredential")
    if "id" in document:
        yield from _iri(document["id"], "id", "VCDM 2.0 section 4.4")
    if "issuer" not in document:
        yield Problem("issuer", "VCDM 2.0 section 4.7", "is missing")
    elif issuer_id(document) is None:
        yield Problem("issuer", "VCDM 2.0 section 4.7", "must be a URL or an object with an id")
    else:
        yield from _iri(issuer_id(document), "issuer.id", "VCDM 2.0 section 4.7")
    subjects = document.get("credentialSubject")
    for subject in subjects if isinstance(subjects, list) and subjects else [subjects]:
        if not isinstance(subject, Mapping) or not subject:
            yield Problem(
                "credentialSubject", "VCDM 2.0 section 4.8", "must be an object that says something"
            )
        elif "id" in subject:
            yield from _iri(subject["id"], "credentialSubject.id", "VCDM 2.0 section 4.4")
    if first_version:
        yield from _dates(document, "issuanceDate", "expirationDate", "VCDM 1.1 section 4.6")
        if "issuanceDate" not in document:
            yield Problem("issuanceDate", "VCDM 1.1 section 4.6", "is missing")
    yield from _dates(document, "validFrom", "validUntil", "VCDM 2.0 section 4.9")
    yield from _statuses_of(document)


def _dates(document: Mapping[str, Any], start: str, end: str, clause: str) -> Iterator[Problem]:
    moments = []
    for name in (start, end):
        if name in document:
            try:
                moments.append(parse_instant(document[name]))
            except MalformedInput:
                yield Problem(name, clause, "must be a date and time with a time zone")
    if len(moments) == 2 and moments[0] > moments[1]:
        yield Problem(end, clause, f"must not be before {start}")


def _statuses_of(document: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("credentialStatus", "termsOfUse"):
        if name not in document:
            continue
        value = document[name]
        for entry in value if isinstance(value, list) else [value]:
            if not isinstance(entry, Mapping) or not types_of(entry):
                clause = "VCDM 2.0 section 4.10" if name == "credentialStatus" else "VCDM 2.0 section 5.5"
                yield Problem(name, clause, "must be an object with a type")
            elif "BitstringStatusListEntry" in types_of(entry):
                yield from _status_entry(entry, name)


def _status_entry(entry: Mapping[str, Any], place: str) -> Iterator[Problem]:
    clause = "Bitstring Status List 1.0 section 2.1"
    for name in ("statusPurpose", "statusListIndex", "statusListCredential"):
        if not isinstance(entry.get(name), str):
            yield Problem(f"{place}.{name}", clause, "is missing or not a string")
    index = entry.get("statusListIndex")
    if isinstance(index, str) and not (index.isascii() and index.isdigit() and len(index) < 12):
        yield Problem(f"{place}.statusListIndex", clause, "must be a whole number")


def _one_status(document: Mapping[str, Any]) -> Iterator[Problem]:
    if isinstance(document.get("credentialStatus"), list):
        clause = "OB 3.0 AchievementCredential, credentialStatus [0..1]"
        yield Problem("credentialStatus", clause, "must be one object; further entries go to termsOfUse")


def _open_badge(document: Mapping[str, Any]) -> Iterator[Problem]:
    context = document.get("@context")
    names = context if isinstance(context, list) else []
    if len(names) < 2 or not (isinstance(names[1], str) and _OB_CONTEXT.fullmatch(names[1])):
        yield Problem("@context", "OB 3.0 AchievementCredential", "the second context must be that of OB 3.0")
    if not isinstance(document.get("id"), str):
        yield Problem("id", "OB 3.0 AchievementCredential", "is missing")
    if "validFrom" not in document and "issuanceDate" not in document:
        yield Problem("validFrom", "OB 3.0 AchievementCredential", "is missing")
    if isinstance(document.get("issuer"), Mapping):
        yield from _node(document["issuer"], "issuer", "Profile", _PROFILE)
    yield from _each(document.get("image"), "image", "Image", _IMAGE, many=False)
    yield from _each(document.get("evidence"), "evidence", "Evidence", _EVIDENCE)
    subjects = document.get("credentialSubject")
    for subject in subjects if isinstance(subjects, list) else [subjects]:
        if isinstance(subject, Mapping):
            yield from _subject(subject)


def _subject(subject: Mapping[str, Any]) -> Iterator[Problem]:
    path = "credentialSubject"
    yield from _node(subject, path, "AchievementSubject", _SUBJECT)
    if "id" not in subject and not subject.get("identifier"):
        yield Problem(f"{path}.id", "OB 3.0 AchievementSubject", "an id or an identifier is required")
    yield from _dates(subject, "activityStartDate", "activityEndDate", "OB 3.0 AchievementSubject")
    yield from _each(subject.get("image"), f"{path}.image", "Image", _IMAGE, many=False)
    achievement = subject.get("achievement")
    if not isinstance(achievement, Mapping):
        yield Problem(f"{path}.achievement", "OB 3.0 AchievementSubject", "is missing or not an object")
        return
    yield from _each(subject.get("result"), f"{path}.result", "Result", _RESULT)
    path = f"{path}.achievement"
    yield from _node(achievement, path, "Achievement", _ACHIEVEMENT)
    criteria = achievement.get("criteria")
    if not isinstance(criteria, Mapping) or not (criteria.get("id") or criteria.get("narrative")):
        yield Problem(f"{path}.criteria", "OB 3.0 Achievement", "must say what is to be done")
    else:
        yield from _fields(criteria, f"{path}.criteria", "Criteria", {"id": _iri, "narrative": _string})
    yield from _each(achievement.get("creator"), f"{path}.creator", "Profile", _PROFILE, many=False)
    yield from _each(achievement.get("image"), f"{path}.image", "Image", _IMAGE, many=False)
    yield from _each(achievement.get("alignment"), f"{path}.alignment", "Alignment", _ALIGNMENT)
    yield from _each(
        achievement.get("resultDescription"), f"{path}.resultDescription", "ResultDescription", _DESCRIPTION
    )


def _record(document: Mapping[str, Any]) -> Iterator[Problem]:
    clause = "CLR 2.0 ClrCredential"
    context = document.get("@context")
    if not isinstance(context, list) or contexts.CLR_V2 not in context:
        yield Problem("@context", clause, f"must name {contexts.CLR_V2}")
    for name in ("id", "validFrom", "name"):
        if name not in document:
            yield Problem(name, clause, "is missing")
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping) or "ClrSubject" not in types_of(subject):
        yield Problem("credentialSubject.type", "CLR 2.0 ClrSubject", "must include ClrSubject")
        return
    held = subject.get("verifiableCredential")
    if not isinstance(held, list) or not held or not all(isinstance(item, Mapping | str) for item in held):
        yield Problem(
            "credentialSubject.verifiableCredential", "CLR 2.0 ClrSubject", "must be a list of credentials"
        )


def _lasting_ids(document: Mapping[str, Any]) -> Iterator[Problem]:
    subjects = document.get("credentialSubject")
    for subject in subjects if isinstance(subjects, list) else [subjects]:
        identifier = subject.get("id") if isinstance(subject, Mapping) else None
        if isinstance(identifier, str) and identifier.lower().startswith("mailto:"):
            yield Problem(
                "credentialSubject.id", "OB 3.0 AchievementSubject", "an e-mail address is no lasting id"
            )


Rule = Callable[[Any, str, str], Iterator[Problem]]


def _iri(value: Any, path: str, clause: str) -> Iterator[Problem]:
    if not isinstance(value, str) or not _IRI.fullmatch(value):
        yield Problem(path, clause, "must be an absolute IRI without spaces")


def _string(value: Any, path: str, clause: str) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        value = value.get("@value")
    if isinstance(value, list):
        for item in value:
            yield from _string(None if isinstance(item, list) else item, path, clause)
    elif not isinstance(value, str):
        yield Problem(path, clause, "must be a string")


def _number(value: Any, path: str, clause: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(path, clause, "must be a number")


def _strings(value: Any, path: str, clause: str) -> Iterator[Problem]:
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, str) for item in items):
        yield Problem(path, clause, "must be a list of strings")


def _language(value: Any, path: str, clause: str) -> Iterator[Problem]:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        yield Problem(path, clause, "must be a language code such as ko or en-US")


def _status(value: Any, path: str, clause: str) -> Iterator[Problem]:
    if not isinstance(value, str) or value not in _STATUSES:
        yield Problem(path, clause, f"must be one of {', '.join(sorted(_STATUSES))}")


@dataclass(frozen=True, slots=True)
class _Shape:
    required: tuple[str, ...]
    fields: Mapping[str, Rule]


_PROFILE: Final = _Shape(
    ("id",),
    {"id": _iri, "name": _string, "url": _iri, "email": _string, "phone": _string, "description": _string},
)
_IMAGE: Final = _Shape(("id",), {"id": _iri, "caption": _string})
_EVIDENCE: Final = _Shape(
    (),
    {
        "id": _iri,
        "name": _string,
        "narrative": _string,
        "description": _string,
        "genre": _string,
        "audience": _string,
    },
)
_SUBJECT: Final = _Shape(
    (),
    {
        "id": _iri,
        "creditsEarned": _number,
        "narrative": _string,
        "role": _string,
        "term": _string,
        "licenseNumber": _string,
    },
)
_RESULT: Final = _Shape(
    (), {"resultDescription": _iri, "achievedLevel": _iri, "value": _string, "status": _status}
)
_ACHIEVEMENT: Final = _Shape(
    ("id", "name", "description"),
    {
        "id": _iri,
        "name": _string,
        "description": _string,
        "achievementType": _string,
        "tag": _strings,
        "inLanguage": _language,
        "version": _string,
        "humanCode": _string,
        "fieldOfStudy": _string,
        "specialization": _string,
        "creditsAvailable": _number,
    },
)
_ALIGNMENT: Final = _Shape(
    ("targetName", "targetUrl"),
    {
        "id": _iri,
        "targetName": _string,
        "targetUrl": _iri,
        "targetCode": _string,
        "targetDescription": _string,
        "targetFramework": _string,
        "targetType": _string,
    },
)
_DESCRIPTION: Final = _Shape(
    ("id", "name", "resultType"),
    {
        "id": _iri,
        "name": _string,
        "resultType": _string,
        "allowedValue": _strings,
        "requiredValue": _string,
        "valueMin": _string,
        "valueMax": _string,
    },
)


def _each(value: Any, path: str, kind: str, shape: _Shape, *, many: bool = True) -> Iterator[Problem]:
    if value is None:
        return
    for item in value if many and isinstance(value, list) else [value]:
        if isinstance(item, str) and kind in ("Image", "Profile"):
            yield from _iri(item, path, f"OB 3.0 {kind}")
        else:
            yield from _node(item, path, kind, shape)


def _node(value: Any, path: str, kind: str, shape: _Shape) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, f"OB 3.0 {kind}", "must be an object")
        return
    if kind not in types_of(value):
        yield Problem(f"{path}.type", f"OB 3.0 {kind}", f"must include {kind}")
    for name in shape.required:
        if name not in value:
            yield Problem(f"{path}.{name}", f"OB 3.0 {kind}", "is missing")
    yield from _fields(value, path, kind, shape.fields)


def _fields(value: Mapping[str, Any], path: str, kind: str, fields: Mapping[str, Rule]) -> Iterator[Problem]:
    for name, rule in fields.items():
        if name in value:
            yield from rule(value[name], f"{path}.{name}", f"OB 3.0 {kind}")


def _text(value: Any, path: str) -> Iterator[Problem]:
    stack: list[tuple[Any, str]] = [(value, path)]
    while stack:
        item, where = stack.pop()
        if isinstance(item, str):
            if item.isascii() and item.isprintable():
                continue
            if _CONTROL.search(item):
                yield Problem(where, "I-JSON (RFC 7493)", "contains a control character")
            elif not unicodedata.is_normalized("NFC", item):
                yield Problem(where, "Unicode NFC", "is not normalised")
        elif isinstance(item, Mapping):
            stack.extend((entry, f"{where}.{key}" if where else str(key)) for key, entry in item.items())
        elif isinstance(item, list):
            stack.extend((entry, where) for entry in item)
