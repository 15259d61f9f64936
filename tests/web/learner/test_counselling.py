"""A citizen's private questions as pages."""

import pytest
from django.test import Client
from tests import factories as make
from tests.branches.counselling.conftest import (  # noqa: F401 - fixtures
    Offices,
    asker,
    category,
    offices,
    question,
)
from tests.clock import hold

from naite.branches.counselling.models import Question, QuestionCategory
from naite.branches.counselling.services import answers, questions
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)


def filled(**changes: str) -> dict[str, str]:
    return {
        "category": "account",
        "title": "합칠 수 있나요",
        "body": "두 개입니다",
        "region": "11440",
        **changes,
    }


@pytest.mark.req("A21", "browser")
def test_a_citizen_saves_a_draft_goes_on_and_sends(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    category: QuestionCategory,  # noqa: F811
) -> None:
    client.force_login(asker)
    assert "보내기" in client.get("/my/counselling/new/").content.decode()
    drafted = client.post("/my/counselling/new/", filled(title="", act="draft"))
    row = Question.objects.get()
    assert drafted["Location"] == f"/my/counselling/{row.pk}/edit/"
    empty = client.post(drafted["Location"], filled(title="", edition="1", act="send"))
    assert empty.status_code == 422
    assert "제목을 적어 주세요" in empty.content.decode()
    assert "두 개입니다" in empty.content.decode()
    sent = client.post(drafted["Location"], filled(edition="2", act="send"))
    assert sent["Location"] == f"/my/counselling/{row.pk}/"
    page = client.get(sent["Location"]).content.decode()
    assert "마포구가 12.02(수)까지 답합니다" in page
    assert "02-0000-0100" in page
    assert "되돌려 고치기" in page


@pytest.mark.req("A21", "refusal")
def test_a_send_that_is_refused_goes_on_as_the_same_draft(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    category: QuestionCategory,  # noqa: F811
) -> None:
    client.force_login(asker)
    page = client.post("/my/counselling/new/", filled(body=" ", act="send"))
    row = Question.objects.get()
    assert page.status_code == 422
    assert f"/my/counselling/{row.pk}/edit/" in page.content.decode()
    second = client.post(f"/my/counselling/{row.pk}/edit/", filled(edition="7"))
    assert "다른 창에서 이 글을 먼저 고쳤습니다" in second.content.decode()


@pytest.mark.req("A21", "browser")
def test_answers_show_and_notes_never_do(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    question: Question,  # noqa: F811
) -> None:
    answers.note(question=question, body="속으로 하는 말", actor=offices.local, now=NOW)
    answers.save_draft(question=question, body="쓰다 만 답", actor=offices.colleague, now=NOW)
    answers.answer(question=question, body="보내는 답", actor=offices.local, now=NOW)
    client.force_login(asker)
    page = client.get(f"/my/counselling/{question.pk}/").content.decode()
    assert "보내는 답" in page
    for hidden in ("속으로 하는 말", "쓰다 만 답", "정도윤"):
        assert hidden not in page
    listed = client.get("/my/counselling/").content.decode()
    assert "답이 왔습니다" in listed

    client.post(f"/my/counselling/{question.pk}/close/")
    rated = client.post(
        f"/my/counselling/{question.pk}/rate/", {"grade": "5", "text": "고맙습니다"}, follow=True
    )
    assert "매우 만족" in rated.content.decode()
    client.post(f"/my/counselling/{question.pk}/words/", {"body": "하나 더요"})
    question.refresh_from_db()
    assert question.state == Question.State.FOLLOW_UP


@pytest.mark.req("A21", "refusal")
def test_nobody_else_opens_a_question(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    question: Question,  # noqa: F811
) -> None:
    path = f"/my/counselling/{question.pk}/"
    assert client.get(path)["Location"].startswith("/accounts/login/")
    for who in (make.person("남"), offices.local):
        client.force_login(who)
        assert client.get(path).status_code == 404
        assert client.post(path + "words/", {"body": "끼어듦"}).status_code == 404
        assert client.post(path + "close/").status_code == 404
    client.force_login(asker)
    assert client.get(path + "close/").status_code == 405
    assert client.post(path + "elsewhere/").status_code == 404
    assert client.post(path + "words/", {"body": " "}).status_code == 422


def test_a_late_answer_is_admitted(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    category: QuestionCategory,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = questions.start(
        person=asker,
        text=questions.QuestionText(category, asker.region, "제목", "글"),
        actor=asker,
        now=NOW.replace(month=10),
    )
    questions.submit(question=row, actor=asker, now=NOW.replace(month=10))
    client.force_login(asker)
    assert "답할 날이 지났습니다" in client.get(f"/my/counselling/{row.pk}/").content.decode()
