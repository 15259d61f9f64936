"""One's private questions, for a program that one gave a token: read them, ask one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from naite.api.clock import now_of
from naite.api.tokens import Bearer, token_of
from naite.api.v1.own import PageIn, note, part
from naite.api.v1.schemas import Problem
from naite.branches.counselling import queries as counselling
from naite.branches.counselling.models import Question, QuestionCategory
from naite.branches.counselling.services import questions
from naite.branches.counselling.services.questions import QuestionText
from naite.roots.dates import day_of
from naite.roots.errors import Invalid
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken, Person, Region

router = Router(tags=["나의 상담"])
Scope = ApiToken.Scope
_REFUSALS = {401: Problem, 403: Problem, 409: Problem, 429: Problem}
_ONE = {**_REFUSALS, 404: Problem}


class QuestionOut(Schema):
    id: UUID
    category: str
    title: str
    state: str = Field(description="draft, received, handed_over, answered, follow_up, closed")
    office: str | None
    received_at: datetime | None
    due_on: date | None
    answered_at: datetime | None


class MessageOut(Schema):
    kind: str = Field(description="question 덧붙인 말, answer 답")
    at: datetime
    body: str


class QuestionWholeOut(QuestionOut):
    """A question with everything said since that its asker may read."""

    body: str
    messages: list[MessageOut]


class QuestionsOut(Schema):
    count: int
    questions: list[QuestionOut]


class QuestionIn(Schema):
    category: str = Field(max_length=30, description="갈래의 이름표. 예: account")
    title: str = Field(max_length=1000)
    body: str = Field(max_length=20_000)
    region: str = Field("", max_length=10, description="시군구 행정표준코드. 없으면 내 정보의 지역")


def _question(row: Question) -> dict[str, Any]:
    return {
        "id": row.pk,
        "category": row.category_id,
        "title": row.title,
        "state": row.state,
        "office": row.office.name if row.office else None,
        "received_at": row.received_at,
        "due_on": row.due_on,
        "answered_at": row.answered_at,
    }


@router.get(
    "/me/questions",
    response={200: QuestionsOut, **_REFUSALS},
    operation_id="list_my_questions",
    summary="나의 상담",
    auth=Bearer(Scope.QUESTIONS_READ),
)
def list_questions(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """물어본 것을 새것부터 줍니다."""
    count, rows = part(counselling.questions_of(note(request, "questions")), page)
    return {"count": count, "questions": [_question(row) for row in rows]}


@router.get(
    "/me/questions/{question_id}",
    response={200: QuestionWholeOut, **_ONE},
    operation_id="get_my_question",
    summary="상담 하나",
    auth=Bearer(Scope.QUESTIONS_READ),
)
def one_question(request: HttpRequest, question_id: UUID) -> dict[str, Any]:
    """물은 말과 그 뒤에 주고받은 말을 줍니다. 담당자끼리 적은 메모는 들어 있지 않습니다."""
    person = note(request, "questions")
    row = counselling.question(question_id)
    if row is None or row.person_id != person.pk:
        raise Http404
    return _question(row) | {
        "body": row.body,
        "messages": [
            {"kind": each.kind, "at": each.sent_at, "body": each.body}
            for each in counselling.thread_for_asker(row)
        ],
    }


@router.post(
    "/me/questions",
    response={200: QuestionOut, **_REFUSALS, 422: Problem},
    operation_id="ask_question",
    summary="상담 묻기",
    auth=Bearer(Scope.QUESTIONS_WRITE),
    openapi_extra={
        "parameters": [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": True,
                "schema": {"type": "string", "minLength": 8, "maxLength": 64},
                "description": "요청마다 다른 값. 같은 값으로 다시 보내면 같은 답을 줍니다.",
            }
        ]
    },
)
def ask(request: HttpRequest, asked: QuestionIn) -> dict[str, Any]:
    """지역을 맡은 곳에 바로 보내고, 언제까지 답하는지 알려 줍니다."""
    person, now = token_of(request).person, now_of(request)
    category = counselling.categories().filter(pk=asked.category).first()
    if category is None:
        known = ", ".join(counselling.categories().values_list("key", flat=True))
        message = _("없는 갈래입니다. 쓸 수 있는 것: %(known)s") % {"known": known}
        raise Invalid(message, code="category", fields={"category": message})
    region = person.region
    if asked.region:
        region = Region.objects.filter(pk=asked.region).first()
        if region is None or not region.is_valid_on(day_of(now)):
            message = _("지금 쓰는 시군구 코드가 아닙니다.")
            raise Invalid(message, code="region", fields={"region": message})

    answer, _again = api_tokens.once(
        owner_id=person.pk,
        key=request.headers.get("Idempotency-Key", ""),
        asked=b"question" + orjson.dumps(asked.dict()),
        work=lambda: _ask(person, category, region, asked, now),
        now=now,
    )
    return answer


def _ask(
    person: Person, category: QuestionCategory, region: Region | None, asked: QuestionIn, now: datetime
) -> dict[str, Any]:
    with transaction.atomic():
        text = QuestionText(category=category, region=region, title=asked.title, body=asked.body)
        draft = questions.start(person=person, text=text, actor=person, now=now)
        row = questions.submit(question=draft, actor=person, now=now)
    said: dict[str, Any] = orjson.loads(orjson.dumps(_question(row)))
    return said
