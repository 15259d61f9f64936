"""Into the log: digests wait, are appended in order, and the new head is signed."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from credcore import checkpoint, merkle
from credcore.keys import Ed25519Key
from naite.roots import bulk, sealing
from naite.roots.among import Among
from naite.roots.copying import Same
from naite.roots.ids import new_id
from naite.roots.ledger.models import Checkpoint, Head, Leaf, LogKey, Waiting
from naite.roots.ledger.tiles import TableNodes
from naite.roots.sealing.rotation import SealedColumn

# How many leaves one transaction appends.
CHUNK = 16_384
_PURPOSE = "log key"
SEALED = SealedColumn(LogKey, "sealed_private", _PURPOSE, lambda row: bytes(row.pk.bytes))


def note(digests: Iterable[bytes], *, kind: str) -> None:
    """Let SHA-256 digests go into the log; call in the transaction of the fact that they stand for.

    Takes no lock, so those who sign at once do not wait for each other. A digest that the log already has is
    not added twice.
    """
    given = list(digests)
    bulk.insert_columns(Waiting, len(given), {"digest": given, "kind": Same(kind)})


def append_waiting(*, now: datetime) -> int:
    """Append what waits, chunk by chunk, and sign a head for each; returns how many leaves came in.

    Safe to run in several workers at once and to kill: each chunk is one transaction under the lock of the
    head, and the order of a log once signed never changes.
    """
    added = 0
    while Waiting.objects.exists():
        added += _append_chunk(now)
    return added


def log_name() -> str:
    """Return the origin in the log's heads and the name of its key: this installation's host and path."""
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.netloc}{parts.path}/log"


def sign_note(text: str, *, now: datetime) -> str:
    """Sign a text with the log's key (C2SP ``signed-note``), for receipts; whoever has ``/log/keys`` checks it."""
    with transaction.atomic():
        Head.objects.get_or_create(pk=1)
        Head.objects.select_for_update().get(pk=1)
        key = _key(now)
    return checkpoint.sign_note(text, key.signer(), key.public_key, log_name())


def _append_chunk(now: datetime) -> int:
    Head.objects.get_or_create(pk=1)
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        rows = list(Waiting.objects.order_by("id").values_list("id", "digest", "kind")[:CHUNK])
        if not rows:
            return 0
        fresh = {bytes(digest): kind for _id, digest, kind in rows}
        for known in Leaf.objects.filter(digest__in=list(fresh)).values_list("digest", flat=True):
            del fresh[bytes(known)]
        if fresh:
            _extend(head, fresh, now)
        Waiting.objects.filter(Among("id", [row[0] for row in rows])).delete()
    return len(fresh)


def _extend(head: Head, fresh: dict[bytes, str], now: datetime) -> None:
    nodes = TableNodes()
    log = merkle.Log(nodes, head.size)
    bulk.insert_columns(
        Leaf,
        len(fresh),
        {
            "index": range(head.size, head.size + len(fresh)),
            "digest": list(fresh),
            "kind": list(fresh.values()),
            "logged_at": Same(now),
        },
    )
    log.extend(fresh)
    nodes.save()
    head.size = log.size
    head.save(update_fields=["size"])
    key, root, name = _key(now), log.root(), log_name()
    Checkpoint.objects.create(
        size=log.size,
        root=root,
        note=checkpoint.sign_checkpoint(
            checkpoint.Checkpoint(name, log.size, root), key.signer(), key.public_key, name
        ),
        signed_at=now,
    )


def _key(now: datetime) -> Ed25519Key:
    """The log's own key, made at its first head; called under the head's lock."""
    row = LogKey.objects.order_by("-made_at").first()
    if row is not None:
        seed = sealing.unseal(bytes(row.sealed_private), purpose=_PURPOSE, row=row.id.bytes)
        return Ed25519Key.from_seed(seed)
    key, row_id = Ed25519Key.generate(), new_id()
    sealed = sealing.seal(key.seed, purpose=_PURPOSE, row=row_id.bytes)
    LogKey.objects.create(id=row_id, public=key.public_key, sealed_private=sealed, made_at=now)
    return key
