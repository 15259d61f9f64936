"""The description of the VC-API; that answers are as it says, every call of the other tests looks (calls.fits)."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from jsonschema import Draft202012Validator
from tests.api.vc.calls import DESCRIPTION, FORMS, fits
from tools.openapi import VC_TARGET, vc_description

from naite.api.vc import urls


@pytest.mark.req("X8", "api")
def test_the_description_is_served_and_committed(settings: Any) -> None:
    assert VC_TARGET.read_text(encoding="utf-8") == vc_description(), "run: make openapi"
    answer = Client().get("/api/vc/openapi.json", headers={"Accept-Language": "ko"})
    assert (answer.status_code, answer.json()) == (200, json.loads(vc_description()))
    assert Client().post("/api/vc/openapi.json").status_code == 405
    settings.VC_API = False
    assert Client().get("/api/vc/openapi.json").status_code == 404


def test_it_is_there_in_english() -> None:
    with translation.override("en"):
        text = Client().get("/api/vc/openapi.json", headers={"Accept-Language": "en"}).content.decode()
    assert not any("가" <= letter <= "힣" for letter in text)


def test_it_names_every_address_and_its_schemas_are_schemas() -> None:
    served = {
        "/api/vc/" + str(each.pattern).replace("<slug:instance>", "{instance}") for each in urls.urlpatterns
    }
    assert served == {*DESCRIPTION["paths"], "/api/vc/openapi.json"}
    assert DESCRIPTION["paths"]["/api/vc/{instance}"]["parameters"][0]["schema"]["enum"] == list(FORMS)
    for schema in DESCRIPTION["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for name in FORMS:
        fits(Client().get(f"/api/vc/{name}"), "/api/vc/{instance}", "get")
        address = f"/api/vc/{name}/status/revocation"
        fits(Client().get(address), "/api/vc/{instance}/status/revocation", "get")
