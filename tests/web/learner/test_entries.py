"""All entries, one entry, one's own words, the passbook."""

import re
from itertools import pairwise
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import badge, entry, grown

from naite.trunk.records.models import Entry
from naite.trunk.wallet.models import Holding
from naite.web.learner.passbook import ROWS, ledger
from naite.web.learner.tree import tree_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def rows(html: str) -> list[str]:
    return re.findall(r'<td role="cell" class="n"><a [^>]*>([^<]*)</a>', html)


class TestList:
    def test_all_entries_latest_first(self, client: Client) -> None:
        client.force_login(grown()[0])
        html = client.get("/my/entries/").content.decode()
        assert rows(html)[0] == "마을 기록가 되기"
        assert len(rows(html)) == 5
        assert "5건, 98시간이 쌓였습니다." in html

    def test_by_year_and_area(self, client: Client) -> None:
        client.force_login(grown()[0])
        html = client.get("/my/entries/", {"year": "2020", "area": "unsorted"}).content.decode()
        assert rows(html) == ["동네 모임"]
        assert "1건을 골랐습니다." in html
        nothing = client.get("/my/entries/", {"year": "1999"}).content.decode()
        assert "고른 해와 영역에 기록이 없습니다." in nothing

    def test_long_lists_are_paged_and_keep_the_choice(self, client: Client) -> None:
        account = make.account()
        for _ in range(35):
            entry(account, 2020)
        client.force_login(account.person)
        html = client.get("/my/entries/", {"year": "2020"}).content.decode()
        assert len(rows(html)) == 30
        assert "?year=2020&amp;page=2" in html
        assert len(rows(client.get("/my/entries/", {"page": "2"}).content.decode())) == 5
        assert len(rows(client.get("/my/entries/", {"page": "nonsense"}).content.decode())) == 30


class TestPage:
    @pytest.mark.req("A17", "browser")
    def test_it_shows_the_snapshot(self, client: Client) -> None:
        person, account = grown()
        made = entry(
            account,
            2026,
            "4.5",
            title="생활 속 기후 행동",
            section=4,
            recognition_number="제2024-7호",
            score="91.50",
            sub_area="skills",
            category="vocational",
        )
        award = badge(made)
        client.force_login(person)
        html = client.get(f"/my/entries/{made.id}/").content.decode()
        for told in (
            "생활 속 기후 행동",
            "4.5시간",
            "4. 분야별 평생교육 이수실적",
            "인정번호 제2024-7호",
            "100점 가운데 91.5점",
            "시스템 확인",
            "직무기술 및 경력개발",
            "직업능력교육",
            "이 배움으로 배지를 받았습니다.",
        ):
            assert told in html
        assert "이 기록 지우기" not in html
        assert 'href="/my/wallet/"' in html[html.index('class="record-art"') :]
        held = Holding.objects.create(
            account=account,
            source=Holding.Source.AWARD,
            award_id=award.id,
            credential=b"{}",
            sha256="a",
            title="배지",
            issuer_name="가온시청",
            issued_at=NOW,
            held_at=NOW,
        )
        assert f'href="/my/wallet/{held.id}/"' in client.get(f"/my/entries/{made.id}/").content.decode()

    def test_anothers_entry_is_not_there(self, client: Client) -> None:
        _, account = grown()
        made = Entry.objects.filter(account=account).first()
        other = make.account()
        client.force_login(other.person)
        assert made is not None
        for address in (f"/my/entries/{made.id}/", f"/my/entries/{uuid4()}/"):
            assert client.get(address).status_code == 404
        assert client.post(f"/my/entries/{made.id}/void/", {"reason": "x"}).status_code == 404
        assert Entry.objects.filter(account=account, voided_at=None).count() == 5


class TestPassbook:
    @pytest.mark.req("X3", "browser")
    def test_it_prints_rings_and_a_ledger_with_a_running_total(self, client: Client) -> None:
        client.force_login(grown()[0])
        html = client.get("/my/passbook/").content.decode()
        assert "학습통장" in html
        assert "2020년 나이테 · 3건 · 배지 1개" in html
        assert re.findall(r'<td class="r">([\d.,]+)</td></tr>', html)[-1] == "98"
        assert "#993D8B" not in html[html.index('class="pbk') : html.index('class="led"')]
        assert "증명서는 아닙니다" in html

    def test_pages_carry_the_total_on_and_long_names_take_more_room(self) -> None:
        account = make.account()
        for index in range(60):
            entry(account, 2010 + index % 3, "0.5", title="긴 이름의 강좌 " * (4 if index % 5 == 0 else 1))
        pages = ledger(tree_of(account, this_year=2026))
        assert [page.number for page in pages] == list(range(2, 2 + len(pages)))
        assert pages[0].before == ""
        for last, page in pairwise(pages):
            assert page.before == last.lines[-1].total
        assert all(sum(line.height for line in page.lines) <= ROWS for page in pages)
        assert sum(1 for page in pages for line in page.lines if line.learnt) == 60
        assert pages[-1].lines[-1].total == "30"

    def test_an_empty_account_has_a_cover(self, client: Client) -> None:
        client.force_login(make.account().person)
        html = client.get("/my/passbook/").content.decode()
        assert "아직 쌓인 기록이 없습니다." in html
