"""Issuing and verifying credentials over the VC-API."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from tests import factories as make
from tests.api.vc.calls import FORMS, HOLDER, RICH, Json, codes, content, issued, plain, post, verified
from tests.credcore.peers import Node, node_is_missing, node_key

from credcore import multibase
from credcore.contexts import DATA_INTEGRITY_V2, VC_V1, VC_V2
from naite.api.vc.instances import CONTEXTS, DATA_INTEGRITY_V1, EXAMPLES_V2, INSTANCES


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


def other_ending(text: str) -> str:
    return text[:-1] + ("3" if text.endswith("2") else "2")


Change = Callable[[Json], None]
TAMPERED: dict[str, Change] = {
    "content": lambda c: c["credentialSubject"].update(id="did:example:other"),
    "added": lambda c: c.update(validUntil="2040-01-01T00:00:00Z"),
    "issuer": lambda c: c.update(issuer=HOLDER.did_key),
    "value": lambda c: c["proof"].update(proofValue=other_ending(c["proof"]["proofValue"])),
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


@pytest.mark.node
@pytest.mark.skipif(bool(node_is_missing()), reason=node_is_missing())
def test_we_accept_what_the_reference_implementation_issues(node: Node) -> None:
    key = node_key(HOLDER, HOLDER.signer().verification_method)
    unsigned = {**RICH, "issuer": HOLDER.did_key}
    theirs = node.ask("issue", credential=unsigned, key=key, created="2026-01-02T03:04:05Z")["credential"]
    assert verified("rdfc", theirs)[0] == 200
    theirs["credentialSubject"]["id"] = "did:example:other"
    assert verified("rdfc", theirs)[0] == 422


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
