import json
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from tests import badge_rows as rows
from tests import factories as make
from tools.openapi import description

from credcore import bake
from naite.flows import award as flow
from naite.flows import verification
from naite.trunk.badges import services
from naite.trunk.badges.models import Award
from naite.web import badge_art


@pytest.fixture
def award(db: None, monkeypatch: pytest.MonkeyPatch) -> Award:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    return award


def post(client: Client, data: bytes, content_type: str = "application/json") -> Any:
    response = client.post("/api/v1/verify", data, content_type=content_type)
    return fits(response)


def fits(response: HttpResponse) -> Any:
    described = json.loads(description())
    content = described["paths"]["/api/v1/verify"]["post"]["responses"][str(response.status_code)]["content"]
    schema = {**next(iter(content.values()))["schema"], "components": described["components"]}
    body = json.loads(response.content)
    Draft202012Validator(schema).validate(body)
    return body


@pytest.mark.req("B9", "api")
def test_machines_verify_as_people_do(award: Award) -> None:
    client = Client(enforce_csrf_checks=True)
    body = post(client, bytes(award.credential))
    assert (body["outcome"], body["format"], body["trust"]) == ("valid", "ob3", "trusted")
    assert {check["code"]: check["outcome"] for check in body["checks"]}["signature"] == "ok"
    picture = bake.bake(badge_art.png("achievement", "career"), bytes(award.credential).decode())
    assert post(client, picture, "image/png")["container"] == "png"
    services.revoke(account_id=award.account_id, award_id=award.id, reason="고침", actor=None, now=make.NOW)
    assert post(client, bytes(award.credential))["verdict"] == "revoked"
    assert (
        post(client, bytes(award.credential).replace(b'"value":"85"', b'"value":"95"'))["verdict"]
        == "altered"
    )


@pytest.mark.req("B9", "refusal")
def test_what_is_no_badge_too_large_or_too_often(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    for data in (b"", b"[]", b'{"a":1}', b"\x89PNG"):
        assert post(client, data)["verdict"] == "not_a_badge"
    body = post(client, b"x" * (verification.LARGEST + 1))
    assert (body["code"], body["status"]) == ("too_large", 422)
    monkeypatch.setattr(verification, "ASKS", 1)
    assert post(client, b"{}")["code"] == "too_often"
    assert client.get("/api/v1/verify").status_code == 405
