"""Laying a pathway, and walking it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from naite.flows import award as award_flow
from naite.flows import pathways as flow
from naite.trunk.badges.models import Achievement, Pathway
from naite.trunk.people.models import Organisation, Person

pytestmark = [pytest.mark.django_db, pytest.mark.req("B10", "browser")]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


@pytest.fixture
def place() -> Organisation:
    return make.organisation("한강평생학습관")


@pytest.fixture
def badges(place: Organisation) -> list[Achievement]:
    return [
        rows.published(make.version(place, title=f"과정 {n}", area="career"), name=f"배지 {n}", sub_area="")
        for n in range(3)
    ]


@pytest.fixture
def staff(client: Client, place: Organisation) -> Client:
    client.force_login(make.staff(place))
    return client


def typed(badges: list[Achievement], **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": "새 일 찾기",
        "description": "상담에서 실습까지",
        "kind": "seoul:pathway",
        "area": "seoul:career",
        "within_days": "",
        "on_loss": "suspend",
        "steps": "4",
        "action": "save",
        "l1-name": "기초",
        "l1-need": "1",
    }
    for n in range(4):
        data |= {
            f"s{n}-level": "1",
            f"s{n}-required": "1" if n == 0 else "0",
            f"s{n}-achievement": str(badges[n].pk) if n < len(badges) else "",
            f"s{n}-code": "",
            f"s{n}-title": "",
        }
    return data | changes


def earn(person: Person, badge: Achievement) -> None:
    assert badge.course_version is not None
    entry = rows.completed(badge.course_version, person)
    award_flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    flow.walk(account_ids=[entry.account_id], now=make.NOW)


def laid(staff: Client, badges: list[Achievement]) -> Pathway:
    assert staff.post("/work/pathways/new/", typed(badges)).status_code == 302
    pathway = Pathway.objects.get()
    staff.post(f"/work/pathways/{pathway.pk}/publish/", {"revision": str(pathway.revision)})
    pathway.refresh_from_db()
    assert pathway.published_at
    return pathway


def test_staff_lay_a_pathway_see_who_would_hold_it_and_publish(
    staff: Client, badges: list[Achievement]
) -> None:
    assert "아직 경로가 없습니다" in staff.get("/work/pathways/").content.decode()
    assert "배지 2" in staff.get("/work/pathways/new/").content.decode()
    more = staff.post("/work/pathways/new/", typed(badges, action="more")).content.decode()
    assert 'name="s6-level"' in more
    assert 'value="새 일 찾기"' in more
    earn(make.person(), badges[0])
    assert staff.post("/work/pathways/new/", typed(badges)).status_code == 302
    pathway = Pathway.objects.get()
    page = staff.get(f"/work/pathways/{pathway.pk}/").content.decode()
    assert "오늘 공개하면" in page
    assert "배지 하나가 모자란 사람</dt><dd>1명" in page
    assert "공개하기" in page
    staff.post(f"/work/pathways/{pathway.pk}/publish/", {"revision": "1"})
    page = staff.get(f"/work/pathways/{pathway.pk}/").content.decode()
    assert "배지 1·배지 2 가운데 1개를 받습니다" in page
    assert staff.post(f"/work/pathways/{pathway.pk}/next/").status_code == 302
    assert Pathway.objects.count() == 2
    assert "주는 중" in staff.get("/work/pathways/").content.decode()
    assert (
        staff.get(
            f"/work/badges/{pathway.achievement_id or Pathway.objects.get(pk=pathway.pk).achievement_id}/"
        ).status_code
        == 200
    )
    assert staff.get("/work/badges/").status_code == 200


def test_what_is_missing_is_said_and_what_was_typed_stays(staff: Client, badges: list[Achievement]) -> None:
    answer = staff.post("/work/pathways/new/", typed(badges, **{"name": "", "s1-code": "12"}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "하나만 적어 주세요" in page
    assert "상담에서 실습까지" in page
    wrong = {"s1-achievement": "", "s1-code": "12"}
    assert "판까지 적어 주세요" in staff.post("/work/pathways/new/", typed(badges, **wrong)).content.decode()
    staff.post("/work/pathways/new/", typed(badges[:1]))
    pathway = Pathway.objects.get()
    page = staff.get(f"/work/pathways/{pathway.pk}/").content.decode()
    assert "배지 두 개 이상을 이어야 합니다" in page
    refused = staff.post(f"/work/pathways/{pathway.pk}/publish/", {"revision": "1"})
    assert refused.status_code == 422


def test_of_two_tabs_the_second_is_told(staff: Client, badges: list[Achievement]) -> None:
    staff.post("/work/pathways/new/", typed(badges))
    pathway = Pathway.objects.get()
    url = f"/work/pathways/{pathway.pk}/"
    assert staff.post(url, typed(badges, revision="1", name="먼저")).status_code == 302
    second = staff.post(url, typed(badges, revision="1", name="나중"))
    assert second.status_code == 422
    assert "다른 사람이 이 경로를 고쳤습니다" in second.content.decode()
    assert 'value="나중"' in second.content.decode()
    pathway.refresh_from_db()
    assert pathway.name == "먼저"


@pytest.mark.req("B10", "refusal")
def test_others_cannot_open_or_change_it(
    client: Client, place: Organisation, badges: list[Achievement]
) -> None:
    client.force_login(make.staff(place))
    pathway = laid(client, badges)
    client.force_login(make.staff(make.organisation()))
    assert client.get(f"/work/pathways/{pathway.pk}/").status_code == 404
    assert client.post(f"/work/pathways/{pathway.pk}/next/").status_code == 404
    client.force_login(make.person())
    assert client.get("/work/pathways/").status_code == 403
    assert client.post("/work/pathways/new/", typed(badges)).status_code == 403
    assert Client().get("/my/pathways/").status_code == 302


@pytest.mark.req("B10", "refusal")
def test_a_reviewed_pathway_is_published_by_the_frameworks_owner(
    client: Client, place: Organisation, badges: list[Achievement]
) -> None:
    owner = make.organisation("서울시평생교육진흥원")
    place.parent = owner
    place.save()
    reviewer = make.staff(owner)
    rows.reviewed_framework(owner, reviewer)
    client.force_login(make.staff(place))
    client.post("/work/pathways/new/", typed(badges, kind="province:chain", area="province:work"))
    draft = Pathway.objects.get()
    page = client.get(f"/work/pathways/{draft.pk}/").content.decode()
    assert "만든 사람이 아닌 사람이 살펴보고 공개합니다" in page
    assert f"/work/pathways/{draft.pk}/publish/" not in page
    assert client.post(f"/work/pathways/{draft.pk}/publish/", {"revision": "1"}).status_code == 403
    client.force_login(reviewer)
    page = client.get(f"/work/pathways/{draft.pk}/").content.decode()
    assert f"{place.name}의 초안입니다" in page
    assert client.post(f"/work/pathways/{draft.pk}/publish/", {"revision": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.achievement is not None


def test_a_learner_sees_the_map_and_what_comes_next(
    client: Client, place: Organisation, badges: list[Achievement]
) -> None:
    client.force_login(make.staff(place))
    pathway = laid(client, badges)
    person = make.person()
    client.force_login(person)
    assert "걸어 볼 만한 길" in client.get("/my/pathways/").content.decode()
    assert client.get(f"/my/pathways/{pathway.pk}/").status_code == 200
    earn(person, badges[0])
    assert "2개 가운데 1개" in client.get("/my/pathways/").content.decode()
    page = client.get(f"/my/pathways/{pathway.pk}/").content.decode()
    assert "3걸음 가운데 1걸음을 걸었습니다" in page
    assert "배지 2개 가운데 1개를 받았습니다. 1개 남았습니다." in page
    assert 'class="pm-h"' in page
    earn(person, badges[2])
    page = client.get(f"/my/pathways/{pathway.pk}/").content.decode()
    assert "받았습니다" in page
    assert "pm-g full" in page
    assert client.get("/my/pathways/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_the_list_costs_the_same_however_many_pathways(
    client: Client, place: Organisation, badges: list[Achievement]
) -> None:
    person = make.person()
    earn(person, badges[0])

    def queries() -> int:
        client.force_login(person)
        with CaptureQueriesContext(connection) as caught:
            client.get("/my/pathways/")
        return len(caught)

    client.force_login(make.staff(place))
    laid(client, badges)
    queries()
    one = queries()
    for _n in range(3):
        client.force_login(make.staff(place))
        client.post("/work/pathways/new/", typed(badges))
        draft = Pathway.objects.get(published_at=None)
        client.post(f"/work/pathways/{draft.pk}/publish/", {"revision": "1"})
    assert Pathway.objects.filter(published_at__isnull=False).count() == 4
    assert abs(queries() - one) <= 1
