"""Designing badges, keeping keys and status lists, giving badges and taking them back."""

from naite.trunk.badges.services.achievements import (
    AchievementDraft,
    check_draft,
    publish_achievement,
    rule_of,
)

__all__ = ["AchievementDraft", "check_draft", "publish_achievement", "rule_of"]
