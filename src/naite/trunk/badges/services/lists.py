"""Status lists: a random place for each badge, and the bits that revoke and suspend."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from credcore import jsonio, proofs
from credcore.canonical import canonical_sha256
from credcore.keys import Signer
from credcore.status import Bitstring, IndexPermutation, build_status_list_credential
from naite.roots.ledger import services as ledger
from naite.trunk.badges import names
from naite.trunk.badges.credentials import Place
from naite.trunk.badges.models import StatusList
from naite.trunk.people.models import Organisation

LENGTH = 131_072
# How long a verifier may keep a list. Short, because a revoked badge must not look good for long.
TTL_MS = 5 * 60 * 1000


def take_places(
    *, organisation: Organisation, purpose: StatusList.Purpose, count: int, signer: Signer, now: datetime
) -> list[Place]:
    """Take places that nobody else has or will have, in random order; call inside a transaction.

    The row of the newest list is locked until the transaction ends, so two who issue at once get different
    places, and places of a transaction that fails are given again. A full list is followed by a new one.
    """
    places: list[Place] = []
    while len(places) < count:
        row = _newest(organisation, purpose) or _open_list(organisation, purpose, 1, signer, now)
        if row.allocated >= row.length:
            row = _open_list(organisation, purpose, row.number + 1, signer, now)
        take = min(count - len(places), row.length - row.allocated)
        order = IndexPermutation(row.length, bytes(row.order_key))
        list_id = row.id
        places += [Place(list_id, index) for index in order.indexes(row.allocated, take)]
        StatusList.objects.filter(pk=row.pk).update(allocated=row.allocated + take)
    return places


def write_bits(*, list_id: UUID, indexes: Sequence[int], value: bool, signer: Signer, now: datetime) -> None:
    """Set or clear bits and sign the list anew; call inside a transaction. Repeating changes nothing."""
    row = StatusList.objects.select_for_update().select_related("organisation").get(pk=list_id)
    bits = Bitstring(row.length, data=bytes(row.bits))
    for index in indexes:
        bits.set(index, int(value))
    _sign(row, bits, signer, now)


def sign_again(*, organisation: Organisation, signer: Signer, now: datetime) -> None:
    """Sign all lists of an organisation with another key; call inside a transaction."""
    rows: Iterable[StatusList] = StatusList.objects.select_for_update().filter(organisation=organisation)
    for row in rows:
        _sign(row, Bitstring(row.length, data=bytes(row.bits)), signer, now)


def _newest(organisation: Organisation, purpose: StatusList.Purpose) -> StatusList | None:
    return (
        StatusList.objects.select_for_update()
        .filter(organisation=organisation, purpose=purpose)
        .defer("bits", "credential")
        .order_by("-number")
        .first()
    )


def _open_list(
    organisation: Organisation, purpose: StatusList.Purpose, number: int, signer: Signer, now: datetime
) -> StatusList:
    bits = Bitstring(LENGTH)
    row = StatusList(
        organisation=organisation,
        purpose=purpose,
        number=number,
        length=LENGTH,
        order_key=secrets.token_bytes(32),
        bits=bits.to_bytes(),
        changed_at=now,
    )
    row.credential = _signed(row, bits, signer, now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # somebody else opened it first
        newest = _newest(organisation, purpose)
        assert newest is not None
        return newest
    return row


def _sign(row: StatusList, bits: Bitstring, signer: Signer, now: datetime) -> None:
    StatusList.objects.filter(pk=row.pk).update(
        bits=bits.to_bytes(), changed_at=now, credential=_signed(row, bits, signer, now)
    )


def _signed(row: StatusList, bits: Bitstring, signer: Signer, now: datetime) -> bytes:
    unsigned = build_status_list_credential(
        names.status_url(row.id),
        issuer=names.issuer_did(row.organisation.slug),
        bitstring=bits,
        purpose=str(row.purpose),
        valid_from=now,
        ttl_ms=TTL_MS,
    )
    ledger.note([canonical_sha256(unsigned)], kind="status list")
    return jsonio.dumps(proofs.sign(unsigned, signer, created=now))
