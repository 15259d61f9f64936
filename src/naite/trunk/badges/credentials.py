"""From rows to Open Badges 3.0: the achievement, and the credential of one award."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation

from credcore import issue as credcore_issue
from credcore import model
from credcore.keys import Ed25519Key
from credcore.status import status_entry
from naite.roots.dates import day_of
from naite.trunk.assessment.models import Completion
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import names
from naite.trunk.badges.design_rules import EVIDENCE
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import Achievement, Improvement, StatusList
from naite.trunk.people.models import Organisation
from naite.trunk.records.models import Entry

SEOUL = ZoneInfo("Asia/Seoul")
# Evidence of this genre says that the course was recognised (평가인정) when it was completed.
RECOGNITION_GENRE = "CourseRecognition"
COMPLETION_GENRE = "CourseCompletion"
NCS_URL = "https://www.ncs.go.kr/"
_TARGETS = {
    "ncs_unit": "ceasn:Competency",
    "qualification": "ceterms:Credential",
    "skill": "ceasn:Competency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets a badge, by the id that the wallet keeps for them (a DID)."""

    did: str


class Place(NamedTuple):
    """One badge's place in one list."""

    list_id: UUID
    index: int  # type: ignore[assignment] # tuples have a method of this name, which nobody asks of a place


def issuer_profile(organisation: Organisation) -> model.Profile:
    """The organisation as an Open Badges profile."""
    return model.Profile(
        id=names.issuer_did(organisation.slug),
        name=organisation.name,
        url=names.issuer_url(organisation.slug),
        phone=organisation.phone or None,
    )


