"""Putting one institution's badges into many wallets at once; the same rows as one by one."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from credcore import jsonio
from credcore.keys import Ed25519Key
from naite.roots import bulk, sealing
from naite.roots.among import Among
from naite.roots.audit import services as audit
from naite.roots.copying import Same
from naite.trunk.wallet import rules
from naite.trunk.wallet.models import HolderKey, Holding
from naite.trunk.wallet.services import HOLDER_KEY


def holder_dids(*, account_ids: Iterable[UUID], now: datetime) -> dict[UUID, str]:
    """Return the DID of each account, making those that are missing. Safe to repeat and at once.

    One event in the audit log tells how many were made; the keys carry its time.
    """
    wanted = list(dict.fromkeys(account_ids))
    known = _dids(wanted)
    missing = [account_id for account_id in wanted if account_id not in known]
    if not missing:
        return known
    made = {account_id: Ed25519Key.generate() for account_id in missing}
    dids = [key.did_key for key in made.values()]
    columns: dict[str, Sequence[Any] | Same] = {
        "account_id": missing,
        "did": dids,
        "sealed_private": [
            sealing.seal(key.seed, purpose=HOLDER_KEY, row=account_id.bytes)
            for account_id, key in made.items()
        ],
        "created_at": Same(now),
    }
    try:
        with transaction.atomic():
            bulk.insert_columns(HolderKey, len(missing), columns)
        found = dict(zip(missing, dids, strict=True))
    except IntegrityError:  # somebody was first with some of them
        bulk.insert_columns(HolderKey, len(missing), columns, ignore_conflicts=True)
        found = _dids(missing)
    own = [account_id for account_id in missing if found[account_id] == made[account_id].did_key]
    if own:  # else somebody was first with all of them
        told = {"account": own[0]} if len(own) == 1 else {"accounts": len(own)}
        audit.record("wallet.make_holder_key", actor=None, now=now, **told)
    return known | found


def _dids(account_ids: Sequence[UUID]) -> dict[UUID, str]:
    return dict(HolderKey.objects.filter(Among("account_id", account_ids)).values_list("account_id", "did"))


def hold_awards(*, awards: Sequence[tuple[UUID, UUID, bytes]], now: datetime) -> None:
    """Put badges of one class, given as account, award and signed bytes, into the wallets of their owners.

    For awards that were made in the same transaction, so that none can be there yet. What the wallet shows of
    them is read from the first; badges of one class differ only in whom they are for. One event in the audit
    log for all: each badge has its own there, of being given.
    """
    if not awards:
        return
    face = rules.face_of(jsonio.loads(awards[0][2]), held_at=now)
    account_ids, award_ids, credentials = zip(*awards, strict=True)
    bulk.insert_columns(
        Holding,
        len(awards),
        {
            "account_id": account_ids,
            "source": Same(Holding.Source.AWARD.value),
            "award_id": award_ids,
            "credential": credentials,
            "sha256": [hashlib.sha256(credential).hexdigest() for credential in credentials],
            "title": Same(face.title),
            "issuer_name": Same(face.issuer_name),
            "area": Same(face.area),
            "badge_type": Same(face.badge_type),
            "issued_at": Same(face.issued_at),
            "held_at": Same(now),
        },
    )
    audit.record("wallet.hold", actor=None, now=now, source=Holding.Source.AWARD.value, badges=len(awards))
