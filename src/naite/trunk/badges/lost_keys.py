"""What was signed with a key that fell into wrong hands: which badges, and how many still need a new one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from naite.trunk.badges.models import Award, BadgeEndorsement, IssuerKey


@dataclass(frozen=True, slots=True)
class Damage:
    """Badges under a key since an instant: all that stand, those already given anew, those that wait for it.

    ``resting`` are suspended or over and are not given anew.
    """

    signed: int
    replaced: int
    left: int
    endorsements: int

    @property
    def resting(self) -> int:
        return self.signed - self.replaced - self.left


def signed_since(key: IssuerKey, since: datetime) -> QuerySet[Award]:
    """Return the badges that a key signed from an instant on and that were not taken back.

    One key of an organisation signs at a time, so the time of the key tells.
    """
    rows = Award.objects.filter(
        achievement__organisation_id=key.organisation_id,
        issued_at__gte=max(since, key.valid_from),
        revoked_at=None,
    )
    return rows.filter(issued_at__lt=key.valid_until) if key.valid_until else rows


def waiting(key: IssuerKey, since: datetime, *, now: datetime) -> QuerySet[Award]:
    """Return those of ``signed_since`` that a new badge has to follow."""
    return signed_since(key, since).filter(
        Q(valid_until=None) | Q(valid_until__gt=now), successor_id=None, suspended_at=None
    )


def damage(key: IssuerKey, since: datetime, *, now: datetime) -> Damage:
    """Count what the loss of a key at an instant does."""
    signed = signed_since(key, since)
    sent = BadgeEndorsement.objects.filter(
        endorser_id=key.organisation_id, decided_at__gte=max(since, key.valid_from), state="accepted"
    )
    return Damage(
        signed=signed.count(),
        replaced=signed.exclude(successor_id=None).count(),
        left=waiting(key, since, now=now).count(),
        endorsements=(sent.filter(decided_at__lt=key.valid_until) if key.valid_until else sent).count(),
    )


def by_badge(key: IssuerKey, since: datetime) -> list[Any]:
    """Return the same by badge: name, how many, first and last day."""
    return list(
        signed_since(key, since)
        .values("achievement_id", "achievement__name")
        .annotate(count=Count("id"), first=Min("issued_at"), last=Max("issued_at"))
        .order_by("-count", "achievement__name")
    )
