from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.trunk.catalogue.models import CourseVersion, Listing
from naite.trunk.delivery import services
from naite.trunk.delivery.models import CourseRun, Enrolment, Programme
from naite.trunk.people.models import Organisation, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, make.NOW)


@pytest.fixture
def home() -> Organisation:
    return make.organisation()


@pytest.fixture
def staff(client: Client, home: Organisation) -> Person:
    someone = make.staff(home)
    client.force_login(someone)
    return someone


def take(run: CourseRun, name: str = "한가람") -> Enrolment:
    return services.enrol(run_id=run.pk, person=make.person(name), now=make.NOW)


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(version: CourseVersion, **changes: object) -> dict[str, object]:
    """What the browser sends to open a run with two sessions, the second undated."""
    return {
        "name": "목요일 저녁반",
        "instructor": "배시우",
        "place": "203호",
        "address": "",
        "mode": "offline",
        "programme": "",
        "capacity": "20",
        "waitlist_capacity": "5",
        "registration_opens_at": "2026-11-24T09:00",
        "registration_closes_at": "2026-11-26T18:00",
        "fee": "0",
        "min_attendance": "80",
        "pass_mark": "",
        "s-TOTAL_FORMS": "2",
        "s-INITIAL_FORMS": "2",
        "s-0-title": "첫 모임",
        "s-0-day": "2026-11-26",
        "s-0-start": "19:00",
        "s-0-end": "21:00",
        "s-0-hours": "2",
        "s-1-title": "둘째 모임",
        "s-1-day": "",
        "s-1-start": "",
        "s-1-end": "",
        "s-1-hours": "2",
        "act": "open",
        **changes,
    }


def new_url(version: CourseVersion) -> str:
    return f"{reverse('work-run-new')}?version={version.pk}"


@pytest.mark.req("A22", "browser")
def test_staff_open_a_run_in_one_form(client: Client, staff: Person, home: Organisation) -> None:
    version = make.version(home)
    assert version.title in page(client, "work-run-new")
    assert "4시간 과정" in client.get(new_url(version)).content.decode()
    answer = client.post(new_url(version), form_of(version))
    run = CourseRun.objects.get()
    assert answer["Location"] == reverse("work-run", args=[run.pk])
    assert [s.starts_at is None for s in run.sessions.order_by("number")] == [False, True]
    assert (run.starts_on, Listing.objects.get(run_id=run.pk).capacity) == (date(2026, 11, 26), 20)
    shown = page(client, "work-run", run.pk)
    assert "날짜 미정" in shown
    assert "목요일 저녁반" in page(client, "work-runs")


@pytest.mark.req("A22", "browser")
def test_sessions_are_made_from_weekdays_and_keep_what_was_typed(
    client: Client, staff: Person, home: Organisation
) -> None:
    version = make.version(home)
    made = {
        "first_day": "2026-12-01",
        "weekdays": ["1", "3"],
        "start": "10:00",
        "end": "12:30",
        "count": "3",
        "skipped": "2026-12-03",
    }
    body = client.post(new_url(version), form_of(version, act="make", **made)).content.decode()
    for text in ('value="2026-12-01"', 'value="2026-12-08"', 'value="2026-12-10"', 'value="첫 모임"'):
        assert text in body
    assert 'name="s-1-day" value="2026-12-08"' in body
    assert 'value="배시우"' in body
    assert 'name="s-TOTAL_FORMS" value="3"' in body
    far = client.post(new_url(version), form_of(version, act="make", **made | {"first_day": "9999-12-30"}))
    assert (far.status_code, "연도를 확인해 주세요" in far.content.decode()) == (422, True)
    added = client.post(new_url(version), form_of(version, act="add")).content.decode()
    assert 'name="s-TOTAL_FORMS" value="3"' in added
    wrong = client.post(
        new_url(version), form_of(version, act="make", first_day="2026-12-01", skipped="내일")
    )
    assert wrong.status_code == 422
    assert "요일을 하나 이상 고르세요" in wrong.content.decode()
    assert not CourseRun.objects.exists()


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capacity": "0"}, "정원은 1명에서"),
        ({"capacity": "-2"}, "정원은 1명에서"),
        ({"capacity": "많이"}, "적으신 것은 그대로 있습니다"),
        ({"registration_closes_at": "2026-11-24T09:00"}, "신청 마감은 신청 시작보다 뒤여야 합니다"),
        ({"s-0-end": "18:00"}, "1차시가 시작하기 전에 끝납니다"),
        ({"s-0-end": ""}, "날짜, 시작, 끝을 함께"),
        ({"s-1-day": "2026-11-25", "s-1-start": "10:00", "s-1-end": "12:00"}, "2차시가 앞 차시와 겹치거나"),
        ({"s-1-hours": "0"}, "2차시의 시간은 0보다"),
        ({"s-0-day": "0026-11-26"}, "1차시의 연도를 확인해 주세요"),
        ({"s-0-day": "0001-01-01", "s-0-start": "00:00"}, "1차시의 연도를 확인해 주세요"),
        ({"registration_opens_at": "0001-01-01T00:00"}, "연도를 확인해 주세요"),
        ({"capacity": "99999999999999999999"}, "정원은 1명에서"),
        ({"fee": "-1"}, "수강료는 0원에서"),
        ({"s-0-DELETE": "on", "s-1-DELETE": "on"}, "차시를 한 번 이상"),
    ],
)
def test_bad_input_is_explained_and_kept(
    client: Client, staff: Person, home: Organisation, changes: dict[str, object], words: str
) -> None:
    version = make.version(home)
    answer = client.post(new_url(version), form_of(version, **changes))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert words in body
    assert 'value="배시우"' in body
    assert not CourseRun.objects.exists()


