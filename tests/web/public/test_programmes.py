import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make

from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Listing
from naite.trunk.delivery import services
from naite.trunk.delivery.models import Enrolment, Interest, Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(monkeypatch: pytest.MonkeyPatch) -> Programme:
    clock.hold(monkeypatch, make.NOW)
    home = make.organisation("마포구청")
    row = Programme.objects.create(organisation=home, title="4차 산업혁명 직원 교육", created_at=make.NOW)
    for number in range(1, 4):
        make.run(
            make.version(home, title=f"강의 {number}"),
            name="",
            programme=row,
            programme_order=number,
            sessions=1,
        )
    for number in range(4, 7):
        run = make.run(
            make.version(home, title=f"강의 {number}"),
            name="",
            programme=row,
            programme_order=number,
            sessions=1,
            starts_on=None,
            ends_on=None,
            registration_opens_at=None,
            registration_closes_at=None,
        )
        run.sessions.update(starts_at=None, ends_at=None)
    return row


@pytest.mark.req("M1", "browser")
def test_dated_and_undated_lectures_stand_together(
    client: Client, programme: Programme, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        page = client.get(reverse("programme", args=[programme.pk])).content.decode()
    assert page.count("11.26(목)") == 3
    assert page.count("정해지면 알려 드립니다") == 3
    assert "3개는 날짜를 정하는 중" in page
    assert client.get(reverse("programme", args=[new_id()])).status_code == 404
    assert client.post(reverse("programme", args=[programme.pk])).status_code == 405


@pytest.mark.req("M1", "browser")
def test_one_asks_to_be_told_and_enrols_in_all(client: Client, programme: Programme) -> None:
    person = make.person()
    url = reverse("programme", args=[programme.pk])
    enrol_all = reverse("programme-enrol", args=[programme.pk])
    assert client.post(enrol_all)["Location"].startswith(reverse("account_login"))
    client.force_login(person)
    undated = programme.runs.get(programme_order=4)
    assert client.post(reverse("interest", args=[undated.pk]), {"next": url})["Location"] == url
    assert Interest.objects.get().run == undated
    assert "알림 신청함" in client.get(url).content.decode()
    page = client.post(enrol_all).content.decode()
    assert Enrolment.objects.filter(person=person).count() == 3
    assert page.count("신청 기간이 아직 정해지지 않았습니다") == 3
    assert client.get(enrol_all).status_code == 405
    assert "모두 신청하기" not in client.get(url).content.decode()


@pytest.mark.req("M1", "browser")
def test_the_programme_is_found_from_its_lectures(client: Client, programme: Programme) -> None:
    run = programme.runs.get(programme_order=4)
    services.refresh_listing(run=run, now=make.NOW)
    url = reverse("programme", args=[programme.pk])
    listing = Listing.objects.get(run_id=run.pk)
    assert url in client.get(reverse("listing", args=[listing.pk])).content.decode()
    person = make.person()
    client.force_login(person)
    seat = services.enrol(run_id=programme.runs.get(programme_order=1).pk, person=person, now=make.NOW)
    assert url in client.get(reverse("my-course", args=[seat.pk])).content.decode()
    client.force_login(make.staff(programme.organisation))
    assert url in client.get(reverse("work-run", args=[run.pk])).content.decode()
