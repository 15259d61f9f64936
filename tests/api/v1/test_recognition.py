"""Institutions apply by program, once however often they ask; recognised courses are open data."""

import csv
from io import StringIO

import pytest
from django.test import Client
from tests import factories as make
from tests import recognition_rows as rows

from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import Application

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def bearer(where: rows.Offices, *scopes: str) -> dict[str, str]:
    secret = api_tokens.issue(
        organisation=where.institution, name="학사", scopes=scopes, days=30, actor=where.staff, now=make.NOW
    )[1]
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.req("A5", "api")
def test_an_institution_applies_follows_and_is_told_what_lacks(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    course = make.version(where.institution).course
    keys = bearer(where, ApiToken.Scope.RECOGNITION_WRITE)
    (open_round,) = client.get("/api/v1/recognition/rounds").json()
    asked = {
        "round_id": str(a_round.pk),
        "course_id": str(course.pk),
        "kind": "planned",
        "texts": {item["id"]: "이렇게 합니다." for item in open_round["items"]},
        "submit": True,
    }

    def post(data: dict[str, object], key: str) -> object:
        return client.post(
            "/api/v1/recognition/applications",
            data,
            content_type="application/json",
            headers={**keys, "Idempotency-Key": key},
        )

    first = post(asked, "key-00000001").json()  # type: ignore[attr-defined]
    assert first["state"] == "draft"
    assert {each["where"] for each in first["lacks"]} >= {"purpose", "planned_from"}
    content = {
        **dict.fromkeys(("purpose", "operation", "instructors", "contact_name", "contact_phone"), "적음"),
        "planned_from": "2027-03-02",
        "planned_until": "2027-05-18",
    }
    done = post({**asked, "content": content}, "key-00000002").json()  # type: ignore[attr-defined]
    assert (done["state"], done["number"], done["office"]) == ("submitted", "2026-1-0001", "마포구")
    again = post({**asked, "content": content}, "key-00000002").json()  # type: ignore[attr-defined]
    assert again == done
    assert Application.objects.count() == 1
    followed = client.get(f"/api/v1/recognition/applications/{done['id']}", headers=keys).json()
    assert [each["act"] for each in followed["history"]] == ["submit"]
    twice = post({**asked, "content": content}, "key-00000003")
    assert twice.status_code == 409  # type: ignore[attr-defined]
    wrong = bearer(where, ApiToken.Scope.COMPLETIONS_READ)
    path = f"/api/v1/recognition/applications/{done['id']}"
    assert client.get(path, headers=wrong).status_code == 403
    assert client.get(path).status_code == 401


@pytest.mark.req("A15", "api")
def test_recognised_courses_are_open_with_what_was_cancelled(client: Client) -> None:
    version = make.version(make.organisation("=나쁜이름", region=make.region()))
    old = make.recognition(version, cancelled_on=make.NOW.date())
    page = client.get(f"/api/v1/recognitions?course_id={version.course_id}").json()
    assert page["total"] == 1
    assert page["rows"][0]["cancelled_on"] == "2026-11-24"
    table = list(csv.DictReader(StringIO(client.get("/api/v1/recognitions.csv").content.decode("utf-8-sig"))))
    assert [(row["number"], row["institution"]) for row in table] == [(old.number, "'=나쁜이름")]
    assert client.get("/api/v1/recognitions?offset=-1").status_code == 422


@pytest.mark.req("A15", "api")
def test_the_public_part_of_each_courses_history_is_open_and_no_other(client: Client) -> None:
    where = rows.offices()
    version = make.version(where.institution)
    given = make.recognition(version)
    of = rows.round_(where.national)
    case = rows.application(where, of, Application.State.RECOGNISED, version=version, recognition=given)
    refused = rows.application(where, of, Application.State.REFUSED)
    lines = (
        ("approve", {"application": case}, "parties"),
        ("take_effect", {"application": case}, "public"),
        ("cancelled", {"recognition": given}, "public"),
        ("complaint_accepted", {"recognition": given}, "offices"),
        ("refuse", {"application": refused}, "public"),
    )
    for act, of_what, audience in lines:
        note_event(act=act, actor=where.officer, now=make.NOW, audience=audience, **of_what)  # type: ignore[arg-type]
    page = client.get(f"/api/v1/recognition-events?course_id={version.course_id}").json()
    assert [(row["act"], row["number"]) for row in page["rows"]] == [
        ("take_effect", given.number),
        ("cancelled", given.number),
    ]
    assert client.get("/api/v1/recognition-events").json()["total"] == 2
    told = client.get("/api/v1/recognition-events.csv").content.decode("utf-8-sig")
    assert [row["act"] for row in csv.DictReader(StringIO(told))] == ["take_effect", "cancelled"]
    assert where.officer.name not in told
    assert client.get("/api/v1/recognition-events?offset=-1").status_code == 422
