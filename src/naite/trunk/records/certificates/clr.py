"""The record that a PDF carries: a Comprehensive Learner Record (1EdTech CLR 2.0) signed by this installation.

Each entry is an Open Badges 3.0 credential of its own, signed too, so that a school may take one out of the
whole. Signed with eddsa-jcs-2022. Hours stand as ``creditsEarned``, as in Naite's badges.
"""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from credcore import model, proofs
from credcore.clr import badges_of, build_clr_credential
from credcore.errors import CredentialError
from credcore.instants import parse_instant
from credcore.issue import issue
from credcore.keys import Ed25519Signer
from naite.trunk.records.certificates.content import Content
from naite.trunk.records.certificates.wording import words

SEOUL = ZoneInfo("Asia/Seoul")
SUITE = proofs.EDDSA_JCS_2022


def signed_record(
    content: Content, *, id: UUID, signer: Ed25519Signer, now: datetime, whole: bool = False
) -> bytes:
    """Return the document's content as signed JSON; entry by entry and to the hour what is printed.

    ``whole`` says that it is everything the account holds; without a number it belongs to no document.
    """
    did = signer.verification_method.partition("#")[0]
    issuer = model.Profile(id=did, name=content["issuer"])
    subject = f"urn:uuid:{id}"
    entries = [
        _signed(
            _entry(row, subject=subject, base=f"urn:uuid:{row['id']}", issuer=issuer, now=now), signer, now
        )
        for row in content["entries"]
    ]
    record = build_clr_credential(
        id=f"{subject}#record",
        issuer=issuer,
        subject_id=subject,
        credentials=entries,
        name=words("ko")[content["kind"]],
        valid_from=now,
    )
    # The document may hold less than the account, and names its person as the paper does.
    record["partial"] = not whole
    named = [_identity("name", content["name"])]
    if content["number"]:
        named.append(_identity("ext:documentNumber", content["number"]))
    record["credentialSubject"]["identifier"] = named
    return orjson.dumps(_signed(record, signer, now))


def holds(record: bytes, *, public_key: bytes) -> dict[str, Any] | None:
    """Return the record if it and every entry in it carry this installation's good signature, else None."""
    try:
        document: Any = orjson.loads(record)
        if not isinstance(document, dict):
            return None
        proofs.verify_proof(document, public_key)
        for entry in badges_of(document):
            proofs.verify_proof(entry, public_key)
    except (CredentialError, ValueError, KeyError, TypeError):
        return None
    return document


def day_of(instant: str) -> str:
    """Return the day in Korea of an instant in a record."""
    return parse_instant(instant).astimezone(SEOUL).date().isoformat()


def number_in(record: dict[str, Any]) -> str:
    """Return the document number that a record names."""
    for each in record["credentialSubject"].get("identifier", []):
        if each.get("identityType") == "ext:documentNumber":
            return str(each.get("identityHash", ""))
    return ""


def _entry(
    row: dict[str, Any], *, subject: str, base: str, issuer: model.Profile, now: datetime
) -> dict[str, Any]:
    hours = float(row["hours"])
    facts = [row.get("kind", ""), row.get("facts", "")]
    says = " · ".join([row["provider"] or "학습자", *filter(None, facts), f"{row['hours']}시간"])
    return model.build_achievement_credential(
        id=f"{base}#credential",
        name=row["title"],
        issuer=issuer,
        subject=model.AchievementSubject(
            id=subject,
            achievement=model.Achievement(
                id=base,
                name=row["title"],
                description=says,
                criteria=model.Criteria(
                    narrative=(
                        "학습계좌에 적힌 학습이력입니다." if row["section"] else "기관이 수료로 판정했습니다."
                    )
                    + (f" 평가인정 {row['recognition']}" if row["recognition"] else "")
                ),
                achievement_type="Course" if row["section"] in (0, 4) else "ext:LearningRecord",
                field_of_study=row["area"] or None,
                human_code=row["recognition"] or None,
                in_language="ko",
            ),
            activity_start_date=_start_of(row["started_on"]) if row["started_on"] else None,
            activity_end_date=_start_of(row["completed_on"]),
            credits_earned=int(hours) if hours.is_integer() else hours,
            narrative=says,
        ),
        valid_from=now,
    )


def _signed(document: dict[str, Any], signer: Ed25519Signer, now: datetime) -> dict[str, Any]:
    return issue(document, signer, created=now, cryptosuite=SUITE)


def _identity(kind: str, value: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}


def _start_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), SEOUL)
