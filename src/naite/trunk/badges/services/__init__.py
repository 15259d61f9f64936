"""Designing badges, keeping keys and status lists, giving badges and taking them back."""

from naite.trunk.badges.credentials import Recipient
from naite.trunk.badges.services.achievements import (
    AchievementDraft,
    check_draft,
    publish_achievement,
    publish_reviewed,
)
from naite.trunk.badges.services.awards import NotEarned, issue, revoke, suspend, unsuspend
from naite.trunk.badges.services.keys import revoke_key, rotate_key, signer_of

__all__ = [
    "AchievementDraft",
    "NotEarned",
    "Recipient",
    "check_draft",
    "issue",
    "publish_achievement",
    "publish_reviewed",
    "revoke",
    "revoke_key",
    "rotate_key",
    "signer_of",
    "suspend",
    "unsuspend",
]
