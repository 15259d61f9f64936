"""Help as pages: for everybody, and for its editors."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests.branches.counselling.conftest import (  # noqa: F401 - fixtures
    Offices,
    asker,
    category,
    offices,
)

from naite.branches.counselling.models import Article, ArticleVersion, Question, QuestionCategory
from naite.branches.counselling.shipped import load
from naite.branches.counselling.texts import CATEGORIES
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def help_is_there(db: None) -> None:
    for key, name, english in CATEGORIES:
        QuestionCategory.objects.get_or_create(key=key, defaults={"name": name, "name_en": english})
    load(Article, ArticleVersion, make.NOW)


@pytest.mark.req("A21", "browser")
def test_anybody_finds_answers_and_the_office_of_their_region(
    client: Client,
    offices: Offices,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    with django_assert_max_num_queries(6):
        page = client.get("/help/").content.decode()
    assert "자주 묻는 질문" in page
    assert "관련 법령" in page
    page = client.get("/help/?region=11440").content.decode()
    assert "02-0000-0100" in page
    found = client.get("/help/faq/?q=환불").content.decode()
    assert "수강을 취소하면 돈을 돌려받나요?" in found
    assert "배지가 무엇인가요" not in found
    assert "맞는 질문이 없습니다" in client.get("/help/faq/?q=우주선").content.decode()
    assert "배지가 무엇인가요" in client.get("/help/faq/?category=badge").content.decode()


@pytest.mark.req("A21", "browser")
def test_guidance_reads_in_both_languages_and_takes_votes_once(client: Client) -> None:
    page = client.get("/help/law/").content.decode()
    assert "통보받은 날부터 5년" in page
    client.get("/display/?lang=en")
    assert "five years from the day of notice" in client.get("/help/law/").content.decode()
    client.post("/help/law/vote/", {"helpful": "1"})
    client.post("/help/law/vote/", {"helpful": "1"})
    assert Article.objects.get(slug="law").helpful == 1
    assert client.post("/help/law/vote/", {"helpful": "x"}).status_code == 404
    assert client.get("/help/law/vote/").status_code == 405
    assert client.get("/help/nothing/").status_code == 404


@pytest.mark.req("A21", "browser")
def test_before_a_question_is_sent_what_may_answer_it_is_offered_once(
    client: Client,
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    category: QuestionCategory,  # noqa: F811
) -> None:
    client.force_login(asker)
    given = {
        "category": "account",
        "title": "로그인이 되지 않아요",
        "body": "번호가 안 와요",
        "region": "11440",
    }
    offered = client.post("/my/counselling/new/", {**given, "act": "send"}).content.decode()
    row = Question.objects.get()
    assert row.state == Question.State.DRAFT
    assert "로그인이 안 돼요" in offered
    assert "그래도 보내기" in offered
    client.post(
        f"/my/counselling/{row.pk}/edit/",
        {**given, "act": "send", "offered": "1", "edition": str(row.edition)},
    )
    row.refresh_from_db()
    assert row.state == Question.State.RECEIVED


@pytest.mark.req("A21", "browser")
def test_editors_preview_publish_compare_and_restore(client: Client, offices: Offices) -> None:  # noqa: F811
    client.force_login(offices.national)
    law = Article.objects.get(slug="law")
    path = f"/office/help/{law.pk}/"
    given = {"title": "관련 법령", "body": "## 새로\n\n<b>글</b>", "change": "새로 씀", "edition": "0"}
    preview = client.post(path, {**given, "act": "preview"}).content.decode()
    assert "<h2>새로</h2>" in preview
    assert "&lt;b&gt;글&lt;/b&gt;" in preview
    assert law.versions.count() == 1
    client.post(path, {**given, "act": "draft"})
    assert "통보받은 날부터" in client.get("/help/law/").content.decode()
    client.post(path, {**given, "edition": "1", "act": "publish"})
    assert "<h2>새로</h2>" in client.get("/help/law/").content.decode()
    compared = client.get(path + "versions/2/").content.decode()
    assert "<ins>" in compared and "<del>" in compared
    client.post(path + "versions/1/restore/")
    assert "되살림" in client.get(path).content.decode()
    stale = client.post(path, {**given, "act": "publish"})
    assert stale.status_code == 422
    assert "먼저 고쳤습니다" in stale.content.decode()
    assert client.get(path + "versions/9/").status_code == 404


def test_editors_begin_move_and_take_away(client: Client, offices: Offices) -> None:  # noqa: F811
    client.force_login(offices.national)
    given = {"category": "other", "slug": "parking", "title": "주차장", "body": "없습니다"}
    assert client.post("/office/help/new/?kind=faq", {**given, "slug": "faq"}).status_code == 422
    made = client.post("/office/help/new/?kind=faq", {**given, "act": "draft"})
    row = Article.objects.get(slug="parking")
    assert made["Location"] == f"/office/help/{row.pk}/"
    assert client.get("/help/parking/").status_code == 404
    client.post(f"/office/help/{row.pk}/", {**given, "edition": "1", "act": "publish"})
    assert client.get("/help/parking/").status_code == 200
    client.post(f"/office/help/{row.pk}/up/")
    client.post(f"/office/help/{row.pk}/retire/")
    assert client.get("/help/parking/").status_code == 404
    sheet = load_workbook(BytesIO(client.get("/office/help/?format=xlsx").content)).active
    assert sheet is not None and sheet.max_row >= 19
    assert client.post(f"/office/help/{row.pk}/elsewhere/").status_code == 404


@pytest.mark.req("A21", "refusal")
def test_nobody_else_opens_the_editor(client: Client, offices: Offices) -> None:  # noqa: F811
    law = Article.objects.get(slug="law")
    for who in (make.person(), offices.local, offices.provincial):
        client.force_login(who)
        assert client.get("/office/help/").status_code == 403
        assert client.post(f"/office/help/{law.pk}/", {"title": "가", "body": "나"}).status_code == 403
    assert law.versions.count() == 1
