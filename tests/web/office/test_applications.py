"""The offices' pages of applications: list, bulk, case, acts; who sees what; a fixed number of queries."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tests import factories as make
from tests import recognition_rows as rows

from naite.trunk.people.models import Role
from naite.trunk.recognition.models import Application, ApplicationItem, Round

pytestmark = pytest.mark.django_db
S = Application.State
NOW_PAGES = "/office/applications/"


@pytest.fixture
def where() -> rows.Offices:
    return rows.offices()


@pytest.fixture
def a_round(where: rows.Offices) -> Round:
    return rows.round_(where.national)


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def count(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.req("A5", "browser")
def test_the_list_costs_the_same_for_three_and_for_thirty(
    client: Client, where: rows.Offices, a_round: Round
) -> None:
    client.force_login(where.local_officer)
    for _ in range(3):
        rows.application(where, a_round, S.SUBMITTED)
    few = count(client, NOW_PAGES)
    for _ in range(27):
        rows.application(where, a_round, S.RECEIVED)
    assert count(client, NOW_PAGES) == few
    case = Application.objects.filter(state=S.RECEIVED).first()
    assert case is not None
    own = count(client, f"{NOW_PAGES}{case.pk}/")
    for number in range(5):
        case.events.create(at=make.NOW, act="receive", reason=str(number))
    assert count(client, f"{NOW_PAGES}{case.pk}/") == own


@pytest.mark.req("A1", "refusal")
def test_who_sees_which_cases(client: Client, where: rows.Offices, a_round: Round) -> None:
    case = rows.application(where, a_round, S.RECEIVED)
    draft = rows.application(where, a_round, S.DRAFT)
    elsewhere = make.staff(
        make.organisation("은평구", region=make.region("11380", "은평구")), Role.LOCAL_OFFICER
    )
    for person, expected in (
        (where.local_officer, 200),
        (where.officer, 200),
        (where.official, 200),
        (where.provincial_officer, 404),  # its stage is off, the route goes past it
        (elsewhere, 404),
        (where.staff, 403),
        (make.staff(where.national, Role.EVALUATOR), 403),
        (make.staff(where.national, Role.COMMITTEE_MEMBER), 403),
    ):
        client.force_login(person)
        assert client.get(f"{NOW_PAGES}{case.pk}/").status_code == expected, person.name
        assert client.get(f"{NOW_PAGES}{draft.pk}/").status_code in {403, 404}
    client.force_login(elsewhere)
    assert case.number not in client.get(NOW_PAGES).content.decode()


@pytest.mark.req("A5", "browser")
def test_receive_check_demand_and_forward(client: Client, where: rows.Offices, a_round: Round) -> None:
    case = rows.application(where, a_round, S.SUBMITTED)
    client.force_login(where.local_officer)
    page = f"{NOW_PAGES}{case.pk}/"
    assert "내 차례입니다" in client.get(page).content.decode()
    assert client.post(page + "receive/").status_code == 302
    assert client.post(page + "receive/").status_code == 409
    item = case.items.order_by("item__position")[0]
    lacking = {"item": str(item.item_id), "result": "lacking", "note": ""}
    assert client.post(page + "check/", lacking).status_code == 422
    client.post(page + "check/", {**lacking, "note": "시설 현황표가 없습니다"})
    assert (
        client.post(page + "supplement/", {"due_on": "2026-11-20", "reason": "보완해 주세요"}).status_code
        == 422
    )
    refused = client.post(page + "return/", {"reason": "짧"})
    assert refused.status_code == 422
    assert "짧" in refused.content.decode()
    done = client.post(page + "supplement/", {"due_on": "2026-12-08", "reason": "현황표를 내 주세요"})
    assert done["Location"] == page
    case.refresh_from_db()
    assert (case.state, case.office) == (S.SUPPLEMENT, where.institution)
    shown = client.get(page).content.decode()
    assert "마포시민학교 차례입니다" in shown
    assert "시설 현황표가 없습니다" in shown

    client.force_login(where.staff)
    mine = f"/work/applications/{case.pk}/"
    assert "보완할 차례입니다" in client.get(mine).content.decode()
    form = client.get(mine + "edit/").content.decode()
    assert f"item-{item.item_id}" in form
    assert form.count('class="itemf') == 1  # only what was asked for
    assert client.post(mine + "supplement/")["Location"] == mine + "edit/"  # nothing changed yet
    case.refresh_from_db()
    client.post(
        mine + "edit/",
        {"revision": case.revision, f"item-{item.item_id}": "현황표를 새로 냈습니다.", "act": "save"},
    )
    assert client.post(mine + "supplement/")["Location"] == mine

    client.force_login(where.local_officer)
    shown = client.get(page).content.decode()
    assert "보완 들어옴" in shown
    assert '<ins class="df">' in shown
    client.post(page + "check/", {"item": "rest"})
    assert client.post(page + "forward/", {"letter_number": ""}).status_code == 422
    client.post(page + "check/", {"item": str(item.item_id), "result": "complete"})
    assert client.post(page + "forward/", {"letter_number": "평생교육과-9"}).status_code == 302
    case.refresh_from_db()
    assert case.office == where.national


@pytest.mark.req("A5", "browser")
def test_bulk_says_before_and_after_what_cannot_be_done(
    client: Client, where: rows.Offices, a_round: Round
) -> None:
    cases = [rows.application(where, a_round, S.SUBMITTED) for _ in range(2)]
    done = rows.application(where, a_round, S.RECEIVED)
    client.force_login(where.local_officer)
    data = {"act": "receive", "case": [str(each.pk) for each in [*cases, done]]}
    before = client.post(NOW_PAGES + "bulk/", data).content.decode()
    assert "2건을 접수할까요" in before
    assert "1건은 접수할 수 없음" in before
    assert not Application.objects.filter(handler=where.local_officer).exists()
    after = client.post(NOW_PAGES + "bulk/", {**data, "sure": "1"}).content.decode()
    assert "3건 가운데 2건을 접수했습니다" in after
    ApplicationItem.objects.filter(application=cases[0]).update(check_state="complete")
    forward = {"act": "forward", "case": [str(each.pk) for each in cases], "sure": "1", "letter_number": ""}
    assert client.post(NOW_PAGES + "bulk/", forward).status_code == 422
    result = client.post(NOW_PAGES + "bulk/", {**forward, "letter_number": "평생교육과-7"}).content.decode()
    assert "2건 가운데 1건을 전달했습니다" in result
    book = load_workbook(
        BytesIO(client.get(NOW_PAGES + "letter/?number=평생교육과-7").content), read_only=True
    )
    assert [row[1] for row in book.active.iter_rows(values_only=True)][1:] == [cases[0].number]  # type: ignore[union-attr]
    listed = load_workbook(BytesIO(client.get(NOW_PAGES + "?turn=mine&format=xlsx").content), read_only=True)
    assert len(list(listed.active.iter_rows())) == 1 + 2  # type: ignore[union-attr]
