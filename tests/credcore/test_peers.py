"""They accept ours, we accept theirs, and both refuse every changed leaf."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from openbadgeslib import baking
from openbadgeslib.ob3.status import decode_encoded_list
from openbadgeslib.ob3.verifier import OB3Verifier
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.errors import ProofError
from openvc.status.bitstring import decode_bitstring, encode_bitstring, get_status_bit

from credcore import bake, contexts, multibase
from credcore.did import build_did_document
from credcore.status import Bitstring
from credcore.verify import verify
from tests.credcore.peers import Node, node_is_missing, node_key, published
from tests.credcore.pictures import PNG, SVG
from tests.credcore.samples import ISSUER, NOW, World, credential

CREATED = "2026-11-24T03:00:00Z"
HOSTILE = [
    '따옴표 " 와 \\ 역사선',
    "줄\n바꿈\t탭\r",
    "가\u0301각 \u1100\u1161",
    "🌳 나무 \U0002f800",
    "<b>&amp;</b> ${x} %s",
    "\u200b\u202e\u2028",
    "x" * 20_000,
]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    reason = node_is_missing()
    if reason:
        pytest.skip(reason)
    with Node(published(build_did_document(ISSUER, World().windows))) as peer:
        yield peer


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def changed(document: dict, path: tuple) -> dict:
    other = copy.deepcopy(document)
    node = other
    for step in path[:-1]:
        node = node[step]
    value = node[path[-1]]
    node[path[-1]] = value + 1 if isinstance(value, int | float) else f"{value}x"
    return other


@pytest.mark.node
def test_the_reference_implementation_accepts_ours(node: Node) -> None:
    for text in HOSTILE:
        badge = World().issue(credential(name=text))
        answer = node.ask("verify", credential=badge, now=CREATED)
        assert answer.get("verified"), (text[:40], answer)


@pytest.mark.node
def test_we_accept_those_of_the_reference_implementation(node: Node) -> None:
    world = World()
    key = node_key(world.key, f"{ISSUER}#key-1")
    for text in HOSTILE:
        answer = node.ask("issue", credential=credential(name=text), key=key, created=CREATED)
        report = verify(json.dumps(answer["credential"]).encode(), resolvers=world.resolvers, now=NOW)
        assert report.outcome == "valid", (text[:40], report.checks)


@pytest.mark.node
def test_both_make_the_same_signature(node: Node) -> None:
    world = World()
    ours = world.issue()
    answer = node.ask(
        "issue", credential=credential(), key=node_key(world.key, f"{ISSUER}#key-1"), created=CREATED
    )
    assert answer["credential"]["proof"]["proofValue"] == ours["proof"]["proofValue"]


@pytest.mark.node
def test_both_refuse_every_changed_leaf(node: Node) -> None:
    world = World()
    badge = world.issue()
    paths = list(leaves(badge))
    assert len(paths) > 40
    for path in paths:
        spoiled = changed(badge, path)
        assert not node.ask("verify", credential=spoiled, now=CREATED).get("verified"), path
        assert verify(orjson.dumps(spoiled), resolvers=world.resolvers, now=NOW).outcome != "valid", path


def test_openvc_accepts_ours_and_refuses_changes() -> None:
    pytest.importorskip("pyld", reason="openvc-core needs pyld to canonicalize")
    suite = DataIntegrityProofSuite()
    world = World()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": multibase.base64url_encode(world.key.public_key)}
    extra = {url: contexts.document(url) for url in contexts.known()}
    for text in HOSTILE[:3]:
        badge = world.issue(credential(name=text))
        suite.verify(badge, public_key_jwk=jwk, now=NOW, extra_contexts=extra)
    with pytest.raises(ProofError):
        suite.verify({**badge, "name": "x"}, public_key_jwk=jwk, now=NOW, extra_contexts=extra)


def test_openbadgeslib_finds_what_we_bake_and_we_what_it_bakes() -> None:
    text = orjson.dumps(World().issue()).decode()
    assert OB3Verifier.extract_token_from_png(bake.bake_png(PNG, text)) == text
    assert OB3Verifier.extract_token_from_svg(bake.bake_svg(SVG, text)) == text
    png = baking.bake_png(PNG, text, keyword=baking.ITXT_KEYWORD_OB3)
    assert bake.unbake(png).text == text
    svg = baking.bake_svg(SVG, "a.b.c", element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3)
    assert bake.unbake(svg).text == "a.b.c"


def test_both_peers_read_our_status_lists() -> None:
    bits = Bitstring()
    for place in (0, 9, 94_567, 131_071):
        bits.set(place)
    assert decode_encoded_list(bits.encode()) == bits.to_bytes()
    theirs = decode_bitstring(bits.encode())
    assert [get_status_bit(theirs, place) for place in (0, 1, 9, 94_567, 131_071)] == [1, 0, 1, 1, 1]
    assert Bitstring.decode(encode_bitstring(bits.to_bytes())).to_bytes() == bits.to_bytes()
