"""The log, its checkpoints, and badges that carry their own way to an anchor."""

from __future__ import annotations

import time
from dataclasses import replace
from hashlib import sha256

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcore import cbor, merkle, merkleproof, rdf
from credcore.checkpoint import (
    Checkpoint,
    open_checkpoint,
    open_note,
    parse_verifier_key,
    sign_checkpoint,
    verifier_key,
)
from credcore.errors import CredentialError, MalformedInput, ProofError, Unavailable
from credcore.keys import Ed25519Key
from credcore.verify import verify
from tests.credcore.samples import ISSUER, NOW, World, credential

# The leaves and roots with which Certificate Transparency logs are tested.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def log_of(count: int) -> merkle.Log:
    log = merkle.Log()
    log.extend(b"%d" % number for number in range(count))
    return log


def test_published_roots_whether_appended_singly_or_together() -> None:
    one, many = merkle.Log(), merkle.Log()
    for size, root in enumerate(ROOTS):
        assert one.root().hex() == root
        if size < len(LEAVES):
            assert one.append(LEAVES[size]) == size
    many.extend(LEAVES[:3])
    many.extend(LEAVES[3:])
    assert [many.root(size).hex() for size in range(9)] == ROOTS


def test_published_paths() -> None:
    log = merkle.Log()
    log.extend(LEAVES)
    assert [node.hex() for node in log.inclusion_proof(0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [node.hex() for node in log.consistency_proof(1, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert log.inclusion_proof(0, 1) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.data())
def test_proofs_hold_for_every_size_and_fail_for_anything_else(size: int, data: st.DataObject) -> None:
    log = log_of(size)
    index = data.draw(st.integers(0, size - 1))
    leaf, path, root = merkle.leaf_hash(b"%d" % index), log.inclusion_proof(index), log.root()
    merkle.verify_inclusion(leaf, index, size, path, root)
    wrong = [
        (merkle.leaf_hash(b"x"), index, size, path, root),
        (leaf, index, size, [*path, leaf], root),
        (leaf, index, size, path, leaf + b"x"),
        (leaf, size, size, path, root),
        (leaf, -1, size, path, root),
    ]
    if path:
        wrong += [(leaf, index, size, path[:-1], root), (leaf, index ^ 1, size, path, root)]
    for arguments in wrong:
        with pytest.raises(ProofError):
            merkle.verify_inclusion(*arguments)
    first = data.draw(st.integers(1, size))
    steps = log.consistency_proof(first)
    merkle.verify_consistency(first, size, steps, log.root(first), root)
    for arguments in (
        (first, size, [*steps, leaf], log.root(first), root),
        (first, size, steps, merkle.leaf_hash(b"x"), root),
        (first, size, steps, log.root(first), merkle.leaf_hash(b"x")),
        (0, size, steps, merkle.EMPTY_ROOT, root),
        (size + 1, size, steps, root, root),
    ):
        with pytest.raises(ProofError):
            merkle.verify_consistency(*arguments)
    if steps:
        with pytest.raises(ProofError):
            merkle.verify_consistency(first, size, steps[:-1], log.root(first), root)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=12))
def test_growing_in_any_portions_gives_the_same_log(portions: list[int]) -> None:
    log, number = merkle.Log(), 0
    for portion in portions:
        log.extend(b"%d" % (number + step) for step in range(portion))
        number += portion
    assert log.root() == log_of(number).root()


def test_what_a_log_refuses() -> None:
    log = log_of(5)
    for call in (
        lambda: log.root(6),
        lambda: log.inclusion_proof(5),
        lambda: log.inclusion_proof(3, 2),
        lambda: log.consistency_proof(0),
        lambda: log.consistency_proof(6),
        lambda: log.extend_hashes([b"short"]),
        lambda: log.nodes.put(0, 3, bytes(32)),
        lambda: log.nodes.get(9, 0),
    ):
        with pytest.raises(MalformedInput):
            call()
    assert log.root() == log_of(5).root()


def test_a_million_leaves_are_appended_in_seconds_and_each_node_is_hashed_once() -> None:
    class Counting(merkle.MemoryNodes):
        written = 0

        def put(self, level: int, index: int, nodes: bytes, /) -> None:
            self.written += len(nodes) // 32
            super().put(level, index, nodes)

    nodes = Counting()
    log = merkle.Log(nodes)
    started = time.process_time()
    for start in range(0, 200_000, 1000):
        log.extend(number.to_bytes(4, "big") for number in range(start, start + 1000))
    assert time.process_time() - started < 4
    assert nodes.written < 2 * log.size
    merkle.verify_inclusion(
        merkle.leaf_hash((77_777).to_bytes(4, "big")),
        77_777,
        log.size,
        log.inclusion_proof(77_777),
        log.root(),
    )


# -- checkpoints -------------------------------------------------------------------------------------------

# The example of the signed-note format (golang.org/x/mod/sumdb/note)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = Ed25519Key.from_seed(bytes(32))
NAME = "naite.example/log"


def test_the_published_note_opens() -> None:
    assert open_note(PETERS_NOTE, [PETER]) == PETERS_NOTE.rpartition("\n\n")[0] + "\n"
    name, key = parse_verifier_key(PETER)
    assert verifier_key(name, key) == PETER
    with pytest.raises(ProofError):
        open_note(PETERS_NOTE.replace("answer", "Answer"), [PETER])
    with pytest.raises(ProofError):
        open_note(PETERS_NOTE, [verifier_key(NAME, KEY.public_key)])


def note(checkpoint: Checkpoint) -> str:
    return sign_checkpoint(checkpoint, KEY.signer(), KEY.public_key, NAME)


def test_checkpoints_are_signed_and_opened() -> None:
    log = log_of(9)
    checkpoint = Checkpoint(NAME, log.size, log.root(), ("a further line",))
    text = note(checkpoint)
    known = verifier_key(NAME, KEY.public_key)
    assert text.startswith(f"{NAME}\n9\n")
    assert open_checkpoint(text, [PETER, known]) == checkpoint
    other = sign_checkpoint(checkpoint, KEY.signer(), KEY.public_key, "witness").rpartition("\n\n")[2]
    assert open_checkpoint(text + other, [known]) == checkpoint
    for changed in (text.replace("\n9\n", "\n8\n"), text.replace("further", "farther")):
        with pytest.raises(ProofError):
            open_checkpoint(changed, [known])


@pytest.mark.parametrize(
    "text",
    ["", "x", "a\n1\nAAAA\n\nno signature\n", "a\n\n— b c\n", "a\n1\n\n— naite.example/log AAAA\n", "\n\n"],
)
def test_malformed_notes(text: str) -> None:
    with pytest.raises(CredentialError):
        open_checkpoint(text, [verifier_key(NAME, KEY.public_key)])


def test_malformed_checkpoints_and_keys() -> None:
    for size in ("01", "-1", "x", "９"):
        body = f"{NAME}\n{size}\n{'A' * 43}=\n"
        signature = note(Checkpoint(NAME, 1, bytes(32))).rpartition("\n\n")[2]
        with pytest.raises(CredentialError):
            open_checkpoint(f"{body}\n{signature}", [verifier_key(NAME, KEY.public_key)])
    for wrong in (
        Checkpoint("", 1, bytes(32)),
        Checkpoint("a\nb", 1, bytes(32)),
        Checkpoint("a", -1, bytes(32)),
        Checkpoint("a", 1, b"short"),
        Checkpoint("a", 1, bytes(32), ("",)),
    ):
        with pytest.raises(MalformedInput):
            note(wrong)
    with pytest.raises(MalformedInput):
        sign_checkpoint(Checkpoint("a", 1, bytes(32)), KEY.signer(), KEY.public_key, "with space")
    for text in (
        "",
        "a+b",
        PETER.replace("c74f", "c74e"),
        "a+00000000+AAAA",
        "Peter Neumann+c74f20a3+" + PETER[22:],
    ):
        with pytest.raises(MalformedInput):
            parse_verifier_key(text)


# -- badges with their own proof ---------------------------------------------------------------------------

# From the tests of blockchain-certificates/lds-merkle-proof-2019
BLOCKCERTS = (
    "z6nGv6rMRybRe9CuMzbQbdu7sA858v1d13JU3hoAr1x93cheinB35kDXqCvaA93WTLWGtLZMdQSvvNCxEMZPhLvDa4CbUYkm4pCwBe7k"
    "CZAsuwHZwHxgyzCbRUWFbMXHhkVSHoPYmPzfi4arfHKMgKSurZ7oqe3GHRdi78TbHGvA65edK8JBEdTUt8SpCdc7wz5qiwj3THtcNAXf"
    "gK4LmCAu4fq8CnjLcMtGoEdfXfjy3turtaTapyM3katuYKAzbJF3FiE8i8NXBsiBnEbvKk7k"
)


def test_the_published_proof_reads_and_writes() -> None:
    proof = merkleproof.decode(BLOCKCERTS)
    assert proof.anchors == (
        "blink:btc:testnet:582733d7cef8035d87cecc9ebbe13b3a2f6cc52583fbcd2b9709f20a6b8b56b3",
    )
    proof.require_sound(proof.target)
    assert merkleproof.encode(proof) == BLOCKCERTS


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_every_path_of_a_batch_leads_to_its_root(count: int) -> None:
    targets = [sha256(b"%d" % number).digest() for number in range(count)]
    root, paths = merkleproof.tree(targets)
    for target, path in zip(targets, paths, strict=True):
        proof = merkleproof.MerkleProof(target, root, path, ("blink:eth:8217:0xabcd",))
        proof.require_sound(target)
        assert merkleproof.decode(merkleproof.encode(proof)) == replace(
            proof, anchors=("blink:eth:8217:abcd",)
        )
        with pytest.raises(ProofError):
            proof.require_sound(sha256(b"x").digest())
        with pytest.raises(ProofError):
            replace(proof, root=sha256(b"x").digest()).require_sound(target)


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_damaged_proofs_are_malformed(data: bytes) -> None:
    for text in ("z" + merkleproof.multibase.base58_encode(data), BLOCKCERTS[:-5]):
        try:
            merkleproof.decode(text)
        except MalformedInput:
            continue
        raise AssertionError(text)


@given(st.recursive(st.integers(-(2**64), 2**64 - 1) | st.binary() | st.text(), st.lists, max_leaves=8))
def test_cbor_comes_back(value: object) -> None:
    try:
        data = cbor.dumps(value)
        assert cbor.loads(data) == value
    except MalformedInput:
        return
    with pytest.raises(MalformedInput):
        cbor.loads(data + b"\0")


def anchored(world: World, spoil: bool = False) -> dict:
    badge = world.issue()
    target = rdf.sha256_nquads(credential())
    others = [sha256(b"%d" % number).digest() for number in range(4)]
    root, paths = merkleproof.tree([*others, b"\0" * 32 if spoil else target])
    proof = merkleproof.MerkleProof(target, root, paths[4], ("blink:eth:sepolia:abcd",))
    beside = merkleproof.build_proof(proof, verification_method=f"{ISSUER}#key-1", created=NOW)
    return {**badge, "proof": [badge["proof"], beside]}


def test_an_anchored_badge() -> None:
    world = World()
    data = orjson.dumps(anchored(world))

    def report(anchor=None):
        return verify(data, resolvers=replace(world.resolvers, anchor=anchor), now=NOW)

    def unreachable(link: str, root: bytes) -> bool:
        raise Unavailable(link)

    asked: list[str] = []
    good = report(lambda link, root: asked.append(link) is None)
    assert (good.verdict, good.check("anchor").outcome) == ("valid", "ok")
    assert asked == ["blink:eth:sepolia:abcd"]
    for nowhere in (None, unreachable):
        unknown = report(nowhere)
        assert (unknown.verdict, unknown.check("anchor").reason) == ("valid", "not_checked")
    assert report(lambda link, root: False).verdict == "altered"
    spoiled = verify(orjson.dumps(anchored(world, spoil=True)), resolvers=world.resolvers, now=NOW)
    assert (spoiled.verdict, spoiled.check("anchor").reason) == ("altered", "mismatch")
    assert verify(orjson.dumps(world.issue()), resolvers=world.resolvers, now=NOW).check("anchor") is None
