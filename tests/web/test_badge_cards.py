"""A badge elsewhere: its card in other web pages, LinkedIn, preview pictures; portfolios by API."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests import portfolio_rows as rows

from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.badges import services as badges
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import BadgeEmbed
from naite.trunk.wallet.portfolios import embedding
from naite.web.linkedin import add_to_profile


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    settings.DATA_DIR = tmp_path
    cache.clear()


@pytest.mark.req("B8", "rule")
@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("https://blog.example.kr/posts/1", ["https://blog.example.kr"]),
        ("HTTPS://Blog.Example.kr\nhttps://blog.example.kr/", ["https://blog.example.kr"]),
        ("https://a.kr:8443 https://b.kr", ["https://a.kr:8443", "https://b.kr"]),
    ],
)
def test_sites_are_read_as_origins(text: str, sites: list[str]) -> None:
    assert embedding.sites_in(text) == sites


@pytest.mark.req("B8", "refusal")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://blog.example.kr",
        "*",
        "https://*",
        "https://a.kr;script-src",
        "https://a.kr,b",
        "javascript:alert(1)",
        "https://x",
        " ".join(f"https://a{number}.kr" for number in range(6)),
    ],
)
def test_what_is_no_site(text: str) -> None:
    with pytest.raises(Invalid):
        embedding.sites_in(text)


@pytest.mark.req("B8", "rule")
def test_linkedin_gets_its_parameters() -> None:
    url = add_to_profile(
        name="경력전환 상담사 기초",
        organisation="가온시평생학습관",
        issued_at=make.NOW,
        valid_until=make.NOW.replace(year=2028, month=12, day=31, hour=20),
        url="https://naite.example/s/abc/",
        badge_id="urn:uuid:1",
    )
    assert url.startswith("https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&")
    assert {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} == {
        "startTask": "CERTIFICATION_NAME",
        "name": "경력전환 상담사 기초",
        "organizationName": "가온시평생학습관",
        "issueYear": "2026",
        "issueMonth": "11",
        "expirationYear": "2029",  # 2029.01.01 in Seoul
        "expirationMonth": "1",
        "certUrl": "https://naite.example/s/abc/",
        "certId": "urn:uuid:1",
    }


@pytest.fixture
def learner(db: None) -> rows.Learner:
    return rows.learner()


@pytest.fixture
def mine(client: Client, learner: rows.Learner) -> Client:
    client.force_login(learner.account.person)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("B8", "browser")
def test_a_card_is_off_until_it_is_turned_on(mine: Client, learner: rows.Learner) -> None:
    at = f"/my/wallet/{learner.holding.id}/embed/"
    assert "카드 켜기" in text_of(mine.get(at))
    bad = mine.post(at, {"sites": "http://blog.example.kr"})
    assert (bad.status_code, "https://로 시작하는" in text_of(bad)) == (422, True)
    on = text_of(mine.post(at, {"sites": "https://blog.example.kr/me"}, follow=True))
    address = re.search(r"http://[^/]+(/e/[\w-]+/)", on)
    assert address
    card = Client().get(address[1])
    assert "frame-ancestors https://blog.example.kr" in card["Content-Security-Policy"]
    assert "script-src" not in card["Content-Security-Policy"]
    assert "X-Frame-Options" not in card
    assert not card.cookies
    assert "<b>유효</b>" in text_of(card)
    assert "한가람" not in text_of(card)
    assert 'data-verdict="valid"' in text_of(Client().get(f"{address[1]}check/"))
    badges.revoke(
        account_id=learner.account.pk,
        award_id=learner.holding.award_id,
        reason="잘못 줌",
        actor=None,
        now=make.NOW,
    )
    assert "<b>취소됨</b>" in text_of(Client().get(address[1]))
    again = text_of(mine.post(at, {"sites": "https://blog.example.kr", "shows_name": "on"}, follow=True))
    assert Client().get(address[1]).status_code == 404  # the former card ended
    address = re.search(r"http://[^/]+(/e/[\w-]+/)", again)
    assert address
    assert "한가람" in text_of(Client().get(address[1]))
    mine.post(f"{at}off/")
    assert Client().get(address[1]).status_code == 404
    assert Client().get("/e/nothing-like-it/").status_code == 404


@pytest.mark.req("B8", "refusal")
def test_nobody_turns_on_anothers_card(learner: rows.Learner) -> None:
    stranger = rows.learner("윤새봄").account.person
    client = Client()
    client.force_login(stranger)
    at = f"/my/wallet/{learner.holding.id}/embed/"
    assert client.get(at).status_code == 404
    assert client.post(f"{at}off/").status_code == 404
    for actor in (stranger, None):
        with pytest.raises(NotAllowed):
            embedding.turn_on(
                account=learner.account,
                holding_id=learner.holding.id,
                sites=["https://a.kr"],
                shows_name=False,
                actor=actor,
                now=make.NOW,
            )
    assert not BadgeEmbed.objects.exists()


@pytest.mark.req("B8", "browser")
def test_a_shared_badge_goes_to_linkedin_and_has_a_picture(mine: Client, learner: rows.Learner) -> None:
    page = text_of(
        mine.post(f"/my/wallet/{learner.holding.id}/share/", {"purpose": "", "days": "30"}, follow=True)
    )
    add = re.search(r'href="(https://www\.linkedin\.com/[^"]+)"', page)
    assert add
    values = parse_qs(urlsplit(html.unescape(add[1])).query)
    assert values["certId"][0].startswith("urn:uuid:")
    path = urlsplit(values["certUrl"][0]).path
    seen = text_of(Client().get(path))
    picture = re.search(r'property="og:image" content="http://[^/]+([^"]+)"', seen)
    assert picture
    assert Client().get(picture[1]).content.startswith(b"\x89PNG")
    for link in wallet.Share.objects.all():
        wallet.withdraw_share(
            account=learner.account, digest=link.pk, actor=learner.account.person, now=make.NOW
        )
    assert Client().get(picture[1]).status_code == 404


@pytest.mark.req("B8", "api")
def test_portfolios_for_ones_own_token(learner: rows.Learner) -> None:
    page = rows.page(learner)
    rows.shared(page)
    secret = api_tokens.issue(
        organisation=None,
        name="앱",
        scopes=(ApiToken.Scope.RECORD_READ,),
        days=30,
        actor=learner.account.person,
        now=make.NOW,
    )[1]
    own = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    client = Client()
    assert client.get("/api/v1/me/portfolios").status_code == 401
    listed = client.get("/api/v1/me/portfolios", **own).json()
    assert [(each["id"], each["open_links"]) for each in listed] == [(str(page.id), 1)]
    one = client.get(f"/api/v1/me/portfolios/{page.id}", **own).json()
    assert [each["kind"] for each in one["blocks"]] == ["badge", "entry", "entry", "text"]
    other = rows.page(rows.learner("윤새봄"))
    assert client.get(f"/api/v1/me/portfolios/{other.id}", **own).status_code == 404
