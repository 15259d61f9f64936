"""What is published about one of our badges beside the badge itself: what followed it, who endorses it, what
became of its issuer. None of it changes a verdict (row B12)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from naite.flows import verification
from naite.flows.verification import Verification
from naite.trunk.badges import documents, names
from naite.trunk.badges.models import BadgeEndorsement
from naite.trunk.people.models import Organisation, OrganisationChange

# As many as a page shows; each is verified when it is shown.
MOST = 10


@dataclass(frozen=True, slots=True)
class Endorsed:
    """An endorsement with what verification finds in it now."""

    row: BadgeEndorsement
    found: Verification

    @property
    def valid(self) -> bool:
        return self.found.report.outcome == "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What to say beside a verdict."""

    succeeded_at: datetime | None = None
    endorsements: Sequence[Endorsed] = ()
    issuer: Organisation | None = None
    issuer_renamed: bool = False
    history: Sequence[OrganisationChange] = ()


def notes_of(found: Verification) -> Notes:
    """Return what is published about a badge of ours whose signature is good; nothing for any other."""
    signature = found.report.check("signature")
    document = found.report.credential
    if document is None or signature is None or signature.outcome != "ok":
        return Notes()
    issuer = document.get("issuer")
    did = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    slug = names.slug_of_did(did) if isinstance(did, str) else None
    organisation = Organisation.objects.filter(slug=slug).first() if slug else None
    if organisation is None:
        return Notes()
    badge_id = names.badge_id_of(str(document.get("id") or ""))
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    achievement_id = _own_achievement(achievement, organisation)
    said = issuer.get("name") if isinstance(issuer, Mapping) else ""
    return Notes(
        succeeded_at=documents.succeeded_at(badge_id) if badge_id else None,
        endorsements=[item for item in endorsements_of(achievement_id, now=found.checked_at) if item.valid]
        if achievement_id
        else (),
        issuer=organisation,
        issuer_renamed=bool(said) and said != organisation.name,
        history=history_of(organisation),
    )


def endorsements_of(achievement_id: UUID, *, now: datetime) -> list[Endorsed]:
    """Return the endorsements of a badge, each verified like any credential, those that stand first."""
    rows = (
        BadgeEndorsement.objects.filter(
            achievement_id=achievement_id,
            state__in=[BadgeEndorsement.State.ACCEPTED, BadgeEndorsement.State.REVOKED],
        )
        .select_related("endorser")
        .order_by("state", "-decided_at")[:MOST]
    )
    return [Endorsed(row, verification.verify_bytes(bytes(row.credential), now=now)) for row in rows]


def history_of(organisation: Organisation) -> list[OrganisationChange]:
    """Return what became of an organisation, the earliest first."""
    return list(
        OrganisationChange.objects.filter(organisation=organisation)
        .select_related("into")
        .order_by("on", "at")
    )


def _own_achievement(achievement: object, organisation: Organisation) -> UUID | None:
    if not isinstance(achievement, Mapping):
        return None
    pattern = re.escape(f"{settings.BASE_URL}/o/{organisation.slug}/achievements/") + r"([0-9a-f-]{36})/"
    match = re.fullmatch(pattern, str(achievement.get("id") or ""))
    return UUID(match.group(1)) if match else None
