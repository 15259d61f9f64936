"""Rounds and criteria at the national institute's desk, in the browser's terms."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests import recognition_rows as rows

from naite.trunk.recognition.criteria import drafts, sample
from naite.trunk.recognition.models import CriteriaVersion, ProvincialStage, Round

pytestmark = pytest.mark.django_db
PLANNED = {
    "year": "2027",
    "number": "1",
    "title": "2027년 제1차 평가인정",
    "admits_planned": "on",
    "scope": "all",
    "opens_on": "2026-12-24",
    "last_day": "2027-01-15",
    "forward_until": "2027-01-29",
    "review_from": "2027-02-01",
    "review_until": "2027-02-26",
    "committee_on": "2027-03-10",
    "results_on": "2027-03-26",
    "stages": ["paper"],
    "evaluators_per_application": "3",
    "supplement_days": "30",
    "procedure": "업무 화면에서 신청합니다.",
}


@pytest.fixture
def where(monkeypatch: pytest.MonkeyPatch, client: Client) -> rows.Offices:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    found = rows.offices()
    client.force_login(found.officer)
    return found


@pytest.mark.req("A4", "browser")
def test_a_round_is_planned_corrected_published_and_put_off(client: Client, where: rows.Offices) -> None:
    criteria = rows.criteria()
    wrong = client.post(
        "/office/rounds/new/", {**PLANNED, "last_day": "2026-12-01", "criteria": str(criteria.pk)}
    )
    assert wrong.status_code == 422
    assert "마감일이 시작일보다 앞섭니다" in wrong.content.decode()
    made = client.post("/office/rounds/new/", {**PLANNED, "criteria": str(criteria.pk)})
    row = Round.objects.get()
    page = f"/office/rounds/{row.pk}/"
    assert made["Location"] == page
    shown = client.get(page).content.decode()
    assert "아직 공고할 수 없습니다" in shown
    assert "12.25(금)" in shown
    client.post(page + "publish/")
    row.refresh_from_db()
    assert row.state == Round.State.DRAFT
    assert client.get(f"/recognition/rounds/{row.pk}/").status_code == 404
    better = {**PLANNED, "criteria": str(criteria.pk), "opens_on": "2026-12-25", "revision": "1"}
    assert client.post(page + "edit/", better).status_code == 302
    assert client.post(page + "edit/", better).status_code == 422  # the second tab
    client.post(page + "publish/")
    assert "2027년 제1차" in client.get(f"/recognition/rounds/{row.pk}/").content.decode()
    refused = client.post(page + "edit/", {**better, "revision": "3"})
    assert "영 제14조의2제3항" in refused.content.decode()
    assert (
        client.post(page + "extend/", {"last_day": "2027-01-10", "reason": "빨리 끝내려고"}).status_code
        == 422
    )
    assert client.post(page + "extend/", {"last_day": "2027-01-20", "reason": "접속 장애"}).status_code == 302
    assert "접속 장애" in client.get(f"/recognition/rounds/{row.pk}/").content.decode()


@pytest.mark.req("A4", "browser")
def test_whom_a_round_is_for_is_pasted_or_read_from_a_file(client: Client, where: rows.Offices) -> None:
    data = {**PLANNED, "scope": "named", "scope_lines": "마포시민학교\n없는 기관"}
    refused = client.post("/office/rounds/new/", data)
    assert refused.status_code == 422
    assert "찾을 수 없는 기관: 없는 기관" in refused.content.decode()
    file = SimpleUploadedFile("대상.csv", "마포시민학교\n마포구\n".encode())
    client.post("/office/rounds/new/", {**data, "scope_file": file})
    assert Round.objects.get().scopes.count() == 2
    cities = {**PLANNED, "number": "2", "scope": "cities", "scope_lines": "서울특별시 마포구 2013-05-01\n"}
    client.post("/office/rounds/new/", cities)
    scope = Round.objects.get(number=2).scopes.get()
    assert (scope.region_id, scope.since) == ("11440", date(2013, 5, 1))
    broken = client.post(
        "/office/rounds/new/", {**cities, "number": "3", "scope_lines": "서울특별시 마포구 2013-02-30"}
    )
    assert "달력에 없는 날" in broken.content.decode()


@pytest.mark.req("A4", "refusal")
def test_other_offices_look_and_do_not_plan(client: Client, where: rows.Offices) -> None:
    row = rows.round_(where.national)
    draft = rows.round_(where.national, state="draft", criteria=row.criteria)
    for person in (where.local_officer, where.provincial_officer, where.official):
        client.force_login(person)
        assert client.get("/office/rounds/").status_code == 200
        assert client.get(f"/office/rounds/{row.pk}/").status_code == 200
        assert client.get(f"/office/rounds/{draft.pk}/").status_code == 404
        assert client.get("/office/rounds/new/").status_code == 403
        assert client.post(f"/office/rounds/{row.pk}/cancel/", {"reason": "이유입니다"}).status_code == 403
        assert client.get(f"/office/criteria/{row.criteria_id}/").status_code == 200
        assert client.get(f"/office/criteria/{row.criteria_id}/edit/").status_code == 403
    client.force_login(where.staff)
    assert client.get("/office/rounds/").status_code == 403


@pytest.mark.req("A6", "browser")
def test_criteria_from_the_sample_over_the_editor_and_excel_to_publication(
    client: Client, where: rows.Offices
) -> None:
    answer = client.post("/office/criteria/", {"name": "2027년 기준", "from": "sample"})
    version = CriteriaVersion.objects.get()
    page = f"/office/criteria/{version.pk}/"
    assert answer["Location"] == page + "edit/"
    form = client.get(page + "edit/")
    typed = {"revision": "1", "note": "첫 판", "is_sample": "on"}
    formset = form.context["items"]
    typed |= {f"item-{name}": str(value) for name, value in formset.management_form.initial.items()}
    for each in formset.forms:
        for name in ("heading", "title", "points", "indicators", "manual", "evidence_demanded"):
            typed[each.add_prefix(name)] = each[name].value()
        if each["evidence_required"].value():
            typed[each.add_prefix("evidence_required")] = "on"
    wrong = client.post(page + "edit/", {**typed, "item-0-points": "8,5"})
    assert wrong.status_code == 422
    assert "8,5" in wrong.content.decode()
    assert "배점은 0보다 크고" in wrong.content.decode()
    assert client.post(page + "edit/", {**typed, "item-0-points": "9"}).status_code == 302
    assert client.post(page + "edit/", typed).status_code == 422  # the second tab
    book = client.get(page + "?format=xlsx")
    sheet = load_workbook(BytesIO(book.content))
    assert sheet.active is not None
    sheet.active["C2"] = "7.5"
    edited = BytesIO()
    sheet.save(edited)
    shown = client.post(page + "upload/", {"file": SimpleUploadedFile("기준.xlsx", edited.getvalue())})
    assert "1곳이 바뀝니다" in shown.content.decode()
    assert drafts.of_version(version)[0].points == 9
    version.refresh_from_db()
    client.post(page + "upload/", {"sure": "1", "revision": version.revision, "rows": shown.context["rows"]})
    assert str(drafts.of_version(version)[0].points) == "7.50"
    bad = json.loads(shown.context["rows"])
    bad[0][2] = "열"
    refused = client.post(page + "upload/", {"rows": json.dumps(bad), "sure": "1"})
    assert refused.status_code == 422
    assert "2행" in refused.content.decode()
    client.post(page + "act/", {"act": "publish"})
    client.post(page + "act/", {"act": "copy"})
    copy = CriteriaVersion.objects.get(number=2)
    assert "2027년 기준 1판에서 바뀐 것" not in client.get(f"/office/criteria/{copy.pk}/").content.decode()
    assert "견본" in client.get(page).content.decode()
    assert sum(item.points or 0 for item in sample.ITEMS) == 100


@pytest.mark.req("A2", "browser")
def test_the_provincial_stage_is_switched_by_day(client: Client, where: rows.Offices) -> None:
    page = "/office/rounds/provinces/"
    on = {"act": "on", "institute": str(where.provincial.pk), "valid_from": "2026-11-23"}
    assert client.post(page, on).status_code == 422  # yesterday
    assert client.post(page, {**on, "valid_from": "2026-12-01"}).status_code == 302
    row = ProvincialStage.objects.get()
    assert client.post(page, {**on, "valid_from": "2026-12-15"}).status_code == 422
    assert (
        client.post(page, {"act": "off", "stage": str(row.pk), "last_day": "2027-01-31"}).status_code == 302
    )
    row.refresh_from_db()
    assert row.valid_until == date(2027, 2, 1)
    client.force_login(where.local_officer)
    assert "2026.12.01" in client.get(page).content.decode()
    assert client.post(page, {**on, "valid_from": "2027-03-01"}).status_code == 422