def test_a_wrong_row_does_not_hide_what_else_is_wrong(
    client: Client, staff: Person, home: Organisation
) -> None:
    version = make.version(home)
    data = form_of(version, capacity="0", **{"s-0-end": ""})
    body = client.post(new_url(version), data).content.decode()
    assert "정원은 1명에서" in body
    assert "날짜, 시작, 끝을 함께" in body


@pytest.mark.req("A1", "refusal")
@pytest.mark.parametrize("who", ["anonymous", "learner", "other", "instructor"])
def test_it_is_nobody_elses_business(client: Client, home: Organisation, who: str) -> None:
    run = make.run(make.version(home), fee=1000)
    seat = take(run)
    undated = run.sessions.get(number=2)
    people = {
        "learner": lambda: make.person(),
        "other": lambda: make.staff(make.organisation("다른 기관")),
        "instructor": lambda: make.staff(home, Role.INSTRUCTOR),
    }
    if who in people:
        client.force_login(people[who]())
    expected = 302 if who == "anonymous" else 403
    gets = [
        ("work-run", run.pk),
        ("work-run-excel", run.pk),
        ("work-run-edit", run.pk),
        ("work-run-cancel", run.pk),
        ("work-session-date", undated.pk),
        ("work-sheet", run.pk),
        ("work-sheet-excel", run.pk),
        ("work-completion", run.pk),
        ("work-completion-excel", run.pk),
        ("work-attendance", undated.pk),
        ("work-attendance-live", undated.pk),
        ("work-attendance-table", undated.pk),
    ]
    for name, pk in gets:
        assert client.get(reverse(name, args=[pk])).status_code == expected, name
    posts = [
        ("work-run-edit", run.pk),
        ("work-run-cancel", run.pk),
        ("work-run-move-up", run.pk),
        ("work-enrolment-paid", seat.pk),
        ("work-enrolment-exempt", seat.pk),
        ("work-enrolment-cancel", seat.pk),
        ("work-session-date", undated.pk),
        ("work-session-drop", undated.pk),
        ("work-attendance", undated.pk),
        ("work-completion", run.pk),
    ]
    for name, pk in posts:
        assert client.post(reverse(name, args=[pk]), {"reason": "까닭"}).status_code == expected, name
    if who != "other":
        assert client.get(reverse("work-runs")).status_code == expected
        assert client.get(reverse("work-run-new")).status_code == expected
        assert client.get(reverse("work-programmes")).status_code == expected
    else:
        assert "목요일 저녁반" not in page(client, "work-runs")
        assert client.get(new_url(run.version)).status_code == 404
    seat.refresh_from_db()
    assert seat.state == Enrolment.State.AWAITING_PAYMENT


