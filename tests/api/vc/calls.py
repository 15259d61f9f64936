"""Calling the VC-API as conformance programs do."""

import json
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator
from tools.openapi import VC_TARGET

from credcore import multibase
from credcore.contexts import VC_V2
from credcore.keys import Ed25519Key
from naite.api.vc.instances import EXAMPLES_V2

FORMS = ("rdfc", "jcs", "jwt")
HOLDER = Ed25519Key.from_seed(b"h" * 32)
Json = dict[str, Any]
DESCRIPTION: Json = json.loads(VC_TARGET.read_text(encoding="utf-8"))


def post(address: str, body: Any, **headers: Any) -> tuple[int, Json]:
    client = Client(enforce_csrf_checks=True)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(f"/api/vc/{address}", data, content_type="application/json", headers=headers)
    assert not answer.cookies
    fits(answer, f"/api/vc/{{instance}}/{address.partition('/')[2]}", "post")
    return answer.status_code, json.loads(answer.content)


def fits(answer: Any, path: str, method: str) -> None:
    """The answer is as the description says: its status, its media type, and what it holds."""
    described = DESCRIPTION["paths"][path][method]["responses"][str(answer.status_code)]
    if "$ref" in described:
        described = DESCRIPTION["components"]["responses"][described["$ref"].rpartition("/")[2]]
    if answer.status_code == 404 and "content" not in described:
        return
    media = answer.headers["Content-Type"].partition(";")[0]
    schema = {"components": DESCRIPTION["components"], **described["content"][media]["schema"]}
    Draft202012Validator(schema).validate(json.loads(answer.content))


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
