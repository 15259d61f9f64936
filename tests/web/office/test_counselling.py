"""Private questions at the office, as pages and as Excel."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests.branches.counselling.conftest import (  # noqa: F401 - fixtures
    Offices,
    ask,
    asker,
    category,
    offices,
    question,
)
from tests.clock import hold

from naite.branches.counselling.models import AnswerTemplate, Message, Question, QuestionCategory
from naite.branches.counselling.services import answers
from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import Organisation, Person, Role

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)


@pytest.mark.req("A21", "browser")
def test_an_officer_takes_answers_and_notes(
    client: Client,
    offices: Offices,  # noqa: F811
    question: Question,  # noqa: F811
) -> None:
    client.force_login(offices.local)
    path = f"/office/counselling/{question.pk}/"
    assert "계좌를 합칠 수 있나요" in client.get("/office/counselling/").content.decode()
    assert "두 개가 있습니다" in client.get(path).content.decode()
    assert AuditEvent.objects.filter(action="counselling.view_question", subject_id=str(question.pk)).exists()
    client.post(path + "assign/", {"handler": str(offices.colleague.pk)})
    client.post(path + "note/", {"note-body": "전화로 확인함"})
    client.post(path + "answer/", {"body": "쓰는 중", "seen": "1", "act": "draft"})
    assert "쓰는 중" in client.get(path).content.decode()
    client.post(path + "answer/", {"body": "네, 됩니다", "seen": "1", "act": "send"})
    question.refresh_from_db()
    assert (question.state, question.handler) == (Question.State.ANSWERED, offices.colleague)
    assert Message.objects.filter(sent_at=None).count() == 0


@pytest.mark.req("A21", "refusal")
def test_a_colleague_who_was_faster_is_told_and_the_words_stay(
    client: Client,
    offices: Offices,  # noqa: F811
    question: Question,  # noqa: F811
) -> None:
    answers.answer(question=question, body="먼저 온 답", actor=offices.colleague, now=NOW)
    client.force_login(offices.local)
    page = client.post(f"/office/counselling/{question.pk}/answer/", {"body": "나의 답", "seen": "0"})
    assert page.status_code == 422
    assert "그 사이에 새 글이 올라왔습니다" in page.content.decode()
    assert "나의 답" in page.content.decode()
    assert 'name="seen" value="1"' in page.content.decode()


@pytest.mark.req("A21", "refusal")
def test_other_offices_and_institutions_see_neither_page_nor_list(
    client: Client,
    offices: Offices,  # noqa: F811
    question: Question,  # noqa: F811
    asker: Person,  # noqa: F811
) -> None:
    hall = make.organisation("한강평생학습관", kind=Organisation.Kind.HUMAN_RESOURCES, parent=offices.city)
    path = f"/office/counselling/{question.pk}/"
    for who in (asker, make.staff(hall), make.staff(hall, Role.COUNSELLOR), offices.provincial):
        client.force_login(who)
        assert client.get(path).status_code == 403
        assert client.post(path + "answer/", {"body": "답"}).status_code == 403
        listed = client.get("/office/counselling/")
        assert "계좌를 합칠 수 있나요" not in listed.content.decode()
        for excel in (client.get("/office/counselling/?format=xlsx"),):
            if excel.status_code == 200:
                sheet = load_workbook(BytesIO(excel.content)).active
                assert sheet is not None and sheet.max_row == 1
    assert not AuditEvent.objects.filter(action="counselling.view_question").exists()


@pytest.mark.req("X7a", "browser")
def test_the_list_goes_out_as_excel_without_who_asked_or_what_was_noted(
    client: Client,
    offices: Offices,  # noqa: F811
    question: Question,  # noqa: F811
) -> None:
    answers.note(question=question, body="속으로 하는 말", actor=offices.local, now=NOW)
    client.force_login(offices.local)
    response = client.get("/office/counselling/?show=all&format=xlsx")
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][1:5] == ("학습계좌", "서울특별시 마포구", "계좌를 합칠 수 있나요", "접수")
    text = str(rows)
    assert "한가람" not in text
    assert "속으로 하는 말" not in text
    assert AuditEvent.objects.filter(action="counselling.export_questions").exists()


@pytest.mark.req("A21", "browser")
def test_the_list_filters_and_asks_the_same_number_of_queries(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    category: QuestionCategory,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(35):
        ask(asker, category, title=f"물음 {number:02}")
    client.force_login(offices.local)
    client.get("/office/counselling/")
    with django_assert_max_num_queries(12):
        page = client.get("/office/counselling/").content.decode()
    assert "1 / 2쪽" in page
    assert "물음 03" in client.get("/office/counselling/?q=물음 03&category=account").content.decode()
    assert "물음 03" not in client.get("/office/counselling/?show=mine").content.decode()
    assert "늦은 상담이 없습니다" in client.get("/office/counselling/?show=overdue").content.decode()


@pytest.mark.req("A21", "browser")
def test_a_question_is_handed_over_with_a_reason(
    client: Client,
    offices: Offices,  # noqa: F811
    question: Question,  # noqa: F811
) -> None:
    client.force_login(offices.local)
    path = f"/office/counselling/{question.pk}/hand-over/"
    refused = client.post(path, {"hand-to": str(offices.province.pk), "hand-reason": ""})
    assert refused.status_code == 422
    done = client.post(
        path, {"hand-to": str(offices.province.pk), "hand-reason": "시의 일입니다"}, follow=True
    )
    assert "상담을 넘겼습니다" in done.content.decode()
    assert client.get(f"/office/counselling/{question.pk}/").status_code == 403


def test_staff_write_down_what_somebody_asks_at_the_desk(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    category: QuestionCategory,  # noqa: F811
) -> None:
    client.force_login(offices.local)
    given = {"category": "account", "title": "제목", "body": "글", "region": "11440", "name": "한가람"}
    wrong = client.post("/office/counselling/new/", {**given, "email": offices.provincial.email or ""})
    assert wrong.status_code == 422
    assert "함께 맞는 사람이 없습니다" in wrong.content.decode()
    assert not Question.objects.exists()
    client.post("/office/counselling/new/", {**given, "email": asker.email or ""})
    row = Question.objects.get()
    assert (row.person, row.entered_by, row.state) == (asker, offices.local, Question.State.RECEIVED)


def test_templates_are_kept_edited_and_put_away(
    client: Client,
    offices: Offices,  # noqa: F811
    question: Question,  # noqa: F811
) -> None:
    client.force_login(offices.local)
    client.post("/office/counselling/templates/", {"name": "인사", "body": "안녕하세요", "category": ""})
    row = AnswerTemplate.objects.get()
    page = client.get(f"/office/counselling/{question.pk}/?template={row.pk}").content.decode()
    assert "안녕하세요</textarea>" in page.replace("\n", "")
    assert client.post("/office/counselling/templates/", {"name": "", "body": ""}).status_code == 422
    client.post("/office/counselling/templates/", {"retire": str(row.pk)})
    row.refresh_from_db()
    assert row.retired_at is not None
