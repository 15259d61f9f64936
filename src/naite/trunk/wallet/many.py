"""Putting one institution's badges into many wallets at once; the same rows as one by one."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from credcore import jsonio
from credcore.keys import Ed25519Key
from naite.roots import bulk, sealing
from naite.roots.audit import services as audit
from naite.roots.ids import new_id
from naite.trunk.wallet import rules
from naite.trunk.wallet.models import HolderKey, Holding
from naite.trunk.wallet.services import HOLDER_KEY


def holder_dids(*, account_ids: Iterable[UUID], now: datetime) -> dict[UUID, str]:
    """Return the DID of each account, making those that are missing. Safe to repeat and at once."""
    wanted = list(dict.fromkeys(account_ids))
    known = dict(HolderKey.objects.filter(account_id__in=wanted).values_list("account_id", "did"))
    missing = [account_id for account_id in wanted if account_id not in known]
    if not missing:
        return known
    made = {account_id: Ed25519Key.generate() for account_id in missing}
    bulk.insert(
        HolderKey,
        (
            {
                "account_id": account_id,
                "did": key.did_key,
                "sealed_private": sealing.seal(key.seed, purpose=HOLDER_KEY, row=account_id.bytes),
                "created_at": now,
            }
            for account_id, key in made.items()
        ),
        ignore_conflicts=True,
    )
    found = dict(HolderKey.objects.filter(account_id__in=missing).values_list("account_id", "did"))
    audit.record_keys(
        "wallet.make_holder_key",
        actor=None,
        now=now,
        of="",
        events=(
            ("", None, {"account": str(account_id)})
            for account_id in missing
            if found[account_id] == made[account_id].did_key  # nobody else was first
        ),
    )
    return known | found


def hold_awards(*, awards: Sequence[tuple[UUID, UUID, bytes]], now: datetime) -> None:
    """Put badges of one class, given as account, award and signed bytes, into the wallets of their owners.

    For awards that were made in the same transaction, so that none can be there yet. What the wallet shows of
    them is read from the first; badges of one class differ only in whom they are for.
    """
    if not awards:
        return
    face = rules.face_of(jsonio.loads(awards[0][2]), held_at=now)
    rows = [
        {
            "account_id": account_id,
            "id": new_id(),
            "source": Holding.Source.AWARD.value,
            "award_id": award_id,
            "credential": credential,
            "sha256": hashlib.sha256(credential).hexdigest(),
            "title": face.title,
            "issuer_name": face.issuer_name,
            "area": face.area,
            "badge_type": face.badge_type,
            "issued_at": face.issued_at,
            "held_at": now,
        }
        for account_id, award_id, credential in awards
    ]
    bulk.insert(Holding, rows)
    audit.record_keys(
        "wallet.hold",
        actor=None,
        now=now,
        of=Holding._meta.label_lower,
        events=((f"{row['account_id']}:{row['id']}", None, {"source": row["source"]}) for row in rows),
    )
