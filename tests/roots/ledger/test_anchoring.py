"""The log on a chain, with a real node: what is sent counts once and stands, whatever happens to it."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests import factories as make

from credcore import merkleproof
from naite.roots.ledger import anchoring, queries, services
from naite.roots.ledger.chain import ChainUnavailable, holds, link_of
from naite.roots.ledger.models import Batch, Head, Sending
from tools import chain as chains

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.node,
    pytest.mark.skipif(bool(chains.missing()), reason=chains.missing() or "-"),
    pytest.mark.req("B6", "rule"),
]


@pytest.fixture
def node() -> Iterator[chains.Node]:
    with chains.node() as running:
        yield running


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.ANCHOR_EVERY_MINUTES = 0
    settings.CHAIN_CONFIRMATIONS = 3


def log_some(count: int, now: datetime = make.NOW) -> list[bytes]:
    items = [secrets.token_bytes(32) for _ in range(count)]
    services.note(items, kind="badge")
    services.append_waiting(now=now)
    return items


def go(chain: anchoring.Chain, minutes: float = 0) -> Batch:
    anchoring.advance(chain, now=make.NOW + timedelta(minutes=minutes))
    return Batch.objects.order_by("first").first() or pytest.fail("no batch")


def test_a_badge_carries_its_way_to_a_transaction(node: chains.Node) -> None:
    chain = node.chain()
    items = log_some(5)
    assert go(chain).state == "sent"
    node.mine()
    assert go(chain, 1).state == "sent"  # one block is not enough to count
    node.mine(2)
    batch = go(chain, 2)
    assert (batch.state, batch.first, batch.end) == ("held", 0, 5)

    place = queries.place_of(items[3])
    assert place is not None
    proof = queries.chain_proof(place)
    assert proof is not None
    again = merkleproof.decode(merkleproof.encode(proof))
    again.require_sound(items[3])
    assert holds(chain, again.anchors[0], again.root)
    assert not holds(chain, again.anchors[0], secrets.token_bytes(32))
    # What a stranger finds on the chain: the root, and nothing else.
    seen = node.call("eth_getTransactionByHash", batch.transaction)
    assert seen["input"] == "0x" + bytes(batch.root).hex()
    receipt = node.call("eth_getTransactionReceipt", batch.transaction)
    assert int(receipt["gasUsed"], 16) <= 22_280


def test_the_root_on_the_chain_covers_the_head_of_the_log(node: chains.Node) -> None:
    chain = node.chain()
    items = log_some(3)
    batch = go(chain)
    newest = queries.latest()
    assert newest is not None
    assert bytes(batch.log_root) == bytes(newest.root)
    root, _ = merkleproof.tree([*anchoring.digests(0, 3), bytes(newest.root)])
    assert root == bytes(batch.root)
    assert len(items) == 3


def test_batches_follow_each_other_without_gap(node: chains.Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchoring, "LARGEST", 10)
    chain = node.chain()
    log_some(25)
    go(chain)
    node.mine(3)
    go(chain, 1)
    log_some(1)
    go(chain, 2)
    assert list(Batch.objects.order_by("first").values_list("first", "end")) == [
        (0, 10),
        (10, 20),
        (20, 25),
        (25, 26),
    ]
    assert sorted(Sending.objects.values_list("nonce", flat=True)) == [0, 1, 2, 3]


def test_sent_again_after_a_death_counts_once(node: chains.Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies between keeping and sending, then between sending and hearing of it."""
    chain = node.chain()
    log_some(2)

    def die(_raw: bytes) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(chain, "send", die)
        with pytest.raises(SystemExit):
            anchoring.advance(chain, now=make.NOW)
    assert Sending.objects.count() == 1
    later = 3 + anchoring.LEASE.total_seconds() / 60
    go(chain, later)
    go(chain, later + 1)  # waits for its block: nothing new is sent
    chain.send(bytes(Sending.objects.get().raw))  # a doubly sent one is no error
    node.mine(3)
    assert go(chain, later + 2).state == "held"
    assert Sending.objects.count() == 1
    assert chain.next_nonce() == 1


