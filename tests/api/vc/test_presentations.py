"""Presentations over the VC-API, and the status lists of its instances."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import factories as make
from tests.api.vc.calls import FORMS, HOLDER, RICH, Json, codes, content, issued, plain, post

from credcore import proofs
from credcore.contexts import VC_V2
from credcore.presentationtokens import enveloped, issue_presentation_token
from naite.api.vc.instances import CONTEXTS


def presented(
    *credentials: Json, suite: str = proofs.EDDSA_RDFC_2022, purpose: str = "authentication", **changes: Any
) -> Json:
    presentation = {
        "@context": [VC_V2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.did_key,
        "verifiableCredential": list(credentials),
        **changes,
    }
    return proofs.sign(
        {name: value for name, value in presentation.items() if value is not None},
        HOLDER.signer(),
        created=make.NOW,
        purpose=purpose,
        cryptosuite=suite,
        extra={"challenge": "c1", "domain": "verifier.example"},
        contexts=CONTEXTS,
    )


def shown(presentation: Any, **options: Any) -> tuple[int, Json]:
    return post("rdfc/presentations/verify", {"verifiablePresentation": presentation, "options": options})


RIGHT = {"challenge": "c1", "domain": "verifier.example"}


@pytest.mark.req("X8", "api")
@pytest.mark.parametrize("suite", sorted(proofs.SUITES))
def test_a_presentation_for_this_challenge_and_domain(suite: str) -> None:
    credentials = [issued(form, RICH if form == "rdfc" else plain()) for form in FORMS]
    status, body = shown(presented(*credentials, suite=suite), **RIGHT)
    assert (status, body["verified"], body["errors"], body["warnings"]) == (200, True, [], [])
    assert [part["verified"] for part in body["credentialResults"]] == [True, True, True]


def token(*credentials: Json, **changes: Any) -> str:
    presentation = {
        "@context": [VC_V2],
        "type": "VerifiablePresentation",
        "verifiableCredential": list(credentials),
    }
    values = {"challenge": "c1", "audience": "verifier.example", "created": make.NOW, **changes}
    return issue_presentation_token(presentation, HOLDER.signer(), **values)


@pytest.mark.req("X8", "api")
def test_a_presentation_in_a_token() -> None:
    text = token(*[issued(form, plain()) for form in FORMS])
    for form in (text, enveloped(text)):
        status, body = shown(form, **RIGHT)
        assert (status, body["verified"], body["errors"], body["warnings"]) == (200, True, [], [])
        assert [part["verified"] for part in body["credentialResults"]] == [True, True, True]
    for options, code in (
        ({**RIGHT, "challenge": "c2"}, "challenge"),
        ({**RIGHT, "domain": "other.example"}, "domain"),
    ):
        status, body = shown(text, **options)
        assert (status, codes(body)) == (422, {code})
    assert [each["code"] for each in shown(text)[1]["warnings"]] == [
        "challenge_not_checked",
        "domain_not_checked",
    ]
    late = token(issued("jwt", plain()), created=make.NOW - timedelta(hours=1))
    assert codes(shown(late, **RIGHT)[1]) == {"proof_expired"}
    head, body, tail = text.split(".")
    assert codes(shown(f"{head}.{body}.{'A' * len(tail)}", **RIGHT)[1]) == {"signature"}
    for wrong in ("no token", enveloped("a.b.c"), {**enveloped(text), "@context": []}):
        assert shown(wrong, **RIGHT)[0] == 400


@pytest.mark.req("X8", "refusal")
def test_a_presentation_for_another_challenge_or_domain() -> None:
    presentation = presented(issued("jcs", plain()))
    for options, code in (
        ({**RIGHT, "challenge": "c2"}, "challenge"),
        ({**RIGHT, "domain": "other.example"}, "domain"),
    ):
        status, body = shown(presentation, **options)
        assert (status, codes(body)) == (422, {code})
    status, body = shown(presentation)
    assert (status, {each["code"] for each in body["warnings"]}) == (
        200,
        {"challenge_not_checked", "domain_not_checked"},
    )
    presentation["proof"]["challenge"] = "c2"  # what was signed for one verifier is no use for the next
    assert shown(presentation, challenge="c2", domain="verifier.example")[0] == 422
    del presentation["proof"]["challenge"]
    assert codes(shown(presentation, **RIGHT)[1]) >= {"signature"}


def test_a_presentation_is_refused_whole() -> None:
    good = issued("rdfc", plain())
    forged = {**good, "validUntil": "2040-01-01T00:00:00Z"}
    unsigned = presented(good)
    del unsigned["proof"]
    own = proofs.sign({**plain(), "issuer": HOLDER.did_key}, HOLDER.signer(), created=make.NOW)
    cases = {
        "forged credential": presented(good, forged),
        "credential without proof": presented(plain(issuer="did:example:a")),
        "credential is a string": presented(
            verifiableCredential=["https://example.org/vc"], suite=proofs.EDDSA_JCS_2022
        ),
        "no proof": unsigned,
        "other purpose": presented(good, purpose="assertionMethod"),
        "other holder": presented(good, holder=good["issuer"]),
        "holder without id": presented(good, holder={"name": "x"}),
        "own credential without holder": presented(own, holder=None),
        "no context": {**presented(good), "@context": []},
        "unknown context": {**presented(good), "@context": [VC_V2, "https://example.org/unknown"]},
        "no type": {name: value for name, value in presented(good).items() if name != "type"},
        "id": {**presented(good), "id": "not a url"},
        "term": {**presented(good), "nobodyDefined": "x"},
        "changed": {**presented(good), "verifiableCredential": []},
        "a badge's token": issued("jwt", plain()),
    }
    for name, presentation in cases.items():
        status, body = shown(presentation, **RIGHT)
        assert (status in (400, 422), body["verified"]) == (True, False), name
        assert body["errors"], name
    assert shown(presented(own), **RIGHT)[0] == 200
    assert shown(presented(good, holder=None), **RIGHT)[0] == 200
    assert shown(presented(verifiableCredential=None), **RIGHT)[0] == 200


@pytest.mark.req("X8", "api")
@pytest.mark.parametrize("form", FORMS)
def test_status_is_added_where_the_operator_wants_it(form: str, settings: Any) -> None:
    assert "credentialStatus" not in content(issued(form, plain()))
    settings.VC_API_STATUS, settings.VC_API_TOKEN = [form], "geheim"
    held = {"Authorization": "Bearer geheim"}
    found = [
        post(f"{form}/credentials/issue", {"credential": plain()}, **held)[1]["verifiableCredential"]
        for _ in range(3)
    ]
    entries = [content(each)["credentialStatus"] for each in found]
    assert len({entry["statusListIndex"] for entry in entries}) == 3
    assert entries[0]["statusListCredential"] == f"https://naite.example/api/vc/{form}/status/revocation"
    answer = Client().get(f"/api/vc/{form}/status/revocation")  # nobody is asked for a token
    assert (answer.status_code, answer.headers["Content-Type"], answer.cookies) == (200, "application/vc", {})
    listed = json.loads(answer.content)
    assert post("rdfc/credentials/verify", {"verifiableCredential": listed}, **held)[0] == 200

    def outcome(number: int) -> set[str]:
        return codes(post(f"{form}/credentials/verify", {"verifiableCredential": found[number]}, **held)[1])

    change = {"credentialStatus": entries[1], "status": True}
    assert post(f"{form}/credentials/status", change)[0] == 401
    assert [outcome(number) for number in range(3)] == [set(), set(), set()]
    assert post(f"{form}/credentials/status", change, **held)[0] == 200
    assert [outcome(number) for number in range(3)] == [set(), {"status.revoked"}, set()]
    assert post(f"{form}/credentials/status", {**change, "status": False}, **held)[0] == 200
    assert outcome(1) == set()
    for wrong in (
        {"statusListIndex": "131072"},
        {"statusListIndex": "-1"},
        {"statusListCredential": "urn:x:y"},
    ):
        body = {"credentialStatus": {**entries[1], **wrong}}
        assert post(f"{form}/credentials/status", body, **held)[0] == 400


def test_a_status_that_came_with_the_credential_stays(settings: Any) -> None:
    settings.VC_API_STATUS = ["jcs"]
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "7"}
    credential = plain(
        credentialStatus={**entry, "statusListCredential": "https://naite.example/api/vc/jcs/none"}
    )
    assert content(issued("jcs", credential))["credentialStatus"] == credential["credentialStatus"]
