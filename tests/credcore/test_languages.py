"""Text in a named language or direction: the fast paths and the general one say the same of it."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from credcore import canonical, proofs, rdf
from credcore.errors import UnsafeDocument
from credcore.issue import issue, issue_token
from credcore.report import Report
from credcore.templates import FastIssuer
from credcore.verify import MatcherCache, verify
from tests.credcore.peers import Node, node_is_missing, node_key, published
from tests.credcore.samples import ISSUER, NOW, World, credential

WORLD = World()
KOREAN = {"@value": "동네 기록가", "@language": "ko"}
NAMES: list[Any] = [
    KOREAN,
    {"@value": "동네 기록가", "@language": "ko-KR"},
    [KOREAN, {"@value": "Town chronicler", "@language": "en"}],
    {"@value": "동네 기록가"},
]
RIGHT_TO_LEFT = {"@value": "שלום", "@language": "he", "@direction": "rtl"}


def named(name: Any, number: int = 0) -> dict[str, Any]:
    document = copy.deepcopy(credential())
    document["id"] = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
    return {**document, "name": name}


def seen(signed: dict[str, Any], cache: MatcherCache | None) -> Report:
    return verify(orjson.dumps(signed), resolvers=WORLD.resolvers, now=NOW, cache=cache)


@pytest.mark.parametrize("name", NAMES)
def test_every_path_issues_and_verifies_the_same(name: Any) -> None:
    issuer, cache = FastIssuer(WORLD.signer), MatcherCache()
    for number in range(4):
        document = named(name, number)
        signed = issue(document, WORLD.signer, created=NOW)
        assert issuer.issue(document, created=NOW).data == orjson.dumps(signed)
        assert canonical.canonical_nquads(document) == rdf.canonical_nquads(document)
        report = seen(signed, cache)
        assert report.verdict == "valid"
        assert report.checks == seen(signed, None).checks
    assert (issuer.counters.fast, cache.counters.fast) == (2, 2)
    for change in (
        {"@value": "다른 말", "@language": "ko"},
        {"@value": "동네 기록가", "@language": "en"},
        {"@value": "동네 기록가", "@language": "ko", "@direction": "ltr"},
        "동네 기록가 ",
    ):
        other = {**signed, "name": change}
        assert seen(other, cache).outcome != "valid"
        assert seen(other, cache).checks == seen(other, None).checks


def test_a_direction_is_signed_only_where_the_proof_can_cover_it() -> None:
    document, issuer = named(RIGHT_TO_LEFT), FastIssuer(WORLD.signer)
    for _ in range(3):
        with pytest.raises(UnsafeDocument) as refused:
            issuer.issue(document, created=NOW)
        assert refused.value.code == "direction"
    by_jcs = issue(document, WORLD.signer, created=NOW, cryptosuite=proofs.EDDSA_JCS_2022)
    for cache in (MatcherCache(), None):
        assert seen(by_jcs, cache).verdict == "valid"
        turned = {**by_jcs, "name": {**RIGHT_TO_LEFT, "@direction": "ltr"}}
        assert seen(turned, cache).verdict == "altered"
    token = issue_token(document, WORLD.signer, created=NOW)
    assert verify(token.encode(), resolvers=WORLD.resolvers, now=NOW).verdict == "valid"


def test_somebody_elses_direction_that_nothing_signs_is_unknown() -> None:
    """Other processors drop it and sign the rest: the badge is not altered, and not to be called valid either."""
    unturned = {name: value for name, value in RIGHT_TO_LEFT.items() if name != "@direction"}
    signed = issue(named(unturned), WORLD.signer, created=NOW)
    signed["name"] = RIGHT_TO_LEFT
    for cache in (MatcherCache(), None):
        report = seen(signed, cache)
        check = next(check for check in report.checks if check.code == "signature")
        assert (report.verdict, check.outcome, check.reason) == ("unknown", "unknown", "unsupported")


@pytest.mark.node
def test_the_reference_implementation_reads_languages_alike() -> None:
    if node_is_missing():
        pytest.skip(node_is_missing())
    documents = published(dict(WORLD.resolvers.did.resolve(ISSUER)))  # type: ignore[union-attr]
    request = {
        "key": node_key(WORLD.key, f"{ISSUER}#key-1"),
        "created": "2026-11-24T03:00:00Z",
        "now": "2026-11-24T03:00:00Z",
    }
    with Node(documents) as node:
        for name in NAMES:
            ours = issue(named(name), WORLD.signer, created=NOW)
            assert node.ask("verify", credential=ours, now=request["now"])["verified"]
            theirs = node.ask("issue", credential=named(name), **request)["credential"]
            assert seen(theirs, None).verdict == "valid"
        turned = node.ask("issue", credential=named(RIGHT_TO_LEFT), **request)["credential"]
        assert seen(turned, None).verdict == "unknown"  # it signs the text and leaves the direction unsigned