def test_a_stuck_transaction_is_replaced_under_its_own_number(node: chains.Node) -> None:
    chain = node.chain()
    log_some(2)
    go(chain)
    go(chain, 5)
    assert Sending.objects.count() == 1
    go(chain, 11)
    first, second = Sending.objects.order_by("made_at")
    assert first.nonce == second.nonce == 0
    assert second.gas_price > first.gas_price
    node.mine(3)
    batch = go(chain, 12)
    assert (batch.state, batch.transaction) == ("held", second.transaction)
    assert chain.next_nonce() == 1


def test_a_transaction_that_the_node_forgot_is_sent_again(node: chains.Node) -> None:
    chain = node.chain()
    log_some(2)
    go(chain)
    node.call("anvil_dropTransaction", Sending.objects.get().transaction)
    go(chain, 1)
    node.mine(3)
    assert go(chain, 2).state == "held"
    assert Sending.objects.count() == 1


def test_a_reorganisation_takes_it_out_and_it_comes_back(node: chains.Node) -> None:
    chain = node.chain()
    items = log_some(2)
    before = node.call("evm_snapshot")
    go(chain)
    node.mine(3)
    assert go(chain, 1).state == "held"
    node.call("evm_revert", before)  # the chain goes another way, without our block
    node.mine(4)
    batch = go(chain, 2)
    assert batch.state == "sent"
    place = queries.place_of(items[0])
    assert place is not None
    assert queries.chain_proof(place) is None
    node.mine(3)
    assert go(chain, 3).state == "held"
    assert chain.next_nonce() == 1


def test_a_number_that_somebody_else_used_is_left(node: chains.Node) -> None:
    """The key is used from another machine, too: our transaction can never stand and takes a new number."""
    chain = node.chain()
    log_some(2)
    go(chain)
    node.call("anvil_dropTransaction", Sending.objects.get().transaction)
    chain.send(chain.sign(b"other", nonce=0, gas_price=chain.gas_price() * 2).raw)
    node.mine()
    go(chain, 1)
    node.mine(3)
    batch = go(chain, 2)
    assert batch.state == "held"
    assert sorted(Sending.objects.values_list("nonce", flat=True)) == [0, 1]


def test_without_the_chain_everything_else_goes_on(node: chains.Node) -> None:
    away = chains.EvmChain(url="http://127.0.0.1:9", chain_id=chains.CHAIN_ID, key=node.key)
    items = log_some(2)
    batch = go(away)
    assert batch.state == "cut"
    assert Head.objects.get().chain_trouble.startswith("unavailable")
    assert queries.place_of(items[0]) is not None
    with pytest.raises(ChainUnavailable):
        holds(away, link_of(away.network, "0x" + "00" * 32), bytes(32))
    chain = node.chain()
    go(chain, 1)
    node.mine(3)
    assert go(chain, 2).state == "held"
    assert Head.objects.get().chain_trouble == ""


def test_nothing_is_sent_to_another_chain_than_the_one_meant(node: chains.Node) -> None:
    wrong = node.chain(chain_id=1)
    log_some(1)
    assert go(wrong).state == "cut"
    assert "31337, not 1" in Head.objects.get().chain_trouble
    assert node.call("txpool_status")["pending"] == "0x0"


def test_one_worker_at_a_time_talks_to_the_chain(node: chains.Node) -> None:
    chain = node.chain()
    log_some(1)
    Head.objects.update(chain_busy_until=make.NOW + timedelta(minutes=1))
    assert go(chain).state == "cut"
    assert go(chain, 1.5).state == "sent"


def test_a_settled_batch_is_asked_about_no_more(node: chains.Node, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = node.chain()
    log_some(1)
    go(chain)
    node.mine(12)
    assert go(chain, 1).settled
    monkeypatch.setattr(chain, "standing", lambda _hash: pytest.fail("asked again"))
    anchoring.advance(chain, now=make.NOW + timedelta(minutes=2))


def test_leaves_wait_for_company(node: chains.Node, settings: Any) -> None:
    settings.ANCHOR_EVERY_MINUTES = 60
    log_some(1)
    anchoring.advance(node.chain(), now=make.NOW + timedelta(minutes=59))
    assert not Batch.objects.exists()
    log_some(1)
    assert go(node.chain(), 60).end == 2
