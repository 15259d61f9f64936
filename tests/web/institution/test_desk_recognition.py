"""The institution's desk: what recognition asks of it, with deadlines, in a fixed number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories as make
from tests import recognition_rows as rows

from naite.trunk.people.models import Role
from naite.trunk.recognition.models import Application, ChangeReport, LocalNotice, NoticeBatch, ResultNotice
from naite.web.desk import Desk, work_of

pytestmark = pytest.mark.django_db
S = Application.State
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def desk(at: rows.Offices) -> list[tuple[str, str, date | None]]:
    seat = Desk(at.staff, at.institution, Role.INSTITUTION_STAFF, make.NOW)
    return [(work.kind, work.turn, work.due_on) for work in work_of(seat)]


@pytest.mark.req("A1", "browser", "rule")
def test_an_institution_sees_what_it_has_to_do_until_when(client: Client) -> None:
    at = rows.offices()
    of = rows.round_(at.national)
    rows.application(at, of, S.DRAFT)
    rows.application(at, of, S.SUPPLEMENT, due_on=TODAY + timedelta(days=2))
    rows.application(at, of, S.PROVISIONAL, due_on=TODAY - timedelta(days=1))
    case = rows.application(at, of, S.RECEIVED)
    rows.application(at, of, S.REFUSED)
    over = rows.round_(at.national, criteria=of.criteria, closes_at=make.NOW - timedelta(days=1))
    rows.application(at, over, S.DRAFT)  # nothing can be done with it any more
    ends = make.recognition(
        make.version(at.institution), valid_from=date(2023, 1, 1), valid_until=date(2027, 1, 1)
    )
    ChangeReport.objects.create(
        recognition=ends,
        kind="name",
        before="가",
        after="나",
        reason="까닭",
        effective_on=TODAY,
        submitted_at=make.NOW,
    )
    batch = NoticeBatch.objects.create(
        round=of, number="국평-1", created_by=at.officer, created_at=make.NOW, total=1
    )
    local = LocalNotice.objects.create(batch=batch, office=at.local, arrived_on=TODAY, due_on=TODAY)
    ResultNotice.objects.create(
        local=local,
        application=case,
        organisation=at.institution,
        kind="recognised",
        state="received",
        channel="mailbox",
        sent_at=make.NOW,
    )
    found = desk(at)
    assert [each for each in found if each[1] == "mine"] == [
        ("again", "mine", TODAY - timedelta(days=1)),
        ("supplement", "mine", TODAY + timedelta(days=2)),
        ("draft", "mine", date(2026, 11, 30)),
        ("renew", "mine", date(2026, 12, 31)),
        ("result", "mine", None),
    ]
    assert sorted(kind for kind, turn, _due in found if turn == "others") == ["change_waits", "running"]

    client.force_login(at.staff)
    page = client.get("/work/").content.decode()
    for words in ("재평가 자료", "D+1", "이어서 쓰기", "11.30(월)까지", "갱신 신청", "결과 읽기"):
        assert words in page
    with CaptureQueriesContext(connection) as few:
        client.get("/work/")
    for _ in range(5):
        rows.application(at, of, S.SUPPLEMENT, due_on=TODAY)
    with CaptureQueriesContext(connection) as many:
        client.get("/work/")
    assert len(many) == len(few)


@pytest.mark.req("A1", "refusal")
def test_nothing_of_it_is_shown_to_instructors_or_strangers(client: Client) -> None:
    at = rows.offices()
    rows.application(at, rows.round_(at.national), S.SUPPLEMENT, due_on=TODAY)
    instructor = make.staff(at.institution, Role.INSTRUCTOR, "윤슬")
    assert work_of(Desk(instructor, at.institution, Role.INSTRUCTOR, make.NOW)) == []
    client.force_login(instructor)
    assert "보완 제출" not in client.get("/work/").content.decode()
    stranger = make.staff(make.organisation("다른 기관"), Role.INSTITUTION_STAFF)
    assert work_of(Desk(stranger, at.institution, Role.INSTITUTION_STAFF, make.NOW)) == []
