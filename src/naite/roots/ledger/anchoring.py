"""Batches of the log onto a chain: cut, sent, held, and watched until nothing can move them any more.

A transaction is signed and kept before it is sent. So a worker that dies in between sends the same one again,
which counts once; one that is stuck is replaced under its own number, so that only one of the two can ever
stand; one that a reorganisation threw out goes back into the line.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from credcore import merkle, merkleproof
from naite.roots.ledger.chain import Chain, ChainRefused, ChainUnavailable, Standing
from naite.roots.ledger.models import Batch, Head, Leaf, Sending
from naite.roots.ledger.tiles import TableNodes

log = logging.getLogger("naite.ledger")
# Leaves under one root at most, so that a path is 15 steps and its tree is built in milliseconds.
LARGEST = 16_384
LEASE = timedelta(minutes=2)
STUCK = timedelta(minutes=10)
# Nodes take a replacement from a tenth more on.
_DEARER = 125


def cut(*, now: datetime) -> int:
    """Put leaves that no batch holds under new roots, when the oldest of them has waited long enough.

    Returns how many batches were cut. Safe to run in several workers at once.
    """
    wait = timedelta(minutes=settings.ANCHOR_EVERY_MINUTES)
    made = 0
    with transaction.atomic():
        head = Head.objects.select_for_update().filter(pk=1).first()
        first = Batch.objects.aggregate(end=Max("end"))["end"] or 0
        if (
            head is None
            or first >= head.size
            or not Leaf.objects.filter(index=first, logged_at__lte=now - wait).exists()
        ):
            return 0
        while first < head.size:
            end = min(head.size, first + LARGEST)
            log_root = merkle.Log(TableNodes(), head.size).root(end)
            root, _paths = merkleproof.tree([*digests(first, end), log_root])
            Batch.objects.create(first=first, end=end, log_root=log_root, root=root, cut_at=now)
            first, made = end, made + 1
    return made


def digests(first: int, end: int) -> list[bytes]:
    """Return the digests at these places of the log."""
    found = Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index")
    return [bytes(digest) for digest in found.values_list("digest", flat=True)]


def advance(chain: Chain, *, now: datetime) -> None:
    """Bring every batch as far as the chain lets it: send, look, send again, settle.

    One worker at a time holds the line to the chain. What the chain says or that it is away is kept for the
    public page; nothing else of the product waits for it.
    """
    cut(now=now)
    with _lease(now) as held:
        if not held:
            return
        trouble = ""
        try:
            for batch in Batch.objects.exclude(settled=True).order_by("first"):
                _advance(batch, chain, now)
        except ChainUnavailable as error:
            trouble = f"unavailable: {error}"
        except ChainRefused as error:
            trouble = f"refused: {error}"
        if trouble:
            log.warning("chain: %s", trouble)
        Head.objects.filter(pk=1).update(chain_tried_at=now, chain_trouble=trouble[:300])


@contextmanager
def _lease(now: datetime) -> Iterator[bool]:
    free = Q(chain_busy_until=None) | Q(chain_busy_until__lt=now)
    held = Head.objects.filter(free, pk=1).update(chain_busy_until=now + LEASE) == 1
    try:
        yield held
    finally:
        if held:
            Head.objects.filter(pk=1).update(chain_busy_until=None)


def _advance(batch: Batch, chain: Chain, now: datetime) -> None:
    sendings = list(batch.sendings.order_by("-made_at", "-gas_price"))
    if not sendings:
        _send_first(batch, chain, now)
        return
    for sending in sendings:
        standing = chain.standing(sending.transaction)
        if standing is not None and standing.succeeded:
            _stands(batch, sending, standing, chain, now)
            return
    _thrown_out(batch)
    _insist(batch, sendings, chain, now)


def _thrown_out(batch: Batch) -> None:
    """The chain reorganised: what was held is on its way again, and is not called held until it is."""
    if batch.state == Batch.State.HELD:
        log.warning("chain: %s left its block", batch.transaction)
        Batch.objects.filter(pk=batch.pk).update(
            state=Batch.State.SENT, transaction="", block=None, held_at=None
        )


def _send_first(batch: Batch, chain: Chain, now: datetime) -> None:
    _send(batch, chain, nonce=_free_nonce(chain), gas_price=chain.gas_price(), now=now)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.SENT, network=chain.network)


def _free_nonce(chain: Chain) -> int:
    """The next number that neither a block nor a transaction of ours on its way has."""
    open_ones = Sending.objects.exclude(batch__settled=True).aggregate(top=Max("nonce"))["top"]
    return max(chain.next_nonce(), -1 if open_ones is None else open_ones + 1)


def _insist(batch: Batch, sendings: list[Sending], chain: Chain, now: datetime) -> None:
    """No transaction of the batch stands in a block: wait, send again, pay more, or take another number."""
    last = sendings[0]
    if chain.next_nonce() > last.nonce:
        # The number is used up by a transaction that is not ours, so ours can never stand.
        if all(chain.standing(item.transaction) is None for item in sendings):
            _send(batch, chain, nonce=_free_nonce(chain), gas_price=chain.gas_price(), now=now)
    elif not chain.knows(last.transaction):
        chain.send(bytes(last.raw))
    elif now - last.made_at >= STUCK:
        price = max(chain.gas_price(), int(last.gas_price) * _DEARER // 100 + 1)
        _send(batch, chain, nonce=last.nonce, gas_price=price, now=now)


def _send(batch: Batch, chain: Chain, *, nonce: int, gas_price: int, now: datetime) -> None:
    signed = chain.sign(bytes(batch.root), nonce=nonce, gas_price=gas_price)
    Sending.objects.get_or_create(
        transaction=signed.transaction,
        defaults={
            "batch": batch,
            "raw": signed.raw,
            "nonce": nonce,
            "gas_price": gas_price,
            "made_at": now,
        },
    )
    chain.send(signed.raw)


def _stands(batch: Batch, sending: Sending, standing: Standing, chain: Chain, now: datetime) -> None:
    depth = chain.height() - standing.block + 1
    if depth < settings.CHAIN_CONFIRMATIONS:
        _thrown_out(batch)
        return
    Batch.objects.filter(pk=batch.pk).update(
        state=Batch.State.HELD,
        transaction=sending.transaction,
        block=standing.block,
        held_at=batch.held_at or now,
        settled=depth >= settings.CHAIN_CONFIRMATIONS * 4,
    )
