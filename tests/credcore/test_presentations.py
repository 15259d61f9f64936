"""A holder shows badges to one verifier."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcore import model
from credcore.did import did_key_document
from credcore.errors import MalformedInput, Unavailable
from credcore.issue import issue_token
from credcore.keys import Ed25519Key
from credcore.presentations import (
    PresentationReport,
    build_presentation,
    sign_presentation,
    verify_presentation,
)
from credcore.verify import Resolvers
from tests.credcore.peers import Node, node_is_missing, published
from tests.credcore.samples import ISSUER, NOW, World, achievement, credential

HOLDER = Ed25519Key.from_seed(bytes([7]) * 32)
CHALLENGE, DOMAIN = "한 번만 쓰는 말", "jobs.example"


def badge(holder: str = HOLDER.did_key) -> dict[str, Any]:
    subject = model.AchievementSubject(id=holder, achievement=achievement())
    return World().issue(credential(subject=subject))


def shown(*badges: Any, key: Ed25519Key = HOLDER, suite: str = "eddsa-rdfc-2022") -> dict[str, Any]:
    presentation = build_presentation([], holder=HOLDER.did_key, id="urn:uuid:show")
    presentation["verifiableCredential"] = list(badges)
    return sign_presentation(
        presentation, key.signer(), created=NOW, challenge=CHALLENGE, domain=DOMAIN, cryptosuite=suite
    )


def check(document: Any, **changes: Any) -> PresentationReport:
    values: dict[str, Any] = {"challenge": CHALLENGE, "domain": DOMAIN, "now": NOW}
    values["resolvers"] = World().resolvers
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    return verify_presentation(data, **{**values, **changes})


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_shown_for_this_request(suite: str) -> None:
    report = check(shown(badge(), suite=suite))
    assert (report.outcome, report.holder, report.belong_to_holder) == ("valid", HOLDER.did_key, True)
    assert [r.verdict for r in report.credentials] == ["valid"]


def test_shown_a_second_time_or_to_somebody_else() -> None:
    document = shown(badge())
    assert check(document, challenge="another").outcome == "invalid"
    assert check(document, domain="other.example").outcome == "invalid"
    assert check(document, challenge="").outcome == "invalid"
    with pytest.raises(MalformedInput):
        sign_presentation({}, HOLDER.signer(), created=NOW, challenge="", domain=DOMAIN)


def test_somebody_elses_badge_or_signature() -> None:
    report = check(shown(badge(), badge("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")))
    assert (report.outcome, report.belong_to_holder) == ("invalid", False)
    assert [r.verdict for r in report.credentials] == ["valid", "valid"]
    assert check(shown(badge(), key=Ed25519Key.generate())).outcome == "invalid"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_anything_changed(suite: str) -> None:
    document = shown(badge(), suite=suite)
    for path, value in (
        (("holder",), "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
        (("id",), "urn:uuid:other"),
        (("verifiableCredential", 0, "name"), "다른 배지"),
        (("proof", "created"), "2026-11-24T03:00:01Z"),
        (("proof", "proofPurpose"), "assertionMethod"),
    ):
        spoiled = copy.deepcopy(document)
        node: Any = spoiled
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value
        assert check(spoiled).outcome == "invalid", path


def test_a_badge_that_is_not_valid_spoils_the_whole_and_a_token_is_shown_too() -> None:
    spoiled = {**badge(), "name": "다른 배지"}
    report = check(shown(spoiled))
    assert (report.outcome, report.credentials[0].verdict) == ("invalid", "altered")
    subject = model.AchievementSubject(id=HOLDER.did_key, achievement=achievement())
    token = issue_token(credential(subject=subject), World().signer, created=NOW)
    envelope = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{token}",
        "type": "EnvelopedVerifiableCredential",
    }
    assert check(shown(envelope)).outcome == "valid"


def test_what_cannot_be_found_out_is_unknown() -> None:
    report = check(shown(badge()), resolvers=Resolvers())
    assert report.outcome == "unknown"

    class Down:
        def resolve(self, name: str, /) -> dict:
            raise Unavailable(name)

    world = World()
    document = build_presentation([badge()], holder="did:web:naite.example:o:seoul")
    signed = sign_presentation(document, world.signer, created=NOW, challenge=CHALLENGE, domain=DOMAIN)
    assert check(signed, resolvers=replace(world.resolvers, did=Down())).outcome == "unknown"


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", orjson.dumps(credential()), orjson.dumps({"type": "VerifiablePresentation"})]
)
def test_what_is_no_presentation(data: bytes) -> None:
    report = check(data)
    assert (report.outcome, report.credentials) == ("invalid", ())
    assert report.ko


@pytest.mark.node
def test_the_reference_implementation_accepts_ours() -> None:
    if node_is_missing():
        pytest.skip(node_is_missing())
    documents = {
        **published(dict(World().resolvers.did.resolve(ISSUER))),  # type: ignore[union-attr]
        **published(did_key_document(HOLDER.did_key)),
    }
    document = shown(badge(), badge())
    request = {"challenge": CHALLENGE, "domain": DOMAIN, "now": "2026-11-24T03:00:00Z"}
    with Node(documents) as node:
        answer = node.ask("verifyPresentation", presentation=document, **request)
        assert answer.get("verified"), answer
        document["verifiableCredential"][1]["name"] = "다른 배지"
        assert not node.ask("verifyPresentation", presentation=document, **request).get("verified")


SHOWN = json.dumps(shown(badge()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SHOWN) - 1), st.text(max_size=3))
def test_damage_never_raises(position: int, noise: str) -> None:
    damaged = SHOWN[:position] + noise + SHOWN[position + 1 :]
    report = check(damaged.encode("utf-8", "surrogatepass"))
    if report.outcome == "valid":
        assert json.loads(damaged) == json.loads(SHOWN)
