"""Official lists of what was forwarded, and of results, as PDF, HWPX and Excel."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.papers import Table
from naite.trunk.people.models import Role
from naite.trunk.recognition.applications import handling
from naite.trunk.recognition.letters import lists
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    LocalNotice,
    NoticeBatch,
    ResultNotice,
)

pytestmark = pytest.mark.django_db
S = Application.State


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def words(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if "section" in name)


@pytest.mark.req("X7a", "browser", "refusal")
def test_what_went_out_under_one_number_is_a_letter_with_its_list(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    cases = [rows.application(where, a_round, S.RECEIVED) for _ in range(2)]
    rows.application(where, a_round, S.RECEIVED)
    ApplicationItem.objects.update(check_state=ApplicationItem.Check.COMPLETE)
    done = handling.forward_many(
        applications=cases, letter_number="평생교육과-77", actor=where.local_officer, now=make.NOW
    )
    assert all(not each.refusal for each in done)
    hops = lists.forwarded([where.local], "평생교육과-77")
    paper = lists.forwarding(hops, number="평생교육과-77", sender=where.local_officer)
    assert paper.recipient == "국가평생교육진흥원의 장"
    assert paper.day == date(2026, 11, 24)
    (table,) = (block for block in paper.blocks if isinstance(block, Table))
    assert [row[1] for row in table.rows] == sorted(each.number for each in cases)

    client.force_login(where.local_officer)
    assert "평생교육과-77" in client.get("/office/applications/letters/").content.decode()
    url = "/office/applications/letter/?number=평생교육과-77"
    pdf, hwpx, book = (client.get(f"{url}&form={form}") for form in ("pdf", "hwpx", "xlsx"))
    assert pdf.content.startswith(b"%PDF-")
    assert all(each.number in words(hwpx.content) for each in cases)
    sheet = load_workbook(BytesIO(book.content)).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == sorted(each.number for each in cases)
    assert client.get("/office/applications/letter/?number=없는-1&form=pdf").status_code == 404
    elsewhere = make.organisation("종로구", region=make.region("11110", "종로구"))
    client.force_login(make.staff(elsewhere, Role.LOCAL_OFFICER))
    assert client.get(f"{url}&form=pdf").status_code == 404
    assert "아직 송부 목록이 없습니다" in client.get("/office/applications/letters/").content.decode()


@pytest.mark.req("A11", "browser", "refusal")
def test_the_results_of_one_local_government_are_a_list_for_its_files(client: Client) -> None:
    where = rows.offices()
    case = rows.application(where, rows.round_(where.national), S.APPROVED, recognition_number="2026-0001")
    batch = NoticeBatch.objects.create(
        round=case.round, number="국평-1", created_by=where.officer, created_at=make.NOW, total=1
    )
    local = LocalNotice.objects.create(
        batch=batch, office=where.local, arrived_on=date(2026, 11, 20), due_on=date(2026, 11, 27)
    )
    ResultNotice.objects.create(
        local=local,
        application=case,
        organisation=where.institution,
        kind=ResultNotice.Kind.RECOGNISED,
    )
    client.force_login(where.local_officer)
    url = f"/office/letters/{local.pk}/list"
    assert client.get(f"{url}.pdf").content.startswith(b"%PDF-")
    said = words(client.get(f"{url}.hwpx").content)
    assert "2026-0001" in said
    assert "2026.11.27" in said
    client.force_login(where.staff)
    assert client.get(f"{url}.pdf").status_code == 403
