"""The desk of an office: counts, groups, a fixed number of queries; handing over and standing in."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.people import duties
from naite.trunk.people.models import Role
from naite.trunk.recognition.applications import handling, handover
from naite.trunk.recognition.models import Application, CaseEvent, Hop

pytestmark = pytest.mark.django_db
S = Application.State
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


@pytest.mark.req("A1", "browser")
def test_the_desk_answers_what_is_late_due_and_with_others(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    rows.application(where, a_round, S.SUBMITTED, due_on=TODAY - timedelta(days=3))
    rows.application(where, a_round, S.SUBMITTED, due_on=TODAY)
    rows.application(where, a_round, S.RECEIVED, due_on=TODAY + timedelta(days=1))
    asked = rows.application(where, a_round, S.SUPPLEMENT, due_on=TODAY + timedelta(days=2))
    Hop.objects.filter(application=asked, position=2).update(arrived_at=None)
    client.force_login(where.local_officer)
    page = client.get("/office/desk/").content.decode()
    for words in ("늦은 일이 1건", "D+3", "지난 일 1건", "오늘까지 1건", "이번 주 1건", "임자 없는 건 1건"):
        assert words in page
    assert asked.number not in page
    assert asked.number in client.get("/office/desk/?due=others").content.decode()
    sheet = load_workbook(
        BytesIO(client.get("/office/desk/?kind=receive&format=xlsx").content), read_only=True
    )
    assert len(list(sheet.active.iter_rows())) == 3  # type: ignore[union-attr]
    with CaptureQueriesContext(connection) as few:
        client.get("/office/desk/")
    for _ in range(20):
        rows.application(where, a_round, S.SUBMITTED, due_on=TODAY)
    with CaptureQueriesContext(connection) as many:
        client.get("/office/desk/")
    assert len(many) == len(few)
    stranger = make.staff(where.national, Role.EVALUATOR)
    client.force_login(stranger)
    assert "기다리는 일이 없습니다" in client.get("/office/desk/").content.decode()


@pytest.mark.req("A1", "rule")
def test_cases_are_handed_over_with_a_line_in_each(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    colleague = make.staff(where.local, Role.LOCAL_OFFICER, "박준호")
    cases = [rows.application(where, a_round, S.RECEIVED, handler=where.local_officer) for _ in range(2)]
    client.force_login(where.local_officer)
    data = {"act": "give", "giver": str(where.local_officer.pk), "taker": "", "note": "발령"}
    assert client.post("/office/duties/", data).status_code == 422
    assert client.post("/office/duties/", {**data, "taker": str(colleague.pk)}).status_code == 302
    assert set(Application.objects.filter(handler=colleague)) == set(cases)
    assert CaseEvent.objects.filter(act="hand_over", reason="발령").count() == 2
    again = handover.hand_over(
        office=where.local, giver=where.local_officer, taker=colleague, note="", actor=colleague, now=make.NOW
    )
    assert again == 0
    with pytest.raises(NotAllowed):
        handover.hand_over(
            office=where.local,
            giver=colleague,
            taker=where.local_officer,
            note="",
            actor=where.officer,
            now=make.NOW,
        )
    with pytest.raises(Invalid):
        handover.hand_over(
            office=where.local, giver=colleague, taker=where.officer, note="", actor=colleague, now=make.NOW
        )


@pytest.mark.req("A1", "refusal")
def test_who_stands_in_acts_for_those_days_only_and_the_log_says_for_whom(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    helper = make.staff(where.local, Role.PROGRAMME_MANAGER, "한결")
    case = rows.application(where, a_round, S.SUBMITTED)
    with pytest.raises(NotAllowed):
        handling.receive(application=case, actor=helper, now=make.NOW)
    days = {"first_day": TODAY + timedelta(days=1), "last_day": TODAY + timedelta(days=3)}
    common = {
        "absent": where.local_officer,
        "organisation": where.local,
        "role": Role.LOCAL_OFFICER,
        "now": make.NOW,
    }
    with pytest.raises(NotAllowed):
        duties.stand_in(**common, **days, substitute=helper, actor=helper)  # type: ignore[arg-type]
    for wrong in ({"substitute": where.officer}, {"substitute": where.local_officer}, {"last_day": TODAY - timedelta(days=1)}):  # fmt: skip
        with pytest.raises(Invalid):
            duties.stand_in(**{**common, **days, "substitute": helper, **wrong}, actor=where.local_officer)  # type: ignore[arg-type]
    row = duties.stand_in(**common, **days, substitute=helper, actor=where.local_officer)  # type: ignore[arg-type]
    assert duties.stand_in(**common, **days, substitute=helper, actor=where.local_officer).pk == row.pk  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):  # not yet
        handling.receive(application=case, actor=helper, now=make.NOW)
    tomorrow = make.NOW + timedelta(days=1)
    handling.receive(application=case, actor=helper, now=tomorrow)
    event = AuditEvent.objects.get(action="recognition.receive_application")
    assert event.detail["in_place_of"] == str(where.local_officer.pk)
    client.force_login(where.local_officer)
    assert "한결" in client.get("/office/duties/").content.decode()
    client.post(f"/office/duties/{row.pk}/end/")
    with pytest.raises(NotAllowed):
        handling.return_(application=case, reason="까닭입니다", actor=helper, now=tomorrow)
