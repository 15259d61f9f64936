from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make

from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.delivery.services import enrol

pytestmark = pytest.mark.django_db


def listing(title: str = "아침 요가", **fields: Any) -> Listing:
    now = timezone.now()
    fields = {
        "registration_opens_at": now - timedelta(days=3),
        "registration_closes_at": now + timedelta(days=3),
        **fields,
    }
    made = make.listing(title, **fields)
    index_listings([made.id])
    return made


def text_of(client: Client, address: str, **extra: Any) -> str:
    response = client.get(address, **extra)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.req("A22", "browser")
def test_a_search_without_script_finds_and_counts(client: Client) -> None:
    region = make.region()
    listing("아침 요가", region=region, area="civic", fee=0, weekdays=1)
    listing("저녁 요가", region=region, fee=20_000)
    listing("수채화", region=make.region("11110", "종로구"))
    page = text_of(client, "/courses/?q=%EC%9A%94%EA%B0%80&region=11000")
    assert "아침 요가" in page
    assert "저녁 요가" in page
    assert "수채화</a>" not in page
    assert "2개" in page
    assert "마포구 (2)" in page
    assert "종로구 (0)" in page
    assert 'id="f-area-civic"' in page
    assert page.count(" checked") == 0
    narrowed = text_of(client, "/courses/?q=%EC%9A%94%EA%B0%80&fee=free")
    assert "저녁 요가</a>" not in narrowed
    assert 'value="free" id="f-fee-free" checked' in narrowed


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("?q=&region=&sort=&sigungu=", "/courses/"),
        ("?state=closed&state=open", "/courses/?state=open&state=closed"),
        ("?page=1&size=20", "/courses/"),
        ("?sort=deadline", "/courses/"),
        ("?sort=relevance&state=open", "/courses/?state=open"),
        ("?q=a&sort=relevance", "/courses/?q=a"),
        ("?region=11000&sigungu=11440", "/courses/?region=11440"),
        ("?region=26000&sigungu=11440", "/courses/?region=26000"),
        ("?utm_source=x&q=+%EC%9A%94%EA%B0%80+", "/courses/?q=%EC%9A%94%EA%B0%80"),
    ],
)
def test_each_search_has_one_address(client: Client, asked: str, address: str) -> None:
    response = client.get("/courses/" + asked)
    assert (response.status_code, response["Location"]) == (302, address)
    assert client.get(address).status_code == 200


