import hashlib
import secrets
from datetime import timedelta

import pytest
from tests import factories as make

from credcore import checkpoint, merkle
from naite.roots.ledger import queries, services
from naite.roots.ledger.models import Checkpoint, Head, Leaf, Tile, Waiting

pytestmark = [pytest.mark.django_db, pytest.mark.req("B6", "rule")]


def digests(count: int) -> list[bytes]:
    return [secrets.token_bytes(32) for _ in range(count)]


def append(items: list[bytes]) -> int:
    services.note(items, kind="badge")
    return services.append_waiting(now=make.NOW)


@pytest.mark.parametrize("sizes", [(1,), (1, 1, 1), (255, 1, 1), (256,), (300, 700, 25), (3, 600, 1, 515)])
def test_the_table_holds_the_log_that_memory_would(sizes: tuple[int, ...]) -> None:
    memory = merkle.Log()
    for size in sizes:
        items = digests(size)
        append(items)
        # The order within one append is that of the rows' ids.
        memory.extend(
            bytes(leaf.digest) for leaf in Leaf.objects.filter(index__gte=memory.size).order_by("index")
        )
        newest = queries.latest()
        assert newest is not None
        assert (newest.size, bytes(newest.root)) == (memory.size, memory.root())
    assert Head.objects.get().size == sum(sizes)
    assert not Waiting.objects.exists()


def test_every_digest_has_a_proof_under_a_signed_head() -> None:
    items = digests(300)
    append(items)
    append(digests(7))
    for digest in items[::37]:
        place = queries.place_of(digest)
        assert place is not None
        head = checkpoint.open_checkpoint(place.checkpoint.note, queries.verifier_keys())
        assert head.size == 307
        merkle.verify_inclusion(merkle.leaf_hash(digest), place.index, head.size, place.path, head.root)


def test_a_later_log_begins_with_the_earlier_one() -> None:
    append(digests(100))
    append(digests(200))
    first, second = Checkpoint.objects.order_by("size")
    log = merkle.Log(services.TableNodes(), second.size)
    proof = log.consistency_proof(first.size)
    merkle.verify_consistency(100, 300, proof, bytes(first.root), bytes(second.root))


def test_a_digest_comes_in_once() -> None:
    items = digests(3)
    assert append(items) == 3
    assert append([*items, items[0], *digests(1)]) == 1
    assert Head.objects.get().size == 4
    assert not Waiting.objects.exists()


def test_what_waits_is_said_to_wait() -> None:
    digest = digests(1)[0]
    services.note([digest], kind="badge")
    assert queries.is_waiting(digest)
    assert queries.place_of(digest) is None
    services.append_waiting(now=make.NOW + timedelta(seconds=5))
    assert not queries.is_waiting(digest)


def test_an_append_that_dies_leaves_everything_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    append(digests(5))
    before = queries.latest()
    services.note(digests(600), kind="badge")

    def die(*_args: object, **_kwargs: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint.objects, "create", die)
        with pytest.raises(SystemExit):
            services.append_waiting(now=make.NOW)
    assert queries.latest() == before
    assert Waiting.objects.count() == 600
    assert Leaf.objects.count() == 5
    assert services.append_waiting(now=make.NOW) == 600


def test_published_tiles_hash_to_the_head() -> None:
    """As an auditor does it: leaves of the entry bundles, hashed anew, against the tile and the head."""
    append(digests(520))
    entries = [queries.entries(0, 256), queries.entries(1, 256), queries.entries(2, 8)]
    leaves = [
        bundle[at + 2 : at + 34]
        for bundle in entries
        if bundle is not None
        for at in range(0, len(bundle), 34)
    ]
    assert len(leaves) == 520
    hashes = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    assert queries.tile(0, 0, 256) == b"".join(hashes[:256])
    assert queries.tile(0, 2, 8) == b"".join(hashes[512:])
    assert queries.tile(1, 0, 2) is not None
    assert queries.tile(0, 2, 9) is None
    again = merkle.Log()
    again.extend(leaves)
    newest = queries.latest()
    assert newest is not None
    assert again.root() == bytes(newest.root)


def test_a_changed_leaf_no_longer_fits() -> None:
    items = digests(40)
    append(items)
    Tile.objects.filter(pk=0).update(nodes=b"\x01" * 32 * 40)
    place = queries.place_of(items[3])
    assert place is not None
    with pytest.raises(Exception, match="root"):
        merkle.verify_inclusion(
            merkle.leaf_hash(items[3]), place.index, 40, place.path, bytes(place.checkpoint.root)
        )
