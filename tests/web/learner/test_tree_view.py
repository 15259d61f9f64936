"""Looking at the rings: areas, one year from near, timeline and table, all with the same numbers."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.test_home import page, text
from tests.web.learner.world import badge, entry, grown

pytestmark = [pytest.mark.django_db, pytest.mark.req("X3", "browser")]


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def spoken(html: str) -> list[str]:
    return re.findall(r'<a class="yr[^>]*aria-label="([^"]*)"', html)


class TestAreas:
    def test_choosing_areas_draws_them_alone_over_the_same_years(self, client: Client) -> None:
        html = page(client, grown()[0], "/my/?area=career")
        said = spoken(html)
        assert len(said) == 13
        assert said[0] == "2014년, 고른 영역의 배움 없음"
        assert said[6] == "2020년, 2개 과정 50시간. 직업진로 50시간. 배지 1개"
        assert 'href="?year=2014&amp;area=career#year"' in html

    def test_several_areas_are_united_and_chips_take_each_away_again(self, client: Client) -> None:
        html = page(client, grown()[0], "/my/?area=career&area=civic")
        assert "2026년, 1개 과정 18시간. 시민소양 18시간" in spoken(html)
        chips = dict(re.findall(r'class="ar-chip[^"]*" href="([^"]*)"[^>]*>(?:<i[^>]*></i>)?([^<]*)', html))
        assert {name.strip(): address for address, name in chips.items()} == {
            "모든 영역": "?",
            "직업진로": "?area=civic",
            "시민소양": "?area=career",
            "실용문해": "?area=career&amp;area=civic&amp;area=practical_literacy",
            "미분류": "?area=career&amp;area=civic&amp;area=unsorted",
        }

    @pytest.mark.parametrize("area", ["self_growth", "nothing", '"><script>'])
    def test_an_area_that_does_not_occur_is_as_none(self, client: Client, area: str) -> None:
        html = page(client, grown()[0], f"/my/?area={area}")
        assert "2014년, 1개 과정 20시간. 실용문해 20시간" in spoken(html)

    def test_one_area_alone_needs_no_chips(self, client: Client) -> None:
        account = make.account()
        entry(account, 2026)
        assert "ar-chip" not in page(client, account.person)

    def test_the_table_says_the_same(self, client: Client) -> None:
        html = page(client, grown()[0], "/my/?view=table&area=career&area=civic")
        rows = [text(row) for row in re.findall(r"<tr>.*?</tr>", html, re.S)]
        assert "실용문해" not in rows[0]
        assert re.findall(r"[\d.]+|없음", next(r for r in rows if "2020년" in r).replace("2020년", "")) == [
            "50", "없음", "50", "2", "1",
        ]  # fmt: skip
        assert "고른 영역의 배움 없음" in next(row for row in rows if "2014년" in row)
        assert "쉬어 간 해" in next(row for row in rows if "2015년" in row)


class TestNear:
    def test_a_chosen_year_leads_near_and_lists_all_that_was_learnt(self, client: Client) -> None:
        person, _ = grown()
        chosen = page(client, person, "/my/?year=2020")
        assert re.search(r'id="ring-2020" href="\?year=2020&amp;zoom=1#year"', chosen)
        assert "2020년 가까이 보기" in chosen
        near = page(client, person, "/my/?year=2020&zoom=1")
        assert 'class="rings near"' in near
        assert "2020년에 배운 것" in near
        listed = near[near.index("near-list") :]
        for title in ("엑셀 실무", "동네 모임", "바리스타 2급"):
            assert title in listed
        assert re.search(
            r'<a class="mo" href="#month-5" aria-label="5월, 3개 과정 60시간\. [^"]*배지 1개"', near
        )
        assert 'id="month-5"' in listed

    def test_areas_hold_near_too(self, client: Client) -> None:
        near = page(client, grown()[0], "/my/?year=2020&zoom=1&area=career")
        assert "엑셀 실무" in near[near.index("near-list") :]
        assert "동네 모임" not in near[near.index("near-list") : near.index("next-title")]

    @pytest.mark.parametrize("year", ["2017", "1999", ""])
    def test_a_year_without_learning_is_not_near(self, client: Client, year: str) -> None:
        html = page(client, grown()[0], f"/my/?year={year}&zoom=1")
        assert 'class="rings near"' not in html
        assert len(spoken(html)) == 13

    def test_htmx_gets_it_as_the_tree(self, client: Client) -> None:
        part = page(client, grown()[0], "/my/?year=2020&zoom=1", HX_Request="true", HX_Target="tree")
        assert part.strip().startswith('<section class="paper tree"')
        assert 'class="rings near"' in part


class TestTimeline:
    def test_years_newest_first_with_their_sums(self, client: Client) -> None:
        html = page(client, grown()[0], "/my/?view=time")
        heads = [text(head) for head in re.findall(r'<div class="tl-head.*?</div>', html, re.S)]
        assert [head.split()[0] for head in heads] == ["2026년", "2020년", "2014년"]
        assert "3개 과정 · 60시간 · 배지 1개" in heads[1]
        assert html.count("<li class=") >= 5

    def test_one_year_and_some_areas(self, client: Client) -> None:
        html = page(client, grown()[0], "/my/?view=time&year=2020&area=career")
        shown = html[: html.index("next-title")]
        assert "엑셀 실무" in shown
        assert "동네 모임" not in shown
        assert "2020년만 보고 있습니다." in shown

    def test_pages_keep_the_choice_and_say_where_a_year_goes_on(self, client: Client) -> None:
        account = make.account()
        for _ in range(70):
            entry(account, 2025)
        entry(account, 2024, area="civic")
        first = page(client, account.person, "/my/?view=time&area=career")
        assert re.search(r'href="\?view=time&amp;area=career&amp;page=2"', first)
        second = page(client, account.person, "/my/?view=time&area=career&page=2")
        assert "이어서" in second
        assert len(re.findall(r'<li class="a-career"', second)) == 10


@pytest.mark.parametrize("address", ["/my/", "/my/?year=2020&zoom=1", "/my/?view=time", "/my/?view=table"])
def test_the_number_of_queries_does_not_grow(client: Client, address: str) -> None:
    def asked(many: int) -> int:
        account = make.account(make.person(f"사람 {many}"))
        for number in range(many):
            badge(entry(account, 2020 + number % 5))
        client.force_login(account.person)
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    assert asked(40) <= asked(4) + 1
