"""The VC-API as conformance programs use it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.credcore.peers import Node, node_is_missing

from credcore import multibase, proofs
from credcore.contexts import DATA_INTEGRITY_V2, VC_V1, VC_V2
from credcore.keys import Ed25519Key
from naite.api.vc.instances import CONTEXTS, DATA_INTEGRITY_V1, EXAMPLES_V2, INSTANCES
from naite.api.vc.views import LARGEST

FORMS = ("rdfc", "jcs", "jwt")
HOLDER = Ed25519Key.from_seed(b"h" * 32)
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def switched_on(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    settings.VC_API, settings.VC_API_TOKEN, settings.VC_API_STATUS = True, "", []
    settings.DATA_DIR, settings.BASE_URL = tmp_path, "https://naite.example"


def post(address: str, body: Any, **headers: Any) -> tuple[int, Json]:
    client = Client(enforce_csrf_checks=True)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(f"/api/vc/{address}", data, content_type="application/json", headers=headers)
    assert not answer.cookies
    return answer.status_code, json.loads(answer.content)


def plain(**changes: Any) -> Json:
    credential = {
        "@context": [VC_V2],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
        **changes,
    }
    return {name: value for name, value in credential.items() if value is not None}


def issued(form: str, credential: Json, **options: Any) -> Json:
    status, body = post(f"{form}/credentials/issue", {"credential": credential, "options": options})
    assert status == 201, body
    secured: Json = body["verifiableCredential"]
    return secured


def verified(form: str, credential: Any, **options: Any) -> tuple[int, Json]:
    return post(f"{form}/credentials/verify", {"verifiableCredential": credential, "options": options})


def content(secured: Json) -> Json:
    """What was signed, out of its proof or its token."""
    if secured["type"] != "EnvelopedVerifiableCredential":
        return {name: value for name, value in secured.items() if name != "proof"}
    assert secured["@context"] == [VC_V2]
    _, body, _ = secured["id"].removeprefix("data:application/vc+jwt,").split(".")
    payload: Json = json.loads(multibase.base64url_decode(body))
    return {
        name: value
        for name, value in payload.items()
        if name not in ("iss", "sub", "jti", "iat", "nbf", "exp")
    }


def codes(body: Json) -> set[str]:
    return {error["code"] for error in body["errors"]}


# -- issue and verify --------------------------------------------------------------------------------------

RICH = plain(
    **{
        "@context": [VC_V2, EXAMPLES_V2, {"OdrlPolicy2017": "https://example.org/examples#OdrlPolicy2017"}],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "ExampleAlumniCredential"],
        "name": [{"@value": "수료증", "@language": "ko"}, {"@value": "Certificate", "@language": "en"}],
        "validFrom": "2023-01-01T00:00:00Z",
        "validUntil": "2033-01-01T00:00:00.500+09:00",
        "credentialSubject": {"id": "did:example:subject", "alumniOf": {"name": "Cafe\u0301 – 가온 학교"}},
        "termsOfUse": {"type": "OdrlPolicy2017"},
        "evidence": [{"type": "Evidence"}, {"type": "Evidence", "id": "https://example.org/e"}],
        "credentialSchema": {"id": "https://example.org/schema", "type": "JsonSchema"},
        "relatedResource": {"id": "https://example.org/r", "digestMultibase": "uEres1usWcWCm"},
    }
)


@pytest.mark.req("X8", "api")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "credential",
    [
        plain(),
        RICH,
        plain(issuer={"name": "나이테"}),
        plain(**{"@context": [VC_V2, DATA_INTEGRITY_V2]}),
        plain(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
    ],
    ids=["plain", "rich", "issuer without id", "di v2", "two subjects"],
)
def test_what_comes_goes_out_signed_and_verifies(form: str, credential: Json) -> None:
    secured = issued(form, credential)
    did = INSTANCES[form].key.did_key
    issuer = {"id": did, **credential["issuer"]} if "issuer" in credential else did
    assert content(secured) == {**credential, "issuer": issuer}
    status, body = verified(form, secured)
    assert (status, body["verified"], body["errors"]) == (200, True, [])
    assert {"proof", "schema", "dates"} <= set(body["checks"])
    if form == "jwt":  # the bare token too
        assert verified(form, secured["id"].partition(",")[2])[0] == 200
    else:
        assert secured["proof"]["cryptosuite"] == INSTANCES[form].cryptosuite
        assert secured["proof"]["verificationMethod"].startswith(f"{did}#")


def test_text_with_a_direction_is_signed_where_the_proof_can_cover_it() -> None:
    named = plain(name={"@value": "שלום", "@language": "he", "@direction": "rtl"})
    for form in ("jcs", "jwt"):
        assert verified(form, issued(form, named))[0] == 200
    assert post("rdfc/credentials/issue", {"credential": named})[0] == 422


def test_each_instance_keeps_a_key_of_its_own(settings: Any) -> None:
    dids = [instance.key.did_key for instance in INSTANCES.values()]
    assert len(set(dids)) == 3
    assert [instance.key.did_key for instance in INSTANCES.values()] == dids
    about = json.loads(Client().get("/api/vc/jcs").content)
    assert (about["id"], about["cryptosuite"]) == (dids[1], "eddsa-jcs-2022")
    settings.ISSUER_KEY_SECRET = "another"
    assert INSTANCES["rdfc"].key.did_key not in dids


def test_any_instance_verifies_any_form_and_challenge_and_domain_count() -> None:
    asked = {"challenge": "abc", "domain": "naite.example", "created": "2026-01-02T03:04:05Z"}
    secured = issued("jcs", plain(), **asked)
    assert {name: secured["proof"][name] for name in asked} == asked
    assert verified("jwt", secured, challenge="abc", domain="naite.example")[1]["warnings"] == []
    assert len(verified("rdfc", secured)[1]["warnings"]) == 2
    status, body = verified("rdfc", secured, challenge="abd", domain="elsewhere.example")
    assert (status, codes(body)) == (422, {"challenge", "domain"})


def test_another_issuer_is_signed_as_asked_and_believed_by_nobody() -> None:
    for form in FORMS:
        secured = issued(form, plain(issuer="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"))
        status, body = verified(form, secured)
        assert (status, body["verified"]) == (422, False)


def test_a_second_proof_stands_beside_the_first() -> None:
    once = issued("jcs", plain())
    status, body = post("jcs/credentials/issue", {"credential": once})
    assert (status, len(body["verifiableCredential"]["proof"])) == (201, 2)
    assert verified("jcs", body["verifiableCredential"])[0] == 200
    assert post("jwt/credentials/issue", {"credential": once})[0] in (400, 422)


# -- what is refused ---------------------------------------------------------------------------------------

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


# -- tampering ---------------------------------------------------------------------------------------------

Change = Callable[[Json], None]
TAMPERED: dict[str, Change] = {
    "content": lambda c: c["credentialSubject"].update(id="did:example:other"),
    "added": lambda c: c.update(validUntil="2040-01-01T00:00:00Z"),
    "issuer": lambda c: c.update(issuer=HOLDER.did_key),
    "value": lambda c: c["proof"].update(proofValue=c["proof"]["proofValue"][:-1] + "2"),
    "value not base58": lambda c: c["proof"].update(proofValue="u" + c["proof"]["proofValue"][1:]),
    "no value": lambda c: c["proof"].pop("proofValue"),
    "no method": lambda c: c["proof"].pop("verificationMethod"),
    "other method": lambda c: c["proof"].update(verificationMethod=HOLDER.signer().verification_method),
    "purpose": lambda c: c["proof"].update(proofPurpose="authentication"),
    "no purpose": lambda c: c["proof"].pop("proofPurpose"),
    "created": lambda c: c["proof"].update(created="2020-01-01T00:00:00Z"),
    "suite": lambda c: c["proof"].update(cryptosuite="ecdsa-rdfc-2019"),
    "no suite": lambda c: c["proof"].pop("cryptosuite"),
    "proof type": lambda c: c["proof"].update(type="UnknownProof"),
    "no proof": lambda c: c.pop("proof"),
    "no proofs": lambda c: c.update(proof=[]),
}


@pytest.mark.req("X8", "refusal")
@pytest.mark.parametrize("form", ["rdfc", "jcs"])
@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_changed_credential_does_not_verify(form: str, change: Change) -> None:
    secured = issued(form, plain())
    assert verified(form, secured)[0] == 200
    change(secured)
    status, body = verified(form, secured)
    assert (status in (400, 422), body["verified"]) == (True, False)
    assert body["errors"]


def test_a_changed_token_or_envelope_does_not_verify() -> None:
    secured = issued("jwt", plain())
    head, payload, tail = secured["id"].partition(",")[2].split(".")
    forged = json.loads(multibase.base64url_decode(payload))
    forged["credentialSubject"]["id"] = forged["sub"] = "did:example:other"
    other = multibase.base64url_encode(json.dumps(forged).encode())
    kind = "data:application/vc+jwt,"
    for changed in (
        {**secured, "id": f"{kind}{head}.{other}.{tail}"},
        {**secured, "id": f"{kind}{head}.{payload}."},
        {**secured, "id": secured["id"].partition(",")[2]},
        {**secured, "id": "data:text/plain,hello"},
        {**secured, "@context": []},
        {**secured, "@context": EXAMPLES_V2},
        {**secured, "type": "VerifiableCredential"},
        {name: value for name, value in secured.items() if name != "type"},
    ):
        status, body = verified("jwt", changed)
        assert (status in (400, 422), body["verified"]) == (True, False), changed


def test_expired_credentials_do_not_verify() -> None:
    for form in FORMS:
        secured = issued(form, plain(validUntil="2024-01-01T00:00:00Z"))
        status, body = verified(form, secured)
        assert (status, codes(body)) == (422, {"dates.expired"})


# -- presentations -----------------------------------------------------------------------------------------


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
        "in a token": {
            "@context": [VC_V2],
            "type": "EnvelopedVerifiablePresentation",
            "id": "data:application/vp+jwt,a.b.c",
        },
    }
    for name, presentation in cases.items():
        status, body = shown(presentation, **RIGHT)
        assert (status in (400, 422), body["verified"]) == (True, False), name
        assert body["errors"], name
    assert shown(presented(own), **RIGHT)[0] == 200
    assert shown(presented(good, holder=None), **RIGHT)[0] == 200
    assert shown(presented(verifiableCredential=None), **RIGHT)[0] == 200


# -- status ------------------------------------------------------------------------------------------------


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


# -- the door ----------------------------------------------------------------------------------------------

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


# -- others ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    documents = {url: dict(value) for url, value in CONTEXTS.extra.items()}
    with Node({**documents, **_did_documents()}) as peer:
        yield peer


def _did_documents() -> Json:
    key = INSTANCES["rdfc"].key
    method = key.signer().verification_method
    entry = {
        "id": method,
        "type": "Multikey",
        "controller": key.did_key,
        "publicKeyMultibase": key.public_multikey,
    }
    document = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": key.did_key,
        "verificationMethod": [entry],
        "assertionMethod": [method],
    }
    return {key.did_key: document, method: {"@context": "https://w3id.org/security/multikey/v1", **entry}}


@pytest.mark.node
@pytest.mark.skipif(bool(node_is_missing()), reason=node_is_missing())
@pytest.mark.parametrize("credential", [plain(), RICH], ids=["plain", "rich"])
def test_the_reference_implementation_accepts_what_we_issue(node: Node, credential: Json) -> None:
    now = make.NOW.isoformat()
    secured = issued("rdfc", credential)
    assert node.ask("verify", credential=secured, now=now) == {"verified": True, "error": ""}
    secured["credentialSubject"]["id"] = "did:example:other"
    assert node.ask("verify", credential=secured, now=now)["verified"] is False


@pytest.mark.parametrize("context", [DATA_INTEGRITY_V1, DATA_INTEGRITY_V2])
def test_the_first_version_of_the_model_is_read(context: str) -> None:
    old = {
        "@context": [VC_V1, context],
        "type": ["VerifiableCredential"],
        "issuanceDate": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject"},
    }
    for form in FORMS:
        assert verified(form, issued(form, old))[0] == 200
