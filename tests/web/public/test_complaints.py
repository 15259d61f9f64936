"""Reporting a course without an account, as pages; and the office's side of it."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import oversight_rows as rows
from tests import samples_of_files as samples
from tests.clock import hold
from tests.oversight_rows import NOW, WORDS

from naite.branches.oversight.models import Complaint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)
    cache.clear()


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


@pytest.mark.req("A14", "browser")
def test_a_stranger_reports_follows_and_adds(client: Client) -> None:
    on = rows.ground()
    found = text_of(client.get("/complaints/choose/", {"q": "기록가"}))
    assert "마을 기록가 되기" in found
    path = f"/complaints/new/?course={on.course.pk}"
    bad = client.post(path, {"concern": "attendance", "body": "", "name": "김신고"})
    assert bad.status_code == 422 and "김신고" in text_of(bad) and not Complaint.objects.exists()
    sent = client.post(
        path,
        {
            "concern": "attendance",
            "body": WORDS,
            "uploads": SimpleUploadedFile("출석부.png", samples.png(), "image/png"),
        },
    )
    assert sent.status_code == 302 and sent["Location"] == "/complaints/made/"
    shown = text_of(client.get("/complaints/made/"))
    row = Complaint.objects.get()
    key = re.search(r"열쇠</dt><dd class=\"num\">([A-Z0-9-]+)<", shown)
    assert row.number in shown and key is not None
    assert client.get("/complaints/made/")["Location"] == "/complaints/mine/"  # the key is shown once

    other = Client()
    assert other.get("/complaints/mine/")["Location"] == "/complaints/"
    wrong = other.post("/complaints/", {"number": row.number, "key": "2222-2222-2222"})
    assert wrong.status_code == 422 and "맞는 신고가 없습니다" in text_of(wrong)
    assert (
        other.post("/complaints/", {"number": row.number, "key": key[1]})["Location"] == "/complaints/mine/"
    )
    assert WORDS in text_of(other.get("/complaints/mine/"))
    other.post("/complaints/mine/", {"body": "지난주도 그랬습니다."})
    mine = other.get("/complaints/mine/")
    assert "지난주도 그랬습니다." in text_of(mine) and mine["Cache-Control"].count("no-store")
    assert other.get(f"/complaints/mine/files/{row.files.get().pk}/").status_code == 200
    other.post("/complaints/mine/close/")
    assert other.get("/complaints/mine/").status_code == 302
    assert other.get(f"/complaints/mine/files/{row.files.get().pk}/").status_code == 404


@pytest.mark.req("A14", "browser")
def test_an_officer_handles_it_and_nobody_else_gets_in(client: Client) -> None:
    on = rows.ground()
    row, _key = rows.complaint(on, name="김신고", phone="010-1234-5678")
    path = f"/office/oversight/complaints/{row.pk}/"
    for person in (on.staff, on.where.local_officer):
        client.force_login(person)
        assert client.get(path).status_code == 403 and client.get("/office/oversight/").status_code == 403
        assert client.post(path + "accept/").status_code == 403
    client.force_login(on.officer)
    assert "마을 기록가 되기" in text_of(client.get("/office/oversight/?show=unassigned"))
    page = text_of(client.get(path))
    assert WORDS in page and "010-1234-5678" not in page
    client.post(path + "accept/")
    assert client.post(path + "reveal/", {"reveal-reason": ""}).status_code == 422
    assert "010-1234-5678" in text_of(client.post(path + "reveal/", {"reveal-reason": "날짜 확인"}))
    assert "010-1234-5678" not in text_of(client.get(path))
    client.post(path + "write/", {"body": "확인 중입니다.", "to_complainant": "yes"})
    bad = client.post(path + "close/", {"close-outcome": "guided", "close-answer": ""})
    assert bad.status_code == 422
    client.post(path + "close/", {"close-outcome": "guided", "close-answer": "바로잡았습니다."})
    row.refresh_from_db()
    assert row.state == Complaint.State.CLOSED
    stale = client.post(path + "close/", {"close-outcome": "nothing", "close-answer": "없음"})
    assert stale.status_code == 409 and "그 사이에 상태가 바뀌었습니다" in text_of(stale)
    book = client.get("/office/oversight/?show=all&format=xlsx")
    assert book["Content-Type"].endswith("sheet")


def test_the_list_asks_as_many_questions_for_many_as_for_one(client: Client) -> None:
    on = rows.ground()
    client.force_login(on.officer)

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/office/oversight/")
        return len(asked)

    rows.complaint(on)
    questions()
    one = questions()
    for number in range(5):
        rows.complaint(on, place=f"192.0.2.{number}")
    assert abs(questions() - one) <= 1
