import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import badge_rows as rows
from tests import factories as make

from naite.trunk.badges import services
from naite.trunk.badges.models import Award, IssuerKey, StatusList


@pytest.fixture
def given(db: None) -> Award:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    return services.issue(
        account_id=entry.account_id,
        entry_id=entry.id,
        achievement=badge,
        recipient=services.Recipient(did="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
        now=make.NOW,
    )


@pytest.mark.req("B5", "api")
def test_did_document_for_any_origin_with_past_keys(client: Client, given: Award) -> None:
    organisation = given.achievement.organisation
    services.rotate_key(
        organisation=organisation, actor=make.staff(organisation), now=make.NOW + timedelta(days=1)
    )
    organisation.closed_on = make.NOW.date()
    organisation.save()
    response = client.get(f"/o/{organisation.slug}/did.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/did+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in response["Cache-Control"]
    assert not response.cookies
    document = response.json()
    assert document["id"] == f"did:web:localhost%3A8000:o:{organisation.slug}"
    first, second = document["verificationMethod"]
    assert (first["expires"], "expires" in second) == ("2026-11-25T01:00:00Z", False)
    assert document["assertionMethod"] == [first["id"], second["id"]]
    assert bytes(IssuerKey.objects.first().sealed_private).hex() not in response.content.hex()
    assert client.get("/o/nobody/did.json").status_code == 404
    assert client.post(f"/o/{organisation.slug}/did.json").status_code == 405


@pytest.mark.req("B5", "api")
def test_status_lists_are_served_signed_and_only_when_changed(client: Client, given: Award) -> None:
    url = f"/status/{given.revocation_list_id}"
    first = client.get(url)
    assert (first.status_code, first["Content-Type"]) == (200, "application/vc")
    assert (first["Access-Control-Allow-Origin"], first["Cache-Control"]) == ("*", "public, max-age=300")
    assert not first.cookies
    body = json.loads(first.content)
    assert body["id"] == f"http://localhost:8000{url}"
    assert body["credentialSubject"]["ttl"] == 300_000
    assert body["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(url, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    services.revoke(
        account_id=given.account_id,
        award_id=given.id,
        reason="고침",
        actor=None,
        now=make.NOW + timedelta(hours=1),
    )
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert client.get(f"/status/{make.person().pk}").status_code == 404
    assert StatusList.objects.count() == 2


@pytest.mark.req("B5", "api")
def test_issuer_and_achievement_speak_html_to_people_and_json_to_programs(
    client: Client, given: Award
) -> None:
    badge = given.achievement
    credential = json.loads(given.credential)
    achievement = credential["credentialSubject"]["achievement"]
    path = achievement["id"].removeprefix("http://localhost:8000")
    program = client.get(path, headers={"Accept": "application/ld+json"})
    assert {key: value for key, value in program.json().items() if key != "@context"} == achievement
    assert "Accept" in program["Vary"]
    page = client.get(path, headers={"Accept": "text/html"})
    assert page["Content-Type"].startswith("text/html")
    assert badge.criteria in page.content.decode()
    issuer = client.get(f"/o/{badge.organisation.slug}/", headers={"Accept": "application/json"})
    assert issuer.json()["id"] == credential["issuer"]["id"]
    people = client.get(f"/o/{badge.organisation.slug}/")
    assert badge.name in people.content.decode()
    image = client.get(achievement["image"]["id"].removeprefix("http://localhost:8000"))
    assert image.content.startswith(b"\x89PNG")
    other = make.organisation()
    assert client.get(path.replace(badge.organisation.slug, other.slug)).status_code == 404
    for item in achievement["alignment"]:
        if item["targetType"].startswith("ext:"):
            target = item["targetUrl"].removeprefix("http://localhost:8000").partition("#")
            assert f'id="{target[2]}"' in client.get(target[0]).content.decode()


@pytest.mark.django_db
def test_page_images_of_badges(client: Client) -> None:
    response = client.get("/art/badges/achievement/career/full.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert client.get("/art/badges/other/other/plain.svg").status_code == 200
    assert client.get("/art/badges/achievement/career/huge.svg").status_code == 404
    assert client.get("/frameworks/seoul/9/").status_code == 404


@pytest.mark.django_db
def test_the_issuer_page_takes_the_same_queries_however_many_badges(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    where = make.organisation()
    for _ in range(5):
        rows.published(make.version(where))
    with django_assert_max_num_queries(6):
        client.get(f"/o/{where.slug}/")
