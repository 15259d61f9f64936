"""Pages of plans and of the public notice board."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests.recognition_rows import Offices, offices
from tests.samples_of_files import pdf

from naite.trunk.delivery.models import Programme
from naite.trunk.recognition.models import Plan, PublicNotice, Round

pytestmark = pytest.mark.django_db
LINE = {
    "kind": "schedule",
    "title": "제1차",
    "from_on": "2027-03-02",
    "until_on": "2027-03-20",
    "target": "40",
}


@pytest.fixture
def o(monkeypatch: pytest.MonkeyPatch) -> Offices:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    return offices()


@pytest.mark.req("A3a", "browser")
def test_a_plan_is_written_approved_published_and_becomes_a_round(client: Client, o: Offices) -> None:
    client.force_login(o.officer)
    facts = {
        "title": "2027년 시행계획",
        "year_from": "2027",
        "year_until": "2027",
        "goals": "## 목표\n\n배움",
    }
    assert client.post("/office/policy-plans/new/basic/", facts).status_code == 403
    bad = client.post("/office/policy-plans/new/implementation/", {**facts, "year_until": "2028"})
    assert bad.status_code == 400
    assert "한 해의 계획" in bad.content.decode()
    made = client.post("/office/policy-plans/new/implementation/", facts)
    page = made["Location"]
    wrong = client.post(f"{page}lines/", {**LINE, "until_on": ""})
    assert wrong.status_code == 400
    assert "제1차" in wrong.content.decode()  # what was typed is there
    assert client.post(f"{page}lines/", LINE).status_code == 302
    client.post(f"{page}lines/", {"kind": "training", "title": "담당자 연수", "target": "30"})
    client.post(f"{page}lines/", {"kind": "target", "title": "과정", "measure": "recognised", "target": "9"})
    assert client.post(f"{page}submit/").status_code == 302
    client.force_login(o.local_officer)
    assert client.post(f"{page}approve/").status_code == 403
    client.force_login(o.official)
    assert client.post(f"{page}send-back/", {"reason": ""}).status_code == 400
    assert client.post(f"{page}approve/").status_code == 302
    client.force_login(o.officer)
    plan = Plan.objects.get()
    programme = Programme.objects.create(organisation=o.national, title="담당자 과정", created_at=make.NOW)
    training = plan.lines.get(kind="training")
    client.post(f"{page}lines/{training.pk}/programme/", {"programme": str(programme.pk)})
    schedule = plan.lines.get(kind="schedule")
    to_round = client.post(f"{page}lines/{schedule.pk}/round/")
    assert to_round["Location"].endswith(f"{Round.objects.get().pk}/")
    assert client.post(f"{page}publish/").status_code == 302
    shown = client.get(page).content.decode()
    assert "담당자 과정" in shown
    assert "<svg" in shown
    sheet = load_workbook(BytesIO(client.get(f"{page}lines.xlsx").content)).active
    assert sheet is not None
    assert sheet.max_row == 4
    client.logout()
    notice = PublicNotice.objects.get()
    assert "2027년 시행계획" in client.get("/notices/").content.decode()
    assert "<h2>목표</h2>" in client.get(f"/notices/{notice.pk}/").content.decode()
    assert "제1차" in client.get(f"/plans/{plan.pk}/").content.decode()
    assert client.get(f"/plans/{plan.pk}/plan.pdf").content.startswith(b"%PDF")


@pytest.mark.req("A3a", "refusal")
def test_a_corrected_excel_shows_first_and_a_draft_is_not_for_others(client: Client, o: Offices) -> None:
    client.force_login(o.officer)
    facts = {"title": "2027년 시행계획", "year_from": "2027", "year_until": "2027", "goals": "목표"}
    page = client.post("/office/policy-plans/new/implementation/", facts)["Location"]
    table = "구분,내용,금액(원)\n예산,운영비,5000000\n".encode()
    shown = client.post(f"{page}upload/", {"file": SimpleUploadedFile("a.csv", table)})
    assert "1줄이 바뀝니다" in shown.content.decode()
    plan = Plan.objects.get()
    assert not plan.lines.exists()
    assert client.post(f"{page}upload/", {"rows": shown.context["rows"]}).status_code == 302
    assert plan.lines.get().amount == 5_000_000
    bad = "구분,내용,금액(원)\n예산,운영비,많이\n".encode()
    answer = client.post(f"{page}upload/", {"file": SimpleUploadedFile("a.csv", bad)})
    assert answer.status_code == 400
    assert "많이" in answer.content.decode()
    client.force_login(o.local_officer)
    assert client.get(page).status_code == 404
    assert client.get(f"/plans/{plan.pk}/").status_code == 404
    client.force_login(o.staff)
    assert client.get("/office/policy-plans/").status_code == 403


@pytest.mark.req("A3a", "browser")
def test_an_office_announces_with_a_file_and_takes_it_off(client: Client, o: Offices) -> None:
    client.force_login(o.local_officer)
    said = {"kind": "campaign", "title": "평생학습 주간", "body": "**함께** 배워요", "from_on": "2026-11-24"}
    bad = client.post("/office/notice-board/", {**said, "from_on": "2020-01-01"})
    assert bad.status_code == 400
    assert "평생학습 주간" in bad.content.decode()
    file = SimpleUploadedFile("안내.pdf", pdf())
    assert client.post("/office/notice-board/", {**said, "uploads": [file]}).status_code == 302
    row = PublicNotice.objects.get()
    client.logout()
    page = client.get(f"/notices/{row.pk}/").content.decode()
    assert "<strong>함께</strong>" in page
    got = client.get(f"/notices/{row.pk}/files/{row.files.get().pk}/")
    assert b"".join(got.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    client.force_login(o.local_officer)
    client.post(f"/office/notice-board/{row.pk}/withdraw/")
    assert client.get(f"/notices/{row.pk}/").status_code == 404
    client.force_login(o.staff)
    assert client.get("/office/notice-board/").status_code == 403
