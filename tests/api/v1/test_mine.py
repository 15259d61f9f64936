"""One's own packages, plans, outcomes and questions, for a program with a token."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests import factories as make
from tests import package_rows as rows
from tests.api.v1.test_tokens import fits, get, token
from tests.branches.counselling.conftest import (  # noqa: F401 - fixtures
    Offices,
    asker,
    category,
    offices,
    question,
)
from tests.clock import hold

from naite.branches.counselling.models import Message, Question, QuestionCategory
from naite.branches.design.models import Plan, PlanStep
from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import ApiToken, Person
from naite.trunk.records.outcomes import services as outcomes

pytestmark = pytest.mark.django_db
Scope = ApiToken.Scope
NOW = make.NOW
READS = (Scope.RECORD_READ, Scope.PACKAGES_READ, Scope.PLANS_READ, Scope.QUESTIONS_READ)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, NOW)
    cache.clear()


@pytest.mark.req("A24", "api")
def test_packages_and_what_became_of_them_without_their_link() -> None:
    learner = rows.learner()
    package, link = rows.sent(learner)
    secret = token(learner.account.person, None, Scope.PACKAGES_READ)
    listed = get(secret, "me/packages")
    fits(listed, "/api/v1/me/packages", "get")
    said = listed.json()
    assert (said["count"], said["packages"][0]["state"]) == (1, "open")
    whole = get(secret, f"me/packages/{package.id}")
    fits(whole, "/api/v1/me/packages/{package_id}", "get")
    assert [each["kind"] for each in whole.json()["items"]] == ["badge", "entry", "entry"]
    assert link not in whole.content.decode()
    assert get(secret, "me/packages?size=1&page=2").json()["packages"] == []
    assert get(secret, "me/packages?size=101").status_code == 422
    read = AuditEvent.objects.filter(
        action="people.read_by_program", data_subject_id=learner.account.person_id
    )
    assert read.count() == 3


@pytest.mark.req("A24", "api")
def test_plans_with_gaps_and_steps_and_outcomes() -> None:
    learner = rows.learner()
    person = learner.account.person
    outcomes.keep_outcome(
        entry=learner.learned,
        route="credit_bank",
        state="applied",
        applied_on=NOW.date() - timedelta(days=3),
        decided_on=None,
        result="",
        actor=person,
        now=NOW,
    )
    secret = token(person, None, Scope.RECORD_READ, Scope.PLANS_READ)
    said = get(secret, "me/outcomes")
    fits(said, "/api/v1/me/outcomes", "get")
    assert [(each["entry_id"], each["route"]) for each in said.json()["outcomes"]] == [
        (str(learner.learned.id), "credit_bank")
    ]
    plan = Plan.objects.create(
        account=learner.account,
        title="데이터 관리자 되기",
        job_code="20010204",
        units=[{"code": "2001020413_16v3", "name": "SQL 활용"}],
        created_at=NOW,
    )
    PlanStep.objects.create(
        account=learner.account,
        plan_id=plan.id,
        title="SQL 첫걸음",
        unit_code="2001020413_16v3",
        added_at=NOW,
    )
    fits(get(secret, "me/plans"), "/api/v1/me/plans", "get")
    whole = get(secret, f"me/plans/{plan.id}")
    fits(whole, "/api/v1/me/plans/{plan_id}", "get")
    assert [unit["mark"] for unit in whole.json()["units"]] == ["missing"]
    assert [step["title"] for step in whole.json()["steps"]] == ["SQL 첫걸음"]


def ask(secret: str, key: str = "question-1", **changes: str) -> Any:
    body = {"category": "account", "title": "계좌를 합칠 수 있나요", "body": "두 개가 있습니다.", **changes}
    return Client().post(
        "/api/v1/me/questions",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key},
    )


@pytest.mark.req("A21", "api")
def test_a_question_goes_to_the_office_in_charge_once(
    offices: Offices,  # noqa: F811
    asker: Person,  # noqa: F811
    category: QuestionCategory,  # noqa: F811
) -> None:
    secret = token(asker, None, Scope.QUESTIONS_WRITE, Scope.QUESTIONS_READ)
    first = ask(secret)
    fits(first, "/api/v1/me/questions", "post")
    assert (first.json()["state"], first.json()["office"]) == ("received", "마포구")
    assert ask(secret).json() == first.json()
    assert Question.objects.count() == 1
    for changes, field in (
        ({"category": "none"}, "category"),
        ({"title": " "}, "title"),
        ({"body": "900301-1234567"}, "body"),
        ({"region": "99999"}, "region"),
    ):
        refused = ask(secret, "question-2", **changes)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, [field])
    assert ask(secret, "").json()["code"] == "idempotency_key"
    assert Question.objects.count() == 1
    row = Question.objects.get()
    for kind, body in (("answer", "네, 됩니다"), ("note", "내부 메모")):
        Message.objects.create(
            question=row, kind=kind, author=offices.local, body=body, created_at=NOW, sent_at=NOW
        )
    whole = get(secret, f"me/questions/{row.pk}")
    fits(whole, "/api/v1/me/questions/{question_id}", "get")
    assert [each["body"] for each in whole.json()["messages"]] == ["네, 됩니다"]
    fits(get(secret, "me/questions"), "/api/v1/me/questions", "get")


@pytest.mark.req("A21", "api", "refusal")
def test_nobody_reads_what_is_another_persons_or_not_in_scope(
    question: Question,  # noqa: F811
) -> None:
    learner = rows.learner("남")
    package, _link = rows.sent(learner)
    stranger = make.account().person
    secret = token(stranger, None, *READS)
    for path in (f"me/packages/{package.id}", f"me/plans/{package.id}", f"me/questions/{question.pk}"):
        assert get(secret, path).status_code == 404
    assert get(secret, "me/packages").json()["count"] == 0
    narrow = token(stranger, None, Scope.RECORD_READ)
    for path in ("me/packages", "me/plans", "me/questions"):
        assert get(narrow, path).json()["code"] == "scope"
    assert ask(secret).json()["code"] == "scope"
    bare = token(make.person("계좌 없음"), None, *READS)
    assert get(bare, "me/plans").json()["code"] == "no_account"
