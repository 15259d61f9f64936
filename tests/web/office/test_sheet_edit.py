"""A list goes out as Excel and comes back edited: shown first, each row for itself, nothing else let through."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Role
from naite.trunk.recognition.applications import handling, marks
from naite.trunk.recognition.applications.marks import Edit
from naite.trunk.recognition.models import Application, CaseEvent, CaseMark
from naite.web.office import sheet_edit

pytestmark = pytest.mark.django_db
S = Application.State
LIST, UP, SURE = (
    "/office/applications/",
    "/office/applications/upload/",
    "/office/applications/upload/confirm/",
)
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def taken(client: Client, url: str = f"{LIST}?format=xlsx") -> Workbook:
    return load_workbook(BytesIO(client.get(url).content))


def sent(client: Client, book: Workbook, **more: str) -> Any:
    buffer = BytesIO()
    book.save(buffer)
    return client.post(UP, {"file": SimpleUploadedFile("목록.xlsx", buffer.getvalue()), **more})


def edit(book: Workbook, number: str, **values: Any) -> None:
    sheet = book.worksheets[0]
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    keys = {"handler": "담당", "due": "내부 기한", "memo": "메모"}
    for row in sheet.iter_rows(min_row=2):
        if row[heads["접수번호"] - 1].value == number:
            for key, value in values.items():
                row[heads[keys.get(key, key)] - 1].value = value


def packed(page: Any) -> str:
    return str(page.context["packed"])


@pytest.mark.req("X7a", "browser")
def test_a_list_comes_back_edited_is_shown_confirmed_and_undone(client: Client) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    colleague = make.staff(where.local, Role.LOCAL_OFFICER, "박준호")
    due = TODAY + timedelta(days=10)
    first, second, third = (
        rows.application(where, a_round, S.RECEIVED, handler=where.local_officer, due_on=due)
        for _ in range(3)
    )
    client.force_login(where.local_officer)
    book = taken(client)
    edit(book, first.number, handler="박준호", due=date(2026, 11, 27), memo="  전화로\n확인  ")
    edit(book, second.number, memo="다음 주에 방문")
    page = sent(client, book)
    text = page.content.decode()
    assert "2건이 바뀝니다" in text
    assert "올린 줄 3</b> = 바뀜 2 + 그대로 1 + 받지 않음 0" in text
    for words in ("박준호", "2026.11.27", "다음 주에 방문", "엑셀 행"):
        assert words in text
    assert not CaseMark.objects.exists()
    assert Application.objects.filter(handler=colleague).count() == 0

    done = client.post(SURE, {"edits": packed(page)})
    assert "2건 가운데 2건을 바꾸었습니다" in done.content.decode()
    first.refresh_from_db()
    assert first.handler == colleague
    mark = CaseMark.objects.get(application=first)
    assert (mark.internal_due_on, mark.memo, mark.office) == (date(2026, 11, 27), "전화로\n확인", where.local)
    assert CaseEvent.objects.filter(act="assign", application=first).count() == 1
    assert AuditEvent.objects.filter(action="recognition.mark_application").count() == 2
    again = client.post(SURE, {"edits": packed(page)}).content.decode()
    assert "2건 가운데 0건을 바꾸었습니다" in again
    assert "다른 사람이 바꾸어" in again
    assert "전화로" in client.get(LIST).content.decode()
    assert "다음 주에 방문" in client.get("/office/desk/").content.decode()

    client.post(SURE, {"edits": str(done.context["undo"]), "undoing": "1"})
    first.refresh_from_db()
    assert first.handler == where.local_officer
    assert {(row.internal_due_on, row.memo) for row in CaseMark.objects.all()} == {(None, "")}
    stale = taken(client)
    marks.edit(
        application=third,
        office=where.local,
        to=Edit(third.handler_id, None, "그 사이에"),
        stood=marks.fingerprint(third, None),
        actor=where.local_officer,
        now=make.NOW,
    )
    assert "바뀌는 것이 없습니다" in sent(client, stale).content.decode()  # an untouched row is no edit
    assert "바뀌는 것이 없습니다" in sent(client, taken(client)).content.decode()


def _second(book: Workbook, number: str) -> None:
    sheet = book.worksheets[0]
    sheet.append([cell.value for cell in sheet[2]])
    edit(book, number, memo="가")


@pytest.mark.req("X7a", "refusal")
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda b, n: edit(b, n, 과정="다른 이름", memo="가"), "고칠 수 없는 열이 바뀌었습니다: 과정"),
        (lambda b, n: edit(b, n, 상태="인정", 기한="2030-01-01"), "바뀌었습니다: 상태, 기한"),
        (lambda b, n: edit(b, n, 확인표="0123456789abcdef.000", memo="가"), "‘확인표’가 바뀌었습니다"),
        (lambda b, n: edit(b, n, handler="임꺽정"), "임꺽정"),
        (lambda b, n: edit(b, n, handler=""), "담당을 비울 수 없습니다"),
        (lambda b, n: edit(b, n, due="2026-02-30"), "달력에 없는 날"),
        (lambda b, n: edit(b, n, due="내일"), "날짜로 읽을 수 없습니다"),
        (lambda b, n: edit(b, n, due="2026-11-23"), "오늘보다 앞설 수 없습니다"),
        (lambda b, n: edit(b, n, due="2026-12-31"), "처리 기한"),
        (lambda b, n: edit(b, n, memo="가" * 501), "500자까지"),
        (lambda b, n: edit(b, n, memo="=1+1"), "수식은 받지 않습니다"),
        (_second, "두 번 있습니다"),
    ],
)
def test_what_may_not_be_is_refused_with_row_and_reason(
    client: Client, spoil: Callable[[Workbook, str], None], says: str
) -> None:
    where = rows.offices()
    case = rows.application(
        where,
        rows.round_(where.national),
        S.RECEIVED,
        handler=where.local_officer,
        due_on=TODAY + timedelta(days=10),
    )
    client.force_login(where.local_officer)
    book = taken(client)
    spoil(book, case.number)
    text = sent(client, book).content.decode()
    assert says in text
    assert "받지 않음 1" in text
    assert "엑셀 2행" in text or "엑셀 3행" in text
    assert not CaseMark.objects.exists()


@pytest.mark.req("X7a", "refusal")
def test_files_that_are_no_such_list_change_nothing(client: Client) -> None:
    where = rows.offices()
    rows.application(where, rows.round_(where.national), S.RECEIVED)
    client.force_login(where.local_officer)
    assert (
        client.post(UP, {}).status_code == 422 or "올릴 파일을 골라" in client.post(UP, {}).content.decode()
    )
    for content, says in (
        (b"", "비어 있습니다"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "옛 엑셀"),
        (b"a,b,c\n1,2,3\n", "여기서 내려받은 목록이 아닙니다"),
        (b"PK\x03\x04broken", "엑셀"),
    ):
        page = client.post(UP, {"file": SimpleUploadedFile("목록.xlsx", content)})
        assert says in page.content.decode()
        assert page.status_code >= 400
    assert client.post(SURE, {"edits": "forged"}).status_code == 302
    stranger = make.staff(make.organisation("다른 곳"), Role.INSTITUTION_STAFF)
    client.force_login(stranger)
    assert client.post(UP, {"file": SimpleUploadedFile("a.xlsx", b"x")}).status_code == 403


@pytest.mark.req("X7a", "refusal")
def test_a_case_that_moved_since_is_refused_and_another_offices_turn_keeps_its_handler(
    client: Client,
) -> None:
    where = rows.offices()
    a_round = rows.round_(where.national)
    case = rows.application(where, a_round, S.SUBMITTED)
    client.force_login(where.local_officer)
    book = taken(client)
    edit(book, case.number, memo="가")
    handling.receive(application=case, actor=where.local_officer, now=make.NOW)
    assert "내려받은 뒤에 다른 사람이 바꾼 건" in sent(client, book).content.decode()

    passed = rows.application(where, a_round, S.IN_REVIEW)
    book = taken(client)
    edit(book, passed.number, handler=where.local_officer.name)
    assert "차례여서 담당을 바꿀 수 없습니다" in sent(client, book).content.decode()
    book = taken(client)
    edit(book, passed.number, memo="결과를 기다림")  # one's own note on it is fine
    assert "1건이 바뀝니다" in sent(client, book).content.decode()


@pytest.mark.req("X7a", "browser")
def test_the_desk_goes_out_and_back_too_and_csv_as_well(client: Client) -> None:
    where = rows.offices()
    case = rows.application(where, rows.round_(where.national), S.RECEIVED, handler=where.local_officer)
    client.force_login(where.local_officer)
    book = taken(client, "/office/desk/?format=xlsx")
    edit(book, case.number, memo="책상에서")
    sheet = book.worksheets[0]
    lines = "\r\n".join(
        ",".join(f'"{"" if cell.value is None else cell.value}"' for cell in row) for row in sheet.iter_rows()
    )
    for content in (lines.encode("utf-8-sig"), lines.encode("cp949")):
        page = client.post(UP, {"file": SimpleUploadedFile("책상.csv", content), "back": "desk"})
        assert "1건이 바뀝니다" in page.content.decode()
    client.post(SURE, {"edits": packed(page)})
    assert CaseMark.objects.get().memo == "책상에서"
    with CaptureQueriesContext(connection) as few:
        client.get(f"{LIST}?format=xlsx")
    for _ in range(10):
        rows.application(where, case.round, S.RECEIVED)
    with CaptureQueriesContext(connection) as many:
        client.get(f"{LIST}?format=xlsx")
    assert len(many) == len(few)


@pytest.mark.req("A1", "refusal")
def test_marks_are_the_offices_own() -> None:
    where = rows.offices()
    case = rows.application(where, rows.round_(where.national), S.RECEIVED)
    to = Edit(case.handler_id, None, "우리만 본다")
    stood = marks.fingerprint(case, None)
    with pytest.raises(NotAllowed):
        marks.edit(application=case, office=where.local, to=to, stood=stood, actor=where.staff, now=make.NOW)
    with pytest.raises(NotAllowed):
        marks.edit(
            application=case,
            office=where.local,
            to=to,
            stood=stood,
            actor=where.provincial_officer,
            now=make.NOW,
        )
    marks.edit(
        application=case, office=where.local, to=to, stood=stood, actor=where.local_officer, now=make.NOW
    )
    with pytest.raises(Refused) as refused:
        marks.edit(
            application=case, office=where.local, to=to, stood=stood, actor=where.local_officer, now=make.NOW
        )
    assert refused.value.code == "moved_meanwhile"
    assert marks.marks_of(where.national, [case.pk]) == {}


@pytest.mark.req("X7a", "rule")
def test_names_that_repeat_carry_the_address() -> None:
    people = [make.person("김하나"), make.person("김하나"), make.person("이둘")]
    written = sheet_edit.names_of(people)
    assert written[people[2].pk] == "이둘"
    assert written[people[0].pk] == f"김하나 ({people[0].email})"
    assert len(set(written.values())) == 3