def test_only_the_right_methods(client: Client, staff: Person, home: Organisation) -> None:
    run = make.run(make.version(home))
    seat = take(run)
    for name, pk in (("work-enrolment-paid", seat.pk), ("work-run-move-up", run.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 405
    for name in ("work-run", "work-run-excel", "work-sheet"):
        assert client.post(reverse(name, args=[run.pk])).status_code == 405
    assert client.post(reverse("work-desk")).status_code == 405


@pytest.mark.req("X2", "browser")
def test_payment_exemption_and_withdrawal(client: Client, staff: Person, home: Organisation) -> None:
    run = make.run(make.version(home), fee=30000, capacity=2, waitlist_capacity=5)
    paying, exempt, waiting = take(run, "가온"), take(run, "나린"), take(run, "다솜")
    assert client.post(reverse("work-enrolment-paid", args=[paying.pk])).status_code == 302
    empty = client.post(reverse("work-enrolment-exempt", args=[exempt.pk]), {"reason": ""})
    assert (empty.status_code, "까닭을 200자 안으로" in empty.content.decode()) == (422, True)
    client.post(reverse("work-enrolment-exempt", args=[exempt.pk]), {"reason": "장애인"})
    refused = client.post(reverse("work-enrolment-cancel", args=[paying.pk]), {"reason": ""})
    assert (refused.status_code, "취소하는 까닭을" in refused.content.decode()) == (422, True)
    client.post(reverse("work-enrolment-cancel", args=[paying.pk]), {"reason": "연락이 닿지 \x00않음"})
    states = {e.person.name: e.state for e in run.enrolments.select_related("person")}
    assert states == {"가온": "cancelled", "나린": "confirmed", "다솜": "awaiting_payment"}
    assert waiting.number == 3
    shown = page(client, "work-run", run.pk)
    assert "면제: 장애인" in shown
    assert "연락이 닿지 않음" in shown


@pytest.mark.req("K6", "browser")
def test_changing_seats_and_cancelling_a_run(client: Client, staff: Person, home: Organisation) -> None:
    run = make.run(make.version(home), capacity=1, waitlist_capacity=5)
    take(run)
    take(run)
    url = reverse("work-run-edit", args=[run.pk])
    assert 'value="1"' in client.get(url).content.decode()
    data = {"name": "저녁반", "capacity": "0", "waitlist_capacity": "5"}
    wrong = client.post(url, data)
    assert (wrong.status_code, 'value="저녁반"' in wrong.content.decode()) == (422, True)
    assert client.post(url, data | {"capacity": "2"}).status_code == 302
    run.refresh_from_db()
    assert (run.seats_taken, run.waiting, run.name) == (2, 0, "저녁반")
    url = reverse("work-run-cancel", args=[run.pk])
    assert "2명의 신청이 취소되고" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "강사 사정"}).status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"


@pytest.mark.req("M1", "browser")
def test_setting_the_date_of_a_session(client: Client, staff: Person, home: Organisation) -> None:
    run = make.run(make.version(home), sessions=2)
    run.sessions.filter(number=2).update(starts_at=None, ends_at=None)
    session = run.sessions.get(number=2)
    take(run)
    url = reverse("work-session-date", args=[session.pk])
    assert "1명에게 한 번 알립니다" in client.get(url).content.decode()
    early = {"day": "2026-11-25", "start": "10:00", "end": "12:00", "place": ""}
    wrong = client.post(url, early)
    assert (wrong.status_code, "겹치거나 앞섭니다" in wrong.content.decode()) == (422, True)
    assert client.post(url, early | {"day": "2026-12-09"}).status_code == 302
    run.refresh_from_db()
    assert run.ends_on == date(2026, 12, 9)
    assert 'value="10:00"' in client.get(url).content.decode()
    drop = client.post(reverse("work-session-drop", args=[session.pk]))
    assert drop.status_code == 409


