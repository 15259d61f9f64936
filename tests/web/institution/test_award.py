"""The pages on which a badge is given to many."""

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from tests import badge_rows as rows
from tests import factories as make

from naite.flows import award_run as flow
from naite.roots.audit.models import AuditEvent
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.models import Achievement, Award, AwardRun, IssuingPolicy
from naite.trunk.badges.rules import AwardRule
from naite.trunk.people.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.req("B4", "browser")]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


@pytest.fixture
def badge() -> Achievement:
    return rows.published(badge_type="activity", rule=AwardRule(activity_hours=Decimal(8)))


@pytest.fixture
def staff(client: Client, badge: Achievement) -> Client:
    client.force_login(make.staff(badge.organisation))
    return client


def learner(name: str) -> str:
    person = make.person(name)
    make.account(person)
    return str(person.email)


def upload(client: Client, badge: Achievement, content: bytes, name: str = "명단.csv") -> AwardRun:
    answer = client.post(
        f"/work/badges/{badge.pk}/award/",
        {"way": "file", "file": SimpleUploadedFile(name, content), "narrative": "함께 가꾼 마을"},
    )
    assert answer.status_code == 302, answer.content.decode()
    return AwardRun.objects.latest("prepared_at", "id")


def finish(run: AwardRun) -> None:
    for _step in flow.give(run_id=run.pk, clock=lambda: make.NOW):
        pass


def test_from_a_cp949_list_to_the_report(staff: Client, badge: Achievement) -> None:
    assert "한꺼번에 수여" in staff.get(f"/work/badges/{badge.pk}/award/").content.decode()
    cells = [[learner("한가람"), "", "", "", "", "", 9], [learner("오하린"), "", "", "", "", "", 2], ["뭐지"]]
    run = upload(staff, badge, as_csv(cells, encoding="cp949"))
    page = staff.get(f"/work/awards/{run.pk}/").content.decode()
    assert "아직 아무것도 주지 않았습니다" in page
    assert "이메일 꼴이 아닙니다" in page
    assert "활동 2시간: 기준은 8시간 이상입니다." in page
    assert "1명에게 주기" in page
    assert staff.post(f"/work/awards/{run.pk}/submit/", {"due_at": ""}).status_code == 302
    assert 'hx-trigger="every 2s"' in staff.get(f"/work/awards/{run.pk}/").content.decode()
    finish(run)
    page = staff.get(f"/work/awards/{run.pk}/?show=all").content.decode()
    assert "합이 맞음" in page
    assert 'hx-trigger="every' not in page
    assert re.search(r'id="awarded">1<', page)
    book = load_workbook(io.BytesIO(staff.get(f"/work/awards/{run.pk}/report/?show=rejected").content))
    assert book.active is not None
    lines = list(book.active.iter_rows(values_only=True))
    assert lines[0][0] == "이메일"
    assert len(lines) == 3
    assert AuditEvent.objects.filter(action="badges.export_award_run").exists()
    assert "명단.csv" in staff.get("/work/awards/").content.decode()


def test_what_cannot_be_read_is_said_and_keeps_what_was_typed(staff: Client, badge: Achievement) -> None:
    file = SimpleUploadedFile("a.csv", b"name\nx\n")
    answer = staff.post(
        f"/work/badges/{badge.pk}/award/", {"way": "file", "file": file, "narrative": "내 글"}
    )
    assert answer.status_code == 422
    assert "‘이메일’ 열이 없습니다" in answer.content.decode()
    assert "내 글" in answer.content.decode()
    run = AwardRun.objects.get()
    assert run.state == AwardRun.State.FAILED
    assert "다시 올리기" in staff.get(f"/work/awards/{run.pk}/").content.decode()
    assert staff.post(f"/work/badges/{badge.pk}/award/", {"way": "file"}).status_code == 422
    nobody = staff.post(f"/work/badges/{badge.pk}/award/", {"way": "people", "emails": " "})
    assert "받을 사람을 고르거나" in nobody.content.decode()