def achievement_value(achievement: Achievement) -> model.Achievement:
    """The published badge as it stands in every credential and at its own address."""
    organisation = achievement.organisation
    kind = frameworks.framework(achievement.framework, achievement.framework_version)
    assert kind is not None, "the framework of a published badge was removed"
    url = names.achievement_url(organisation, achievement.id)
    label = kind.label(achievement.badge_type, achievement.area, achievement.sub_area)
    hours = achievement.hours
    if hours is None and achievement.course_version:
        hours = achievement.course_version.total_hours
    return model.Achievement(
        id=url,
        name=achievement.name,
        description="\n\n".join(filter(None, [achievement.description, achievement.activity])),
        criteria=model.Criteria(narrative=_criteria(achievement)),
        achievement_type=kind.types[achievement.badge_type].achievement_type,
        image=model.Image(
            id=names.achievement_image_url(organisation, achievement.id), caption=f"{label} 배지"
        ),
        creator=issuer_profile(organisation),
        tag=achievement.tags,
        alignment=[*_framework_alignments(achievement, kind), *_standard_alignments(achievement, url)],
        result_description=_result_descriptions(achievement, url),
        in_language="ko",
        version=str(achievement.version),
        human_code=label,
        credits_available=_number(hours) if hours is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a badge says about how it was earned."""

    started_on: date | None = None
    completed_on: date
    hours: Decimal | None = None
    attendance: Decimal | None = None
    score: Decimal | None = None
    gain: Decimal | None = None
    narrative: str
    evidence: Sequence[model.Evidence] = ()


def facts_of(
    achievement: Achievement,
    entry: Entry,
    completion: Completion | None,
    improvement: Improvement | None = None,
) -> Facts:
    """What a record shows of the badge; Korean, whatever language a page is in."""
    with translation.override("ko"):
        return Facts(
            started_on=entry.started_on,
            completed_on=entry.completed_on,
            hours=entry.hours,
            attendance=completion.attendance_rate if completion is not None else None,
            score=entry.score,
            gain=improvement.after - improvement.before if improvement else None,
            narrative=_narrative(entry, completion),
            evidence=[
                *_evidence(entry, completion, names.issuer_url(achievement.organisation.slug)),
                *([improvement_evidence(improvement)] if improvement else []),
            ],
        )


def award_document(
    *,
    achievement: Achievement,
    facts: Facts,
    recipient: Recipient,
    badge_id: UUID,
    places: dict[StatusList.Purpose, Place],
    now: datetime,
) -> dict[str, Any]:
    """The unsigned credential of one award: what was learned, when, how long, with what result.

    Text is Korean whatever language a page is in: the same award always gives the same document. Raises
    credcore's InvalidDocument over values that break the model.
    """
    with translation.override("ko"):
        subject_of = achievement_value(achievement)
        kind = frameworks.framework(achievement.framework, achievement.framework_version)
        assert kind is not None
        label = kind.label(achievement.badge_type, achievement.area, achievement.sub_area)
        return model.build_achievement_credential(
            id=f"urn:uuid:{badge_id}",
            name=f"{achievement.name} ({label})",
            issuer=issuer_profile(achievement.organisation),
            subject=model.AchievementSubject(
                id=recipient.did,
                achievement=subject_of,
                activity_start_date=start_of(facts.started_on) if facts.started_on else None,
                activity_end_date=start_of(facts.completed_on),
                credits_earned=_number(facts.hours) if facts.hours is not None else None,
                narrative=facts.narrative,
                result=_results(achievement, facts, subject_of.id),
            ),
            valid_from=now,
            valid_until=valid_until_of(achievement, now=now),
            evidence=facts.evidence,
            status=_entry(places, StatusList.Purpose.REVOCATION),
            terms_of_use=[_entry(places, StatusList.Purpose.SUSPENSION)],
        )


def _criteria(achievement: Achievement) -> str:
    """The criteria with the evidence that the badge asks for."""
    asked = ", ".join(str(EVIDENCE[kind]) for kind in achievement.evidence if kind in EVIDENCE)
    return f"{achievement.criteria}\n증거: {asked}" if asked else achievement.criteria


def valid_until_of(achievement: Achievement, *, now: datetime) -> datetime | None:
    """When a badge that is given now ends: the first moment of the same day so many months later."""
    if achievement.valid_months is None:
        return None
    day = day_of(now)
    year, month = divmod(day.year * 12 + day.month - 1 + achievement.valid_months, 12)
    return start_of(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])))


def _entry(places: dict[StatusList.Purpose, Place], purpose: StatusList.Purpose) -> dict[str, Any]:
    place = places[purpose]
    return status_entry(names.status_url(place.list_id), place.index, str(purpose))


def try_out(achievement: Achievement) -> None:
    """Sign a credential of this badge with a key that is thrown away; raises CredentialError if it cannot be.

    What would fail for every single recipient is better known before the badge is published.
    """
    key = Ed25519Key.generate()
    credcore_issue.issue(_specimen(achievement), key.signer(), created=achievement.published_at)


def achievement_document(achievement: Achievement) -> dict[str, Any]:
    """The JSON at the achievement's own address: the same node as in its credentials."""
    with translation.override("ko"):
        node: dict[str, Any] = _specimen(achievement)["credentialSubject"]["achievement"]
    return {"@context": list(model.CONTEXTS), **node}


def _specimen(achievement: Achievement) -> dict[str, Any]:
    """An unsigned credential of this badge for nobody."""
    return model.build_achievement_credential(
        id="urn:uuid:00000000-0000-4000-8000-000000000000",
        issuer=issuer_profile(achievement.organisation),
        subject=model.AchievementSubject(id="urn:naite:nobody", achievement=achievement_value(achievement)),
        valid_from=achievement.published_at,
    )


def profile_document(organisation: Organisation) -> dict[str, Any]:
    """The JSON at the issuer's address."""
    node: dict[str, Any] = {
        "@context": list(model.CONTEXTS),
        "id": names.issuer_did(organisation.slug),
        "type": ["Profile"],
        "name": organisation.name,
        "url": names.issuer_url(organisation.slug),
        "phone": organisation.phone or None,
    }
    return {key: value for key, value in node.items() if value is not None}


def _framework_alignments(achievement: Achievement, kind: Framework) -> list[model.Alignment]:
    area = kind.areas[achievement.area]
    terms = [("BadgeType", kind.types[achievement.badge_type]), ("LearningArea", area)]
    if achievement.sub_area:
        terms.append(("LearningSubArea", area.sub_areas[achievement.sub_area]))
    return [
        model.Alignment(
            target_name=term.korean,
            target_url=names.framework_url(kind.code, kind.version, term.code),
            target_code=term.code,
            target_framework=f"{kind.names['ko']} {kind.version}판",
            target_type=f"ext:{target}",
        )
        for target, term in terms
    ]


def _standard_alignments(achievement: Achievement, url: str) -> list[model.Alignment]:
    return [
        model.Alignment(
            target_name=item["name"],
            target_url=item["url"] or (NCS_URL if item["kind"] == "ncs_unit" else f"{url}#standards"),
            target_code=item["code"] or None,
            target_framework=item["framework"]
            or ("국가직무능력표준(NCS)" if item["kind"] == "ncs_unit" else None),
            target_type=_TARGETS[item["kind"]],
        )
        for item in achievement.alignments
    ]


def _result_descriptions(achievement: Achievement, url: str) -> list[model.ResultDescription]:
    found = [
        model.ResultDescription(
            id=f"{url}#attendance",
            name="출석률",
            result_type="Percent",
            value_min="0",
            value_max="100",
            required_value=str(achievement.min_attendance) if achievement.min_attendance else None,
        )
    ]
    if achievement.pass_mark is not None:
        found.append(
            model.ResultDescription(
                id=f"{url}#score",
                name="평가 점수",
                result_type="RawScore",
                value_min="0",
                value_max="100",
                required_value=_plain(achievement.pass_mark),
            )
        )
    if achievement.min_gain is not None:
        found.append(
            model.ResultDescription(
                id=f"{url}#gain",
                name="향상도(사전 진단과 사후 진단의 차이)",
                result_type="RawScore",
                value_min="-100",
                value_max="100",
                required_value=_plain(achievement.min_gain),
            )
        )
    return found


def _results(achievement: Achievement, facts: Facts, url: str) -> list[model.Result]:
    return [
        model.Result(result_description=f"{url}#{kind}", value=value, status="Completed")
        for kind, value in result_values(achievement, facts)
    ]


def result_values(achievement: Achievement, facts: Facts) -> list[tuple[str, str]]:
    """The results that a credential shows, by the kind of figure."""
    found = []
    if facts.attendance is not None:
        found.append(("attendance", _plain(facts.attendance)))
    if achievement.pass_mark is not None and facts.score is not None:
        found.append(("score", _plain(facts.score)))
    if achievement.min_gain is not None and facts.gain is not None:
        found.append(("gain", _plain(facts.gain)))
    return found


def improvement_evidence(row: Improvement) -> model.Evidence:
    """Two results and their difference, as a credential shows them; Korean, whatever language a page is in."""
    return model.Evidence(
        name="사전·사후 진단 결과",
        genre="Assessment",
        narrative=f"사전 진단 {_plain(row.before)}점({row.before_on:%Y.%m.%d}), "
        f"사후 진단 {_plain(row.after)}점({row.after_on:%Y.%m.%d}): {_plain(row.after - row.before)}점 향상",
    )


def _narrative(entry: Entry, completion: Completion | None) -> str:
    parts = [f"‘{entry.title}’ 과정을 {_plain(entry.hours)}시간 배우고 수료했습니다."]
    if completion is not None and completion.counted_sessions:
        parts.append(
            f"수업 {completion.counted_sessions}번 가운데 {completion.attended_sessions}번 출석"
            f"({_plain(completion.attendance_rate)}%)"
        )
    if entry.score is not None:
        parts.append(f"평가 {_plain(entry.score)}점")
    return "\n".join(parts)


def _evidence(entry: Entry, completion: Completion | None, url: str) -> Sequence[model.Evidence]:
    found = [
        model.Evidence(
            name="수료 기록",
            genre=COMPLETION_GENRE,
            narrative=_narrative(entry, completion),
            description=f"{entry.provider_name or '교육기관'}에서 확인한 수료 기록입니다.",
        )
    ]
    if entry.recognition_id is not None:
        found.append(
            model.Evidence(
                name=f"평가인정 {entry.recognition_number}".strip(),
                genre=RECOGNITION_GENRE,
                narrative="마친 때에 학습계좌제 평가인정을 받은 학습과정이었습니다.",
            )
        )
    return found


def start_of(day: date) -> datetime:
    """The first moment of a day in Seoul."""
    return datetime.combine(day, time(), SEOUL)


def _number(value: Decimal) -> float:
    """A whole number where it is one: 41 and not 41.0, as every JSON-LD processor prints it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
