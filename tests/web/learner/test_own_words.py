"""Writing, correcting and restoring own words; papers; the five sections."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests import samples_of_files as sample
from tests.factories import NOW
from tests.web.learner.world import entry

from naite.trunk.people.models import Role
from naite.trunk.records.models import ConfirmationRequest, Entry, Evidence, LearningAccount, PersonalFacts
from naite.trunk.records.sections.kinds import KINDS

pytestmark = pytest.mark.django_db
TRAINING = {
    "title": "독서 모임 '느티나무'",
    "area": "self_growth",
    "started_on": "",
    "completed_on": "2025-11-02",
    "hours": "18.5",
    "provider_name": "느티나무작은도서관",
    "d_way": "club",
    "note": "",
}
NEW = "/my/entries/new/training/"


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def token(client: Client, address: str = NEW) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def write(client: Client, **change: object) -> str:
    data = {**TRAINING, "token": token(client), **change}
    response = client.post(NEW, data)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


@pytest.fixture
def account(client: Client) -> LearningAccount:
    made = make.account(make.person(birth_date=date(1968, 5, 12), region=make.region()))
    client.force_login(made.person)
    return made


class TestWriting:
    @pytest.mark.req("A17", "browser")
    def test_every_kind_has_a_form_that_asks_its_facts(
        self, client: Client, account: LearningAccount
    ) -> None:
        chooser = client.get("/my/entries/new/").content.decode()
        only = client.get("/my/entries/new/?section=3").content.decode()
        for kind in KINDS:
            assert f'href="/my/entries/new/{kind.key}/"' in chooser
            assert (f'href="/my/entries/new/{kind.key}/"' in only) == (kind.section == 3)
            html = client.get(f"/my/entries/new/{kind.key}/").content.decode()
            for detail in kind.details:
                assert f'name="d_{detail.key}"' in html
            assert ('name="hours"' in html) == (kind.hours == "asked")
        assert client.get("/my/entries/new/magic/").status_code == 404

    @pytest.mark.req("A19", "browser")
    def test_sent_twice_it_is_kept_once_with_its_paper(
        self, client: Client, account: LearningAccount
    ) -> None:
        data = {**TRAINING, "token": token(client)}
        first = client.post(NEW, {**data, "paper": SimpleUploadedFile("수료증.jpg", sample.jpeg())})
        again = client.post(NEW, data)
        assert first.status_code == again.status_code == 302
        assert first["Location"] == again["Location"]
        made = Entry.objects.get()
        assert (made.section, made.kind, made.provenance, str(made.hours)) == (5, "training", "self", "18.5")
        assert made.details == {"way": "club"}
        assert Evidence.objects.get().entry_id == made.id

    @pytest.mark.req("A19", "refusal")
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"title": " "}, "배운 것의 이름"),
            ({"hours": "-1"}, "시간은 0부터"),
            ({"hours": "0.25"}, "소수점 아래 한 자리"),
            ({"hours": "NaN"}, "시간"),
            ({"completed_on": "2026-11-25"}, "아직 오지 않은 날입니다"),
            ({"completed_on": "어제"}, "마친 날"),
            ({"started_on": "2025-12-01"}, "시작한 날이 마친 날보다 늦습니다"),
            ({"started_on": "2025-11-02", "hours": "30"}, "있을 수 없습니다"),
            ({"completed_on": "1950-01-01"}, "태어난 날보다 이릅니다"),
            ({"area": "magic"}, "영역"),
            ({"note": "번호 680512-1234567"}, "주민등록번호로 보이는"),
            ({"title": "가" * 201}, "배운 것의 이름"),
        ],
    )
    def test_a_fault_is_told_and_nothing_is_lost_or_kept(
        self, client: Client, account: LearningAccount, change: dict[str, str], told: str
    ) -> None:
        response = client.post(NEW, {**TRAINING, **change, "token": token(client)})
        html = response.content.decode()
        assert response.status_code == 422
        assert told in html[html.index("error-summary") :]
        assert "느티나무작은도서관" in html
        assert not Entry.objects.exists()

    def test_a_doubt_is_asked_and_saved_on_yes(self, client: Client, account: LearningAccount) -> None:
        write(client)
        data = {**TRAINING, "token": token(client)}
        asked = client.post(NEW, data)
        html = asked.content.decode()
        assert asked.status_code == 422
        assert "같은 이름과 날짜의 기록이 이미 있습니다" in html
        assert '<input type="hidden" name="accept" value="duplicate">' in html
        assert client.post(NEW, {**data, "accept": "duplicate"}).status_code == 302
        assert Entry.objects.count() == 2

    @pytest.mark.req("A19", "refusal")
    def test_a_paper_that_lies_is_told_and_the_words_are_kept(
        self, client: Client, account: LearningAccount
    ) -> None:
        address = write(client, paper=SimpleUploadedFile("수료증.pdf", sample.png()))
        html = client.get(address).content.decode()
        assert "파일은 붙이지 못했습니다" in html
        assert Entry.objects.count() == 1
        assert not Evidence.objects.exists()


class TestChanging:
    @pytest.mark.req("A17", "browser")
    def test_correcting_shows_the_history_and_tells_the_second_window(
        self, client: Client, account: LearningAccount
    ) -> None:
        old = write(client)
        edit = f"{old}edit/"
        one, two = token(client, edit), token(client, edit)
        assert "느티나무작은도서관" in client.get(edit).content.decode()
        done = client.post(edit, {**TRAINING, "title": "느티나무 책모임", "token": one})
        assert done.status_code == 302
        assert "고쳐 적은 기록 보기" in client.get(old).content.decode()
        late = client.post(edit, {**TRAINING, "title": "둘째 창의 이름", "token": two})
        html = late.content.decode()
        assert late.status_code == 409
        assert "다른 창에서 이 기록을 고쳤습니다" in html
        assert "둘째 창의 이름" in html
        assert done["Location"] in html
        assert [each.title for each in Entry.objects.filter(voided_at=None)] == ["느티나무 책모임"]
        assert client.get(edit).status_code == 302

    def test_own_words_are_taken_back_and_restored(self, client: Client, account: LearningAccount) -> None:
        address = write(client)
        assert client.get(f"{address}void/").status_code == 405
        assert client.post(f"{address}void/", {"reason": ""}).status_code == 422
        assert client.post(f"{address}void/", {"reason": "680512-1234567"}).status_code == 422
        assert client.post(f"{address}void/", {"reason": "두 번 적음"}).status_code == 302
        html = client.get(address).content.decode()
        assert "거두었습니다" in html
        assert "되살리기" in html
        assert client.post(f"{address}restore/").status_code == 302
        assert Entry.objects.get().voided_at is None

    def test_old_own_words_without_a_kind_can_be_given_one(
        self, client: Client, account: LearningAccount
    ) -> None:
        made = entry(account, 2020, source=Entry.Source.LEARNER, provenance=Entry.Provenance.SELF)
        edit = f"/my/entries/{made.id}/edit/"
        assert client.post(edit, {**TRAINING, "token": token(client, edit)}).status_code == 302
        assert Entry.objects.get(voided_at=None).kind == "training"

    def test_what_an_institution_confirmed_stays(self, client: Client, account: LearningAccount) -> None:
        made = entry(account, 2020)
        for act, data in (("void", {"reason": "지움"}), ("edit", {**TRAINING, "token": token(client)})):
            response = client.post(f"/my/entries/{made.id}/{act}/", data)
            assert response.status_code in {403, 422}
        made.refresh_from_db()
        assert made.voided_at is None


class TestPapers:
    @pytest.mark.req("A19", "browser")
    def test_they_are_added_looked_at_and_erased_by_their_owner_alone(
        self, client: Client, account: LearningAccount
    ) -> None:
        address = write(client)
        files = [SimpleUploadedFile("앞.png", sample.png()), SimpleUploadedFile("뒤.png", sample.png())]
        client.post(
            f"{address}papers/", {"photo": SimpleUploadedFile("찍음.jpg", sample.jpeg()), "paper": files}
        )
        html = client.get(address).content.decode()
        assert "이미 붙인 파일입니다" in html
        assert Evidence.objects.count() == 2
        assert 'capture="environment"' in html
        paper = Evidence.objects.get(file__name="앞.png")
        look = f"{address}papers/{paper.id}/"
        shown = client.get(look)
        assert b"".join(shown.streaming_content) == sample.png()  # type: ignore[attr-defined]
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert client.get(f"{look}?save")["Content-Disposition"].startswith("attachment")
        stranger = Client()
        stranger.force_login(make.account().person)
        assert stranger.get(look).status_code == 404
        assert stranger.post(f"{look}remove/").status_code == 404
        assert Client().get(look).status_code == 302
        client.post(f"{look}remove/")
        assert client.get(look).status_code == 404
        client.post(f"{address}papers/", {})
        assert Evidence.objects.filter(removed_at=None).count() == 1


class TestAsking:
    @pytest.mark.req("A19", "browser")
    def test_the_named_institution_is_suggested_asked_and_withdrawn(
        self, client: Client, account: LearningAccount
    ) -> None:
        school = make.organisation("느티나무작은도서관")
        make.staff(school)
        address = write(client)
        page = client.get(f"{address}ask/").content.decode()
        assert "적은 곳이 나이테에 있습니다" in page
        assert "붙인 증빙이 없습니다" in page
        assert client.post(f"{address}ask/", {"organisation": "x"}).status_code == 422
        told = client.post(f"{address}ask/", {"organisation": str(school.pk), "message": "680512-1234567"})
        assert told.status_code == 422
        asked = client.post(f"{address}ask/", {"organisation": str(school.pk), "message": "2025년 가을 모임"})
        assert asked.status_code == 302
        assert "부탁 거두기" in client.get(address).content.decode()
        assert client.get(f"{address}ask/").status_code == 302
        client.post(f"{address}ask/withdraw/")
        assert ConfirmationRequest.objects.get().state == "withdrawn"

    def test_others_are_found_by_name_or_the_region_is_suggested(
        self, client: Client, account: LearningAccount
    ) -> None:
        town = make.organisation("마포구청", region=make.region())
        make.staff(town, Role.LOCAL_OFFICER)
        make.staff(make.organisation("가온시평생학습관"))
        address = write(client)
        page = client.get(f"{address}ask/").content.decode()
        assert "지역 기관에 물어볼 수 있습니다" in page
        assert "마포구청" in page
        assert "가온시평생학습관" in client.get(f"{address}ask/?q=평생").content.decode()
        assert "답하는 곳이 없습니다" in client.get(f"{address}ask/?q=어디에도없음").content.decode()


class TestSections:
    @pytest.mark.req("A17", "browser")
    def test_all_five_stand_with_their_provenance_or_what_to_do(
        self, client: Client, account: LearningAccount
    ) -> None:
        empty = client.get("/my/sections/").content.decode()
        for told in ("1. 인적사항", "2. 학력", "3. 자격증", "4. 분야별", "5. 특기사항", "저절로 쌓입니다"):
            assert told in empty
        write(client, paper=SimpleUploadedFile("a.png", sample.png()))
        entry(account, 2020, section=4, title="마을 기록가 되기")
        html = client.get("/my/sections/").content.decode()
        for told in ("기타 교육", "동아리·모임", "18.5시간", "증빙 1개", "본인 입력", "시스템 확인"):
            assert told in html

    def test_it_costs_the_same_with_many_entries(self, client: Client, account: LearningAccount) -> None:
        client.get("/my/sections/")
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get("/my/sections/")
        for number in range(40):
            entry(account, 2020, section=5, source=Entry.Source.LEARNER, source_key=str(number))
        with CaptureQueriesContext(connection) as many:
            html = client.get("/my/sections/").content.decode()
        assert len(many) == len(few)
        assert "40건 모두 보기" in html
        assert client.get("/my/sections/?all=5").content.decode().count('class="li-t"') == 40

    @pytest.mark.req("A17", "browser")
    def test_section_one_is_written_and_the_second_window_loses_nothing(
        self, client: Client, account: LearningAccount
    ) -> None:
        address = "/my/sections/personal/"
        first = {"version": "0", "phone": "010-1234-5678", "no_workplace": "on"}
        assert client.post(address, {"version": "0"}).status_code == 422
        assert client.post(address, first).status_code == 302
        assert "010-1234-5678" in client.get("/my/sections/").content.decode()
        late = client.post(address, {"version": "0", "phone": "010-9999-0000", "workplace": "느티서점"})
        html = late.content.decode()
        assert late.status_code == 409
        assert "지금 내용" in html
        assert "010-1234-5678" in html
        assert "느티서점" in html
        assert PersonalFacts.objects.get().phone == "010-1234-5678"
        again = {"version": "1", "phone": "010-9999-0000", "workplace": "느티서점"}
        assert 'name="version" value="1"' in html
        assert client.post(address, again).status_code == 302
        assert PersonalFacts.objects.get().workplace == "느티서점"
