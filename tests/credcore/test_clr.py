"""A learner's whole record."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from credcore import clr, contexts, model, proofs
from credcore.canonical import canonical_nquads
from credcore.errors import InvalidDocument, UnsafeDocument
from credcore.report import Report
from credcore.status import Bitstring
from credcore.validation import validate
from credcore.verify import SHARED, MatcherCache, verify, verify_many
from tests.credcore.samples import ISSUER, LEARNER, NOW, World, credential, with_status


def badges(count: int) -> list[dict[str, Any]]:
    return [World().issue(credential(id=f"urn:uuid:{n}", name=f"배지 {n}")) for n in range(count)]


def record(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": "urn:uuid:record",
        "issuer": model.Profile(id=ISSUER, name="서울시 평생학습관"),
        "subject_id": LEARNER,
        "credentials": badges(3),
        "name": "학습 기록",
        "valid_from": NOW,
    }
    return clr.build_clr_credential(**{**values, **changes})


def test_a_record_is_signed_and_verified_and_so_are_its_badges() -> None:
    world = World()
    document = record(valid_until=NOW.replace(year=2027))
    assert validate(document) == []
    signed = proofs.sign(document, world.signer, created=NOW)
    report = verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW)
    assert (report.verdict, report.format) == ("valid", "clr2")
    inner = verify_many(map(orjson.dumps, clr.badges_of(signed)), resolvers=world.resolvers, now=NOW)
    assert [item.verdict for item in inner] == ["valid"] * 3
    del signed["credentialSubject"]["verifiableCredential"][1]
    assert verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW).verdict == "altered"


@pytest.mark.parametrize(
    "changes",
    [
        {"credentials": []},
        {"credentials": [credential()]},
        {"credentials": badges(1) * 2},
        {"credentials": [{"type": "VerifiableCredential", "proof": {}}]},
        {"id": "no iri"},
        {"name": "bell\a"},
    ],
)
def test_what_is_no_record(changes: dict) -> None:
    with pytest.raises(InvalidDocument):
        record(**changes)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("name",), "name"),
        (("validFrom",), "validFrom"),
        (("credentialSubject", "type"), "credentialSubject.type"),
        (("credentialSubject", "verifiableCredential"), "credentialSubject.verifiableCredential"),
    ],
)
def test_a_missing_part_is_named(path: tuple[str, ...], field: str) -> None:
    document = record()
    node = document
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    assert field in [problem.field for problem in validate(document)]


def test_partial_is_signed_although_two_types_bring_terms() -> None:
    """pyoxigraph alone would lose ``partial``; PyLD is somebody else's processor."""
    world = World()
    partial = {**record(), "partial": True}
    jsonld = pytest.importorskip("pyld.jsonld")

    def loader(url: str, options: object = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": contexts.document(url)}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader}
    statements = canonical_nquads(partial)
    assert statements.decode() == jsonld.normalize(partial, options)
    assert b"clr/vocab.html#partial" in statements
    signed = proofs.sign(partial, world.signer, created=NOW)
    assert verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW).verdict == "valid"
    for changed in ({**signed, "partial": False}, {k: v for k, v in signed.items() if k != "partial"}):
        assert verify(orjson.dumps(changed), resolvers=world.resolvers, now=NOW).verdict == "altered"


def test_a_term_of_one_type_does_not_reach_below_it() -> None:
    document = {**record(), "partial": True}
    document["issuer"]["partial"] = True
    with pytest.raises(UnsafeDocument) as caught:
        proofs.sign(document, World().signer, created=NOW)
    assert caught.value.code == "scoped_types"


def held(world: World, badges: list[dict[str, Any]], **changes: Any) -> Report:
    """The report on a record, the same with and without what the fast path has learned."""
    data = orjson.dumps(proofs.sign(record(credentials=badges), world.signer, created=NOW))
    reports = [
        verify(data, resolvers=changes.get("resolvers", world.resolvers), now=NOW, cache=cache)
        for cache in (None, MatcherCache(), SHARED)
    ]
    assert len({orjson.dumps(report.as_dict(), default=str) for report in reports}) == 1
    return reports[0]


def test_the_badges_of_a_record_are_verified_within_its_report() -> None:
    world = World()
    bits = Bitstring()
    world.publish_list(bits)
    inner = [world.issue({**with_status(n), "id": f"urn:uuid:{n}"}) for n in range(4)]
    report = held(world, inner)
    assert (report.verdict, [badge.verdict for badge in report.badges]) == ("valid", ["valid"] * 4)
    assert len(report.as_dict()["badges"]) == 4
    bits.set(2)
    world.publish_list(bits)
    report = held(world, inner)
    assert (report.outcome, report.verdict) == ("unknown", "unknown")
    assert [badge.verdict for badge in report.badges] == ["valid", "valid", "revoked", "valid"]
    check = report.check("badges")
    assert check is not None
    assert (check.reason, check.detail) == ("not_all", "2: revoked")
    forged = copy.deepcopy(inner)
    forged[1]["name"] = "남의 배지"
    report = held(world, forged)
    assert (report.verdict, report.badges[1].verdict) == ("altered", "altered")


def test_badges_are_not_looked_at_in_a_record_that_was_altered_nor_in_records_in_records() -> None:
    world = World()
    signed = proofs.sign(record(), world.signer, created=NOW)
    signed["name"] = "x"
    report = verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW)
    assert (report.verdict, report.badges) == ("altered", ())
    inner = proofs.sign(record(), world.signer, created=NOW)
    outer = record(id="urn:uuid:outer")
    outer["credentialSubject"]["verifiableCredential"].append(inner)
    signed = proofs.sign(outer, world.signer, created=NOW)
    report = verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW)
    assert report.outcome == "unknown"


def test_badges_of_anything() -> None:
    for odd in ({}, {"credentialSubject": []}, {"credentialSubject": {"verifiableCredential": "x"}}):
        assert clr.badges_of(odd) == []
