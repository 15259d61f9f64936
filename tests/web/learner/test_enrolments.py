from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make

from naite.trunk.catalogue.models import Listing
from naite.trunk.delivery import services
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment, Interest
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, make.NOW)


@pytest.fixture
def person(client: Client) -> Person:
    someone = make.person()
    client.force_login(someone)
    return someone


def take(run: CourseRun, person: Person) -> Enrolment:
    return services.enrol(run_id=run.pk, person=person, now=make.NOW)


def text_of(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


@pytest.mark.req("K6", "browser")
def test_enrolling_leads_to_the_facts(client: Client, person: Person) -> None:
    run = make.run()
    answer = client.post(reverse("enrol", args=[run.pk]))
    mine = Enrolment.objects.get(run=run, person=person)
    assert answer["Location"] == reverse("my-course", args=[mine.pk])
    page = text_of(client, "my-course", mine.pk)
    assert "자리가 확정되었습니다." in page
    assert "11.26(목)" in page
    assert "2번 나오면 수료합니다" in page


@pytest.mark.req("K6", "browser")
def test_the_waiting_see_their_place_and_the_paying_their_deadline(client: Client, person: Person) -> None:
    run = make.run(capacity=1, waitlist_capacity=9)
    for _ in range(4):
        take(run, make.person())
    client.post(reverse("enrol", args=[run.pk]))
    page = text_of(client, "my-course", Enrolment.objects.get(person=person).pk)
    assert "대기 4번째입니다" in page
    dear = make.run(fee=30000)
    client.post(reverse("enrol", args=[dear.pk]))
    page = text_of(client, "my-course", Enrolment.objects.get(run=dear).pk)
    assert "수강료 30,000원을 11.26(목) 19:00까지" in page


@pytest.mark.req("K6", "refusal")
def test_refusals_are_told_in_plain_words_and_change_nothing(client: Client, person: Person) -> None:
    run = make.run()
    take(run, person)
    twice = client.post(reverse("enrol", args=[run.pk]))
    assert (twice.status_code, "이미 신청했습니다" in twice.content.decode()) == (409, True)
    closed = make.run(registration_closes_at=make.NOW)
    late = client.post(reverse("enrol", args=[closed.pk]))
    assert (late.status_code, "마감되었습니다" in late.content.decode()) == (409, True)
    early = make.run(registration_opens_at=make.NOW + timedelta(hours=1))
    page = client.post(reverse("enrol", args=[early.pk])).content.decode()
    assert "11.24(화) 11:00에 열립니다" in page
    assert "열리면 알림 받기" in page
    assert Enrolment.objects.count() == 1


def test_a_stranger_signs_in_first_and_comes_back_to_the_course(client: Client) -> None:
    run = make.run()
    services.refresh_listing(run=run, now=make.NOW)
    listing = Listing.objects.get(run_id=run.pk)
    answer = client.post(reverse("enrol", args=[run.pk]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert str(listing.pk) in answer["Location"] or "courses" in answer["Location"]
    assert not Enrolment.objects.exists()
    for name in ("my-courses",):
        assert client.get(reverse(name)).status_code == 302
    assert client.post(reverse("interest", args=[run.pk])).status_code == 302
    assert not Interest.objects.exists()


def test_only_the_right_methods(client: Client, person: Person) -> None:
    run = make.run()
    mine = take(run, person)
    for name in ("enrol", "interest"):
        assert client.get(reverse(name, args=[run.pk])).status_code == 405
    assert client.post(reverse("my-courses")).status_code == 405
    assert client.post(reverse("my-course", args=[mine.pk])).status_code == 405
    assert client.put(reverse("my-course-cancel", args=[mine.pk])).status_code == 405


@pytest.mark.req("K6", "refusal")
def test_other_peoples_places_are_not_found(client: Client, person: Person) -> None:
    theirs = take(make.run(), make.person())
    for name in ("my-course", "my-course-cancel", "my-course-calendar"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
    assert client.post(reverse("my-course-cancel", args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == Enrolment.State.CONFIRMED


@pytest.mark.req("K6", "browser")
def test_withdrawing_asks_first_and_says_what_follows(client: Client, person: Person) -> None:
    mine = take(make.run(), person)
    page = text_of(client, "my-course-cancel", mine.pk)
    assert "다음 분께 넘어갑니다" in page
    mine.refresh_from_db()
    assert mine.state == Enrolment.State.CONFIRMED
    assert client.post(reverse("my-course-cancel", args=[mine.pk]))["Location"] == reverse("my-courses")
    mine.refresh_from_db()
    assert mine.state == Enrolment.State.CANCELLED
    assert "취소한 신청입니다" in text_of(client, "my-course", mine.pk)


@pytest.mark.req("K6", "refusal")
def test_a_course_that_is_over_is_not_withdrawn_from(
    client: Client, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = take(make.run(sessions=1), person)
    clock.hold(monkeypatch, make.NOW + timedelta(days=5))
    answer = client.post(reverse("my-course-cancel", args=[mine.pk]))
    assert answer.status_code == 409
    assert "이미 끝난 강좌라" in answer.content.decode()


@pytest.mark.req("M2", "browser")
def test_the_calendar_file(client: Client, person: Person) -> None:
    mine = take(make.run(), person)
    answer = client.get(reverse("my-course-calendar", args=[mine.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer.content.count(b"BEGIN:VEVENT") == 2
    undated = make.run(sessions=1)
    undated.sessions.update(starts_at=None, ends_at=None)
    later = take(undated, person)
    assert client.get(reverse("my-course-calendar", args=[later.pk])).status_code == 404
    assert "날짜 미정" in text_of(client, "my-course", later.pk)


def test_my_courses_with_none_and_with_many(
    client: Client, person: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "신청한 강좌가 없습니다" in text_of(client, "my-courses")
    counts = []
    for _ in range(2):
        for _ in range(3):
            run = make.run(capacity=1, waitlist_capacity=9)
            seat = take(run, person)
            Attendance.objects.create(
                session=run.sessions.all()[0],
                enrolment=seat,
                state="present",
                method="staff",
                recorded_at=make.NOW,
            )
            waiting = make.run(capacity=1, waitlist_capacity=9)
            take(waiting, make.person())
            take(waiting, person)
        with django_assert_num_queries(9) as asked:
            page = text_of(client, "my-courses")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert page.count("대기 1번째입니다") == 6


@pytest.mark.req("M1", "browser")
def test_interest_and_no_more_of_it(client: Client, person: Person) -> None:
    run = make.run()
    url = reverse("interest", args=[run.pk])
    assert client.post(url, {"next": "https://elsewhere.example/"})["Location"].startswith("/courses/")
    assert Interest.objects.filter(run=run, person=person).exists()
    assert "알림을 기다리는 강좌" in text_of(client, "my-courses")
    assert client.post(url, {"next": reverse("my-courses"), "stop": "1"})["Location"] == reverse("my-courses")
    assert not Interest.objects.exists()
