"""Institutions' programs hand in completions and see what came of them."""

from typing import Any
from uuid import UUID

import orjson
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from naite.api.clock import now_of
from naite.api.tokens import Bearer, token_of
from naite.api.v1.schemas import Problem
from naite.flows import upload_completions as flow
from naite.roots.errors import NotAllowed
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken, Organisation
from naite.trunk.records.models import CompletionUpload
from naite.trunk.records.uploads import columns as col
from naite.trunk.records.uploads import queries

router = Router(tags=["이수실적"])
MOST = 500
PAGE = 500
_NAMES = {
    "name": col.NAME,
    "birth_date": col.BIRTH,
    "email": col.EMAIL,
    "phone": col.PHONE,
    "card_number": col.CARD,
    "course_id": col.CODE,
    "course": col.TITLE,
    "run": col.RUN,
    "started_on": col.STARTED,
    "completed_on": col.COMPLETED,
    "hours": col.HOURS,
    "score": col.SCORE,
}
_FIELDS = {column: name for name, column in _NAMES.items()}


class CompletionIn(Schema):
    """One completion, as in a row of the file: name, birth date and a contact say who it is."""

    name: str = Field(max_length=200)
    birth_date: str = Field(max_length=40, description="1968-05-12")
    email: str = Field("", max_length=300)
    phone: str = Field("", max_length=40)
    card_number: str = Field("", max_length=40, description="학습카드번호")
    course_id: str = Field("", max_length=100, description="과정번호나 평가인정번호")
    course: str = Field("", max_length=300, description="과정 이름. course_id가 없을 때 꼭 적습니다.")
    run: str = Field("", max_length=300, description="나이테에서 연 강좌의 이름")
    started_on: str = Field("", max_length=40)
    completed_on: str = Field(max_length=40, description="2026-11-17")
    hours: str | int | float = Field(description="소수점 아래 한 자리까지")
    score: str | int | float | None = None


class CompletionsIn(Schema):
    rows: list[CompletionIn] = Field(min_length=1, max_length=MOST)


class ProblemOut(Schema):
    field: str = Field(description="비어 있으면 행 전체")
    message: str


class RowOut(Schema):
    """What came of a row; ``row`` counts from 1."""

    row: int
    outcome: str = Field(
        description="added 담음, waiting 계좌를 기다림, already 이미 있음, rejected 고쳐야 함, undone 되돌림, expired"
    )
    section: int | None = Field(description="4 평가인정 과정, 5 그 밖의 과정")
    problems: list[ProblemOut]


class UploadOut(Schema):
    """An upload and its sums; the four counts add up to ``row_count``."""

    id: UUID
    state: str
    row_count: int
    added: int
    waiting: int
    already: int
    rejected: int
    rows: list[RowOut]


def _home(request: HttpRequest) -> Organisation:
    organisation = token_of(request).organisation
    if organisation is None:
        raise NotAllowed(_("기관의 토큰이 아닙니다. 기관 업무 화면에서 토큰을 만들어 주세요."))
    return organisation


@router.post(
    "/completions",
    response={200: UploadOut, 401: Problem, 403: Problem, 409: Problem, 422: Problem, 429: Problem},
    operation_id="hand_in_completions",
    summary="이수실적 올리기",
    auth=Bearer(ApiToken.Scope.COMPLETIONS_WRITE),
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
def hand_in(request: HttpRequest, asked: CompletionsIn) -> dict[str, Any]:
    """한 번에 500행까지 올립니다. 맞는 행은 바로 담고, 행마다 결과를 답합니다. 같은 실적은 두 번 들어가지 않습니다."""
    home, token, now = _home(request), token_of(request), now_of(request)
    rows = [each.dict() for each in asked.rows]

    def work() -> dict[str, Any]:
        upload = flow.hand_in(
            organisation=home,
            rows=[[_text(row.get(_FIELDS.get(column, ""))) for column in col.COLUMNS] for row in rows],
            name=token.name,
            sha256_of=orjson.dumps(rows),
            actor=token.person,
            now=now,
        )
        return _answer(upload, 0)

    answer, _repeated = api_tokens.once(
        owner_id=home.pk,
        key=request.headers.get("Idempotency-Key", ""),
        asked=b"completions\0" + orjson.dumps(rows),
        work=work,
        now=now,
    )
    return answer


@router.get(
    "/completions/{upload_id}",
    response={200: UploadOut, 401: Problem, 403: Problem, 404: Problem, 429: Problem},
    operation_id="get_completions",
    summary="올린 이수실적의 결과",
    auth=Bearer(ApiToken.Scope.COMPLETIONS_READ),
)
def result(request: HttpRequest, upload_id: UUID, after: int = 0) -> dict[str, Any]:
    """화면, 파일, API로 올린 것의 합계와, after번 다음의 행을 500개까지 줍니다."""
    upload = queries.uploads_of(_home(request)).filter(pk=upload_id).first()
    if upload is None:
        raise Http404
    return _answer(upload, after)


def _answer(upload: CompletionUpload, after: int) -> dict[str, Any]:
    rows = queries.every_row(upload, after=after, count=PAGE)
    return {
        "id": str(upload.pk),
        "state": upload.state,
        "row_count": upload.row_count,
        "added": upload.new_count,
        "waiting": upload.waiting_count,
        "already": upload.already_count,
        "rejected": upload.rejected_count,
        "rows": [
            {
                "row": row.number,
                "outcome": row.outcome,
                "section": row.section,
                "problems": [
                    {"field": _FIELDS.get(column, column), "message": why} for column, why in row.problems
                ],
            }
            for row in rows
        ],
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
