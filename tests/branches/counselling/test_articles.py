"""Help: shipped, found, offered, edited, published, restored."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from tests import factories as make
from tests.branches.counselling.conftest import Offices

from naite.branches.counselling import finding, help_queries
from naite.branches.counselling.models import Article, ArticleVersion, QuestionCategory
from naite.branches.counselling.services import articles
from naite.branches.counselling.services.articles import ArticleText
from naite.branches.counselling.shipped import load, shipped
from naite.branches.counselling.texts import CATEGORIES
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.markdown import plain
from naite.trunk.people.models import Role

NOW = make.NOW
FAQ = [finding.Text(uuid4(), item.title, plain(item.body)) for item in shipped() if item.kind == "faq"]


@pytest.mark.req("A21", "rule")
def test_the_shipped_help_is_whole_in_both_languages() -> None:
    found = shipped()
    assert {item.slug for item in found if item.kind == "guide"} == {"about", "how-to-use", "site", "law"}
    assert sum(item.kind == "faq" for item in found) >= 15
    assert len({item.slug for item in found}) == len(found)
    keys = {key for key, _name, _en in CATEGORIES}
    for item in found:
        assert item.title and item.title_en and item.body and item.body_en
        assert not any("가" <= char <= "힣" for char in item.title_en)
        assert item.category in keys or item.kind == "guide"


@pytest.mark.req("A21", "rule")
@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("환불", "수강을 취소하면 돈을 돌려받나요?"),
        ("로그인", "로그인이 안 돼요"),
        ("QR 진위확인", "받은 증명서가 진짜인지 어떻게 아나요?"),
    ],
)
def test_two_syllables_are_found_and_every_word_counts(words: str, title: str) -> None:
    assert finding.search(FAQ, words)[0].title == title


def test_what_is_nowhere_finds_nothing_and_nothing_finds_all() -> None:
    assert finding.search(FAQ, "환불 우주선") == []
    assert finding.search(FAQ, " !? ") == FAQ


@pytest.mark.req("A21", "rule")
@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("로그인이 되지 않습니다", "로그인이 안 돼요"),
        ("예전에 배운 강좌도 넣고 싶어요", "예전에 배운 것도 넣을 수 있나요?"),
        ("받은 증명서가 진짜인지 알고 싶습니다", "받은 증명서가 진짜인지 어떻게 아나요?"),
    ],
)
def test_what_may_answer_is_offered(question: str, title: str) -> None:
    assert title in [text.title for text in finding.offers(FAQ, question)]


@pytest.mark.parametrize("question", ["주차장이 있나요", "강아지를 데려가도 되나요", "", "!!"])
def test_nothing_far_off_is_offered(question: str) -> None:
    assert finding.offers(FAQ, question) == []


def text(title: str = "제목", body: str = "본문", **more: str) -> ArticleText:
    return ArticleText(title, body, **more)


@pytest.fixture
def faq(offices: Offices, category: QuestionCategory) -> Article:
    row = articles.create(
        kind="faq", slug="made-here", text=text(), category=category, actor=offices.national, now=NOW
    )
    articles.publish(article=row, edition=1, actor=offices.national, now=NOW)
    row.refresh_from_db()
    return row


@pytest.mark.django_db
@pytest.mark.req("A21", "rule")
def test_a_draft_is_unseen_until_published_and_versions_stay(offices: Offices, faq: Article) -> None:
    later = NOW + timedelta(days=1)
    draft = articles.save_draft(
        article=faq, text=text(body="새 본문", change="고침"), edition=0, actor=offices.national, now=later
    )
    shown = help_queries.article("made-here")
    assert shown is not None and shown.current is not None and shown.current.body == "본문"
    articles.publish(article=faq, edition=draft.edition, actor=offices.national, now=later)
    assert [v.number for v in help_queries.history(faq)] == [2, 1]
    old = faq.versions.get(number=1)
    restored = articles.restore(version=old, actor=offices.national, now=later)
    assert (restored.number, restored.body, restored.published_at) == (3, "본문", None)
    with pytest.raises(Refused) as told:
        articles.restore(version=old, actor=offices.national, now=later)
    assert told.value.code == "has_draft"
    articles.discard_draft(article=faq, actor=offices.national, now=later)
    articles.retire(article=faq, actor=offices.national, now=later)
    assert help_queries.article("made-here") is None


@pytest.mark.django_db
@pytest.mark.req("A21", "refusal")
def test_a_second_editor_is_told_and_overwrites_nothing(offices: Offices, faq: Article) -> None:
    articles.save_draft(article=faq, text=text("하나"), edition=0, actor=offices.national, now=NOW)
    with pytest.raises(Refused) as told:
        articles.save_draft(article=faq, text=text("둘"), edition=0, actor=offices.national, now=NOW)
    assert told.value.code == "edited_elsewhere"
    assert "강서연" in str(told.value)
    with pytest.raises(Refused):
        articles.publish(article=faq, edition=9, actor=offices.national, now=NOW)
    draft = help_queries.draft_of(faq)
    assert draft is not None and draft.title == "하나"


@pytest.mark.django_db
@pytest.mark.req("A21", "refusal")
def test_only_the_national_institute_and_operators_write_help(
    offices: Offices, faq: Article, category: QuestionCategory
) -> None:
    for who in (offices.local, offices.provincial, make.person(), make.staff(make.organisation())):
        with pytest.raises(NotAllowed):
            articles.save_draft(article=faq, text=text(), edition=0, actor=who, now=NOW)
        with pytest.raises(NotAllowed):
            articles.retire(article=faq, actor=who, now=NOW)
    counsellor = make.staff(offices.nation, Role.COUNSELLOR)
    operator = make.person(is_operator=True)
    draft = articles.save_draft(article=faq, text=text("가"), edition=0, actor=counsellor, now=NOW)
    articles.publish(article=faq, edition=draft.edition, actor=operator, now=NOW)


@pytest.mark.django_db
def test_what_cannot_be_kept_is_refused(offices: Offices, faq: Article, category: QuestionCategory) -> None:
    def make_one(**changes: Any) -> None:
        given = {"kind": "faq", "slug": "other", "text": text(), "category": category, **changes}
        articles.create(**given, actor=offices.national, now=NOW)

    for changes, field in (
        ({"slug": "made-here"}, "slug"),
        ({"slug": "faq"}, "slug"),
        ({"slug": "Ünsinn"}, "slug"),
        ({"category": None}, "category"),
        ({"text": text(title=" ")}, "title"),
        ({"text": text(body="가" * 20_001)}, "body"),
        ({"text": text(body="800101-1234567")}, "body"),
    ):
        with pytest.raises(Invalid) as told:
            make_one(**changes)
        assert list(told.value.fields) == [field]
    assert Article.objects.filter(slug="other").count() == 0


@pytest.mark.django_db
def test_order_and_votes(offices: Offices, faq: Article, category: QuestionCategory) -> None:
    Article.objects.exclude(pk=faq.pk).update(retired_at=NOW)
    second = articles.create(
        kind="faq", slug="second", text=text("둘"), category=category, actor=offices.national, now=NOW
    )
    articles.publish(article=second, edition=1, actor=offices.national, now=NOW)

    def order() -> list[str]:
        return [row.slug for row in help_queries.published("faq")]

    assert order() == ["made-here", "second"]
    articles.move(article=second, up=True, actor=offices.national, now=NOW)
    articles.move(article=second, up=True, actor=offices.national, now=NOW)
    assert order() == ["second", "made-here"]
    articles.vote(article=second, helpful=True)
    articles.vote(article=second, helpful=False)
    second.refresh_from_db()
    assert (second.helpful, second.unhelpful) == (1, 1)


@pytest.mark.django_db
def test_shipped_help_loads_once_and_leaves_edits_alone(category: QuestionCategory) -> None:
    for key, name, _en in CATEGORIES:
        QuestionCategory.objects.get_or_create(key=key, defaults={"name": name})
    load(Article, ArticleVersion, NOW)
    before = ArticleVersion.objects.count()
    Article.objects.filter(slug="about").update(retired_at=NOW)
    assert load(Article, ArticleVersion, NOW) == 0
    assert ArticleVersion.objects.count() == before
    assert help_queries.article("about") is None
    law = help_queries.article("law")
    assert law is not None and law.current is not None
    with translation.override("en"):
        assert law.current.shown_title == "Related law"


def test_a_difference_tells_what_went_and_what_came() -> None:
    pieces = help_queries.difference("하나 둘 셋", "하나 넷 셋")
    assert [(p.mark, p.text) for p in pieces] == [
        ("same", "하나 "),
        ("gone", "둘"),
        ("new", "넷"),
        ("same", " 셋"),
    ]
