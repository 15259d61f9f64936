"""Requests about one's data: the clock of ten days, the answers, and who may not."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW

from naite.branches.privacy import requests, rules
from naite.branches.privacy.models import DataRequest
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def asked(person: Person | None = None, **changes: str) -> DataRequest:
    who = person or make.person()
    facts = {"kind": "correction", "text": "시간이 틀렸습니다.", **changes}
    return requests.ask(person=who, actor=who, now=NOW, **facts)


@pytest.mark.req("X6", "rule")
def test_ten_days_without_the_day_of_asking() -> None:
    assert rules.due_on(date(2026, 11, 24)) == date(2026, 12, 4)
    assert rules.postpone_fault(date(2026, 12, 4), date(2026, 12, 4)) == "not_later"
    assert rules.postpone_fault(date(2026, 12, 4), date(2027, 1, 3)) == ""
    assert rules.postpone_fault(date(2026, 12, 4), date(2027, 1, 4)) == "too_late"


@pytest.mark.req("X6", "refusal")
def test_only_for_oneself_and_with_words() -> None:
    person = make.person()
    with pytest.raises(NotAllowed):
        requests.ask(person=person, kind="access", text="…", actor=make.person(), now=NOW)
    with pytest.raises(Invalid) as refused:
        asked(person, kind="everything", text=" ")
    assert set(refused.value.fields) == {"kind", "text"}
    for _ in range(requests.MOST_WAITING):
        asked(person)
    with pytest.raises(Invalid, match="다섯 건"):
        asked(person)
    assert DataRequest.objects.filter(person=person).count() == requests.MOST_WAITING


def test_answered_once_and_told() -> None:
    operator, row = make.person(is_operator=True), asked()
    with pytest.raises(NotAllowed):
        requests.answer(row=row, outcome="done", text="고쳤습니다.", actor=make.person(), now=NOW)
    with pytest.raises(Invalid):
        requests.answer(row=row, outcome="done", text=" ", actor=operator, now=NOW)
    requests.answer(row=row, outcome="done", text="8시간을 10시간으로 고쳤습니다.", actor=operator, now=NOW)
    with pytest.raises(Refused) as again:
        requests.answer(
            row=DataRequest.objects.get(pk=row.pk), outcome="declined", text="…", actor=operator, now=NOW
        )
    assert again.value.code == "moved_meanwhile"
    letter = Message.objects.get(person_id=row.person_id)
    assert "8시간을 10시간으로 고쳤습니다." in letter.body
    assert AuditEvent.objects.filter(action="privacy.answer_request", data_subject_id=row.person_id).exists()


def test_put_off_once_with_a_reason() -> None:
    operator, row = make.person(is_operator=True), asked()
    later = row.due_on + timedelta(days=10)
    with pytest.raises(Invalid):
        requests.postpone(row=row, until=row.due_on, because="", actor=operator, now=NOW)
    requests.postpone(row=row, until=later, because="기관에 확인하고 있습니다.", actor=operator, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.due_on) == ("postponed", later)
    with pytest.raises(Refused):
        requests.postpone(row=row, until=later + timedelta(days=1), because="또", actor=operator, now=NOW)


def test_withdrawn_only_by_the_person_and_only_while_it_waits() -> None:
    row = asked()
    with pytest.raises(NotAllowed):
        requests.withdraw(row=row, actor=make.person(is_operator=True), now=NOW)
    requests.withdraw(row=row, actor=row.person, now=NOW)
    with pytest.raises(Refused):
        requests.answer(row=row, outcome="done", text="…", actor=make.person(is_operator=True), now=NOW)


@pytest.mark.req("X6", "browser")
def test_the_pages_ask_answer_and_show_the_answer(client: Client) -> None:
    person = make.person("이말순")
    client.force_login(person)
    bad = client.post("/my/account/requests/", {"kind": "erasure", "text": ""})
    assert bad.status_code == 422 and 'value="erasure"' in bad.content.decode()
    assert client.post("/my/account/requests/", {"kind": "erasure", "text": "사진 일기"}).status_code == 302
    assert "10일 남음" in client.get("/my/account/requests/").content.decode()
    row = DataRequest.objects.get()
    office = Client()
    office.force_login(make.staff(make.organisation()))
    assert office.get("/office/privacy/").status_code == 403
    assert office.get(f"/office/privacy/{row.pk}/").status_code == 403
    office.force_login(make.person(is_operator=True))
    assert "D-10" in office.get("/office/privacy/").content.decode()
    assert office.get(f"/office/privacy/{row.pk}/").status_code == 200
    kept = office.post(f"/office/privacy/{row.pk}/", {"outcome": "partly", "text": ""})
    assert kept.status_code == 422
    done = {"outcome": "partly", "text": "수료 기록은 법에 따라 남습니다."}
    assert office.post(f"/office/privacy/{row.pk}/", done).status_code == 302
    html = client.get("/my/account/requests/").content.decode()
    assert "수료 기록은 법에 따라 남습니다." in html and "분쟁조정위원회" in html
    sheet = office.get("/office/privacy/?state=answered&excel=1")
    assert sheet.status_code == 200 and sheet["Content-Type"].endswith("sheet")


def test_the_office_list_needs_as_many_queries_for_one_as_for_many(
    client: Client, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(make.person(is_operator=True))
    asked()
    counts = []
    for more in (0, 6):
        for _ in range(more):
            asked()
        with CaptureQueriesContext(connection) as captured:
            client.get("/office/privacy/")
        counts.append(len(captured))
    assert counts[1] <= counts[0]
