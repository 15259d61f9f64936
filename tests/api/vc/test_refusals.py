"""What the VC-API refuses, and who may ask it."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.api.vc.calls import FORMS, Json, codes, plain, post, verified

from credcore.contexts import VC_V2
from naite.api.vc.instances import EXAMPLES_V2
from naite.api.vc.views import LARGEST

BAD: dict[str, Json] = {
    "no context": plain(**{"@context": None}),
    "context is empty": plain(**{"@context": []}),
    "other context first": plain(**{"@context": [EXAMPLES_V2, VC_V2]}),
    "unknown context": plain(**{"@context": [VC_V2, "https://example.org/unknown/v1"]}),
    "context is no address": plain(**{"@context": [VC_V2, "https ://not-a-url/v1"]}),
    "context is a number": plain(**{"@context": [VC_V2, 5]}),
    "context loads another": plain(
        **{"@context": [VC_V2, {"x": {"@id": "urn:x", "@context": "https://a.example/"}}]}
    ),
    "redefined term": plain(**{"@context": [VC_V2, {"name": "https://example.org/name"}]}),
    "redefined type": plain(**{"@context": [VC_V2, {"VerifiableCredential": "https://example.org/x"}]}),
    "no type": plain(type=None),
    "other type": plain(type=["Thing"]),
    "undefined type": plain(type=["VerifiableCredential", "NobodyKnows"]),
    "type is a number": plain(type=["VerifiableCredential", 3]),
    "undefined term": plain(nobodyDefined="x"),
    "id is no address": plain(id="not a url"),
    "id is a list": plain(id=["urn:a:1", "urn:a:2"]),
    "id is empty": plain(id=""),
    "issuer is no address": plain(issuer="not-a-url"),
    "issuer is a number": plain(issuer=5),
    "issuer is null": {**plain(), "issuer": None},
    "issuer is a list": plain(issuer=["did:example:a", "did:example:b"]),
    "no subject": plain(credentialSubject=None),
    "empty subject": plain(credentialSubject={}),
    "subject is a string": plain(credentialSubject="did:example:a"),
    "subject id is no address": plain(credentialSubject={"id": "not a url"}),
    "empty subject in a list": plain(credentialSubject=[{"id": "did:example:a"}, {}]),
    "date without zone": plain(validFrom="2023-01-01T00:00:00"),
    "date only": plain(validUntil="2023-01-01"),
    "date is a number": plain(validFrom=1700000000),
    "date that is none": plain(validFrom="2023-02-30T00:00:00Z"),
    "dates the wrong way": plain(validFrom="2024-01-01T00:00:00Z", validUntil="2023-01-01T00:00:00Z"),
    "status without type": plain(credentialStatus={"id": "https://example.org/1"}),
    "status id no address": plain(credentialStatus={"id": "not a url", "type": "BitstringStatusListEntry"}),
    "terms without type": plain(termsOfUse={"id": "https://example.org/1"}),
    "evidence without type": plain(evidence={"id": "https://example.org/1"}),
    "refresh without type": plain(refreshService={"id": "https://example.org/1"}),
    "schema without type": plain(credentialSchema={"id": "https://example.org/1"}),
    "schema without id": plain(credentialSchema={"type": "JsonSchema"}),
    "schema is a string": plain(credentialSchema="https://example.org/1"),
    "name with more": plain(name={"@value": "a", "@language": "en", "url": "did:example:a"}),
    "issuer name with more": plain(issuer={"name": {"@value": "a", "extra": "b"}}),
    "description is a number": plain(description=5),
    "resource without digest": plain(relatedResource={"id": "https://example.org/r"}),
    "resource twice": plain(relatedResource=[{"id": "urn:r:1", "digestSRI": "sha256-x"}] * 2),
    "proof without type": plain(proof={"proofPurpose": "assertionMethod"}),
    "proof is a string": plain(proof="trust me"),
    "proof date": plain(proof={"type": "DataIntegrityProof", "created": "yesterday"}),
}


@pytest.mark.req("X8", "refusal")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_what_is_no_credential_is_neither_issued_nor_verified(form: str, bad: Json) -> None:
    status, body = post(f"{form}/credentials/issue", {"credential": bad})
    assert status in (400, 422), body
    assert body["errors"] and {"type", "title", "code", "detail"} <= body["errors"][0].keys()
    assert (body["verified"], body["status"]) == (False, status)
    status, body = verified(form, bad)
    assert (status in (400, 422), body["verified"]) == (True, False)
    assert body["errors"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"credential": {}, "credential": {}}',
        b'{"credential": NaN}',
        b"{}",
        b'{"credential": "x"}',
        b'{"credential": []}',
        b'{"credential": {}, "options": []}',
        b'{"credential": {}, "options": "x"}',
        json.dumps({"credential": plain(), "options": {"challenge": 5}}).encode(),
        json.dumps({"credential": plain(), "options": {"created": "yesterday"}}).encode(),
        json.dumps({"credential": plain(name="\ud800")}).encode(),
        json.dumps({"credential": plain(**{"@context": [VC_V2, EXAMPLES_V2]}, n=10**40)}).encode(),
        b'{"credential": ' + b'{"a":' * 60 + b"1" + b"}" * 61,
        b'{"verifiableCredential": 5, "verifiablePresentation": 5}',
        b'{"verifiableCredential": "a.b.c"}',
        b'{"verifiableCredential": "hello"}',
        b'{"verifiableCredential": {}, "verifiablePresentation": {}}',
    ],
)
def test_odd_requests_are_refused(form: str, body: bytes) -> None:
    for path in ("credentials/issue", "credentials/verify", "presentations/verify", "credentials/status"):
        status, answer = post(f"{form}/{path}", body)
        assert status in (400, 422), (path, answer)
        assert answer["errors"]


def test_a_token_s_own_names_are_not_lost_silently() -> None:
    status, body = post(
        "jwt/credentials/issue", {"credential": plain(**{"@context": [VC_V2, EXAMPLES_V2]}, nonce="x")}
    )
    assert (status, codes(body)) == (400, {"claims"})


PATHS = ("credentials/issue", "credentials/verify", "credentials/status", "presentations/verify")


@pytest.mark.django_db
def test_switched_off_there_is_nothing(settings: Any) -> None:
    settings.VC_API = False
    for form in FORMS:
        for path in PATHS:
            assert Client().post(f"/api/vc/{form}/{path}", b"{}", "application/json").status_code == 404
        assert Client().get(f"/api/vc/{form}").status_code == 404
        assert Client().get(f"/api/vc/{form}/status/revocation").status_code == 404
    settings.VC_API = True
    assert Client().post("/api/vc/bbs/credentials/issue", b"{}", "application/json").status_code == 404


@pytest.mark.req("X8", "refusal")
def test_the_token(settings: Any) -> None:
    settings.VC_API_TOKEN = "비밀-token"
    body = {"credential": plain()}
    for path in PATHS:
        for header in ("", "Bearer wrong", "Basic x", "Bearer", "비밀-token"):
            headers = {"Authorization": header} if header else {}
            assert post(f"rdfc/{path}", body, **headers)[0] == 401
    settings.VC_API_TOKEN = "token"
    assert post("rdfc/credentials/issue", body, Authorization="Bearer token")[0] == 201
    assert Client().post("/api/vc/rdfc/credentials/issue")["WWW-Authenticate"] == "Bearer"


def test_large_bodies_and_other_methods() -> None:
    large = json.dumps({"credential": plain(name="가" * LARGEST)}).encode()
    huge = b" " * (6 * 1024 * 1024)
    for path in PATHS:
        for data in (large, huge):
            status, body = post(f"jcs/{path}", data)
            assert (status, codes(body)) == (413, {"too_large"})
        for method in ("get", "put", "delete", "patch"):
            answer = getattr(Client(), method)(f"/api/vc/jcs/{path}")
            assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert Client().post("/api/vc/jcs/status/revocation")["Allow"] == "GET, HEAD"
    assert Client().post("/api/vc/jcs").status_code == 405
