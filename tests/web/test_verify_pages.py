import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from credcore import bake
from naite.flows import award as flow
from naite.flows import verification
from naite.roots import fetching
from naite.trunk.badges import services as badges
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding, Share
from naite.web import badge_art


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()


@pytest.fixture
def holding(db: None) -> Holding:
    badge = rows.published()
    entry = rows.completed(badge.course_version, make.person("한가람"))
    flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    return Holding.objects.select_related("account__person").get()


def link(holding: Holding, **changes: Any) -> tuple[Share, str]:
    fields = {"purpose": "면접", "days": 30, "shows_name": False, "actor": holding.account.person, **changes}
    return wallet.share(account=holding.account, holding_id=holding.id, now=make.NOW, **fields)


def outcome(response: Any) -> str:
    found = re.search(r'data-outcome="(\w+)" data-verdict="(\w+)"', response.content.decode())
    assert found, response.content.decode()[:3000]
    return found.group(2)


@pytest.mark.req("B9", "browser")
def test_anyone_checks_a_file_or_pasted_text_without_signing_in(client: Client, holding: Holding) -> None:
    text = bytes(holding.credential).decode()
    picture = bake.bake(badge_art.png("achievement", "career"), text)
    strict = Client(enforce_csrf_checks=True)
    assert outcome(strict.post("/verify/", {"file": SimpleUploadedFile("b.png", picture)})) == "valid"
    response = strict.post("/verify/", {"text": text})
    assert outcome(response) == "valid"
    page = response.content.decode()
    assert "한가람" not in page
    assert "경력전환 상담사 기초" in page
    assert page.count("data-check=") == 7
    assert "no-store" in response["Cache-Control"]
    again = re.search(r'<input type="hidden" name="text" value="([^"]*)">', page)
    assert again
    assert client.get("/verify/").status_code == 200


