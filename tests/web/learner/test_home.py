"""The learner's home: rings, year card, table, next things, plain words, opening an account."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.web.learner.world import badge, entry, grown

from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Holding
from naite.web.learner import tree_view
from naite.web.learner.next_things import next_things
from naite.web.learner.tree import tree_of
from naite.web.learner.words import time_in_words

pytestmark = pytest.mark.django_db
HOME = "/my/"


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def page(client: Client, person: Person, address: str = HOME, **headers: str) -> str:
    client.force_login(person)
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&nbsp;", " ")


class TestAccess:
    @pytest.mark.parametrize(
        "address", [HOME, "/my/entries/", "/my/entries/new/", "/my/passbook/", "/my/open/"]
    )
    def test_strangers_are_asked_to_sign_in(self, client: Client, address: str) -> None:
        response = client.post(address) if address.endswith("open/") else client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")

    def test_the_home_takes_no_post(self, client: Client) -> None:
        client.force_login(make.person())
        assert client.post(HOME).status_code == 405

    def test_nobody_sees_anothers_entries(self, client: Client) -> None:
        grown()
        other = make.person("오하린")
        make.account(other)
        assert "엑셀 실무" not in page(client, other)

    def test_nothing_in_between_keeps_the_page(self, client: Client) -> None:
        client.force_login(grown()[0])
        response = client.get(HOME)
        assert "no-store" in response["Cache-Control"]
        assert "HX-Target" in response["Vary"]


class TestOpening:
    @pytest.mark.req("A17", "browser")
    def test_without_an_account_one_button_opens_it(self, client: Client) -> None:
        person = make.person()
        assert "학습계좌 열기" in page(client, person)
        response = client.post("/my/open/")
        assert response.status_code == 302
        assert response["Location"] == HOME
        assert LearningAccount.objects.get().person == person
        client.post("/my/open/")
        assert LearningAccount.objects.count() == 1
        assert client.get("/my/open/").status_code == 405

    def test_other_pages_lead_to_the_opening(self, client: Client) -> None:
        client.force_login(make.person())
        for address in ("/my/entries/", "/my/entries/new/", "/my/passbook/"):
            assert client.get(address)["Location"] == HOME

    def test_a_closed_account_says_what_to_do(self, client: Client) -> None:
        account = make.account(closed_at=NOW)
        client.force_login(account.person)
        response = client.post("/my/open/")
        assert response.status_code == 409
        assert "닫은 학습계좌가 있습니다" in response.content.decode()


class TestRings:
    @pytest.mark.req("X3", "browser")
    def test_each_year_is_a_link_with_its_numbers(self, client: Client) -> None:
        html = page(client, grown()[0])
        said = re.findall(r'<a class="yr[^>]*aria-label="([^"]*)"', html)
        assert len(said) == 13
        assert said[0] == "2014년, 1개 과정 20시간. 실용문해 20시간"
        assert said[1] == "2015년, 쉬어 간 해"
        assert said[6] == "2020년, 3개 과정 60시간. 직업진로 50시간, 미분류 10시간. 배지 1개"
        assert 'aria-label="한가람 님의 나이테"' in html
        assert "2014년부터 13년째 자라고 있습니다. 올해는 18시간을 배웠습니다." in html
        assert re.search(r"13\s*겹.*5\s*건.*98\s*시간", text(html))

    @pytest.mark.req("X3", "browser")
    def test_without_script_the_address_chooses_the_year(self, client: Client) -> None:
        html = page(client, grown()[0], HOME + "?year=2020")
        card = text(html[html.index('id="year"') :])
        assert "3개 과정 · 60시간 · 배지 1개" in card
        assert "40.5시간 · 배지" in card
        assert 'href="?year=2019#year"' in html
        assert 'href="?year=2021#year"' in html
        assert 'class="focus"' in html
        assert re.findall(r'id="(ring-\d+)"[^>]* aria-current="true"', html) == ["ring-2020"]

    def test_a_busy_year_says_how_much_more_there_was(self, client: Client) -> None:
        account = make.account()
        for _ in range(9):
            entry(account, 2026)
        assert "이 밖에 3건이 더 있습니다." in page(client, account.person)

    def test_a_year_of_rest_is_a_year_too(self, client: Client) -> None:
        html = page(client, grown()[0], HOME + "?year=2017")
        assert "쉬어 간 해입니다." in html

    @pytest.mark.parametrize("year", ["1066", "2031", "abcd", "²⁰²⁰", "20200", "-1"])
    def test_a_year_outside_shows_the_latest_without_an_outline(self, client: Client, year: str) -> None:
        html = page(client, grown()[0], f"{HOME}?year={year}")
        assert "2026년 기록 펼치기" in html
        assert 'class="focus"' not in html

    def test_the_stepper_ends_at_the_first_and_the_last_year(self, client: Client) -> None:
        person, _ = grown()
        assert 'id="year-before"' not in page(client, person, HOME + "?year=2014")
        assert 'id="year-after"' not in page(client, person, HOME + "?year=2026")

    def test_htmx_gets_the_tree_or_the_card_alone_but_the_whole_page_for_history(
        self, client: Client
    ) -> None:
        person, _ = grown()
        address = HOME + "?year=2020"
        card = page(client, person, address, HX_Request="true", HX_Target="year")
        assert card.strip().startswith('<div class="yr-card')
        tree = page(client, person, address, HX_Request="true", HX_Target="tree")
        assert tree.strip().startswith('<section class="paper tree"')
        assert 'hx-swap-oob="true">2020년, 3개 과정 60시간' in tree
        back = {"HX_Request": "true", "HX_Target": "tree", "HX_History_Restore_Request": "true"}
        assert "<html" in page(client, person, address, **back)

    def test_patterns_carry_the_areas_without_colour(self, client: Client) -> None:
        html = page(client, grown()[0], HOME + "?pattern=1&year=2020")
        assert "url(#" in html
        assert "?year=2019&amp;pattern=1#year" in html
        assert "색으로 보기" in html

    @pytest.mark.req("X3", "browser")
    def test_no_entries_show_a_seed_and_the_way_to_the_first(self, client: Client) -> None:
        html = page(client, make.account().person)
        assert "아직 나이테가 없습니다. 첫 배움을 찾아볼까요?" in html
        assert 'class="seed"' in html
        assert "최근에 쌓인 배움" not in html

    def test_the_first_year(self, client: Client) -> None:
        account = make.account()
        entry(account, 2026)
        assert "첫 나이테가 생겼습니다. 여기서부터 자랍니다." in page(client, account.person)

    def test_hostile_names_and_titles_stay_texts(self, client: Client) -> None:
        account = make.account(make.person('<script>"x'))
        entry(account, 2026, title="<script>alert(1)</script>", provider_name="<b>")
        for address in (HOME, "/my/entries/", "/my/passbook/", HOME + "?view=table"):
            html = page(client, account.person, address)
            assert "<script>alert" not in html
            assert '<script>"x' not in html
            assert "<b></" not in html

    def test_a_badge_of_another_framework_is_a_plain_knot(self, client: Client) -> None:
        account = make.account()
        badge(entry(account, 2026), "micro_credential")
        assert "<use " in page(client, account.person)


class TestTable:
    @pytest.mark.req("X3", "browser")
    def test_the_table_holds_the_same_numbers(self, client: Client) -> None:
        html = page(client, grown()[0], HOME + "?view=table")
        rows = [text(row) for row in re.findall(r"<tr>.*?</tr>", html, re.S)]
        assert "미분류" in rows[0]
        of_2020 = next(row for row in rows if "2020년" in row)
        assert re.findall(r"[\d.]+|없음", of_2020.replace("2020년", "")) == [
            "없음", "50", "없음", "없음", "10", "60", "3", "1",
        ]  # fmt: skip
        assert "쉬어 간 해" in next(row for row in rows if "2015년" in row)
        assert "자라는 중" in next(row for row in rows if "2026년" in row)

    def test_the_column_of_the_unclassified_is_left_out_where_there_are_none(self, client: Client) -> None:
        account = make.account()
        entry(account, 2026)
        assert "미분류" not in page(client, account.person, HOME + "?view=table")

    def test_a_tree_that_cannot_be_drawn_becomes_the_table(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tree_view, "_drawn", lambda *_, **__: "")
        html = page(client, grown()[0])
        assert "그림을 그리지 못해 표로 보여 드립니다." in html
        assert "쉬어 간 해" in html


class TestNextThings:
    def things(self, account: LearningAccount, **changes):
        return next_things(account.person, account, has_entries=True, now=changes.get("now", NOW))

    def session(self, account: LearningAccount, hours: int, state: str = "confirmed") -> Session:
        run = make.run(sessions=0, name=f"반 {hours} {CourseRun.objects.count()}")
        Enrolment.objects.create(run=run, person=account.person, number=1, state=state, applied_at=NOW)
        return Session.objects.create(
            run=run,
            number=4,
            starts_at=NOW + timedelta(hours=hours),
            ends_at=NOW + timedelta(hours=hours + 2),
            hours=Decimal(2),
            place="203호",
            code_secret=b"x" * 32,
        )

    @pytest.mark.parametrize(
        ("hours", "title", "urgent"),
        [
            (-1, "오늘 수업이 있어요", True),
            (9, "오늘 수업이 있어요", True),
            (24, "내일 수업이 있어요", True),
            (72, "금요일 수업이 있어요", False),
            (200, "다음 수업이 있어요", False),
        ],
    )
    def test_the_next_meeting(self, hours: int, title: str, urgent: bool) -> None:
        account = make.account()
        self.session(account, hours)
        first = self.things(account)[0]
        assert (first.title, first.urgent) == (title, urgent)
        assert first.lines[0] == "마을 기록가 되기 4차시"

    def test_the_meeting_is_said_in_words(self) -> None:
        account = make.account()
        self.session(account, 9)  # 19:00 in Seoul
        assert self.things(account)[0].lines[1] == "11월 24일 저녁 7시, 203호"

    def test_meetings_without_a_confirmed_seat_or_in_the_past_do_not_count(self) -> None:
        account = make.account()
        self.session(account, 5, state="waiting")
        self.session(account, 5, state="cancelled")
        self.session(account, -5)
        self.session(account, 24 * 40)
        assert [thing.icon for thing in self.things(account)] == ["paper", "sprout"]

    def test_a_seat_to_be_paid_comes_first(self) -> None:
        account = make.account()
        self.session(account, 72)
        run = make.run(sessions=0, fee=20000)
        Enrolment.objects.create(
            run=run,
            person=account.person,
            number=2,
            state="awaiting_payment",
            applied_at=NOW,
            payment_due_at=NOW + timedelta(hours=30),
        )
        first = self.things(account)[0]
        assert first.urgent
        assert first.lines[1] == "11월 25일 오후 4시까지 수강료 20,000원을 내 주세요."
        later = NOW + timedelta(hours=31)
        assert "자리를" not in self.things(account, now=later)[0].title

    def test_new_badges_until_they_have_been_seen(self) -> None:
        account = make.account()
        held = Holding.objects.create(
            account=account,
            source=Holding.Source.AWARD,
            credential=b"",
            sha256="a",
            title="마을 기록가",
            issuer_name="가온시청",
            issued_at=NOW,
            held_at=NOW,
        )
        thing = self.things(account)[0]
        assert thing.lines == ["마을 기록가가 지갑에 들어왔습니다."]
        assert thing.url == f"/my/wallet/{held.id}/"
        Holding.objects.filter(account_id=account.pk, id=held.id).update(seen_at=NOW)
        assert self.things(account)[0].icon == "paper"

    def test_never_more_than_three_and_one_primary_button(self, client: Client) -> None:
        account = make.account()
        for hours in (1, 2, 3):
            run = make.run(sessions=0)
            Enrolment.objects.create(
                run=run,
                person=account.person,
                number=hours,
                state="awaiting_payment",
                applied_at=NOW,
                payment_due_at=NOW + timedelta(hours=hours),
            )
        self.session(account, 5)
        assert len(self.things(account)) == 3
        main = page(client, account.person).split('<main id="main"')[1]
        assert main.count("krds-btn medium primary") <= 1


@pytest.mark.req("X4", "browser")
class TestPlainWords:
    def test_the_same_address_in_plain_words(self, client: Client) -> None:
        person, account = grown()
        TestNextThings().session(account, 9)
        client.cookies["plain"] = "1"
        html = page(client, person)
        assert "한가람 님, 안녕하세요." in html
        assert "올해 1가지를 배웠습니다." in text(html).replace("1가지 를", "1가지를")
        assert "11월 24일 화요일 저녁 7시입니다." in html
        assert "장소는 203호입니다." in html
        assert "일을 배웠습니다. 2번 배웠습니다." in text(html).replace("일을 ", "일을 ")
        assert '<a class="yr' not in html

    def test_nothing_learnt_yet(self, client: Client) -> None:
        client.cookies["plain"] = "1"
        assert "이제 시작하면 됩니다." in page(client, make.account().person)


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "새벽 0시"), (6, "오전 6시"), (12, "낮 12시"), (13, "오후 1시"), (19, "저녁 7시"), (22, "밤 10시")],
)
def test_times_are_said_as_people_say_them(hour: int, words: str) -> None:
    seoul = timezone.get_current_timezone()
    assert time_in_words(NOW.astimezone(seoul).replace(hour=hour, minute=0)) == words
    assert time_in_words(NOW.astimezone(seoul).replace(hour=hour, minute=30)) == f"{words} 30분"


@pytest.mark.parametrize("address", [HOME, HOME + "?view=table", "/my/entries/", "/my/passbook/"])
def test_the_number_of_queries_does_not_grow_with_the_entries(client: Client, address: str) -> None:
    counts = []
    for size in (10, 200):
        account = make.account()
        for index in range(size):
            made = entry(account, 2010 + index % 17)
            if index % 10 == 0:
                badge(made)
        client.force_login(account.person)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
        of_entries = [q["sql"] for q in seen if '"records_entry"' in q["sql"]]
        assert len(of_entries) == 1
        assert '"account_id"' in of_entries[0].split("WHERE")[1]
    assert counts[0] == counts[1]
    assert counts[0] <= 10


def test_the_tree_reads_voided_entries_and_revoked_badges_as_gone() -> None:
    account = make.account()
    kept, voided = entry(account, 2026), entry(account, 2026)
    badge(kept)
    award = badge(kept, "participation")
    type(award).objects.filter(account_id=account.pk, id=award.id).update(revoked_at=NOW)
    type(voided).objects.filter(account_id=account.pk, id=voided.id).update(voided_at=NOW)
    tree = tree_of(account, this_year=2026)
    assert [(each.entry, each.badge_type) for each in tree.learnt] == [(kept, "achievement")]
