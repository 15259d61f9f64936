"""The pages on which tokens are made, shown once and revoked, and one's own data is taken away."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import clock
from tests import factories as make
from tests.completion_rows import learner

from naite.trunk.people.models import ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, make.NOW)


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("X8", "browser")
def test_an_institutions_token_is_shown_once_and_revoked(client: Client) -> None:
    home = make.organisation()
    client.force_login(make.staff(home))
    page = reverse("work-api")
    empty = client.post(page, {"name": " ", "days": "7"})
    assert empty.status_code == 422
    assert "30일, 90일, 365일 가운데" in text(empty)
    made = client.post(page, {"name": "학사 시스템", "days": "90", "scopes": ["completions:write"]})
    secret = re.search(r"naite_[\w-]{40,}", text(made))
    assert secret is not None
    assert secret[0] not in text(client.get(page))
    token = ApiToken.objects.get()
    act = reverse("work-api-revoke", args=[token.pk])
    other = Client()
    other.force_login(make.staff(make.organisation("다른 기관")))
    assert other.post(act).status_code == 404
    assert "거둠" in text(client.post(act, follow=True))
    token.refresh_from_db()
    assert token.revoked_at == make.NOW
    client.force_login(learner())
    assert client.get(page).status_code == 403


@pytest.mark.req("X8", "browser")
def test_a_learner_takes_the_record_along(client: Client) -> None:
    account = make.account(one := learner())
    client.force_login(one)
    page = reverse("my-data")
    assert "기록이 하나라도 있으면" in text(client.get(page))
    said = json.loads(client.get(reverse("my-data-download", args=["json"])).content)
    assert (said["account_id"], said["entries"]) == (str(account.pk), [])
    assert client.get(reverse("my-data-download", args=["pdf"])).status_code == 404
    assert "naite_" in text(client.post(page, {"name": "내 앱", "days": "30", "scopes": ["record:read"]}))
    stranger = Client()
    stranger.force_login(learner("이서연"))
    assert stranger.post(reverse("my-token-revoke", args=[ApiToken.objects.get().pk])).status_code == 404
    assert stranger.get(page).status_code == 302
