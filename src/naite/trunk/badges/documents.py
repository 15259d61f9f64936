"""What is published for verifiers: the bytes our own pages serve and our own verification reads.

Verification of our own badges goes through these, never through award rows, so that it takes the same route
as for anybody else's.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from credcore import multibase
from credcore.did import KeyWindow, build_did_document
from naite.trunk.badges import names
from naite.trunk.badges.models import Award, BadgeEndorsement, BadgeNumber, IssuerKey, StatusList


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A signed status list as served."""

    body: bytes
    changed_at: datetime


def did_document(slug: str) -> dict[str, Any] | None:
    """The DID document of an organisation with all its keys, past ones included; None when it has none.

    A closed organisation stays published: its badges outlive it.
    """
    keys = list(
        IssuerKey.objects.filter(organisation__slug=slug)
        .defer("sealed_private")
        .order_by("valid_from", "fragment")
    )
    if not keys:
        return None
    did = names.issuer_did(slug)
    return build_did_document(
        did,
        [
            KeyWindow(
                fragment=key.fragment,
                public_key=multibase.multibase_decode(key.public_multikey)[2:],
                valid_from=key.valid_from,
                valid_until=key.valid_until,
                revoked=key.revoked_at,
            )
            for key in keys
        ],
        services=[
            {"id": f"{did}#profile", "type": "LinkedDomains", "serviceEndpoint": names.issuer_url(slug)}
        ],
    )


def endorsement(slug: str, endorsement_id: UUID) -> bytes | None:
    """An endorsement as it was signed, also after it was taken back: its status list says so."""
    found = (
        BadgeEndorsement.objects.filter(pk=endorsement_id, endorser__slug=slug)
        .values_list("credential", flat=True)
        .first()
    )
    return bytes(found) if found else None


def succeeded_at(badge_id: UUID) -> datetime | None:
    """When a badge was followed by a new one; None while it was not, and for badges that are not ours."""
    place = BadgeNumber.objects.filter(badge_id=badge_id).values_list("account_id", "award_id").first()
    if place is None:
        return None
    return (
        Award.objects.filter(account_id=place[0], id=place[1]).values_list("succeeded_at", flat=True).first()
    )


def status_list(list_id: UUID) -> PublishedList | None:
    """A status list as it is signed now; None when there is none."""
    row = StatusList.objects.filter(pk=list_id).values_list("credential", "changed_at").first()
    return PublishedList(bytes(row[0]), row[1]) if row and row[0] else None


def digest(body: bytes) -> str:
    """A short name for exactly these bytes."""
    return hashlib.sha256(body).hexdigest()[:32]
