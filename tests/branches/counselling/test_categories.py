"""Categories, the rules of the reply clock, and questions that end by themselves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests import factories as make
from tests.branches.counselling.conftest import Offices, ask
from tests.clock import hold

from naite.branches.counselling import queries, rules
from naite.branches.counselling.models import Question, QuestionCategory, ReplyRule
from naite.branches.counselling.services import answers, categories, questions
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message as Notice
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db
NOW = make.NOW
PAGE = "/office/help/rules/"


def keep(actor: Person, **changes: Any) -> QuestionCategory:
    said: dict[str, Any] = {"key": "group", "name": "학습모임", "name_en": "", "position": 5, "new": True}
    return categories.keep_category(**{**said, **changes}, actor=actor, now=NOW)


def rule(actor: Person, **changes: Any) -> ReplyRule:
    said: dict[str, Any] = {
        "category": None,
        "working_days": 5,
        "count_first_day": False,
        "remind_days": 1,
        "valid_from": date(2026, 12, 1),
        "source": "내부 지침",
    }
    return categories.add_rule(**{**said, **changes}, actor=actor, now=NOW)


@pytest.mark.req("A21", "rule")
def test_a_category_is_added_renamed_retired_and_restored(
    offices: Offices, category: QuestionCategory
) -> None:
    made = keep(offices.national)
    assert made in queries.categories()
    assert keep(offices.national, name="배움모임", new=False).name == "배움모임"
    categories.retire_category(category=made, actor=offices.national, now=NOW)
    assert made not in queries.categories()
    categories.restore_category(category=made, actor=offices.national, now=NOW)
    assert made in queries.categories()
    for other in queries.categories().exclude(pk="group"):
        categories.retire_category(category=other, actor=offices.national, now=NOW)
    with pytest.raises(Refused, match="하나는 남아"):
        categories.retire_category(category=made, actor=offices.national, now=NOW)


@pytest.mark.req("A21", "refusal")
def test_what_cannot_be_a_category_or_a_rule(offices: Offices, category: QuestionCategory) -> None:
    boss = offices.national
    for changes, field in (
        ({"key": "Group"}, "key"),
        ({"key": category.pk}, "key"),
        ({"name": " "}, "name"),
        ({"name": category.name}, "name"),
    ):
        with pytest.raises(Invalid) as refused:
            keep(boss, **changes)
        assert list(refused.value.fields) == [field]
    for changes, field in (
        ({"working_days": 0}, "working_days"),
        ({"working_days": 61}, "working_days"),
        ({"remind_days": 5}, "remind_days"),
        ({"valid_from": date(2026, 11, 24)}, "valid_from"),
        ({"valid_from": None}, "valid_from"),
    ):
        with pytest.raises(Invalid) as refused:
            rule(boss, **changes)
        assert list(refused.value.fields) == [field]
    rule(boss)
    with pytest.raises(Invalid, match="이미 있습니다"):
        rule(boss)
    for act in (lambda: keep(offices.local), lambda: rule(offices.local)):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.req("A21", "rule")
def test_a_new_rule_counts_from_its_day_and_one_in_force_stays(
    offices: Offices, category: QuestionCategory
) -> None:
    coming = rule(offices.national, category=category)
    clocks = queries.clocks()
    before, after = (
        rules.clock_for(clocks, category.pk, day) for day in (date(2026, 11, 30), date(2026, 12, 1))
    )
    assert before is not None and after is not None
    assert (before.working_days, after.working_days) == (7, 5)
    categories.drop_rule(rule=coming, actor=offices.national, now=NOW)
    assert not ReplyRule.objects.filter(category=category).exists()
    standing = ReplyRule.objects.filter(category=None).first()
    assert standing is not None
    with pytest.raises(Refused, match="지울 수 없습니다"):
        categories.drop_rule(rule=standing, actor=offices.national, now=NOW)


@pytest.mark.req("A21", "browser")
def test_editors_work_on_one_page_and_others_do_not(
    client: Client, offices: Offices, category: QuestionCategory, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, NOW)
    client.force_login(offices.local)
    assert client.get(PAGE).status_code == 403
    client.force_login(offices.national)
    bad = client.post(PAGE, {"act": "category", "category-key": "No", "category-name": "모임"})
    assert bad.status_code == 422
    assert 'value="모임"' in bad.content.decode()
    said = {"act": "category", "category-key": "group", "category-name": "모임", "category-position": "3"}
    assert client.post(PAGE, said).status_code == 302
    client.post(f"{PAGE}?edit=group", {"act": "category", "category-name": "배움모임"})
    assert QuestionCategory.objects.get(pk="group").name == "배움모임"
    said = {"act": "rule", "rule-working_days": "3", "rule-remind_days": "1", "rule-valid_from": "2026-12-01"}
    client.post(PAGE, said)
    made = ReplyRule.objects.get(valid_from=date(2026, 12, 1))
    assert "2026.12.01" in client.get(PAGE).content.decode()
    client.post(PAGE, {"act": f"drop:{made.pk}"})
    client.post(PAGE, {"act": "retire:group"})
    assert not ReplyRule.objects.filter(pk=made.pk).exists()
    assert QuestionCategory.objects.get(pk="group").retired_at == NOW
    for nonsense in ("drop:x", "retire:none"):
        assert client.post(PAGE, {"act": nonsense}).status_code == 404


@pytest.mark.req("A21", "rule")
def test_an_answered_question_ends_by_itself_once_and_can_be_reopened(
    offices: Offices, category: QuestionCategory, asker: Person, settings: Any
) -> None:
    first, second = ask(asker, category), ask(asker, category, title="둘째")
    for row in (first, second):
        answers.answer(question=row, body="네, 됩니다", actor=offices.local, now=NOW)
    questions.ask_on(question=second, body="그럼 어떻게요?", actor=asker, now=NOW + timedelta(days=1))
    Notice.objects.all().delete()
    assert questions.close_answered(now=NOW + timedelta(days=13, hours=23)) == 0
    end = NOW + timedelta(days=14)
    assert [questions.close_answered(now=end), questions.close_answered(now=end)] == [1, 0]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.closed_at, second.state) == (
        Question.State.CLOSED,
        end,
        Question.State.FOLLOW_UP,
    )
    assert Notice.objects.get().person_id == asker.pk
    assert AuditEvent.objects.filter(action="counselling.close_question", actor_id=None).count() == 1
    questions.ask_on(question=first, body="다시요", actor=asker, now=end + timedelta(days=29))
    settings.QUESTION_CLOSE_DAYS = 0
    answers.answer(question=first, body="네", actor=offices.local, now=end + timedelta(days=29))
    assert questions.close_answered(now=end + timedelta(days=300)) == 0
