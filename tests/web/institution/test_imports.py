"""Uploading files of listings in the browser."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make
from tests.standard_rows import as_csv, row

from naite.trunk.catalogue import imports
from naite.trunk.catalogue.models import ImportBatch, Listing
from naite.trunk.catalogue.standard_file import COLUMNS, read_table
from naite.trunk.people.models import Organisation, Role

pytestmark = pytest.mark.django_db
UPLOAD = "/work/import/"


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
    return make.organisation()


@pytest.fixture
def page(client: Client, home: Organisation) -> Client:
    client.force_login(make.staff(home))
    return client


def send(page: Client, content: bytes, name: str = "강좌.csv") -> Any:
    return page.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("X2", "browser")
def test_upload_preview_apply_and_the_sum(page: Client) -> None:
    answer = send(page, as_csv(row(), row(강좌명="둘째", 강좌정원수="0"), row(강좌명="셋째")).encode("cp949"))
    assert answer.status_code == 302
    preview = page.get(answer.url)
    said = text(preview)
    assert "아직 아무것도 바뀌지 않았습니다" in said
    # The faulty row stands first, under Excel's number, boxed, with a sentence and an example beneath.
    assert '<td class="num rn">3</td>' in said
    assert '<span class="cell">0</span><span class="why">정원은 1명 이상이어야 합니다.' in said
    assert "셋째" not in said
    assert "맞는 2행만 반영" in said
    assert not Listing.objects.exists()

    assert "맞는 2행만 반영" in text(page.get(answer.url))  # a reload shows the same
    assert "셋째" in text(page.get(answer.url + "?show=created"))
    done = page.post(answer.url + "apply/", follow=True)
    said = text(done)
    assert "2행을 반영했습니다. 1행은 고쳐서 다시 올려 주세요." in said
    assert "2 + 0 + 0 + 1 =" in said
    assert "맞음" in said
    assert Listing.objects.count() == 2


@pytest.mark.req("X2", "browser")
def test_a_second_upload_shows_before_and_after(page: Client) -> None:
    page.post(send(page, as_csv(row()).encode()).url + "apply/")
    said = text(page.get(send(page, as_csv(row(강좌정원수="15")).encode()).url))
    assert "<del>12</del>" in said
    assert "<ins>15</ins>" in said
    assert "강좌정원수" in said


@pytest.mark.req("X2", "refusal")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "파일이 비어 있습니다"),
        ("이름,나이\n가람,3".encode(), "표준 양식의 머리글이 없습니다"),
        (as_csv(row()).replace("수강료", "비용").encode(), "빠진 열: 수강료. 모르는 열: 비용."),
        (as_csv(row()).encode("utf-16"), "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "옛 엑셀 파일(.xls)"),
        (b"PK\x03\x04 cut", "엑셀 파일이 깨졌습니다"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(
    page: Client, content: bytes, words: str
) -> None:
    answer = send(page, content)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Listing.objects.exists()
    assert set(ImportBatch.objects.values_list("state", flat=True)) <= {"failed"}


@pytest.mark.req("X2", "refusal")
def test_a_file_that_is_too_large_is_refused_whatever_its_size(page: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    answer = send(page, b"x" * (3 * 1024 * 1024))
    assert answer.status_code == 422
    assert "파일이 1 MB보다 큽니다" in text(answer)
    assert not Listing.objects.exists()


def test_no_file_asks_for_one(page: Client) -> None:
    answer = page.post(UPLOAD, {})
    assert answer.status_code == 422
    assert "올릴 파일을 골라 주세요" in text(answer)


@pytest.mark.req("X2", "browser")
def test_rejected_rows_come_back_as_excel_that_can_be_corrected_and_sent(page: Client) -> None:
    url = send(
        page, as_csv(row(), row(강좌명="=1+1"), row(강좌명="셋째", 강좌정원수="0", 운영요일="?")).encode()
    ).url
    answer = page.get(url + "rejected/")
    assert "고칠 행_강좌.xlsx" in unquote(answer.headers["Content-Disposition"])
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0][:25] == COLUMNS
    assert [line[26] for line in cells[1:]] == [3, 4]
    assert cells[1][0] == "=1+1"
    assert sheet["A2"].data_type == "s"  # a text, never a formula of ours
    assert "강좌정원수: 정원은 1명 이상" in str(cells[2][25])
    assert "운영요일: 요일로 읽을 수 없습니다" in str(cells[2][25])

    sheet["A2"], sheet["J3"], sheet["L3"] = "둘째", "월", "10"
    out = BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(out)
    again = text(page.get(send(page, out.getvalue(), "고침.xlsx").url))
    assert "2행 모두 반영" in again
    assert "표준에 없는 열은 읽지 않았습니다: 고칠 곳, 올린 파일의 행" in again


def test_the_form_to_fill_in_is_one_that_we_read(page: Client) -> None:
    book = load_workbook(BytesIO(page.get(UPLOAD + "template/").content))
    sheet, guide = book.worksheets
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    sheet.append([guide.cell(number, 3).value for number in range(2, 27)])
    out = BytesIO()
    book.save(out)
    assert len(read_table(out.getvalue(), max_bytes=10**6).rows) == 1
    assert "1행 모두 반영" in text(page.get(send(page, out.getvalue(), "양식.xlsx").url))


@pytest.mark.req("X2", "browser")
def test_a_large_upload_shows_how_far_it_is(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    monkeypatch.setattr(imports, "CHUNK", 2)
    url = send(page, as_csv(*(row(강좌명=f"강좌 {n}") for n in range(5))).encode()).url
    said = text(page.post(url + "apply/", follow=True))
    assert "곧 시작합니다" in said
    assert 'hx-trigger="every 2s"' in said
    batch = ImportBatch.objects.get()
    next(imports.apply_next(batch_id=batch.pk, now=make.NOW))
    assert '<progress max="5" value="2"' in text(page.get(url))
    page.post(url + "drop/")
    assert "5행 가운데 2행까지 반영하고 그만두었습니다." in text(page.get(url))
    assert Listing.objects.count() == 2


def test_giving_up_changes_nothing(page: Client) -> None:
    url = send(page, as_csv(row()).encode()).url
    assert page.post(url + "drop/").status_code == 302
    assert "반영하지 않고 그만두었습니다" in text(page.get(url))
    assert page.post(url + "apply/").status_code == 409
    assert not Listing.objects.exists()


def test_html_in_a_file_stays_text(page: Client) -> None:
    said = text(page.get(send(page, as_csv(row(강좌명="<script>alert(1)</script>")).encode()).url))
    assert "<script>alert" not in said
    assert "&lt;script&gt;alert(1)" in said


@pytest.mark.req("A1", "refusal")
@pytest.mark.parametrize("who", ["anonymous", "learner", "neighbour", "instructor"])
def test_it_is_the_suppliers_own_page(client: Client, home: Organisation, who: str) -> None:
    batch = imports.receive(
        supplier=home, content=as_csv(row()).encode(), file_name="a.csv", actor=None, now=make.NOW
    )
    if who != "anonymous":
        where = make.organisation("이웃 기관") if who == "neighbour" else home
        role = Role.INSTRUCTOR if who == "instructor" else Role.INSTITUTION_STAFF
        client.force_login(make.person() if who == "learner" else make.staff(where, role))
    expected = 302 if who == "anonymous" else 403
    own = reverse("work-import-batch", args=[batch.pk])
    for url in (own, own + "rejected/"):
        assert client.get(url).status_code == expected
    for url in (own + "apply/", own + "drop/"):
        assert client.post(url).status_code == expected
    if who != "neighbour":
        assert client.get(UPLOAD).status_code == expected
        assert client.get(UPLOAD + "template/").status_code == expected
    assert ImportBatch.objects.get().state == ImportBatch.State.PREVIEW


def test_wrong_methods(page: Client) -> None:
    url = send(page, as_csv(row()).encode()).url
    assert page.post(url).status_code == 405
    assert page.get(url + "apply/").status_code == 405
    assert page.put(UPLOAD).status_code == 405


def test_the_history_asks_the_same_few_questions_however_long_it_is(
    page: Client, home: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            ImportBatch.objects.create(
                supplier=home,
                uploaded_by=make.person(f"사람 {number}"),
                uploaded_at=make.NOW + timedelta(minutes=number),
                file_name=f"{number}.csv",
                row_count=3,
                state=ImportBatch.State.APPLIED,
            )

    fill(1)
    page.get(UPLOAD)
    with django_assert_num_queries(7):
        page.get(UPLOAD)
    fill(30)
    with django_assert_num_queries(7):
        said = text(page.get(UPLOAD))
    assert "2쪽 가운데 1쪽" in said


def test_a_preview_of_many_rows_is_paged_and_asks_few_questions(
    page: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = send(page, as_csv(*(row(강좌명=f"강좌 {n}") for n in range(120))).encode()).url
    with django_assert_num_queries(7):
        said = text(page.get(url + "?show=all&page=3"))
    assert "강좌 119" in said
    assert "강좌 99<" not in said
    assert "?show=all&amp;page=2" in said
