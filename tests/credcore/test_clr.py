"""A learner's whole record."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from credcore import clr, model, proofs
from credcore.errors import InvalidDocument, UnsafeDocument
from credcore.validation import validate
from credcore.verify import verify, verify_many
from tests.credcore.samples import ISSUER, LEARNER, NOW, World, credential


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


def test_a_term_that_the_processor_would_lose_is_not_signed_and_makes_a_record_unknown() -> None:
    """``partial`` belongs to one of two types that bring terms of their own."""
    world = World()
    with pytest.raises(UnsafeDocument) as caught:
        proofs.sign({**record(), "partial": True}, world.signer, created=NOW)
    assert caught.value.code == "scoped_types"
    signed = {**proofs.sign(record(), world.signer, created=NOW), "partial": True}
    assert verify(orjson.dumps(signed), resolvers=world.resolvers, now=NOW).verdict == "unknown"


def test_badges_of_anything() -> None:
    for odd in ({}, {"credentialSubject": []}, {"credentialSubject": {"verifiableCredential": "x"}}):
        assert clr.badges_of(odd) == []