@pytest.mark.req("B9", "refusal")
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "확인할 배지를 넣어 주세요"),
        ({"url": "http://localhost/x"}, "이 주소는 열 수 없습니다"),
        ({"url": "https://127.0.0.1/badge"}, "이 주소는 열 수 없습니다"),
        ({"text": "https://[::1]/badge"}, "이 주소는 열 수 없습니다"),
        ({"url": "file:///etc/passwd"}, "이 주소는 열 수 없습니다"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_checked_is_said_and_what_was_typed_stays(
    client: Client, sent: dict[str, str], words: str
) -> None:
    response = client.post("/verify/", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    if "url" in sent:
        assert f'value="{sent["url"]}"' in page


@pytest.mark.req("B9", "refusal")
@pytest.mark.django_db
def test_a_file_of_twenty_megabytes_is_refused_in_words(client: Client) -> None:
    for size in (20_000_000, verification.LARGEST + 1):
        response = client.post("/verify/", {"file": SimpleUploadedFile("b.png", b"\0" * size)})
        assert (response.status_code, "파일이 너무 큽니다" in response.content.decode()) == (422, True)
    response = client.post("/verify/", {"text": "x" * (verification.LARGEST + 50_000)})
    assert (response.status_code, "파일이 너무 큽니다" in response.content.decode()) == (422, True)


def test_an_empty_length_as_some_servers_pass_it_is_none(client: Client, holding: Holding) -> None:
    _, token = link(holding)
    assert client.get(f"/s/{token}/", CONTENT_LENGTH="").status_code == 200


@pytest.mark.django_db
def test_hostile_text_is_shown_as_text(client: Client) -> None:
    response = client.post("/verify/", {"text": '{"name": "<script>alert(1)</script>"}'})
    assert outcome(response) == "not_a_badge"
    assert "<script>alert" not in response.content.decode()


@pytest.mark.django_db
def test_who_asks_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("naite.flows.verification.ASKS", 5)
    for _ in range(5):
        assert client.post("/verify/", {"text": "x"}).status_code == 200
    assert client.post("/verify/", {"text": "x"}).status_code == 429
    assert client.post("/verify/", {"text": "x"}, REMOTE_ADDR="10.9.8.7").status_code == 200


def test_a_foreign_link_goes_through_the_guarded_client(
    client: Client, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(self: object, url: str, *, accept: str = "") -> fetching.Fetched:
        asked.append(url)
        return fetching.Fetched(url, 200, "application/json", bytes(holding.credential))

    monkeypatch.setattr(fetching.GuardedClient, "fetch", fetch)
    response = client.post("/verify/", {"url": "https://wallet.example/badge.json"})
    assert outcome(response) == "valid"
    assert asked == ["https://wallet.example/badge.json"]


@pytest.mark.req("B8", "browser")
def test_a_shared_badge_shows_itself_live_and_counts_looks(
    client: Client, holding: Holding, caplog: pytest.LogCaptureFixture
) -> None:
    row, token = link(holding)
    response = client.get(f"/s/{token}/")
    page = response.content.decode()
    assert outcome(response) == "valid"
    assert "한가람" not in page
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    client.head(f"/s/{token}/")
    client.force_login(holding.account.person)
    client.get(f"/s/{token}/")  # the owner's own look
    row.refresh_from_db()
    assert row.view_count == 1
    assert "GET /s/…/ 200" in caplog.text
    assert token not in caplog.text
    badge = Client().get(f"/s/{token}/badge.json")
    assert (badge.content, badge["Content-Type"]) == (bytes(holding.credential), "application/vc")
    badges.revoke(
        account_id=holding.account_id, award_id=holding.award_id, reason="고침", actor=None, now=make.NOW
    )
    assert outcome(client.get(f"/s/{token}/")) == "revoked"


def test_the_name_is_shown_only_when_the_owner_lets_it(client: Client, holding: Holding) -> None:
    _, token = link(holding, shows_name=True)
    page = client.get(f"/s/{token}/").content.decode()
    assert "한가람" in page
    assert "배지 주인이 이름 공개를 허락함" in page


@pytest.mark.req("B8", "refusal")
def test_an_ended_or_unknown_link_says_so_and_shows_nothing(
    client: Client, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, token = link(holding, days=7)
    _, other = link(holding)
    wallet.withdraw_share(
        account=holding.account,
        digest=wallet.digest_of(other),
        actor=holding.account.person,
        now=make.NOW,
    )
    monkeypatch.setattr(timezone, "now", lambda: make.NOW + timedelta(days=7))
    for path, status, words in (
        (token, 410, "기간이 끝났습니다"),
        (other, 410, "거두었습니다"),
        ("x" * 32, 404, "이런 링크는 없습니다"),
    ):
        response = client.get(f"/s/{path}/")
        assert response.status_code == status
        assert words in response.content.decode()
        assert "경력전환" not in response.content.decode()
        assert client.get(f"/s/{path}/badge.json").status_code == 404
    row.refresh_from_db()
    assert row.view_count == 0


def test_our_own_link_is_opened_here(client: Client, holding: Holding) -> None:
    _, token = link(holding)
    for field in ("url", "text"):
        response = client.post("/verify/", {field: f"http://localhost:8000/s/{token}/"})
        assert (response.status_code, response["Location"]) == (302, f"/s/{token}/")


def test_the_pages_speak_english_too(client: Client, holding: Holding) -> None:
    response = client.post(
        "/verify/", {"text": bytes(holding.credential).decode()}, headers={"Accept-Language": "en"}
    )
    page = response.content.decode()
    assert "This badge is valid now" in page
    assert "Career · Achievement" in page
    assert "학습관이" not in page


def test_queries_do_not_grow_with_the_badge(
    client: Client, holding: Holding, django_assert_max_num_queries: Any
) -> None:
    _, token = link(holding)
    with django_assert_max_num_queries(20):
        client.get(f"/s/{token}/")
