"""The VC-API described for programs (OpenAPI 3.1), in the reader's language. Served at ``/api/vc/openapi.json``."""

from typing import Any

from django.utils.translation import gettext as _

from naite.api.vc.instances import INSTANCES

Json = dict[str, Any]
_JSON = "application/json"
_PROBLEM = "application/problem+json"
_TEXT: Json = {"type": "string"}
_OBJECT: Json = {"type": "object"}


def description() -> Json:
    """The whole description. What an answer holds beyond it is nothing to rely on."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("나이테 VC-API"),
            "version": "1",
            "description": _(
                "배지 규격을 시험하는 프로그램이 쓰는 주소입니다. 운영자가 켠 때에만 답합니다. "
                "기관의 열쇠와 이어져 있지 않으며, 서명한 것을 따로 두지 않습니다."
            ),
        },
        "paths": {
            "/api/vc/{instance}": _read(_("이 인스턴스가 누구이며 무엇을 하는지"), "About"),
            "/api/vc/{instance}/credentials/issue": _issue(),
            "/api/vc/{instance}/credentials/verify": _verify(
                _("자격증명 확인하기"), "verifiableCredential", "Result"
            ),
            "/api/vc/{instance}/presentations/verify": _verify(
                _("제시 확인하기"), "verifiablePresentation", "PresentationResult"
            ),
            "/api/vc/{instance}/credentials/status": _status(),
            "/api/vc/{instance}/status/revocation": _list(),
        },
        "components": {
            "schemas": _schemas(),
            "responses": {"Refused": _answer(_("거절과 그 까닭"), "Problem", media=_PROBLEM)},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": _("NAITE_VC_API_TOKEN을 정한 곳에서만 필요합니다."),
                }
            },
        },
    }


# -- addresses ---------------------------------------------------------------------------------------------


def _instance() -> list[Json]:
    return [
        {
            "name": "instance",
            "in": "path",
            "required": True,
            "description": _("증명 방식: rdfc와 jcs는 Data Integrity, jwt는 토큰"),
            "schema": {"type": "string", "enum": list(INSTANCES)},
        }
    ]


def _read(summary: str, schema: str) -> Json:
    return {
        "parameters": _instance(),
        "get": {"summary": summary, "responses": {"200": _answer(summary, schema), "404": _off()}},
    }


def _issue() -> Json:
    return _posted(
        _("자격증명에 서명하기"),
        _("글과 순서, 모르는 항목은 온 그대로 둡니다. 발급자가 없으면 인스턴스의 did:key를 넣습니다."),
        {
            "credential": {**_OBJECT, "description": _("서명할 자격증명")},
            "options": {
                "type": "object",
                "properties": {
                    "challenge": _TEXT,
                    "domain": _TEXT,
                    "created": {"type": "string", "format": "date-time"},
                },
            },
        },
        "credential",
        {"201": _wrapped(_("서명한 자격증명. 토큰은 봉투에 담습니다."))},
    )


def _verify(summary: str, name: str, result: str) -> Json:
    return _posted(
        summary,
        _("모든 검사를 합니다. 알 수 없는 것은 확인된 것으로 치지 않습니다."),
        {
            name: {
                "type": ["object", "string"],
                "description": _("JSON 객체, 토큰, 또는 토큰을 담은 봉투"),
            },
            "options": {"type": "object", "properties": {"challenge": _TEXT, "domain": _TEXT}},
        },
        name,
        {
            "200": _answer(_("확인되었습니다."), result),
            "400": _either(_("알맞은 형식이 아닙니다."), result),
            "422": _either(_("확인되지 않았습니다."), result),
        },
    )


def _status() -> Json:
    return _posted(
        _("취소하거나 되돌리기"),
        _("이 인스턴스가 준 자리에만 쓸 수 있습니다. 되풀이해도 같습니다."),
        {
            "credentialStatus": {**_OBJECT, "description": _("자격증명에 있는 그대로의 상태 항목")},
            "status": {"type": "boolean", "default": True},
        },
        "credentialStatus",
        {"200": {"description": _("바꾸었습니다."), "content": {_JSON: {"schema": _OBJECT}}}},
    )


def _list() -> Json:
    summary = _("서명된 상태 목록")
    return {
        "parameters": _instance(),
        "get": {
            "summary": summary,
            "security": [],
            "responses": {"200": _answer(summary, "Secured", media="application/vc"), "404": _off()},
        },
    }


def _posted(summary: str, text: str, fields: Json, required: str, answers: Json) -> Json:
    body = {"type": "object", "required": [required], "properties": fields}
    refused = {"$ref": "#/components/responses/Refused"}
    return {
        "parameters": _instance(),
        "post": {
            "summary": summary,
            "description": text,
            "security": [{"token": []}, {}],
            "requestBody": {"required": True, "content": {_JSON: {"schema": body}}},
            "responses": {
                "400": refused,
                "401": refused,
                "405": refused,
                "413": refused,
                "422": refused,
                "404": _off(),
                **answers,
            },
        },
    }


def _answer(text: str, schema: str, *, media: str = _JSON) -> Json:
    return {
        "description": text,
        "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _wrapped(text: str) -> Json:
    schema = {
        "type": "object",
        "required": ["verifiableCredential"],
        "properties": {"verifiableCredential": {"$ref": "#/components/schemas/Secured"}},
    }
    return {"description": text, "content": {_JSON: {"schema": schema}}}


def _either(text: str, schema: str) -> Json:
    """The result where something was verified, the problem where the request itself was no good."""
    found = _answer(text, schema)
    return {**found, "content": {**found["content"], **_answer(text, "Problem", media=_PROBLEM)["content"]}}


def _off() -> Json:
    return {"description": _("그런 인스턴스가 없거나 VC-API가 꺼져 있습니다.")}


# -- schemas -----------------------------------------------------------------------------------------------


def _schemas() -> Json:
    found = {"type": "array", "items": {"$ref": "#/components/schemas/Detail"}}
    result: Json = {
        "type": "object",
        "required": ["verified", "checks", "warnings", "errors"],
        "properties": {
            "verified": {"type": "boolean", "description": _("모든 검사를 지났는지")},
            "checks": {"type": "array", "items": _TEXT, "description": _("살핀 것")},
            "warnings": found,
            "errors": found,
        },
    }
    one = {"$ref": "#/components/schemas/Result"}
    return {
        "About": {
            "type": "object",
            "required": ["id", "cryptosuite", "adds_credential_status", "endpoints"],
            "properties": {
                "id": {"type": "string", "description": _("인스턴스의 did:key")},
                "cryptosuite": _TEXT,
                "adds_credential_status": {"type": "boolean"},
                "endpoints": {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}},
            },
        },
        "Detail": {
            "type": "object",
            "description": _("문제 하나 (RFC 9457, VCDM 2.0의 7.2)"),
            "required": ["type", "title", "code", "detail"],
            "properties": {
                "type": {"type": "string", "format": "uri"},
                "title": _TEXT,
                "code": {"type": "string", "description": _("바뀌지 않는 이름")},
                "detail": {"type": "string", "description": _("사람이 읽는 설명")},
                "instance": {"type": "string", "description": _("제시 안에서 몇째 자격증명인지")},
            },
        },
        "Result": result,
        "PresentationResult": {
            "allOf": [
                one,
                {
                    "type": "object",
                    "required": ["credentialResults"],
                    "properties": {"credentialResults": {"type": "array", "items": one}},
                },
            ]
        },
        "Problem": {
            "allOf": [
                {"$ref": "#/components/schemas/Detail"},
                one,
                {"type": "object", "required": ["status"], "properties": {"status": {"type": "integer"}}},
            ]
        },
        "Secured": {
            "type": "object",
            "required": ["@context", "type"],
            "description": _("서명된 자격증명, 또는 EnvelopedVerifiableCredential"),
            "properties": {"@context": {"type": ["array", "string"]}, "type": {"type": ["array", "string"]}},
        },
    }
