"""Several pieces of work at once: asked first, each row for itself, and what can be undone is."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.errors import Refused
from naite.trunk.people.models import Role
from naite.trunk.recognition.applications import assigning, handling
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    CaseEvent,
    LocalNotice,
    NoticeBatch,
)
from naite.web.desk import Desk, work_of

pytestmark = pytest.mark.django_db
S = Application.State
TODAY = date(2026, 11, 24)
URL = "/office/desk/bulk/"


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def keys(*cases: Application, kind: str = "receive") -> list[str]:
    return [f"{kind}:{each.pk}" for each in cases]


@pytest.mark.req("A1", "browser", "refusal")
def test_cases_are_received_together_and_one_that_went_meanwhile_is_told(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    cases = [rows.application(where, a_round, S.SUBMITTED, due_on=TODAY) for _ in range(3)]
    done = rows.application(where, a_round, S.RECEIVED)
    client.force_login(where.local_officer)
    sent = {
        "act": "receive",
        "work": [*keys(*cases), *keys(done, kind="recheck"), *keys(done, kind="forward")],
    }
    page = client.post(URL, sent).content.decode()
    assert "3건: 접수할까요?" in page
    assert Application.objects.filter(state=S.SUBMITTED).count() == 3
    handling.receive(application=cases[0], actor=where.local_officer, now=make.NOW)
    page = client.post(URL, {**sent, "sure": "1"}).content.decode()
    assert "2건 가운데 2건 접수함" in page
    assert set(Application.objects.filter(state=S.RECEIVED)) == {*cases, done}
    assert client.post(URL, {"act": "receive"}).status_code == 302  # nothing picked
    assert client.post(URL, {"act": "drop", "work": keys(done)}).status_code == 302
    assert client.get(URL).status_code == 405
    client.force_login(make.staff(where.national, Role.EVALUATOR))
    page = client.post(URL, {**sent, "sure": "1"}).content.decode()
    assert "그 사이에 끝났거나" in page


@pytest.mark.req("A5", "refusal")
def test_a_case_with_unchecked_items_stays_while_the_others_are_forwarded(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    ready, raw = (rows.application(where, a_round, S.RECEIVED) for _ in range(2))
    ready.items.update(check_state=ApplicationItem.Check.COMPLETE)
    raw.items.update(check_state=ApplicationItem.Check.UNCHECKED)
    client.force_login(where.local_officer)
    sent = {"act": "forward", "work": keys(ready, raw, kind="forward"), "sure": "1"}
    refused = client.post(URL, sent)
    assert refused.status_code == 422
    assert "공문 번호를 적어 주세요" in refused.content.decode()
    page = client.post(URL, {**sent, "letter_number": "평생교육과-77"}).content.decode()
    assert "2건 가운데 1건 전달함" in page
    assert "확인하지 않은 항목이" in page
    ready.refresh_from_db()
    raw.refresh_from_db()
    assert (ready.office, raw.office) == (where.national, where.local)


@pytest.mark.req("A1", "browser", "refusal")
def test_who_is_in_charge_changes_together_and_back_again(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    colleague = make.staff(where.local, Role.LOCAL_OFFICER, "박준호")
    mine = rows.application(where, a_round, S.RECEIVED, handler=where.local_officer)
    nobodys = rows.application(where, a_round, S.RECEIVED, handler=None)
    client.force_login(where.local_officer)
    works = [*keys(mine, nobodys, kind="forward"), *keys(mine, nobodys, kind="recheck")]
    sent: dict[str, Any] = {"act": "assign", "work": works, "sure": "1"}
    assert client.post(URL, {**sent, "to": str(where.officer.pk)}).status_code == 422
    page = client.post(URL, {**sent, "to": str(colleague.pk)}).content.decode()
    assert "되돌리기" in page
    assert set(Application.objects.filter(handler=colleague)) == {mine, nobodys}
    pairs = [f"{mine.pk}:{where.local_officer.pk}", f"{nobodys.pk}:", "nonsense"]
    client.post("/office/desk/undo/", {"to": str(colleague.pk), "case": pairs})
    mine.refresh_from_db()
    nobodys.refresh_from_db()
    assert (mine.handler, nobodys.handler) == (where.local_officer, None)
    assert CaseEvent.objects.filter(act="assign").count() == 4
    with pytest.raises(Refused) as refused:  # somebody else has it by now
        assigning.put_back(application=mine, given_to=colleague, before=None, actor=colleague, now=make.NOW)
    assert refused.value.code == "moved_meanwhile"


@pytest.mark.req("A10", "browser")
def test_all_that_an_address_asks_for_is_approved_at_once(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    for _ in range(3):
        rows.application(where, a_round, S.DELIBERATED, verdict=Application.Verdict.RECOGNISE)
    client.force_login(where.official)
    page = client.post(f"{URL}?kind=approve", {"act": "approve", "all": "1", "sure": "1"})
    assert "3건 가운데 3건 승인함" in page.content.decode()
    assert Application.objects.filter(state=S.APPROVED).exclude(recognition_number="").count() == 3


@pytest.mark.req("A11", "browser", "refusal")
def test_late_offices_are_pressed_from_the_institutes_desk_once_a_day(client: Client) -> None:
    where = rows.offices()
    batch = NoticeBatch.objects.create(
        round=rows.round_(where.national), created_by=where.officer, created_at=make.NOW, total=1
    )
    local = LocalNotice.objects.create(
        batch=batch,
        office=where.local,
        arrived_on=TODAY - timedelta(days=10),
        due_on=TODAY - timedelta(days=3),
    )
    client.force_login(where.local_officer)
    assert "통보 기한" in client.get("/office/desk/").content.decode()
    provincial = Desk(where.provincial_officer, where.provincial, Role.PROVINCIAL_OFFICER, make.NOW)
    assert [(each.kind, each.turn, each.acts) for each in work_of(provincial)] == [
        ("late_notice", "others", ())
    ]
    client.force_login(where.officer)
    sent = {"act": "press", "work": f"late_notice:{local.pk}", "sure": "1"}
    assert "1건 가운데 1건 재촉함" in client.post(URL, sent).content.decode()
    assert "오늘 이미 재촉했거나" in client.post(URL, sent).content.decode()
    local.refresh_from_db()
    assert local.reminders == 1


@pytest.mark.req("A1", "browser")
def test_more_than_can_be_done_at_once_is_said_to_be_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("naite.web.office.desk_bulk.MOST_AT_ONCE", 1)
    where = rows.offices()
    a_round = rows.round_(where.national)
    cases = [rows.application(where, a_round, S.SUBMITTED, due_on=TODAY) for _ in range(2)]
    client.force_login(where.local_officer)
    page = client.post(URL, {"act": "receive", "work": keys(*cases)}).content.decode()
    assert "1건: 접수할까요?" in page and "나머지 1건은 이어서" in page and "에서 뺐습니다" not in page
