"""Badges keep to their entry when the entry changes its section."""

from datetime import datetime
from uuid import UUID

from naite.roots.audit import services as audit
from naite.trunk.badges.models import Award, AwardFlag


def follow_entry(*, account_id: UUID, old_entry_id: UUID, new_entry_id: UUID) -> int:
    """Let the badges of an entry belong to the one that took its place; returns how many. Safe to repeat.

    The signed bytes do not change. So that a badge is not given twice, and is still revoked with its entry.
    """
    awards = Award.objects.filter(account_id=account_id)
    there = awards.filter(entry_id=new_entry_id, revoked_at=None).values("achievement_id")
    return (
        awards.filter(entry_id=old_entry_id, revoked_at=None)
        .exclude(achievement_id__in=there)
        .update(entry_id=new_entry_id)
    )


def flag_awards(*, account_id: UUID, entry_id: UUID, kind: str, says: str, now: datetime) -> int:
    """Mark the live badges of an entry for whoever looks; returns how many were newly marked."""
    count = 0
    awards = Award.objects.filter(account_id=account_id, entry_id=entry_id, revoked_at=None)
    for award_id in awards.values_list("id", flat=True):
        flag, new = AwardFlag.objects.get_or_create(
            account_id=account_id,
            award_id=award_id,
            kind=kind,
            cleared_at=None,
            defaults={"says": says[:300], "raised_at": now},
        )
        if new:
            count += 1
            audit.record("badges.flag", actor=None, now=now, subject=flag, kind=kind, award=award_id)
    return count


def clear_flags(*, account_id: UUID, entry_id: UUID, kind: str, now: datetime) -> int:
    """Take a mark away from the live badges of an entry whose ground has gone; returns how many. Repeat-safe."""
    awards = Award.objects.filter(account_id=account_id, entry_id=entry_id, revoked_at=None)
    flags = AwardFlag.objects.filter(
        account_id=account_id, award_id__in=awards.values("id"), kind=kind, cleared_at=None
    )
    cleared = list(flags)
    flags.update(cleared_at=now)
    for flag in cleared:
        audit.record("badges.clear_flag", actor=None, now=now, subject=flag, kind=kind, award=flag.award_id)
    return len(cleared)


def flags_of(*, account_id: UUID, award_id: UUID) -> list[AwardFlag]:
    """Return what stands against a badge now."""
    return list(
        AwardFlag.objects.filter(account_id=account_id, award_id=award_id, cleared_at=None).order_by(
            "raised_at"
        )
    )
