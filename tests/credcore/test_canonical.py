"""The short ways to the canonical form lead to where the general one does."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcore import canonical, model, proofs, rdf
from credcore.canonical import canonical_nquads
from credcore.contexts import CLR_V2, OB_V3, VC_V2
from credcore.errors import CredentialError
from credcore.records import record_nquads
from credcore.shapes import string_leaves
from credcore.templates import Template
from credcore.verify import verify
from tests.credcore.peers import Node, node_is_missing, node_key, published
from tests.credcore.samples import ISSUER, LEARNER, NOW, World, achievement, credential, with_status
from tests.credcore.test_fast import hostile_text, iris


def outcome(call: Callable[[], bytes]) -> bytes | str:
    try:
        return call()
    except CredentialError as error:
        return error.code


def agree(document: dict[str, Any]) -> bytes | str:
    general = outcome(lambda: rdf.canonical_nquads(document))
    assert outcome(lambda: canonical_nquads(document)) == general
    return general


for _ in range(3):
    canonical_nquads(with_status())
CREATOR = model.Profile(id=ISSUER, name="서울시 평생학습관")
MERGED = credential(subject=model.AchievementSubject(id=LEARNER, achievement=achievement(creator=CREATOR)))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_other_strings_in_a_known_structure(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from([with_status(), MERGED])))
    canonical_nquads(document)
    leaves = [path for path, _ in string_leaves(document) if path[0] != "@context"]
    for path in data.draw(st.lists(st.sampled_from(leaves), max_size=3)):
        node: Any = document
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = data.draw(st.one_of(hostile_text, iris))
    agree(document)


def test_known_structures_are_filled_in() -> None:
    document = with_status()
    document["evidence"][0]["narrative"] = '그는 "예"\n\\라고'
    assert canonical._known(document) == rdf.canonical_nquads(document)
    canonical_nquads(MERGED)
    canonical_nquads(MERGED)
    assert canonical._known(MERGED) == rdf.canonical_nquads(MERGED)
    tags = copy.deepcopy(document)
    tags["credentialSubject"]["achievement"]["tag"] = ["나", "가", "가"]
    assert canonical._known(tags) == rdf.canonical_nquads(tags)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 1),
        ("name", True),
        ("name", 1.0),
        ("name", None),
        ("name", ["x"]),
        ("name", [["x"]]),
        ("name", {"@value": "x", "@language": "ko"}),
        ("name", {"@value": "x", "@direction": "ltr"}),
        ("type", ["VerifiableCredential", "Medal"]),
        ("type", "VerifiableCredential"),
        ("type", [{"a": 1}]),
        ("@context", [VC_V2]),
        ("@context", {}),
        ("evidence", []),
        ("evidence", {"type": "Evidence", "name": "x"}),
        ("grade", "x"),
        ("https://schema.org/name", "x"),
    ],
)
def test_another_structure_is_another_matter(name: str, value: Any) -> None:
    for _ in range(3):
        agree({**credential(), name: value})


def test_numbers_keep_their_type_and_order_of_names_counts() -> None:
    for value in (1, 1.0, True, 1.5, 2):
        for _ in range(3):
            document = credential()
            document["credentialSubject"]["creditsEarned"] = value
            agree(document)
    agree(dict(reversed(credential().items())))


def test_a_lone_node_without_an_id() -> None:
    document = credential()
    del document["evidence"][0]["id"]
    for narrative in ("가", "나", "다"):
        document["evidence"][0]["narrative"] = narrative
        assert b"_:c14n0" in agree(document)  # type: ignore[operator]


# -- records -----------------------------------------------------------------------------------------------


def record(count: int, **changes: Any) -> dict[str, Any]:
    world = World()
    badges = []
    for number in range(count):
        badge = credential(
            id=f"urn:uuid:badge-{number}",
            name=f"배지 {number}",
            subject=model.AchievementSubject(
                id=LEARNER,
                achievement=achievement(id=f"urn:uuid:class-{number % 7}", name=f"과정 {number % 7}"),
            ),
        )
        badges.append(world.issue(badge))
    return {
        "@context": [VC_V2, OB_V3, CLR_V2],
        "id": "urn:uuid:record",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "서울시 평생학습관"},
        "name": "학습 기록",
        "validFrom": "2026-11-24T00:00:00Z",
        "credentialSubject": {"id": LEARNER, "type": ["ClrSubject"], "verifiableCredential": badges},
        **changes,
    }


@pytest.mark.parametrize("count", [1, 2, 13])
def test_a_record_is_put_together_from_its_badges(count: int) -> None:
    document = record(count)
    together = record_nquads(document, canonical.canonical_nquads)
    assert together is not None
    assert together == rdf.canonical_nquads(document)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: r["credentialSubject"]["verifiableCredential"][0].pop("id"),
        lambda r: r["credentialSubject"]["verifiableCredential"][0].pop("proof"),
        lambda r: r["credentialSubject"]["verifiableCredential"][0]["evidence"][0].pop("id"),
        lambda r: r["credentialSubject"]["verifiableCredential"].append("urn:uuid:elsewhere"),
        lambda r: r["credentialSubject"]["verifiableCredential"].append(
            r["credentialSubject"]["verifiableCredential"][0]
        ),
        lambda r: r["credentialSubject"].pop("id"),
        lambda r: r["credentialSubject"].update(
            association=[{"type": ["Association"], "sourceId": "urn:x:1"}]
        ),
        lambda r: r["credentialSubject"]["verifiableCredential"][0].pop("@context"),
        lambda r: r.update({"@context": [VC_V2, CLR_V2]}),
        lambda r: r["credentialSubject"]["verifiableCredential"][0]["proof"].update(id="urn:uuid:proof"),
        lambda r: r["credentialSubject"]["verifiableCredential"][0].update(proof=[]),
        lambda r: r["credentialSubject"]["verifiableCredential"][0].update(grade="x"),
        lambda r: r["credentialSubject"].update(verifiableCredential=[]),
    ],
)
def test_records_of_other_makes_take_the_general_way(spoil: Callable[[dict], object]) -> None:
    document = record(2)
    spoil(document)
    agree(document)


def test_a_long_record_is_signed_and_verified_in_a_moment() -> None:
    world = World()
    document = record(100)
    started = time.process_time()
    signed = proofs.sign(document, world.signer, created=NOW)
    report = verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW)
    assert time.process_time() - started < 1
    assert (report.verdict, report.format) == ("valid", "clr2"), report.checks
    signed["credentialSubject"]["verifiableCredential"][42]["name"] = "다른 배지"
    assert verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW).verdict == "altered"


@pytest.mark.node
def test_the_reference_implementation_signs_a_record_alike() -> None:
    if node_is_missing():
        pytest.skip(node_is_missing())
    world = World()
    ours = proofs.sign(record(3), world.signer, created=NOW)
    with Node(published(dict(world.resolvers.did.resolve(ISSUER)))) as node:  # type: ignore[union-attr]
        assert node.ask("verify", credential=ours, now="2026-11-24T03:00:00Z").get("verified")
        theirs = node.ask(
            "issue",
            credential=record(3),
            key=node_key(world.key, f"{ISSUER}#key-1"),
            created="2026-11-24T03:00:00Z",
        )
    assert theirs["credential"]["proof"]["proofValue"] == ours["proof"]["proofValue"]


def test_templates_of_records_are_refused_or_right() -> None:
    try:
        template = Template(record(1), World().signer, [("name",)])
    except CredentialError:
        return
    issued = template.issue(["다른 이름"], created=NOW)
    assert orjson.loads(issued.data)["name"] == "다른 이름"