@pytest.mark.req("K6", "browser")
def test_lists_go_out_to_excel_and_stay_text(client: Client, staff: Person, home: Organisation) -> None:
    run = make.run(make.version(home), name="=1+1")
    take(run, "=HYPERLINK(1)")
    book = load_workbook(BytesIO(client.get(reverse("work-run-excel", args=[run.pk])).content))
    assert book.active.cell(row=2, column=2).value == "=HYPERLINK(1)"
    assert book.active.cell(row=2, column=2).data_type == "s"
    export = AuditEvent.objects.get(action="delivery.export_participants")
    assert export.detail["people"] == [str(run.enrolments.get().person_id)]
    book = load_workbook(BytesIO(client.get(reverse("work-runs-excel")).content))
    assert (book.active.max_row, book.active.cell(row=2, column=2).value) == (2, "=1+1")


def test_the_list_is_filtered_by_its_address_and_asks_the_same_number_of_questions(
    client: Client, staff: Person, home: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "아직 연 강좌가 없습니다" in page(client, "work-runs")
    counts = []
    for _ in range(2):
        for _ in range(3):
            take(make.run(make.version(home, title="도자기 빚기"), name=""))
        with django_assert_num_queries(7) as asked:
            page(client, "work-runs")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    make.run(make.version(home, title="지난 강좌"), starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2))
    make.run(make.version(home, title="없앤 강좌"), state="cancelled")
    make.run(make.version(home, title="미정 강좌"), starts_on=None, ends_on=None)
    for view, title in (("over", "지난 강좌"), ("cancelled", "없앤 강좌"), ("undated", "미정 강좌")):
        body = page(client, "work-runs", view=view)
        assert title in body
        assert "도자기" not in body
    assert "도자기" in page(client, "work-runs", view="open")
    assert "지난 강좌" in page(client, "work-runs", q="지난")
    assert "맞는 강좌가 없습니다" in page(client, "work-runs", q="우주")
    assert "맞는 강좌가 없습니다" in page(client, "work-runs", q="우\x00주", page="-3")


def test_the_run_page_asks_the_same_number_of_questions_for_any_number_of_people(
    client: Client, staff: Person, home: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = make.run(make.version(home), capacity=4, waitlist_capacity=50)
    for _ in range(2):
        for _ in range(4):
            take(run)
        with django_assert_num_queries(13):
            page(client, "work-run", run.pk)


@pytest.mark.req("M1", "browser")
def test_a_programme_is_made_and_listed(client: Client, staff: Person, home: Organisation) -> None:
    url = reverse("work-programmes")
    assert client.post(url, {"title": ""}).status_code == 422
    assert (
        client.post(url, {"title": "4차 산업혁명 직원 교육", "description": "여섯 강의"}).status_code == 302
    )
    programme = Programme.objects.get()
    version = make.version(home)
    made = form_of(version, programme=str(programme.pk))
    assert client.post(new_url(version), made).status_code == 302
    assert (CourseRun.objects.get().programme, CourseRun.objects.get().programme_order) == (programme, 1)
    assert "강의 1개" in page(client, "work-programmes")


def test_the_desk_shows_today_and_what_is_to_do(
    client: Client, staff: Person, home: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "할 일이 없습니다" in page(client, "work-desk")
    take(make.run(make.version(home, title="도자기 빚기"), fee=1000))
    over = make.run(make.version(home, title="끝난 강좌"), sessions=1, name="")
    services.enrol(run_id=over.pk, person=make.person(), now=make.NOW)
    session = over.sessions.get()
    over.sessions.update(starts_at=make.NOW - timedelta(hours=3), ends_at=make.NOW - timedelta(hours=1))
    undated = make.run(make.version(home, title="미정 강좌"), sessions=1)
    undated.sessions.update(starts_at=None, ends_at=None)
    body = page(client, "work-desk")
    assert "1명이 결제를 기다립니다" in body
    assert "1명의 수료를 판정하세요" in body
    assert "1개 차시의 날짜가 미정입니다" in body
    assert reverse("work-attendance", args=[session.pk]) in body


def test_an_instructor_sees_todays_sessions_and_no_more(client: Client, home: Organisation) -> None:
    run = make.run(make.version(home), sessions=1, fee=1000)
    take(run)
    run.sessions.update(starts_at=make.NOW, ends_at=make.NOW + timedelta(hours=2))
    client.force_login(make.staff(home, Role.INSTRUCTOR))
    body = page(client, "work-desk")
    assert reverse("work-projector", args=[run.sessions.get().pk]) in body
    assert "결제" not in body
    client.force_login(make.person())
    assert client.get(reverse("work-desk")).status_code == 403