def test_completers_are_picked_by_hand(client: Client) -> None:
    badge = rows.published()
    assert badge.course_version is not None
    entry = rows.completed(badge.course_version, make.person("수료자"))
    client.force_login(make.staff(badge.organisation))
    page = client.get(f"/work/badges/{badge.pk}/award/").content.decode()
    assert "수료자" in page
    person = entry.account.person
    client.post(f"/work/badges/{badge.pk}/award/", {"way": "people", "person": [str(person.pk)]})
    run = AwardRun.objects.get()
    client.post(f"/work/awards/{run.pk}/submit/", {"due_at": ""})
    finish(run)
    assert Award.objects.get().entry_id == entry.id
    assert "수료자" not in client.get(f"/work/badges/{badge.pk}/award/").content.decode()


def test_the_second_person_approves_or_sends_back(client: Client, badge: Achievement) -> None:
    first, second = make.staff(badge.organisation), make.staff(badge.organisation, name="민재희")
    client.force_login(first)
    assert client.post("/work/awards/policy/", {"second_person": "1"}).status_code == 302
    assert IssuingPolicy.objects.get().second_person
    run = upload(client, badge, as_csv([[learner("가"), "", "", "", "", "", 9]]))
    client.post(f"/work/awards/{run.pk}/submit/", {"due_at": "2026-11-27T09:00"})
    assert "올린 사람은 승인할 수 없습니다" in client.get(f"/work/awards/{run.pk}/").content.decode()
    assert client.post(f"/work/awards/{run.pk}/approve/").status_code == 403
    client.force_login(second)
    assert "1명 승인" in client.get(f"/work/awards/{run.pk}/").content.decode()
    assert client.post(f"/work/awards/{run.pk}/decline/", {"reason": ""}).status_code == 422
    assert client.post(f"/work/awards/{run.pk}/approve/").status_code == 302
    assert "2026.11.27 09:00에 줍니다" in client.get(f"/work/awards/{run.pk}/").content.decode()
    assert client.post(f"/work/awards/{run.pk}/approve/").status_code == 409


@pytest.mark.req("B4", "refusal")
def test_others_see_nothing_of_it(client: Client, badge: Achievement) -> None:
    client.force_login(make.staff(badge.organisation))
    run = upload(client, badge, as_csv([[learner("가"), "", "", "", "", "", 9]]))
    for who, status in (
        (make.staff(make.organisation()), 404),
        (make.person(), 403),
        (make.staff(badge.organisation, Role.INSTRUCTOR), 403),
    ):
        client.force_login(who)
        assert client.get(f"/work/awards/{run.pk}/").status_code == status
        assert client.get(f"/work/awards/{run.pk}/report/").status_code == status
        assert client.get(f"/work/badges/{badge.pk}/award/").status_code == status
        assert client.post(f"/work/awards/{run.pk}/submit/", {}).status_code == status
    assert client.get(f"/work/awards/{run.pk}/pause/").status_code == 405
    client.force_login(make.staff(badge.organisation))
    assert client.post(f"/work/awards/{run.pk}/delete/").status_code == 404


def test_the_form_tells_how_each_column_is_written(staff: Client) -> None:
    book = load_workbook(io.BytesIO(staff.get("/work/awards/template/").content))
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["이메일", "이름"]
    assert book.worksheets[1].max_row == 10


def test_a_page_costs_the_same_however_long_the_list(staff: Client, badge: Achievement) -> None:
    def queries(count: int) -> int:
        run = upload(staff, badge, as_csv([[f"x{n}@example.kr"] for n in range(count)]))
        with CaptureQueriesContext(connection) as caught:
            staff.get(f"/work/awards/{run.pk}/?show=all")
        return len(caught)

    queries(1)
    assert abs(queries(40) - queries(2)) <= 1
