"""The Service Description Document (Open Badges 3.0, section 6.3): OpenAPI 3 with 1EdTech's extensions."""

from typing import Any

from naite.trunk.people.connections import PROFILE, READ, SCOPES, WRITE

_PROBLEM = {
    "description": "What went wrong",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Imsx_StatusInfo"}}},
}
_ENGLISH = {
    READ: "Permission to read OpenBadgeCredentials for the authenticated entity.",
    WRITE: "Permission to create or update OpenBadgeCredentials for the authenticated entity.",
    PROFILE: "Permission to read the profile for the authenticated entity.",
}


def document(*, base: str, register: str, authorize: str, token: str) -> dict[str, Any]:
    """Return what a program needs to know before it registers itself; all arguments are addresses."""
    home = base.removesuffix("/ims/ob/v3p0")
    return {
        "openapi": "3.0.1",
        "info": {
            "title": "Naite",
            "description": "The badge wallet of a learning account.",
            "version": "3.0",
            "termsOfService": f"{home}/about/privacy/",
            "x-imssf-privacyPolicyUrl": f"{home}/about/privacy/",
            "x-imssf-image": f"{home}/static/app/img/mark.svg",
        },
        "servers": [{"url": base}],
        "paths": {
            "/credentials": {
                "get": _operation(
                    "getCredentials",
                    READ,
                    {"200": _answer("GetOpenBadgeCredentialsResponse")},
                    parameters=[
                        _parameter("limit", "integer"),
                        _parameter("offset", "integer"),
                        _parameter("since", "string", "date-time"),
                    ],
                ),
                "post": _operation(
                    "upsertCredential",
                    WRITE,
                    {
                        "201": _answer("AchievementCredential", also_text=True),
                        "304": {"description": "It is in the wallet already"},
                    },
                    requestBody={
                        "required": True,
                        "content": _content("AchievementCredential", also_text=True),
                    },
                ),
            },
            "/profile": {"get": _operation("getProfile", PROFILE, {"200": _answer("Profile")})},
            "/discovery": {
                "get": {
                    "operationId": "getServiceDescription",
                    "responses": {"200": {"description": "This document"}},
                }
            },
        },
        "components": {
            "securitySchemes": {
                "OAuth2ACG": {
                    "type": "oauth2",
                    "description": "OAuth 2.0 authorization code grant with PKCE",
                    "x-imssf-registrationUrl": register,
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": authorize,
                            "tokenUrl": token,
                            "refreshUrl": token,
                            "scopes": {scope: _ENGLISH[scope] for scope in SCOPES},
                        }
                    },
                }
            },
            "schemas": {
                "GetOpenBadgeCredentialsResponse": {
                    "type": "object",
                    "properties": {
                        "credential": {
                            "type": "array",
                            "items": {"$ref": "#/components/schemas/AchievementCredential"},
                        },
                        "compactJwsString": {"type": "array", "items": {"type": "string"}},
                    },
                },
                "AchievementCredential": {
                    "type": "object",
                    "externalDocs": {
                        "url": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
                    },
                },
                "Profile": {
                    "type": "object",
                    "externalDocs": {
                        "url": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_profile_schema.json"
                    },
                },
                "Imsx_StatusInfo": {
                    "type": "object",
                    "required": ["imsx_codeMajor", "imsx_severity"],
                    "properties": {
                        "imsx_codeMajor": {"type": "string"},
                        "imsx_severity": {"type": "string"},
                        "imsx_description": {"type": "string"},
                        "imsx_CodeMinor": {"type": "object"},
                    },
                },
            },
        },
    }


def _operation(name: str, scope: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "operationId": name,
        "security": [{"OAuth2ACG": [scope]}],
        "responses": responses | {"default": _PROBLEM},
        **more,
    }


def _answer(schema: str, *, also_text: bool = False) -> dict[str, Any]:
    return {"description": schema, "content": _content(schema, also_text=also_text)}


def _content(schema: str, *, also_text: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    if also_text:
        found["text/plain"] = {"schema": {"type": "string", "description": "a compact JWS"}}
    return found


def _parameter(name: str, kind: str, form: str = "") -> dict[str, Any]:
    schema = {"type": kind} | ({"format": form} if form else {})
    return {"name": name, "in": "query", "schema": schema}
