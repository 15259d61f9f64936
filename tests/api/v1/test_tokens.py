"""The API for programs with a token: one's own record, and institutions' completions."""

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from tests import factories as make
from tests.completion_rows import learner
from tools.openapi import description

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiRequest, ApiToken, Organisation, Person
from naite.trunk.records.certificates.clr import holds
from naite.trunk.records.certificates.keys import record_key
from naite.trunk.records.models import CompletionUpload, Entry

pytestmark = pytest.mark.django_db
Scope = ApiToken.Scope


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    settings.DATA_DIR = tmp_path
    cache.clear()


@pytest.fixture
def home() -> Organisation:
    found = make.organisation()
    make.version(found)
    return found


@pytest.fixture
def secret(home: Organisation) -> str:
    return token(make.staff(home), home, Scope.COMPLETIONS_WRITE, Scope.COMPLETIONS_READ)


def token(who: Person, home: Organisation | None, *scopes: str) -> str:
    return api_tokens.issue(organisation=home, name="학사", scopes=scopes, days=30, actor=who, now=make.NOW)[
        1
    ]


def row(who: Person, **changes: Any) -> dict[str, Any]:
    return {
        "name": who.name,
        "birth_date": "1968-05-12",
        "email": who.email,
        "course": "마을 기록가 되기",
        "completed_on": "2026-11-17",
        "hours": 4,
    } | changes


def post(secret: str, rows: Any, key: str = "request-1") -> Any:
    return Client().post(
        "/api/v1/completions",
        json.dumps({"rows": rows}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key},
    )


def get(secret: str, path: str) -> Any:
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}"})


def fits(response: Any, path: str, method: str) -> None:
    described = json.loads(description())
    content = described["paths"][path][method]["responses"][str(response.status_code)]["content"]
    schema = {**next(iter(content.values()))["schema"], "components": described["components"]}
    Draft202012Validator(schema).validate(response.json())


@pytest.mark.req("A19", "api")
def test_completions_are_taken_row_by_row_and_answered_once(home: Organisation, secret: str) -> None:
    account = make.account(one := learner())
    rows = [row(one), row(one, hours="0"), row(learner("강하늘")), row(one, hours=4.0)]
    first = post(secret, rows)
    assert first.status_code == 200, first.content
    fits(first, "/api/v1/completions", "post")
    said = first.json()
    assert [each["outcome"] for each in said["rows"]] == ["added", "rejected", "waiting", "already"]
    assert [each["row"] for each in said["rows"]] == [1, 2, 3, 4]
    assert said["rows"][1]["problems"][0]["field"] == "hours"
    assert said["added"] + said["waiting"] + said["already"] + said["rejected"] == said["row_count"] == 4
    # The same key and body: the same answer, nothing done. Another body: refused.
    again = post(secret, rows)
    assert again.json() == said
    assert CompletionUpload.objects.count() == 1
    other = post(secret, rows[:1])
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert other["Content-Type"] == "application/problem+json"
    # Another key: everything is there already.
    assert [each["outcome"] for each in post(secret, rows[:1], "request-2").json()["rows"]] == ["already"]
    assert Entry.objects.filter(account=account).count() == 1
    seen = get(secret, f"completions/{said['id']}?after=1").json()
    assert [each["row"] for each in seen["rows"]] == [2, 3, 4]


@pytest.mark.req("A19", "api", "refusal")
def test_what_cannot_be_taken_is_a_problem_document(home: Organisation, secret: str) -> None:
    one = learner()
    for response, status, code in (
        (post("naite_wrong", [row(one)]), 401, "unauthenticated"),
        (post(secret, [row(one)], ""), 422, "idempotency_key"),
        (post(secret, []), 422, "invalid"),
        (post(secret, [row(one)] * 501), 422, "invalid"),
        (post(secret, [{"name": "가"}]), 422, "invalid"),
        (get(secret, "me/record"), 403, "scope"),
        (get(secret, f"completions/{home.pk}"), 404, "not_found"),
    ):
        assert (response.status_code, response.json()["code"]) == (status, code), response.content
    assert not ApiRequest.objects.exists()
    read_only = token(make.staff(home), home, Scope.COMPLETIONS_READ)
    assert post(read_only, [row(one)]).status_code == 403


