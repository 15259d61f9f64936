"""The pages of visits, orders, cancellations and objections, from the office's and the institution's side."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories as make
from tests import oversight_rows as rows
from tests import samples_of_files as samples
from tests.clock import hold
from tests.oversight_rows import NOW

from naite.branches.oversight.models import Cancellation, CorrectionOrder, Investigation, Objection
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)
    cache.clear()


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.req("A14", "browser")
def test_a_visit_is_written_by_itself_and_reported() -> None:
    on = rows.ground()
    complaint = rows.accepted(on)
    officer = as_(on.officer)
    path = f"/office/oversight/visits/plan/{on.recognition.pk}/?complaint={complaint.pk}"
    assert complaint.number in text_of(officer.get(path))
    assert officer.post(path, {"visit_on": "2026-11-20", "unannounced": "on"}).status_code == 422
    officer.post(path, {"visit_on": "2026-11-24", "unannounced": "on", "why": "출석부를 봅니다"})
    visit = Investigation.objects.get()
    here = f"/office/oversight/visits/{visit.pk}/"
    assert as_(on.staff).get(here).status_code == 403
    assert as_(on.staff).get(f"/work/oversight/reports/{visit.pk}/").status_code == 404
    officer.post(here + "begin/")
    saved = officer.post(
        here + "write/", {"edition": "1", "result-1": "fine", "summary": ""}, headers={"X-Autosave": "1"}
    )
    assert saved.json() == {"edition": 2}
    stale = officer.post(here + "write/", {"edition": "1", "note-1": "늦은 글"}, headers={"X-Autosave": "1"})
    assert stale.status_code == 409 and stale.json()["code"] == "edited_elsewhere"
    page = officer.post(here + "write/", {"edition": "1", "note-1": "늦은 글"})
    assert page.status_code == 409 and "늦은 글" in text_of(page) and 'value="1"' in text_of(page)
    picture = SimpleUploadedFile("출석부.png", samples.png(), "image/png")
    officer.post(here + "photos/", {"position": "4", "uploads": picture})
    assert officer.get(f"/office/oversight/visit-photos/{visit.photos.get().pk}/").status_code == 200
    given: dict[str, str] = {"edition": "2", "act": "report", "conclusion": "correction", "summary": "확인함"}
    given |= {f"result-{n}": "fine" for n in range(1, 9)} | {"result-4": "violation"}
    refused = officer.post(here + "write/", given)
    assert refused.status_code == 422 and "4번 항목의 위반 내용을 적어 주세요" in text_of(refused)
    assert officer.post(here + "write/", given | {"edition": "3", "note-4": "다름"}).status_code == 302
    told = text_of(as_(on.staff).get(f"/work/oversight/reports/{visit.pk}/"))
    assert "다름" in told and "출석부를 봅니다" not in told and complaint.number not in told
    prefilled = text_of(officer.get(f"/office/oversight/orders/new/{on.recognition.pk}/?visit={visit.pk}"))
    assert "다름" in prefilled and "2027-01-25" in prefilled


@pytest.mark.req("A14", "browser")
def test_from_the_order_over_the_cancellation_to_the_objection_that_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on = rows.ground()
    officer, staff = as_(on.officer), as_(on.staff)
    path = f"/office/oversight/orders/new/{on.recognition.pk}/"
    order_form = {
        "ground": "not_as_recognised",
        "grounds": "출석부가 다름",
        "demands": "고칠 것",
        "delivered_on": "2026-11-24",
        "until": "2027-03-01",
    }
    late = officer.post(path, order_form)
    assert late.status_code == 422 and "늦어도 2027.01.25" in text_of(late)
    officer.post(path, order_form | {"until": "2026-12-10"})
    order = CorrectionOrder.objects.get()
    work = f"/work/oversight/orders/{order.pk}/"
    assert "출석부가 다름" in text_of(staff.get(work)) and officer.get(work).status_code == 403
    letter = text_of(staff.get(f"/work/oversight/letters/order/{order.pk}/"))
    assert "받은 날부터 30일 안에(2026.12.24까지)" in letter and "행정심판" in letter
    assert "시정명령" in text_of(staff.get("/work/oversight/"))
    assert staff.post(work + "answer/", {"body": ""}).status_code == 422
    staff.post(
        work + "answer/", {"body": "고쳤습니다.", "uploads": SimpleUploadedFile("a.png", samples.png())}
    )
    office = f"/office/oversight/orders/{order.pk}/"
    assert "고쳤습니다." in text_of(officer.get(office))
    early = officer.post(office + "act/", {"act": "fail", "judge-reason": "아님"})
    assert early.status_code == 409 and "정할 수 없습니다" in text_of(early)

    hold(monkeypatch, NOW + timedelta(days=20))
    officer, staff, second = as_(on.officer), as_(on.staff), as_(on.second)
    officer.post(office + "act/", {"act": "fail", "judge-reason": "그대로임"})
    path = f"/office/oversight/cancellations/new/{on.recognition.pk}/"
    notice = {
        "ground": "below_standard",
        "order": str(order.pk),
        "grounds": "바로잡지 않음",
        "delivered_on": "2026-12-14",
        "opinion_until": "2026-12-24",
    }
    wrong = officer.post(path, notice)
    assert wrong.status_code == 422 and "제23조제4항·제5항" in text_of(wrong)
    officer.post(path, notice | {"ground": "not_as_recognised"})
    row = Cancellation.objects.get()
    work, office = (
        f"/work/oversight/cancellations/{row.pk}/",
        f"/office/oversight/cancellations/{row.pk}/",
    )
    decision = {"act": "cancel", "decide-reasons": "고치지 않음", "decide-delivered_on": "2026-12-14"}
    assert "의견을 기다려야 합니다" in text_of(officer.post(office + "act/", decision))
    staff.post(work + "opinion/", {"act": "give", "opinion": "곧 고치겠습니다."})
    assert "곧 고치겠습니다." in text_of(officer.get(office))
    assert officer.post(office + "act/", decision).status_code == 302
    on.recognition.refresh_from_db()
    assert on.recognition.cancelled_on is not None

    staff.post(work + "object/", {"object-text": "10월에 고쳤습니다."})
    objection = Objection.objects.get()
    path = f"/office/oversight/objections/{objection.pk}/"
    assert "다룰 수 없습니다" in text_of(officer.get(path))
    officer.post(path + "act/", {"act": "assign", "handler": str(on.second.pk)})
    assert officer.post(path + "act/", {"act": "uphold", "answer-answer": "x"}).status_code == 403
    assert second.post(path + "act/", {"act": "uphold", "answer-answer": ""}).status_code == 422
    second.post(path + "act/", {"act": "uphold", "answer-answer": "고친 것을 확인했습니다."})
    on.recognition.refresh_from_db()
    assert on.recognition.cancelled_on is None
    assert "받아들입니다" in text_of(staff.get(f"/work/oversight/letters/answer/{objection.pk}/"))
    assert "평가인정 되살림" in text_of(staff.get(work))
    for tab in ("visits", "orders", "cancellations", "objections"):
        assert officer.get(f"/office/oversight/{tab}/?show=all").status_code == 200


@pytest.mark.req("A14", "refusal")
def test_other_institutions_and_learners_get_nowhere() -> None:
    on = rows.ground()
    order, row = rows.order(on), rows.notice(on)
    strangers = [as_(make.staff(make.organisation("다른 기관"))), as_(make.person())]
    for client in strangers:
        for path in (
            f"/work/oversight/orders/{order.pk}/",
            f"/work/oversight/cancellations/{row.pk}/",
            f"/work/oversight/letters/notice/{row.pk}/",
            f"/office/oversight/orders/{order.pk}/",
            "/office/oversight/visits/",
            f"/office/oversight/letters/order/{order.pk}/",
        ):
            assert client.get(path).status_code == 403, path
        assert client.post(f"/work/oversight/orders/{order.pk}/answer/", {"body": "x"}).status_code == 403
    assert as_(on.officer).get(f"/office/oversight/letters/decision/{row.pk}/").status_code == 404
    assert Client().get(f"/work/oversight/orders/{order.pk}/").status_code == 302


def test_the_lists_ask_as_many_questions_for_many_as_for_one() -> None:
    on = rows.ground()
    officer = as_(on.officer)

    def questions(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert officer.get(path).status_code == 200
        return len(asked)

    rows.order(on)
    questions("/office/oversight/orders/")
    one = questions("/office/oversight/orders/")
    rows.order(on, ground="below_standard")
    others = [make.recognition(make.version(on.where.institution)) for _each in range(4)]
    for given in others:
        rows.order(on, recognition=given)
    assert abs(questions("/office/oversight/orders/") - one) <= 1
