"""What was designed, as a draft of an achievement and as the plain JSON that a design keeps."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from naite.trunk.badges import design_rules
from naite.trunk.badges.models import Achievement, BadgeDesign
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.badges.services.achievements import AchievementDraft


def draft_of(design: BadgeDesign) -> AchievementDraft:
    """Return the design as the draft of an achievement."""
    data = design.typed
    rule = data.get("rule", {})
    return AchievementDraft(
        course_version=design.course_version,
        organisation=design.organisation,
        replaces=design.replaces,
        picture=design.picture,
        framework=design.framework,
        badge_type=data.get("badge_type", ""),
        area=data.get("area", ""),
        sub_area=data.get("sub_area", ""),
        name=design.name,
        description=data.get("description", ""),
        criteria=data.get("criteria", ""),
        activity=data.get("activity", ""),
        hours=_decimal(data.get("hours")),
        evidence=data.get("evidence", []),
        valid_months=data.get("valid_months"),
        tags=data.get("tags", []),
        second_person=bool(data.get("second_person")),
        rule=AwardRule(
            min_attendance=rule.get("min_attendance"),
            pass_mark=_decimal(rule.get("pass_mark")),
            min_gain=_decimal(rule.get("min_gain")),
            activity_hours=_decimal(rule.get("activity_hours")),
            qualification=rule.get("qualification", ""),
            alignments=[Alignment(**item) for item in rule.get("alignments", [])],
            prerequisites=[UUID(item) for item in rule.get("prerequisites", [])],
        ),
    )


def draft_of_badge(badge: Achievement) -> AchievementDraft:
    """Return a published badge as the draft of its next version."""
    return AchievementDraft(
        course_version=badge.course_version,
        organisation=badge.organisation,
        replaces=badge,
        picture=badge.picture,
        framework=badge.framework,
        badge_type=badge.badge_type,
        area=badge.area,
        sub_area=badge.sub_area,
        name=badge.name,
        description=badge.description,
        criteria=badge.criteria,
        activity=badge.activity,
        hours=badge.hours,
        evidence=badge.evidence,
        valid_months=badge.valid_months,
        tags=badge.tags,
        second_person=badge.second_person,
        rule=badge.rule,
    )


def as_data(draft: AchievementDraft) -> dict[str, Any]:
    """What was typed, as plain JSON that ``draft_of`` reads back."""
    rule = draft.rule
    return {
        "badge_type": draft.badge_type,
        "area": draft.area,
        "sub_area": draft.sub_area,
        "description": draft.description,
        "criteria": draft.criteria,
        "activity": draft.activity,
        "hours": _text(draft.hours),
        "evidence": list(draft.evidence),
        "valid_months": draft.valid_months,
        "tags": list(draft.tags),
        "second_person": draft.second_person,
        "rule": {
            "min_attendance": rule.min_attendance,
            "pass_mark": _text(rule.pass_mark),
            "min_gain": _text(rule.min_gain),
            "activity_hours": _text(rule.activity_hours),
            "qualification": rule.qualification,
            "alignments": [asdict(item) for item in rule.alignments],
            "prerequisites": [str(item) for item in rule.prerequisites],
        },
    }


def values_of(draft: AchievementDraft) -> design_rules.Design:
    """The plain values on which the rules of a design decide."""
    return design_rules.Design(
        name=draft.name,
        badge_type=draft.badge_type,
        area=draft.area,
        criteria=draft.criteria,
        rule=draft.rule,
        evidence=draft.evidence,
        hours=draft.hours,
        course_hours=draft.course_version.total_hours if draft.course_version else None,
    )


def _decimal(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
