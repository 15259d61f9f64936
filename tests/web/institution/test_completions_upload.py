"""Handing in completions by file in the browser, and answering what learners object to."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from tests import clock
from tests import factories as make
from tests.completion_rows import as_csv, learner, row

from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import Organisation
from naite.trunk.records.models import CompletionUpload, Entry, EntryObjection
from naite.trunk.records.uploads.columns import COLUMNS

pytestmark = pytest.mark.django_db
PAGE = "/work/completions/"


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "naite.roots.files.storage.SealedStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.hold(monkeypatch, make.NOW)


@pytest.fixture
def home() -> Organisation:
    found = make.organisation()
    make.version(found)
    return found


@pytest.fixture
def page(client: Client, home: Organisation) -> Client:
    client.force_login(make.staff(home))
    return client


def send(page: Client, content: bytes, name: str = "수료.csv") -> Any:
    return page.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("A19", "browser")
def test_upload_preview_apply_correct_and_take_back(page: Client) -> None:
    account = make.account(one := learner())
    answer = send(page, as_csv(row(one), row(one, HOURS="0"), row(learner("강하늘"))).encode("cp949"))
    assert answer.status_code == 302
    said = text(page.get(answer.url))
    assert "아직 아무것도 바뀌지 않았습니다" in said
    assert '<td class="num rn">3</td>' in said
    assert '<span class="cell">0</span><span class="why">이수시간은 0보다 큰 숫자로' in said
    assert "맞는 2행만 반영" in said
    assert not Entry.objects.exists()
    said = text(page.post(answer.url + "apply/", follow=True))
    assert "1건을 학습계좌에 담았습니다. 1행은 고쳐서 다시 올려 주세요." in said
    assert "0 + 1 + 1 + 0 + 1 =" in said
    assert "맞음" in said
    assert "강하늘" in text(page.get(answer.url + "?show=waiting"))

    # The rejected rows come back as Excel; corrected in place they can be handed in as they are.
    book = load_workbook(BytesIO(page.get(answer.url + "rejected/").content))
    sheet = book.active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][: len(COLUMNS)] == list(COLUMNS)
    assert "이수시간: 이수시간은 0보다" in str(sheet.cell(2, len(COLUMNS) + 1).value)
    sheet.cell(2, COLUMNS.index("이수시간") + 1).value = "3"
    sheet.cell(2, COLUMNS.index("수료일") + 1).value = "2026-11-10"
    out = BytesIO()
    book.save(out)
    again = send(page, out.getvalue(), "고침.xlsx")
    page.post(again.url + "apply/")
    assert Entry.objects.filter(account=account, voided_at=None).count() == 2

    assert page.post(answer.url + "undo/", {"reason": ""}).status_code == 422
    said = text(page.post(answer.url + "undo/", {"reason": "명단이 다릅니다"}, follow=True))
    assert "2행을 모두 되돌렸습니다." in said
    assert Entry.objects.get(account=account, voided_at=None).hours == 3


@pytest.mark.req("A19", "browser", "refusal")
def test_refusals_say_what_to_do_and_change_nothing(page: Client) -> None:
    none = page.post(PAGE)
    assert none.status_code == 422
    assert "올릴 파일을 골라 주세요" in text(none)
    broken = send(page, b"PK\x03\x04 not really")
    assert broken.status_code == 422
    assert "엑셀 파일이 깨졌습니다" in text(broken)
    assert not CompletionUpload.objects.exists()
    content = as_csv(row()).encode()
    first = send(page, content)
    same = send(page, content, "다른 이름.csv")
    assert same.status_code == 422
    assert "‘수료.csv’ 파일과 내용이 같습니다" in text(same)
    assert page.post(first.url + "undo/", {"reason": "x"}).status_code == 409
    assert page.post(first.url + "drop/").status_code == 302
    assert "그만두었습니다" in text(page.get(first.url))
    assert page.post(first.url + "apply/").status_code == 409
    assert page.get(first.url + "apply/").status_code == 405


@pytest.mark.req("A19", "refusal")
def test_others_see_nothing(page: Client, client: Client) -> None:
    upload = send(page, as_csv(row()).encode()).url
    for who in (make.staff(make.organisation("다른 기관")), learner()):
        client.force_login(who)
        for address in (upload, upload + "rejected/"):
            assert client.get(address).status_code == 403
        for act in ("apply/", "drop/", "undo/"):
            assert client.post(upload + act).status_code == 403
    client.force_login(learner())
    assert client.get(PAGE).status_code == 403


def test_the_form_lists_the_columns_and_the_courses(page: Client, home: Organisation) -> None:
    book = load_workbook(BytesIO(page.get(PAGE + "template/").content))
    assert [cell.value for cell in book.worksheets[0][1]] == list(COLUMNS)
    assert book.worksheets[1].max_row == len(COLUMNS) + 1
    course = home.courses.get()
    assert [cell.value for cell in book.worksheets[2][2]] == [str(course.pk), "마을 기록가 되기", 4]


def test_pages_ask_the_database_equally_often_whatever_they_show(page: Client) -> None:
    make.account(one := learner())
    urls = [send(page, as_csv(row(one)).encode()).url]
    urls.append(
        send(page, as_csv(*(row(one, COMPLETED=f"2026-10-{day:02d}") for day in range(1, 30))).encode()).url
    )
    counts = []
    for url in urls:
        with CaptureQueriesContext(connection) as seen:
            page.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as seen:
        page.get(PAGE)
    assert len(seen) <= 12


@pytest.mark.req("A19", "browser")
def test_a_learner_objects_and_is_answered(page: Client, home: Organisation) -> None:
    account = make.account(one := learner())
    page.post(send(page, as_csv(row(one)).encode()).url + "apply/")
    entry = Entry.objects.get(account=account)
    mine = Client()
    mine.force_login(one)
    at = reverse("my-entry-objection", args=[entry.id])
    assert at in text(mine.get(reverse("my-entry", args=[entry.id])))
    empty = mine.post(at, {"says": " "})
    assert empty.status_code == 422
    assert "무엇이 어떻게 다른지" in text(empty)
    said = text(mine.post(at, {"says": "2시간만 들었습니다."}, follow=True))
    assert "2시간만 들었습니다." in said
    assert '<form method="post" novalidate' not in said

    listed = text(page.get(PAGE + "objections/"))
    assert "2시간만 들었습니다." in listed
    assert AuditEvent.objects.filter(action="records.see_objection", data_subject_id=one.pk).exists()
    answer = f"{PAGE}objections/{account.pk}/{EntryObjection.objects.get().id}/"
    assert page.post(answer, {"words": "", "decision": "keep"}).status_code == 422
    assert mine.post(answer, {"words": "네", "decision": "uphold"}).status_code == 403
    page.post(answer, {"words": "거두고 다시 올립니다.", "decision": "uphold"})
    entry.refresh_from_db()
    assert entry.voided_at is not None
    assert "거두고 다시 올립니다." in text(mine.get(at))
    assert "정정을 요청" in said
