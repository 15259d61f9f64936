"""Saying a badge again under another key: the same words, a new id, the old one names its successor."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from credcore import issue as credcore_issue
from credcore import jsonio, proofs
from credcore.canonical import canonical_sha256
from credcore.instants import format_instant
from credcore.status import status_entry
from naite.roots.audit import services as audit
from naite.roots.ids import new_id
from naite.roots.ledger import services as ledger
from naite.trunk.badges import names
from naite.trunk.badges.credentials import Place
from naite.trunk.badges.models import Award, BadgeNumber, StatusList
from naite.trunk.badges.services import keys, lists
from naite.trunk.people.models import Organisation, Person

Purpose = StatusList.Purpose


@transaction.atomic
def sign_again(
    *, organisation: Organisation, awards: Sequence[Award], actor: Person | None, now: datetime
) -> list[Award]:
    """Give badges of an organisation anew as they are, with today's key, day and places; return the new ones.

    Everything that a badge says about the learner stays, its end too. The old award names its successor and is not
    revoked: its signature says what it is worth. An award that has a successor already is passed over, so repeating
    and two at once give nobody two. Writes awards, public numbers, digests for the log, an audit event for each.
    """
    claimed = [(award, new) for award in awards if (new := _claim(award, now)) is not None]
    if not claimed:
        return []
    signer = keys.signer_of(organisation=organisation, now=now)
    revocations, suspensions = (
        lists.take_places(
            organisation=organisation, purpose=purpose, count=len(claimed), signer=signer, now=now
        )
        for purpose in (Purpose.REVOCATION, Purpose.SUSPENSION)
    )
    made = []
    for (award, new), revocation, suspension in zip(claimed, revocations, suspensions, strict=True):
        badge_id = uuid4()
        places = {Purpose.REVOCATION: revocation, Purpose.SUSPENSION: suspension}
        signed = credcore_issue.issue(_again(award, badge_id, places, now), signer, created=now)
        digest = canonical_sha256(proofs.without_proof(signed))
        given = Award.objects.create(
            account_id=award.account_id,
            id=new,
            achievement_id=award.achievement_id,
            entry_id=award.entry_id,
            credential=jsonio.dumps(signed),
            credential_id=signed["id"],
            digest=digest,
            issued_at=now,
            valid_until=award.valid_until,
            revocation_list_id=revocation.list_id,
            revocation_index=revocation.index,
            suspension_list_id=suspension.list_id,
            suspension_index=suspension.index,
        )
        ledger.note([digest], kind="badge")
        BadgeNumber.objects.create(badge_id=badge_id, account_id=award.account_id, award_id=new)
        audit.record(
            "badges.sign_again",
            actor=actor,
            now=now,
            subject=given,
            about=award.account.person_id,
            follows=award.id,
        )
        made.append(given)
    return made


def _claim(award: Award, now: datetime) -> UUID | None:
    new = new_id()
    claimed = Award.objects.filter(
        account_id=award.account_id, id=award.id, successor_id=None, revoked_at=None, suspended_at=None
    ).update(successor_id=new, succeeded_at=now)
    return new if claimed else None


def _again(award: Award, badge_id: UUID, places: Mapping[Purpose, Place], now: datetime) -> dict[str, Any]:
    document = proofs.without_proof(jsonio.loads(bytes(award.credential)))
    document["id"] = f"urn:uuid:{badge_id}"
    document["validFrom"] = format_instant(now)
    for name in ("credentialStatus", "termsOfUse"):
        found = document.get(name)
        if isinstance(found, list):
            document[name] = [_entry(item, places) for item in found]
        elif found is not None:
            document[name] = _entry(found, places)
    return document


def _entry(item: Any, places: Mapping[Purpose, Place]) -> Any:
    if not isinstance(item, Mapping) or item.get("type") != "BitstringStatusListEntry":
        return item
    purpose = Purpose(item["statusPurpose"])
    return status_entry(names.status_url(places[purpose].list_id), places[purpose].index, str(purpose))
