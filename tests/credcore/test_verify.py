"""Bytes in, report out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcore import bake, rdf
from credcore.did import KeyWindow
from credcore.errors import CredentialError
from credcore.issue import issue
from credcore.keys import Ed25519Key
from credcore.report import Report
from credcore.status import Bitstring
from credcore.verify import Resolvers, verify, verify_many
from tests.credcore.pictures import PNG, SVG
from tests.credcore.samples import ISSUER, NOW, World, credential, with_status


def check(world: World, data: bytes | dict, now=NOW) -> Report:
    raw = data if isinstance(data, bytes) else orjson.dumps(data)
    return verify(raw, resolvers=world.resolvers, now=now)


def test_a_good_badge_is_valid_with_a_sentence_for_every_check() -> None:
    report = check(World(), World().issue())
    assert (report.outcome, report.verdict, report.format) == ("valid", "valid", "ob3")
    assert report.ko == "이 배지는 지금 유효합니다"
    assert [c.code for c in report.checks] == ["format", "schema", "signature", "issuer", "status", "dates"]
    assert all(c.ko and c.en for c in report.checks)
    assert report.issuer == ISSUER
    assert json.loads(json.dumps(report.as_dict()))["verdict"] == "valid"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), "다른 이름"),
        (("credentialSubject", "id"), "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"),
        (("credentialSubject", "creditsEarned"), 300.5),
        (("credentialSubject", "achievement", "name"), "박사 과정"),
        (("credentialSubject", "achievement", "tag", 0), "마음"),
        (("validFrom",), "2020-11-21T00:00:00Z"),
        (("proof", "created"), "2026-11-24T03:00:01Z"),
        (("evidence", 0, "narrative"), "없음"),
    ],
)
def test_any_changed_value_is_altered(path: tuple, value: object) -> None:
    badge = World().issue()
    node = badge
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    report = check(World(), badge)
    assert (report.outcome, report.verdict) == ("invalid", "altered")


def test_a_removed_or_added_statement_is_altered() -> None:
    badge = World().issue()
    del badge["evidence"]
    assert check(World(), badge).verdict == "altered"
    badge = World().issue()
    badge["validUntil"] = "2099-01-01T00:00:00Z"
    assert check(World(), badge).verdict == "altered"


def test_no_one_byte_change_is_accepted_as_something_else() -> None:
    world = World()
    data = orjson.dumps(world.issue())
    canonical = rdf.canonical_nquads({k: v for k, v in orjson.loads(data).items() if k != "proof"})
    accepted = 0
    for position in range(0, len(data), 7):
        changed = bytearray(data)
        changed[position] ^= 1 << (position % 7)
        report = check(world, bytes(changed))
        if report.outcome == "valid":
            accepted += 1
            document = {k: v for k, v in json.loads(bytes(changed)).items() if k != "proof"}
            assert rdf.canonical_nquads(document) == canonical
    assert accepted < 5


def test_respelling_a_badge_so_that_readers_miss_a_statement_is_refused() -> None:
    world = World()
    world.publish_list(Bitstring())
    for spelling in ("https://www.w3.org/2018/credentials#credentialStatus", "@reverse"):
        badge = world.issue(with_status())
        badge[spelling] = badge.pop("credentialStatus")
        assert check(world, badge).outcome != "valid"
    badge = world.issue(with_status())
    badge["@context"] = [
        *badge["@context"],
        {"hidden": {"@id": "https://www.w3.org/2018/credentials#credentialStatus", "@type": "@id"}},
    ]
    badge["hidden"] = badge.pop("credentialStatus")
    assert check(world, badge).outcome != "valid"


def test_a_statement_moved_out_of_sight_is_refused() -> None:
    """The same statements about the badge, spelt inside a mention of its id elsewhere, sign alike."""
    world = World()
    document = with_status()
    document["evidence"][0]["id"] = document["id"]
    badge = world.issue(document)
    world.publish_list(Bitstring())
    assert check(world, badge).verdict == "valid"
    moved = json.loads(json.dumps(badge))
    evidence = moved["evidence"][0]
    evidence["type"] = ["Evidence", "VerifiableCredential"]
    evidence["credentialStatus"] = moved.pop("credentialStatus")
    report = check(world, moved)
    assert report.outcome == "invalid"
    assert "hidden_statement" in (report.check("signature") or report.checks[0]).detail


def test_revoked_suspended_and_unreachable_are_told_apart() -> None:
    world = World()
    bits = Bitstring()
    world.publish_list(bits)
    badge = orjson.dumps(world.issue(with_status()))
    assert check(world, badge).verdict == "valid"
    bits.set(94567)
    world.publish_list(bits)
    assert check(world, badge).verdict == "revoked"
    world.offline = True
    report = check(world, badge)
    assert (report.outcome, report.verdict) == ("unknown", "unknown")
    assert report.ko == "지금은 유효한지 알 수 없습니다"
    assert "취소 목록을 불러오지 못했습니다" in report.explanation_ko
    world = World()
    world.publish_list(bits, "suspension")
    assert check(world, world.issue(with_status(purpose="suspension"))).verdict == "suspended"


def test_a_status_list_of_somebody_else_is_not_believed() -> None:
    world = World()
    stranger = World(key=Ed25519Key.from_seed(bytes(32)))
    stranger.publish_list(Bitstring())
    world.lists = stranger.lists
    report = check(world, world.issue(with_status()))
    assert report.verdict == "unknown"
    world.lists = {next(iter(stranger.lists)): b"<html>"}
    assert check(world, world.issue(with_status())).verdict == "unknown"


def test_dates() -> None:
    world = World()
    badge = world.issue(credential(valid_until=NOW + timedelta(days=1)))
    assert check(world, badge).verdict == "valid"
    late = check(world, badge, NOW + timedelta(days=2))
    assert late.verdict == "expired"
    assert "2026.11.25" in late.explanation_ko
    assert check(world, badge, NOW - timedelta(days=300)).verdict == "not_yet_valid"


def test_a_rotated_key_keeps_its_badges_and_a_compromised_one_loses_the_later_ones() -> None:
    badge = World().issue(created=NOW)
    new = Ed25519Key.from_seed(bytes(32))
    rotated = World()
    old = KeyWindow(fragment="key-1", public_key=rotated.key.public_key, valid_until=NOW + timedelta(days=1))
    rotated.windows = [old, KeyWindow(fragment="key-2", public_key=new.public_key)]
    assert check(rotated, badge, NOW + timedelta(days=900)).verdict == "valid"
    rotated.windows[0] = replace(old, valid_until=NOW - timedelta(days=1))
    assert check(rotated, badge).verdict == "altered"
    rotated.windows[0] = replace(old, revoked=NOW - timedelta(seconds=1))
    report = check(rotated, badge)
    assert report.verdict == "altered"
    assert "폐기한 열쇠" in report.explanation_ko
    rotated.windows[0] = replace(old, revoked=NOW + timedelta(seconds=1))
    assert check(rotated, badge).verdict == "valid"


def test_a_key_that_the_issuer_does_not_publish_is_not_the_issuers() -> None:
    world = World()
    world.windows = [KeyWindow(fragment="key-9", public_key=world.key.public_key)]
    report = check(world, World().issue())
    assert report.verdict == "altered"
    assert "준 곳의 서명이 아닙니다" in report.explanation_ko


def test_somebody_elses_signature_under_the_issuers_name() -> None:
    thief = Ed25519Key.from_seed(bytes(32))
    badge = issue(credential(), thief.signer(), created=NOW)
    assert check(World(), badge).verdict == "altered"


def test_an_unreachable_or_failing_resolver_is_unknown() -> None:
    class Broken:
        def resolve(self, did: str, /) -> dict:
            raise RuntimeError("boom")

    badge = orjson.dumps(World().issue())
    for resolvers in (Resolvers(), Resolvers(did=Broken())):
        report = verify(badge, resolvers=resolvers, now=NOW)
        assert (report.outcome, report.verdict) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("trust", "outcome"), [("trusted", "valid"), ("known", "valid"), ("unknown", "unknown"), ("x", "unknown")]
)
def test_trust_in_the_issuer(trust: str, outcome: str) -> None:
    world = World()
    report = verify(
        orjson.dumps(world.issue()), resolvers=replace(world.resolvers, trust=lambda issuer: trust), now=NOW
    )
    assert report.outcome == outcome


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"{}", b"[]", b"\x89PNG\r\n\x1a\n", b"<svg/>", b'{"a":1,"a":2}', b"\xff\xfe", PNG, SVG],
)
def test_what_is_no_badge(data: bytes) -> None:
    report = verify(data, resolvers=Resolvers(), now=NOW)
    assert (report.outcome, report.verdict) == ("invalid", "not_a_badge")
    assert report.explanation_ko


def test_a_badge_in_a_picture() -> None:
    world = World()
    text = orjson.dumps(world.issue()).decode()
    for picture, container in ((PNG, "png"), (SVG, "svg")):
        report = check(world, bake.bake(picture, text))
        assert (report.verdict, report.container) == ("valid", container)


def test_a_name_that_occurs_twice_is_refused() -> None:
    data = orjson.dumps(World().issue())
    twice = data[:-1] + b',"name":"x"}'
    assert check(World(), twice).outcome == "invalid"


def test_many_at_once_asks_for_each_document_once() -> None:
    world = World()
    world.publish_list(Bitstring())
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return world.fetch(url)

    badge = orjson.dumps(world.issue(with_status()))
    reports = verify_many(
        [badge, badge, b"x"], resolvers=replace(world.resolvers, status_list=fetch), now=NOW
    )
    assert [r.verdict for r in reports] == ["valid", "valid", "not_a_badge"]
    assert len(asked) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200)
    | json_values.map(lambda v: json.dumps(v).encode())
    | st.binary(max_size=100).map(lambda b: b"\x89PNG\r\n\x1a\n" + b)
    | st.binary(max_size=100).map(lambda b: b"<svg xmlns='http://www.w3.org/2000/svg'>" + b)
)
def test_verify_never_raises_on_arbitrary_bytes(data: bytes) -> None:
    report = verify(data, resolvers=Resolvers(), now=NOW)
    assert report.outcome != "valid"


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_verify_never_raises_on_a_badge_with_arbitrary_parts(data: st.DataObject) -> None:
    badge = World().issue()
    node: object = badge
    for _ in range(data.draw(st.integers(0, 3))):
        keys = (
            list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        )
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()):
            node[key] = data.draw(json_values)  # type: ignore[index]
            break
        node = node[key]  # type: ignore[index]
    try:
        raw = json.dumps(badge).encode()
    except ValueError:
        return
    report = verify(raw, resolvers=World().resolvers, now=NOW)
    if report.outcome == "valid":
        assert rdf.canonical_nquads({k: v for k, v in badge.items() if k != "proof"}) == rdf.canonical_nquads(
            {k: v for k, v in World().issue().items() if k != "proof"}
        )


def test_errors_carry_codes() -> None:
    assert CredentialError("x").code == "credential_error"
    assert CredentialError("x", code="y").code == "y"
