import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make

from credcore import bake
from naite.flows import award as flow
from naite.trunk.badges import services as badges
from naite.trunk.people.models import Person
from naite.trunk.wallet.models import Holding, Share


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


@pytest.fixture
def give(db: None) -> Callable[..., Holding]:
    def give(person: Person, **changes: Any) -> Holding:
        badge = rows.published(**changes)
        entry = rows.completed(badge.course_version, person)
        (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
        return Holding.objects.get(award_id=award.id)

    return give


@pytest.fixture
def owner(client: Client, db: None) -> Person:
    person = make.person("한가람")
    client.force_login(person)
    return person


@pytest.mark.req("B7", "browser")
def test_the_wallet_shows_badges_with_their_states(
    client: Client, owner: Person, give: Callable[..., Holding]
) -> None:
    kept, revoked = give(owner), give(owner, name="소상공인 온라인 판매")
    badges.revoke(
        account_id=revoked.account_id, award_id=revoked.award_id, reason="고침", actor=None, now=make.NOW
    )
    page = client.get("/my/wallet/").content.decode()
    assert "모두 2개. 지금 쓸 수 있는 배지 1개." in page
    assert page.count("새 배지") == 2
    assert "취소됨" in page
    client.get(f"/my/wallet/{kept.id}/")
    assert client.get("/my/wallet/").content.decode().count("새 배지") == 1
    ended = client.get("/my/wallet/?view=ended").content.decode()
    assert ("소상공인" in ended, "경력전환" in ended) == (True, False)
    found = client.get("/my/wallet/?q=경력&area=career").content.decode()
    assert ("소상공인" in found, "경력전환" in found) == (False, True)
    assert "찾는 배지가 없습니다" in client.get("/my/wallet/?area=civic").content.decode()


@pytest.mark.req("B7", "browser")
def test_a_large_wallet_comes_in_pages_and_is_searched_whole(client: Client, owner: Person) -> None:
    account = make.account(owner)
    Holding.objects.bulk_create(
        Holding(
            account=account,
            source=Holding.Source.IMPORT,
            credential=b"{}",
            sha256=f"{number:064}",
            title=f"배지 {number}번",
            issuer_name="다른 곳",
            area="career" if number % 2 else "civic",
            issued_at=make.NOW + timedelta(minutes=number),
            held_at=make.NOW,
            verdict="revoked" if number < 5 else "valid",
        )
        for number in range(130)
    )

    def shown(address: str) -> list[int]:
        page = client.get(address).content.decode()
        return [int(found) for found in re.findall(r">배지 (\d+)번</a>", page)]

    assert "모두 130개. 지금 쓸 수 있는 배지 125개." in client.get("/my/wallet/").content.decode()
    assert shown("/my/wallet/") == list(range(129, 69, -1))
    assert shown("/my/wallet/?page=3") == shown("/my/wallet/?page=99") == list(range(9, -1, -1))
    assert shown("/my/wallet/?page=x") == shown("/my/wallet/")
    assert shown("/my/wallet/?q=배지 7번&page=3") == [7]
    assert len(shown("/my/wallet/?area=career&page=2")) == 5
    assert "area=career&amp;page=1" in client.get("/my/wallet/?area=career&page=2").content.decode()
    assert shown("/my/wallet/?view=ended") == [4, 3, 2, 1, 0]


def test_an_empty_wallet_and_no_account_say_what_to_do(client: Client, owner: Person) -> None:
    assert "아직 학습계좌가 없습니다" in client.get("/my/wallet/").content.decode()
    make.account(owner)
    assert "지갑이 비어 있습니다" in client.get("/my/wallet/").content.decode()


def test_the_wallets_queries_do_not_grow(
    client: Client, owner: Person, give: Callable[..., Holding], django_assert_num_queries: Any
) -> None:
    give(owner)
    client.get("/my/wallet/")
    with django_assert_num_queries(10) as few:
        client.get("/my/wallet/")
    assert any("account_id" in query["sql"] for query in few.captured_queries)
    for _ in range(4):
        give(owner)
    with django_assert_num_queries(10):
        client.get("/my/wallet/")


@pytest.mark.req("B5", "browser")
def test_a_badge_tells_what_was_done_and_why_it_is_genuine(
    client: Client, owner: Person, give: Callable[..., Holding]
) -> None:
    holding = give(owner)
    page = client.get(f"/my/wallet/{holding.id}/").content.decode()
    assert "수업 10번 가운데 9번 출석(90%)" in page
    assert "초기 상담하기 · NCS 0701020101_16v2" in page
    assert page.count('class="dot ok"') == 3
    assert page.count('class="dot not_applicable"') == 2  # not yet in the log, and on no chain
    badges.revoke(
        account_id=holding.account_id,
        award_id=holding.award_id,
        reason="기록을 고침",
        actor=None,
        now=make.NOW,
    )
    page = client.get(f"/my/wallet/{holding.id}/").content.decode()
    assert "까닭: 기록을 고침" in page
    assert 'class="dot failed"' in page


@pytest.mark.req("B5", "browser")
def test_each_file_carries_the_credential(
    client: Client, owner: Person, give: Callable[..., Holding]
) -> None:
    holding = give(owner)
    text = bytes(holding.credential).decode()
    for kind, content_type in (("png", "image/png"), ("svg", "image/svg+xml"), ("json", "application/vc")):
        response = client.get(f"/my/wallet/{holding.id}/badge.{kind}")
        assert response["Content-Type"] == content_type
        assert response["Content-Disposition"].startswith("attachment")
        found = response.content.decode() if kind == "json" else bake.unbake(response.content).text
        assert found == text
    assert client.get(f"/my/wallet/{holding.id}/badge.exe").status_code == 404


@pytest.mark.req("B5", "refusal")
def test_nobody_opens_anothers_wallet(client: Client, owner: Person, give: Callable[..., Holding]) -> None:
    theirs = give(make.person())
    make.account(owner)
    for path in ("", "badge.png", "badge.json", "share/"):
        assert client.get(f"/my/wallet/{theirs.id}/{path}").status_code == 404
    assert client.post(f"/my/wallet/{theirs.id}/share/", {"days": "7"}).status_code == 404
    assert not Share.objects.exists()
    stranger = Client()
    for path in ("/my/wallet/", f"/my/wallet/{theirs.id}/"):
        assert stranger.get(path).status_code == 302


@pytest.mark.req("B8", "browser")
def test_a_link_is_made_shown_once_and_withdrawn(
    client: Client, owner: Person, give: Callable[..., Holding]
) -> None:
    holding = give(owner)
    path = f"/my/wallet/{holding.id}/share/"
    made = client.post(path, {"purpose": "면접", "days": "30"})
    assert (made.status_code, made["Location"]) == (302, path)
    page = client.get(path).content.decode()
    match = re.search(r"http://localhost:8000(/s/[^<\"]+/)", page)
    assert match
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="qr"' in page
    assert "/s/" not in client.get(path).content.decode()
    assert Client().get(match.group(1)).status_code == 200
    row = Share.objects.get()
    assert (row.purpose, row.expires_at) == ("면접", make.NOW + timedelta(days=30))
    assert client.post(f"{path}{row.token_digest}/withdraw/").status_code == 302
    assert Client().get(match.group(1)).status_code == 410
    assert "거둠" in client.get(path).content.decode()
    assert client.get(f"{path}{row.token_digest}/withdraw/").status_code == 405


def test_a_link_without_end_and_a_wrong_one(
    client: Client, owner: Person, give: Callable[..., Holding]
) -> None:
    path = f"/my/wallet/{give(owner).id}/share/"
    client.post(path, {"days": "", "shows_name": "on"})
    assert (Share.objects.get().expires_at, Share.objects.get().shows_name) == (None, True)
    wrong = client.post(path, {"days": "3", "purpose": "적은 말"})
    assert wrong.status_code == 422
    assert "적은 말" in wrong.content.decode()
    assert Share.objects.count() == 1