@pytest.mark.req("X8", "refusal")
def test_a_token_ends_with_its_time_its_revocation_and_its_makers_role(home: Organisation) -> None:
    who = make.staff(home)
    held = [token(who, home, Scope.COMPLETIONS_WRITE) for _n in range(2)]
    first = ApiToken.objects.order_by("created_at", "id")[0]
    assert held[0] not in json.dumps([str(each.__dict__) for each in ApiToken.objects.all()])
    assert api_tokens.recognise(held[0], now=make.NOW + timedelta(days=31)) is None
    with pytest.raises(NotAllowed):
        api_tokens.revoke(token_id=first.pk, actor=learner(), now=make.NOW)
    assert post(held[0], [row(learner())]).status_code == 200
    first.refresh_from_db()
    assert first.last_used_at == make.NOW
    api_tokens.revoke(token_id=first.pk, actor=make.staff(home, name="동료"), now=make.NOW)
    assert post(held[0], [row(learner())], "request-2").status_code == 401
    who.roles.update(valid_until=make.NOW)
    gone = post(held[1], [row(learner())], "request-3")
    assert (gone.status_code, gone.json()["code"]) == (403, "not_allowed")
    assert AuditEvent.objects.filter(action="people.revoke_token").count() == 1


@pytest.mark.req("X8", "refusal")
def test_tokens_are_made_only_by_whom_they_concern(home: Organisation) -> None:
    one = learner()
    with pytest.raises(NotAllowed):
        token(one, home, Scope.COMPLETIONS_WRITE)
    for scopes in ((), (Scope.COMPLETIONS_WRITE,)):
        with pytest.raises(Invalid):
            token(one, None, *scopes)
    for _n in range(api_tokens.MOST_LIVE):
        token(one, None, Scope.RECORD_READ)
    with pytest.raises(Refused, match="20개를 넘을 수"):
        token(one, None, Scope.RECORD_READ)


@pytest.mark.req("X8", "api")
def test_a_token_asks_no_more_than_it_may(
    home: Organisation, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("naite.api.tokens.PER_MINUTE", 2)
    codes = [get(secret, f"completions/{home.pk}").status_code for _n in range(3)]
    assert codes == [404, 404, 429]


@pytest.mark.req("X8", "api")
def test_ones_own_record_says_the_same_in_every_form() -> None:
    account = make.account(one := learner())
    for number, hours in enumerate(("1.5", "20", "0.1")):
        Entry.objects.create(
            account=account,
            section=4 + number % 2,
            title=["=1+1", "기초 문해", "요가"][number],
            hours=Decimal(hours),
            completed_on=date(2026, 11, 1 + number),
            provenance="institution",
            source="upload",
            source_key=str(number),
            added_at=make.NOW,
        )
    held = token(one, None, Scope.RECORD_READ)
    answer = get(held, "me/record")
    fits(answer, "/api/v1/me/record", "get")
    said = answer.json()
    assert (said["count"], said["hours"]) == (3, "21.6")
    rows = list(csv.DictReader(io.StringIO(get(held, "me/record.csv").content.decode("utf-8-sig"))))
    assert [each["title"] for each in rows] == ["'=1+1", "기초 문해", "요가"]
    assert [each["hours"] for each in rows] == [each["hours"] for each in said["entries"]]
    clr = holds(get(held, "me/record.clr").content, public_key=record_key().public_key)
    assert clr is not None
    assert clr["partial"] is False
    assert AuditEvent.objects.filter(action="records.export", data_subject_id=one.pk).count() == 3
    empty = token(make.account(learner("빈 계좌")).person, None, Scope.RECORD_READ)
    assert get(empty, "me/record.clr").json()["code"] == "no_entries"
    assert (
        get(token(learner("계좌 없음"), None, Scope.RECORD_READ), "me/record").json()["code"] == "no_account"
    )
