"""The verifier of the Digital Credentials Consortium judges our badges, lists and changes as we do."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from credcore.shapes import read
from credcore.status import Bitstring
from credcore.verify import verify
from tests.credcore.peers import Node, node_is_missing
from tests.credcore.samples import ISSUER, NOW, World
from tests.credcore.test_peers import HOSTILE, changed, leaves
from tests.credcore.test_structure import HOLDS, full

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def core() -> Iterator[Node]:
    reason = node_is_missing("@digitalcredentials/verifier-core")
    if reason:
        pytest.skip(reason)
    with Node(script="core.mjs") as peer:
        yield peer


def publish(core: Node, world: World, revoked: Bitstring) -> None:
    world.publish_list(revoked)
    world.publish_list(Bitstring(), "suspension", HOLDS)
    assert world.resolvers.did is not None
    documents = {url: json.loads(data) for url, data in world.lists.items()}
    documents["https://naite.example/o/seoul/did.json"] = dict(world.resolvers.did.resolve(ISSUER))
    core.ask("documents", documents=documents)


def test_it_accepts_ours_and_refuses_what_we_revoked(core: Node) -> None:
    world, bits = World(), Bitstring()
    badge = world.issue(full())
    publish(core, world, bits)
    answer = core.ask("verify", credential=badge)
    assert answer == {"signature": True, "status": True, "errors": []}
    bits.set(5)
    publish(core, world, bits)
    answer = core.ask("verify", credential=badge)
    assert (answer["signature"], answer["status"]) == (True, False)
    assert verify(orjson.dumps(badge), resolvers=world.resolvers, now=NOW).verdict == "revoked"


def test_it_reads_any_text_as_we_write_it(core: Node) -> None:
    world = World()
    publish(core, world, Bitstring())
    for text in HOSTILE:
        answer = core.ask("verify", credential=world.issue({**full(), "name": text}))
        assert answer == {"signature": True, "status": True, "errors": []}, text[:40]


def test_both_refuse_every_changed_leaf(core: Node) -> None:
    world = World()
    publish(core, world, Bitstring())
    badge = world.issue(full())
    paths = list(leaves(badge))
    assert len(paths) > 60
    for path in paths:
        spoiled = changed(badge, path)
        theirs = core.ask("verify", credential=spoiled)
        assert not (theirs.get("signature") and theirs.get("status")), path
        assert verify(orjson.dumps(spoiled), resolvers=world.resolvers, now=NOW).outcome != "valid", path


def test_both_refuse_every_missing_member(core: Node) -> None:
    """``type`` apart: without it a node's terms may still be those of its context."""
    world = World()
    publish(core, world, Bitstring())
    document = full()
    # As creator the issuer would say its name twice; then RDF misses neither.
    del document["credentialSubject"]["achievement"]["creator"]
    badge: dict[str, Any] = world.issue(document)
    for path in leaves(badge):
        if isinstance(path[-1], int) or path[-1] in ("@context", "type"):
            continue
        without = copy.deepcopy(badge)
        del read(without, path[:-1])[path[-1]]
        theirs = core.ask("verify", credential=without)
        assert not (theirs.get("signature") and theirs.get("status")), path
        assert verify(orjson.dumps(without), resolvers=world.resolvers, now=NOW).outcome != "valid", path
