"""Applying for an account and deciding on it, as pages."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tests import factories as make
from tests.clock import hold
from tests.flows.test_account_application import ask, gateway, learner, office, token

from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import Role
from naite.trunk.records.applications import queries, services
from naite.trunk.records.models import AccountApplication, LearningAccount

pytestmark = pytest.mark.django_db
NOW = make.NOW
LIST = "/office/account-applications/"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    hold(monkeypatch, NOW)
    settings.ACCOUNT_APPROVAL = "on"


@pytest.mark.req("A16", "browser")
def test_a_learner_applies_reads_whose_turn_it_is_and_is_let_in(client: Client) -> None:
    officer = make.staff(office(), Role.LOCAL_OFFICER)
    person = learner()
    client.force_login(person)
    assert "나의 학습계좌를 신청해 주세요" in client.get("/my/").content.decode()
    client.post("/my/open/")  # the old door stays shut
    assert not LearningAccount.objects.exists()
    client.post("/my/apply/", {"note": "잘 부탁드립니다"})
    page = client.get("/my/").content.decode()
    assert "마포구청이 이름과 생년월일을 확인하는 차례" in page
    assert "11.27(금)까지 알려 드립니다" in page
    row = AccountApplication.objects.get()
    services.send_back(application=row, reason="생년월일의 해를 확인해 주세요", actor=officer, now=NOW)
    page = client.get("/my/").content.decode()
    assert "생년월일의 해를 확인해 주세요" in page
    assert "잘 부탁드립니다" in page  # what was typed is there to correct
    client.post("/my/apply/", {"note": "고쳤습니다"})
    client.force_login(officer)
    row.refresh_from_db()
    shown = client.get(f"{LIST}{row.pk}/").content.decode()
    assert "고쳤습니다" in shown
    client.post(f"{LIST}{row.pk}/approve/", {"mark": queries.mark_of(row)})
    client.force_login(person)
    assert "아직 나이테가 없습니다" in client.get("/my/").content.decode()


@pytest.mark.req("A16", "browser")
def test_while_an_application_waits_nothing_of_the_account_can_be_used(client: Client) -> None:
    office()
    person = learner()
    ask(person)
    client.force_login(person)
    for address in ("/my/entries/", "/my/certificates/", "/my/packages/", "/my/passbook/"):
        response = client.get(address)
        assert response.status_code in (302, 404), address
    assert client.get("/courses/").status_code == 200
    assert client.get("/my/counselling/").status_code == 200
    client.post("/my/apply/withdraw/")
    assert AccountApplication.objects.get().state == "withdrawn"
    assert "기다리는 신청이 없습니다" in client.post("/my/apply/withdraw/", follow=True).content.decode()


@pytest.mark.req("A16", "refusal")
def test_what_is_missing_is_said_before_anything_is_kept(client: Client) -> None:
    client.force_login(make.person("바람"))
    page = client.post("/my/apply/", {"note": ""}).content.decode()
    assert "생년월일을 적어 주세요" in page
    assert "확인한 전자우편이 있어야" in page
    assert not AccountApplication.objects.exists()
    client.force_login(learner())
    response = client.post("/my/apply/", {"note": "900301-1234567"})
    assert response.status_code == 422
    assert "900301-1234567" in response.content.decode()


@pytest.mark.req("A16", "browser")
@gateway
def test_the_way_over_the_gateway_works_once(client: Client) -> None:
    person = learner()
    client.force_login(person)
    response = client.post("/my/apply/")
    assert response.headers["Location"].startswith("https://id.example.kr/check?")
    state = client.session["naite_identity"]["state"]
    bad = client.get("/my/apply/back/", token(state="other"))
    assert "처음부터 다시" in bad.content.decode() or bad.status_code == 409
    assert not AccountApplication.objects.exists()
    assert client.get("/my/apply/back/", token(state=state)).status_code == 302  # begun no more
    assert not AccountApplication.objects.exists()
    client.post("/my/apply/")
    state = client.session["naite_identity"]["state"]
    client.get("/my/apply/back/", token(state=state))
    assert AccountApplication.objects.get().level == "proven"


@pytest.mark.req("A16", "browser")
def test_the_list_filters_approves_many_and_keeps_its_number_of_queries(client: Client) -> None:
    city = office()
    desk = make.staff(city, Role.DESK_STAFF)
    people = [learner(f"신청인{number}") for number in range(3)]
    rows = [ask(person) for person in people]
    client.force_login(desk)
    with CaptureQueriesContext(connection) as few:
        page = client.get(LIST)
    assert page.content.decode().count('name="chosen"') == 3
    for number in range(3, 9):
        ask(learner(f"신청인{number}"))
    with CaptureQueriesContext(connection) as more:
        client.get(LIST)
    assert len(few) <= 9
    assert abs(len(more) - len(few)) <= 1
    assert client.get(LIST, {"q": "신청인7"}).content.decode().count('name="chosen"') == 1
    assert client.get(LIST, {"region": "99999"}).content.decode().count('name="chosen"') == 0
    chosen = [f"{row.pk}.{queries.mark_of(row)}" for row in rows]
    told = client.post(f"{LIST}approve/", {"chosen": [*chosen, "nonsense", f"{rows[0].pk}.x"]}, follow=True)
    assert "2명의 학습계좌를 열었습니다" in told.content.decode()
    assert "다시 보고 승인해 주세요" in told.content.decode()
    assert LearningAccount.objects.count() == 2
    assert "하나 이상 골라" in client.post(f"{LIST}approve/", follow=True).content.decode()


@pytest.mark.req("X7a", "browser")
def test_the_list_goes_out_as_excel_and_is_logged_for_everybody_in_it(client: Client) -> None:
    desk = make.staff(office(), Role.LOCAL_OFFICER)
    people = [learner("=2+3"), learner("한나라")]
    for person in people:
        ask(person)
    client.force_login(desk)
    answer = client.get(LIST, {"format": "xlsx"})
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    names = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert sorted(map(str, names)) == ["=2+3", "한나라"]
    assert all(row[1].data_type == "s" for row in sheet.iter_rows(min_row=2))
    event = AuditEvent.objects.get(action="records.export_applications")
    assert set(event.subjects.values_list("person_id", flat=True)) == {p.pk for p in people}


@pytest.mark.req("A16", "refusal")
def test_other_seats_see_neither_list_nor_application(client: Client) -> None:
    city = office()
    row = ask(learner())
    far = make.staff(office("양천구청", region=make.region("11470", "양천구")), Role.LOCAL_OFFICER)
    for who in (row.person, make.staff(city), far):
        client.force_login(who)
        assert client.get(f"{LIST}{row.pk}/").status_code == 403
        assert client.post(f"{LIST}{row.pk}/return/", {"reason": "x"}).status_code == 403
        mark = queries.mark_of(row)
        assert client.post(f"{LIST}{row.pk}/approve/", {"mark": mark}).status_code == 403
    client.force_login(far)
    assert "신청인" not in client.get(LIST).content.decode()
    client.force_login(row.person)
    assert client.get(LIST).status_code == 403
    row.refresh_from_db()
    assert row.state == "applied"
