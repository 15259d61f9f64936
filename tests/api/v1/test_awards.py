"""Badges by program: a list with a token, once for each key, with the reason for every row (row B4)."""

import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests import badge_rows as rows
from tests import factories as make

from naite.flows import award_run as flow
from naite.roots.audit.models import AuditEvent
from naite.trunk.badges.models import Achievement, Award, AwardRun
from naite.trunk.badges.rules import AwardRule
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken

pytestmark = pytest.mark.django_db
Scope = ApiToken.Scope


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()


@pytest.fixture
def badge(db: None) -> Achievement:
    return rows.published(badge_type="activity", rule=AwardRule(activity_hours=Decimal(8)))


def secret_of(badge: Achievement, *scopes: str) -> str:
    home = badge.organisation
    return api_tokens.issue(
        organisation=home, name="학사", scopes=scopes, days=30, actor=make.staff(home), now=make.NOW
    )[1]


def post(
    secret: str, badge: object, people: list[dict[str, Any]], key: str = "request-1", **more: Any
) -> Any:
    return Client().post(
        "/api/v1/awards",
        json.dumps({"badge": str(badge), "rows": people, **more}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key},
    )


def learner(number: int) -> dict[str, Any]:
    person = make.person(f"학습자 {number}", email=f"a{number}@example.kr")
    make.account(person)
    return {
        "email": person.email,
        "hours": 9.5,
        "narrative": "이웃을 도왔습니다.",
        "completed_on": "2026-11-13",
    }


@pytest.mark.req("B4", "api")
def test_a_list_is_given_once_and_each_row_says_what_came_of_it(badge: Achievement) -> None:
    secret = secret_of(badge, Scope.AWARDS_WRITE, Scope.AWARDS_READ)
    people = [learner(1), learner(2), {**learner(3), "hours": 3}, {"email": "nobody@", "hours": 9}]
    people += [{"email": "new@example.kr", "hours": 9}]
    first = post(secret, badge.pk, people)
    assert first.status_code == 200, first.content
    answer = first.json()
    assert (answer["state"], answer["row_count"], answer["left"], answer["rejected"]) == ("ready", 5, 3, 2)
    assert [row["outcome"] for row in answer["rows"]] == ["ready", "ready", "rejected", "rejected", "unknown"]
    assert "8시간 이상" in answer["rows"][2]["reason"]
    assert post(secret, badge.pk, people).json() == answer
    assert AwardRun.objects.count() == DBTaskResult.objects.count() == 1
    for _run in flow.give(run_id=AwardRun.objects.get().pk, clock=lambda: make.NOW):
        pass
    found = (
        Client().get(f"/api/v1/awards/{answer['id']}", headers={"Authorization": f"Bearer {secret}"}).json()
    )
    assert (found["state"], found["awarded"], found["pending"], found["left"]) == ("done", 2, 1, 0)
    later = f"/api/v1/awards/{answer['id']}?after=3"
    assert [
        row["row"]
        for row in Client().get(later, headers={"Authorization": f"Bearer {secret}"}).json()["rows"]
    ] == [4, 5]
    assert (
        Client()
        .get(f"/api/v1/awards/{answer['id']}?after={'9' * 30}", headers={"Authorization": f"Bearer {secret}"})
        .json()["rows"]
        == []
    )
    seen = AuditEvent.objects.filter(action="badges.view_award_run").order_by("pk")[0]
    assert len(seen.detail["people"]) == 3  # each of them finds it in their access log
    assert rows.check(bytes(Award.objects.all()[0].credential)).verdict == "valid"
    again = post(secret, badge.pk, people[:2], "request-2").json()
    assert (again["state"], again["skipped"], again["left"]) == ("preview", 2, 0)


@pytest.mark.req("B4", "api")
def test_where_a_second_person_is_asked_a_program_only_hands_in(badge: Achievement) -> None:
    Achievement.objects.filter(pk=badge.pk).update(second_person=True)
    answer = post(secret_of(badge, Scope.AWARDS_WRITE), badge.pk, [learner(1)]).json()
    assert answer["state"] == "waiting"
    assert not DBTaskResult.objects.exists()


@pytest.mark.req("B4", "refusal")
def test_a_program_gives_no_badges_of_others_and_nothing_without_its_scope(badge: Achievement) -> None:
    person, other = (
        learner(1),
        rows.published(badge_type="activity", rule=AwardRule(activity_hours=Decimal(8))),
    )
    writing = secret_of(badge, Scope.AWARDS_WRITE)
    for answer, status in (
        (post(writing, other.pk, [person]), 404),
        (post(writing, uuid4(), [person]), 404),
        (post(secret_of(badge, Scope.AWARDS_READ), badge.pk, [person]), 403),
        (post("nonsense", badge.pk, [person]), 401),
        (post(writing, badge.pk, []), 422),
        (post(writing, badge.pk, [person] * 501), 422),
        (post(writing, badge.pk, [{**person, "hours": "many"}]), 422),
        (post(writing, badge.pk, [person], ""), 422),
        (post(writing, badge.pk, [person], "nowhere", due_at="2026-12-01T10:00:00"), 422),
        (post(writing, badge.pk, [person], "in-the-past", due_at="2020-01-01T00:00:00Z"), 422),
    ):
        assert answer.status_code == status, (status, answer.content)
        assert answer["Content-Type"].startswith("application/problem+json")
    assert not AwardRun.objects.exists()
    run_id = post(writing, badge.pk, [person]).json()["id"]
    theirs = secret_of(other, Scope.AWARDS_READ)
    refused = Client().get(f"/api/v1/awards/{run_id}", headers={"Authorization": f"Bearer {theirs}"})
    assert refused.status_code == 404
