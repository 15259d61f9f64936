"""Counselling sessions as pages of both sides."""

from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests.branches.counselling.conftest import Offices, asker, offices  # noqa: F401 - fixtures
from tests.clock import hold

from naite.branches.counselling.models import Appointment, Slot
from naite.branches.counselling.services import sessions
from naite.branches.counselling.services.sessions import SlotPlan
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)


@pytest.fixture
def slots(offices: Offices) -> list[Slot]:  # noqa: F811
    plan = SlotPlan("video", "https://meet.example.kr/abc", date(2026, 12, 1), time(10), time(12), 50)
    return sessions.offer(office=offices.city, plan=plan, actor=offices.colleague, now=NOW)


@pytest.mark.req("A21", "browser")
def test_a_citizen_books_changes_and_cancels(
    client: Client,
    slots: list[Slot],
    asker: Person,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    client.force_login(asker)
    base = "/my/counselling/sessions/"
    page = client.get(base).content.decode()
    assert "10:00–10:50" in page
    assert "meet.example.kr" not in page
    assert client.post(f"{base}slots/{slots[0].pk}/", {"wish": ""}).status_code == 422
    client.post(f"{base}slots/{slots[0].pk}/", {"wish": "일을 바꾸고 싶어요"})
    first = Appointment.objects.get()
    page = client.get(f"{base}{first.pk}/").content.decode()
    assert "meet.example.kr" in page
    ics = client.get(f"{base}{first.pk}/calendar.ics").content.decode()
    assert "DTSTART:20261201T010000Z" in ics
    taken = client.post(f"{base}slots/{slots[0].pk}/", {"wish": "나도"})
    assert "방금 다른 분이 예약했거나" in taken.content.decode()
    client.post(f"{base}slots/{slots[1].pk}/", {"wish": "바꿉니다", "instead": str(first.pk)})
    second = Appointment.objects.get(state="booked")
    assert second.slot_id == slots[1].pk
    with django_assert_max_num_queries(13):
        client.get(base)
    client.post(f"{base}{second.pk}/cancel/", {"reason": ""})
    assert not Appointment.objects.filter(state="booked").exists()


@pytest.mark.req("A21", "refusal")
def test_nobody_else_sees_an_appointment(
    client: Client,
    offices: Offices,  # noqa: F811
    slots: list[Slot],
    asker: Person,  # noqa: F811
) -> None:
    made = sessions.book(slot=slots[0], wish="비밀 이야기", phone="", actor=asker, now=NOW)
    for who in (make.person("남"), offices.local):
        client.force_login(who)
        assert client.get(f"/my/counselling/sessions/{made.pk}/").status_code == 404
        assert client.get(f"/my/counselling/sessions/{made.pk}/calendar.ics").status_code == 404
        assert client.post(f"/my/counselling/sessions/{made.pk}/cancel/").status_code == 404
    for who in (asker, offices.provincial, make.staff(make.organisation("학습관", kind="hub"))):
        client.force_login(who)
        assert client.get(f"/office/sessions/{made.pk}/").status_code == 403
    assert "비밀 이야기" not in client.get("/office/sessions/?format=xlsx").content.decode("utf-8", "ignore")


@pytest.mark.req("A21", "browser")
def test_a_counsellor_offers_records_and_shares_what_they_choose(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.force_login(offices.colleague)
    given = {"mode": "desk", "place": "상담실", "day": "2026-12-01", "start": "10:00", "end": "11:00"}
    refused = client.post("/office/sessions/", {**given, "end": "10:10", "minutes": "50", "weeks": "1"})
    assert refused.status_code == 422
    client.post("/office/sessions/", {**given, "minutes": "50", "weeks": "2"})
    assert Slot.objects.count() == 2
    slot = Slot.objects.earliest("starts_at")
    made = sessions.book(slot=slot, wish="일을 바꾸고 싶어요", phone="", actor=asker, now=NOW)
    path = f"/office/sessions/{made.pk}/"
    assert "상담 시간이 되면" in client.get(path).content.decode()
    course = make.version(title="사회복지 첫걸음").course

    hold(monkeypatch, slot.starts_at + timedelta(minutes=20))
    record = {
        "goal": "복지 일",
        "advice": "함께 본 자료",
        "share_advice": "",
        "next_step": "기초반 신청",
        "share_next": "on",
        "share_courses": "on",
        "internal": "속으로 하는 말",
        "edition": "0",
    }
    found = client.post(path, {**record, "words": "사회복지", "act": "search"}).content.decode()
    assert "사회복지 첫걸음" in found and "함께 본 자료" in found
    client.post(path, {**record, "courses": str(course.pk), "act": "save"})
    stale = client.post(path, {**record, "act": "save"})
    assert stale.status_code == 422

    client.force_login(asker)
    page = client.get(f"/my/counselling/sessions/{made.pk}/").content.decode()
    assert "기초반 신청" in page and "사회복지 첫걸음" in page
    assert "함께 본 자료" not in page and "속으로 하는 말" not in page

    client.force_login(offices.local)
    sheet = load_workbook(BytesIO(client.get("/office/sessions/?show=past&format=xlsx").content)).active
    client.get("/office/sessions/?show=mine")
    assert sheet is not None
    assert "한가람" not in str(list(sheet.iter_rows(values_only=True)))


def test_the_office_cancels_with_a_reason(
    client: Client,
    offices: Offices,  # noqa: F811
    slots: list[Slot],
    asker: Person,  # noqa: F811
) -> None:
    made = sessions.book(slot=slots[0], wish="이야기", phone="", actor=asker, now=NOW)
    client.force_login(offices.local)
    assert client.post(f"/office/sessions/{made.pk}/cancel/", {"reason": ""}).status_code == 422
    client.post(f"/office/sessions/slots/{slots[1].pk}/withdraw/")
    client.post(f"/office/sessions/{made.pk}/cancel/", {"reason": "상담사가 아픕니다"})
    client.force_login(asker)
    assert "상담사가 아픕니다" in client.get(f"/my/counselling/sessions/{made.pk}/").content.decode()
    client.post("/my/counselling/sessions/wait/")
    assert "알려 드립니다" in client.get("/my/counselling/sessions/").content.decode()
