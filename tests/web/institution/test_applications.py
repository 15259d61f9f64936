"""The institution's pages: from a course to an application that is handed in, with and without script."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import factories as make
from tests import recognition_rows as rows
from tests.samples_of_files import pdf

from naite.trunk.recognition.models import Application, Round

pytestmark = pytest.mark.django_db
FILLED = {
    "purpose": "동네의 이야기를 남깁니다.",
    "operation": "주 1회 10차시",
    "instructors": "배시우",
    "contact_name": "오하린",
    "contact_phone": "02-0000-0200",
    "planned_from": "2027-03-02",
    "planned_until": "2027-05-18",
}


@pytest.fixture
def where() -> rows.Offices:
    return rows.offices()


@pytest.fixture
def a_round(where: rows.Offices) -> Round:
    return rows.round_(where.national)


@pytest.fixture
def draft(
    client: Client, where: rows.Offices, a_round: Round, monkeypatch: pytest.MonkeyPatch
) -> Application:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    client.force_login(where.staff)
    course = make.version(where.institution).course
    assert a_round.title in client.get("/work/applications/").content.decode()
    assert client.post(f"/work/applications/new/{a_round.pk}/", {"kind": "planned"}).status_code == 422
    answer = client.post(
        f"/work/applications/new/{a_round.pk}/", {"kind": "planned", "course": str(course.pk)}
    )
    made = Application.objects.get()
    assert answer["Location"] == f"/work/applications/{made.pk}/edit/"
    return made


@pytest.mark.req("A5", "browser")
def test_written_checked_and_handed_in(client: Client, draft: Application) -> None:
    page = f"/work/applications/{draft.pk}/"
    lacking = client.get(page + "check/").content.decode()
    assert "가지가 더 있어야 합니다" in lacking
    item = draft.items.order_by("item__position")[0]
    assert f"#item-{item.item_id}" in lacking
    assert client.post(page + "check/").status_code == 422
    answer = client.post(
        page + "edit/",
        {
            **FILLED,
            **{f"item-{row.item_id}": "이렇게 합니다." for row in draft.items.all()},
            "revision": "1",
            "act": "check",
            f"file-{item.item_id}": SimpleUploadedFile("시설 현황표.pdf", pdf()),
        },
    )
    assert answer["Location"] == page + "check/"
    assert "모두 갖추었습니다" in client.get(page + "check/").content.decode()
    assert client.post(page + "check/")["Location"] == page
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("submitted", "2026-1-0001")
    shown = client.get(page).content.decode()
    assert "마포구 차례입니다" in shown
    file = draft.evidence.get()
    response = client.get(f"/work/applications/evidence/{file.pk}/")
    assert response["Content-Type"] == "application/pdf"
    client.force_login(make.staff(make.organisation("남의 기관")))
    assert client.get(f"/work/applications/evidence/{file.pk}/").status_code == 403
    assert client.get(page).status_code == 404


@pytest.mark.req("A5", "refusal")
def test_the_second_tab_keeps_its_words_and_overwrites_nothing(client: Client, draft: Application) -> None:
    page = f"/work/applications/{draft.pk}/"
    saved = client.post(
        page + "autosave/", {"revision": "1", "purpose": "첫 창"}, headers={"hx-request": "true"}
    )
    assert 'value="2"' in saved.content.decode()
    late = client.post(page + "autosave/", {"revision": "1", "purpose": "둘째 창"})
    assert "먼저 저장했습니다" in late.content.decode()
    refused = client.post(page + "edit/", {"revision": "1", "purpose": "둘째 창", "act": "save"})
    assert refused.status_code == 409
    assert "둘째 창" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.content["purpose"] == "첫 창"


@pytest.mark.req("A5", "refusal")
def test_a_program_as_evidence_and_a_word_as_number_are_told_and_nothing_is_lost(
    client: Client, draft: Application
) -> None:
    page = f"/work/applications/{draft.pk}/edit/"
    item = draft.items.order_by("item__position")[0]
    answer = client.post(
        page,
        {
            "revision": "1",
            "purpose": "남는 말",
            f"file-{item.item_id}": SimpleUploadedFile("현황표.pdf", b"MZ\x90\x00" + b"\0" * 300),
        },
    )
    assert answer.status_code == 422
    assert "현황표.pdf:" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.content["purpose"] == "남는 말"
    assert not draft.evidence.exists()
    answer = client.post(page, {"revision": draft.revision, "capacity": "스무 명"})
    assert answer.status_code == 422
    assert "스무 명" in answer.content.decode()


@pytest.mark.req("A4", "refusal")
def test_after_the_last_day_the_form_says_so(
    client: Client, draft: Application, a_round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: a_round.closes_at + timedelta(seconds=1))
    answer = client.post(f"/work/applications/{draft.pk}/check/")
    assert answer.status_code == 422
    assert "마감했습니다" in answer.content.decode()
    client.logout()
    notice = client.get(f"/recognition/rounds/{a_round.pk}/").content.decode()
    assert "신청 마감" in notice
    assert "교육목표와 내용" in notice
    assert client.get("/recognition/rounds/").status_code == 200