@pytest.mark.req("A22", "browser")
def test_htmx_gets_the_results_and_the_new_address(client: Client) -> None:
    listing("아침 요가")
    response = client.get("/courses/?q=%EC%9A%94%EA%B0%80&region=&state=open", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response["HX-Push-Url"] == "/courses/?q=%EC%9A%94%EA%B0%80&state=open"
    assert "HX-Request" in response["Vary"]
    assert "<html" not in page
    assert '<section id="results"' in page
    assert 'id="facet-state" hx-swap-oob="true"' in page
    assert "강좌 1개를 찾았습니다." in page
    whole = client.get(
        "/courses/?state=open", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole.content.decode()


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    "asked", ["?page=x", "?state=gone&q=%EC%9A%94%EA%B0%80", "?region=%EC%84%9C%EC%9A%B8", "?size=0"]
)
def test_what_cannot_be_used_is_left_out_and_said(client: Client, asked: str) -> None:
    listing("아침 요가")
    page = text_of(client, "/courses/" + asked)
    assert "쓸 수 없는 조건은 빼고 찾았습니다" in page
    assert "아침 요가" in page


def test_nothing_found_offers_to_leave_one_part_out(client: Client) -> None:
    listing("아침 요가", region=make.region())
    make.region("11110", "종로구")
    page = text_of(client, "/courses/?q=%EC%9A%94%EA%B0%80&region=11110")
    assert "조건에 맞는 강좌가 없습니다." in page
    assert 'href="/courses/?q=%EC%9A%94%EA%B0%80">지역을 빼면 1개</a>' in page
    assert "찾을 말을 빼면" not in page
    neither = text_of(client, "/courses/?q=%EC%88%98%EC%B1%84%ED%99%94&region=11110")
    assert "조건을 모두 지우면 1개" in neither


def test_nothing_at_all(client: Client) -> None:
    assert "아직 올라온 강좌가 없습니다." in text_of(client, "/courses/")


def test_signs_of_markup_stay_text(client: Client) -> None:
    listing("<script>alert(1)</script> 요가", provider_name="<b>기관</b>")
    page = text_of(client, "/courses/?q=%3Cscript%3E")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 요가" in page
    assert "<b>기관" not in page


def test_the_order_follows_the_text_until_one_is_chosen(client: Client) -> None:
    assert '<option value="" selected>마감이 가까운 순' in text_of(client, "/courses/")
    page = text_of(client, "/courses/?q=a")
    assert '<option value="" selected>관련도 높은 순' in page
    assert '<option value="deadline">마감이 가까운 순' in page
    assert '<option value="start" selected>' in text_of(client, "/courses/?q=a&sort=start")


def test_only_reading_is_allowed(client: Client) -> None:
    made = listing()
    assert client.post("/courses/").status_code == 405
    assert client.post(f"/courses/{made.id}/").status_code == 405


def test_pages_and_their_links(client: Client) -> None:
    supplier = make.organisation()
    made = [make.listing(f"강좌 {number}번", supplier=supplier) for number in range(45)]
    index_listings([each.id for each in made])
    first = text_of(client, "/courses/")
    assert first.count('class="card cs"') == 20
    assert 'href="/courses/?page=2"' in first
    last = text_of(client, "/courses/?page=3")
    assert last.count('class="card cs"') == 5
    assert text_of(client, "/courses/?page=999").count('class="card cs"') == 5
    assert text_of(client, "/courses/?size=100").count('class="card cs"') == 45


@pytest.mark.django_db(transaction=True)
def test_the_number_of_queries_is_fixed(client: Client) -> None:
    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            text_of(client, address)
        return len(seen)

    supplier, region = make.organisation(), make.region()
    listing("요가 하나", supplier=supplier, region=region)
    few = [count("/courses/"), count("/courses/?q=%EC%9A%94%EA%B0%80")]
    for number in range(30):
        listing(f"요가 {number}", supplier=supplier, region=region)
    many = [count("/courses/?size=40"), count("/courses/?q=%EC%9A%94%EA%B0%80&size=40")]
    # On PostgreSQL one look at what was committed late may fall into either reading.
    spare = connection.vendor == "postgresql"
    assert few[0] - spare <= many[0] <= few[0] <= 6 + spare
    assert many[1] == few[1] <= 12


def run_listing(name: str = "목요일 저녁반", version: Any = None, **fields: Any) -> Listing:
    version = version or make.version(summary="이웃을 만나 이야기를 듣습니다.")
    now = timezone.now()
    fields = {
        "registration_opens_at": now - timedelta(days=3),
        "registration_closes_at": now + timedelta(days=3),
        **fields,
    }
    run = make.run(version, name=name, **fields)
    made = make.listing(
        version.title,
        source=Listing.Source.NAITE,
        supplier=run.organisation,
        provider_name=run.organisation.name,
        course=version.course,
        run_id=run.id,
        capacity=run.capacity,
        seats_taken=run.seats_taken,
        takes_waiting=run.waitlist_capacity > 0,
        fee=run.fee,
        starts_on=run.starts_on,
        ends_on=now.date() + timedelta(days=60),
        start_time=time(19),
        end_time=time(21),
        weekdays=8,
        registration_opens_at=run.registration_opens_at,
        registration_closes_at=run.registration_closes_at,
    )
    index_listings([made.id])
    return made


@pytest.mark.req("A22", "browser")
def test_a_course_shows_its_runs_sessions_and_recognition(client: Client) -> None:
    version = make.version(summary="이웃을 만나 이야기를 듣습니다.")
    recognition = make.recognition(version, valid_until=date(2099, 3, 1))
    made = run_listing("목요일 저녁반", version)
    other = run_listing("토요일 오전반", version, capacity=5, seats_taken=5)
    page = text_of(client, f"/courses/{made.id}/")
    assert "평가인정을 받은 과정입니다" in page
    assert "2024.03.04부터 2099.02.28까지" in page
    assert recognition.number in page
    assert "1번째 모임" in page
    assert "2시간" in page
    assert f'href="/courses/{other.id}/"' in page
    assert "정원마감(대기 가능)" in page
    assert "출석 80% 이상" in page
    assert "매주 목 19:00~21:00" in page


@pytest.mark.req("K6", "browser")
def test_what_one_can_do_about_a_run_follows_its_state(client: Client) -> None:
    now = timezone.now()
    version = make.version()
    made = run_listing("목요일 저녁반", version)
    full = run_listing("토요일 오전반", version, capacity=5, seats_taken=5)
    soon = run_listing(
        "온라인반",
        version,
        registration_opens_at=now + timedelta(days=3),
        registration_closes_at=now + timedelta(days=9),
    )
    over = run_listing("지난 반", version, registration_closes_at=now - timedelta(days=1))
    stranger = text_of(client, f"/courses/{made.id}/")
    assert f"/accounts/login/?next=/courses/{made.id}/" in stranger
    assert "/my/enrol/" not in stranger
    someone = make.person()
    client.force_login(someone)
    page = text_of(client, f"/courses/{made.id}/")
    assert f'method="post" action="/my/enrol/{made.run_id}/"' in page
    assert "대기 신청<span" in page
    assert f'action="/my/enrol/{full.run_id}/"' in page
    assert f'action="/my/interest/{soon.run_id}/"' in page
    assert str(over.run_id) not in page
    assert "신청이 끝난 강좌 1개" in page
    enrolment = enrol(run_id=made.run_id, person=someone, now=now)  # type: ignore[arg-type]
    page = text_of(client, f"/courses/{made.id}/")
    assert "이미 신청했습니다" in page
    assert f"/my/courses/{enrolment.pk}/" in page
    assert f'action="/my/enrol/{made.run_id}/"' not in page


def test_a_course_without_recognition_says_so(client: Client) -> None:
    page = text_of(client, f"/courses/{run_listing().id}/")
    assert "평가인정 과정이 아닙니다. 마치면 특기사항에 직접 적을 수 있습니다." in page
    assert "평가인정을 받은 과정입니다" not in page


@pytest.mark.req("X2", "browser")
def test_a_listing_from_a_file_only_informs(client: Client) -> None:
    made = listing(
        "휴대전화로 은행 일 보기",
        provider_phone="02-3423-5288",
        apply_url="https://www.longlearn.go.kr/a",
        reference_date=date(2026, 4, 8),
        recognised=True,
    )
    client.force_login(make.person())
    page = text_of(client, f"/courses/{made.id}/")
    assert "안내 강좌" in page
    assert "전국평생학습강좌표준데이터" in page
    assert "2026.04.08 기준" in page
    assert 'href="tel:0234235288"' in page
    assert 'href="https://www.longlearn.go.kr/a" target="_blank" rel="noopener noreferrer"' in page
    assert "나이테를 떠나 www.longlearn.go.kr로 갑니다" in page
    assert "자료에는 평가인정 과정으로 적혀 있습니다" in page
    assert 'method="post" action="/courses/' not in page
    assert "신청하기</button>" not in page


@pytest.mark.req("X2", "refusal")
@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_an_address_one_cannot_follow_is_not_linked(client: Client, address: str) -> None:
    made = listing(apply_url=address)
    page = text_of(client, f"/courses/{made.id}/")
    assert "자료에 신청하는 곳이 적혀 있지 않습니다" in page
    assert "javascript:" not in page
    assert "data:text" not in page


@pytest.mark.req("A22", "browser")
def test_missing_dates_are_said_not_guessed(client: Client) -> None:
    made = listing(registration_opens_at=None, registration_closes_at=None)
    page = text_of(client, f"/courses/{made.id}/")
    assert "확인필요" in page
    assert "날짜가 아직 정해지지 않았습니다" in page


def test_what_was_withdrawn_is_not_found(client: Client) -> None:
    made = listing(withdrawn_at=timezone.now())
    assert client.get(f"/courses/{made.id}/").status_code == 404
    assert client.get("/courses/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_page_of_a_course_has_a_fixed_number_of_queries(client: Client) -> None:
    version = make.version()
    made = run_listing("1반", version)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            text_of(client, f"/courses/{made.id}/")
        return len(seen)

    few = count()
    for number in range(2, 9):
        run_listing(f"{number}반", version)
    assert count() == few <= 6
