"""What the log can show: its head, its tiles, and the proofs of a digest."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from credcore import merkle, merkleproof
from credcore.checkpoint import verifier_key
from naite.roots.ledger import anchoring
from naite.roots.ledger.chain import link_of
from naite.roots.ledger.models import Batch, Checkpoint, Head, Leaf, LogKey, Tile, Waiting
from naite.roots.ledger.services import log_name
from naite.roots.ledger.tiles import WIDTH, TableNodes, tile_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A digest's place in the log, with what proves it under a signed head."""

    digest: bytes
    index: int
    logged_at: datetime
    checkpoint: Checkpoint
    path: tuple[bytes, ...]
    batch: Batch | None


def place_of(digest: bytes) -> Place | None:
    """Return where a digest stands in the log; None when it does not (yet)."""
    leaf = Leaf.objects.filter(digest=digest).first()
    if leaf is None:
        return None
    newest = latest()
    assert newest is not None  # a leaf and the head over it are written together
    path = merkle.Log(TableNodes(), newest.size).inclusion_proof(leaf.index, newest.size)
    batch = Batch.objects.filter(first__lte=leaf.index, end__gt=leaf.index).first()
    return Place(
        digest=digest,
        index=leaf.index,
        logged_at=leaf.logged_at,
        checkpoint=newest,
        path=tuple(path),
        batch=batch,
    )


def is_waiting(digest: bytes) -> bool:
    """Whether a digest is on its way into the log."""
    return Waiting.objects.filter(digest=digest).exists()


def chain_proof(place: Place) -> merkleproof.MerkleProof | None:
    """Return the way from a digest to a transaction; None until one holds its batch."""
    batch = place.batch
    if batch is None or batch.state != Batch.State.HELD:
        return None
    path = _paths(batch.first, batch.end, bytes(batch.log_root))[place.index - batch.first]
    link = link_of(batch.network, batch.transaction)
    return merkleproof.MerkleProof(place.digest, bytes(batch.root), path, (link,))


@lru_cache(maxsize=4)
def _paths(first: int, end: int, log_root: bytes) -> list[tuple[merkleproof.Step, ...]]:
    """The paths of a whole batch; a batch never changes, and people ask for badges that came together."""
    return merkleproof.tree([*anchoring.digests(first, end), log_root])[1]


def latest() -> Checkpoint | None:
    """Return the newest signed head."""
    return Checkpoint.objects.order_by("-size").first()


def head() -> Head | None:
    return Head.objects.filter(pk=1).first()


def verifier_keys() -> list[str]:
    """Return the log's keys as verifiers write them down, the newest first."""
    return [verifier_key(log_name(), bytes(row.public)) for row in LogKey.objects.order_by("-made_at")]


def tile(level: int, number: int, width: int) -> bytes | None:
    """Return ``width`` nodes of a tile as C2SP ``tlog-tiles`` counts levels (by eight); None, unless there."""
    row = Tile.objects.filter(pk=tile_id(8 * level, number)).first()
    nodes = bytes(row.nodes)[: 32 * width] if row else b""
    return nodes if len(nodes) == 32 * width else None


def entries(number: int, width: int) -> bytes | None:
    """Return the leaves of a tile, each behind its length (C2SP ``tlog-tiles`` entry bundle)."""
    found = anchoring.digests(number * WIDTH, number * WIDTH + width)
    if len(found) != width:
        return None
    return b"".join(len(digest).to_bytes(2, "big") + digest for digest in found)
