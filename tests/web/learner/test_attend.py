from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests import clock
from tests import factories as make

from naite.trunk.delivery import codes, services
from naite.trunk.delivery.models import Attendance, Session
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    run = make.run(sessions=10)
    first = Session.objects.get(run=run, number=1)
    assert first.starts_at
    clock.hold(monkeypatch, first.starts_at)
    return first


@pytest.fixture
def person(client: Client, session: Session) -> Person:
    someone = make.person()
    services.enrol(run_id=session.run_id, person=someone, now=make.NOW)
    client.force_login(someone)
    return someone


def code(session: Session, moment: datetime) -> codes.Code:
    return codes.code_at(bytes(session.code_secret), moment)


@pytest.mark.req("K7", "browser")
def test_the_qr_leads_to_a_form_and_the_form_checks_in(
    client: Client, session: Session, person: Person
) -> None:
    assert session.starts_at
    url = reverse("my-attend", args=[session.pk])
    good = code(session, session.starts_at).qr
    page = client.get(url, {"c": good}).content.decode()
    assert f'name="code" value="{good}"' in page
    assert "data-check-in" in page
    assert not Attendance.objects.exists()
    assert client.post(url, {"code": good})["Location"] == url
    page = client.get(url).content.decode()
    assert "출석했습니다" in page
    assert "10번 가운데 1번 출석했습니다." in page
    assert "8번 나오면 수료합니다." in page
    assert Attendance.objects.get().enrolment.person == person


@pytest.mark.req("K7", "browser")
def test_the_number_serves_without_a_camera(client: Client, session: Session, person: Person) -> None:
    assert session.starts_at
    url = reverse("my-attend", args=[session.pk])
    number = code(session, session.starts_at).number
    assert client.post(url, {"code": f"{number[:3]} {number[3:]}"}).status_code == 302
    assert Attendance.objects.get().method == "code"


@pytest.mark.req("K7", "refusal")
def test_an_old_qr_is_told_and_offers_the_number(client: Client, session: Session, person: Person) -> None:
    assert session.starts_at
    url = reverse("my-attend", args=[session.pk])
    old = code(session, session.starts_at - timedelta(minutes=2)).qr
    answer = client.post(url, {"code": old})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "시간이 지난 QR입니다" in page
    assert "번호로 출석하기" in page
    assert "data-check-in" not in page
    assert not Attendance.objects.exists()


@pytest.mark.req("K7", "refusal")
def test_who_is_not_enrolled_or_signed_in(client: Client, session: Session) -> None:
    assert session.starts_at
    url = reverse("my-attend", args=[session.pk])
    answer = client.get(url, {"c": "ABC"})
    assert answer.status_code == 302
    assert "c%3DABC" in answer["Location"]
    assert client.post(url, {"code": "1"}).status_code == 302
    client.force_login(make.person())
    answer = client.post(url, {"code": code(session, session.starts_at).qr})
    assert answer.status_code == 403
    assert "이 강좌의 수강생이 아닙니다" in answer.content.decode()
    assert client.delete(url).status_code == 405
    assert client.get(reverse("my-attend", args=[session.run_id])).status_code == 404


def test_late_is_said(
    client: Client, session: Session, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.starts_at
    late = session.starts_at + timedelta(minutes=12)
    clock.hold(monkeypatch, late)
    url = reverse("my-attend", args=[session.pk])
    client.post(url, {"code": code(session, late).qr})
    assert "출석했습니다(지각)" in client.get(url).content.decode()
