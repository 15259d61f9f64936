"""Institutions' programs give badges to lists of people and see what came of them (row B4)."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from naite.api.clock import now_of
from naite.api.tokens import Bearer, token_of
from naite.api.v1.schemas import Problem
from naite.flows import award_run as flow
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed
from naite.trunk.badges import queries
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.models import Achievement, AwardRow, AwardRun
from naite.trunk.badges.services import award_runs
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken, Organisation

router = Router(tags=["배지 수여"])
MOST = 500
PAGE = 500
FURTHEST = 1_000_000


class AwardIn(Schema):
    """One person, as in a row of the list: the e-mail address says who it is."""

    email: str = Field(max_length=300)
    name: str = Field("", max_length=200, description="적으면 회원의 이름과 맞는지 봅니다")
    narrative: str = Field("", max_length=2000, description="무엇을 했는지")
    evidence: str = Field("", max_length=2000)
    evidence_url: str = Field("", max_length=600)
    completed_on: date | None = None
    hours: Decimal | None = None
    attendance: Decimal | None = None
    score: Decimal | None = None


class AwardsIn(Schema):
    badge: UUID = Field(description="배지의 번호")
    narrative: str = Field("", max_length=2000, description="자기 글이 없는 사람의 배지에 적습니다")
    due_at: AwareDatetime | None = Field(None, description="이때 줍니다. 비우면 바로")
    rows: list[AwardIn] = Field(min_length=1, max_length=MOST)


class AwardRowOut(Schema):
    """What came of a person; ``row`` counts from 1."""

    row: int
    email: str
    outcome: str = Field(
        description="ready 곧 줌, unknown·pending 가입을 기다림, awarded 줌, skipped 이미 있음, rejected 줄 수 없음"
    )
    code: str
    reason: str


class AwardRunOut(Schema):
    """A list and its sums; the four counts and ``left`` add up to ``row_count``."""

    id: UUID
    badge: UUID
    state: str = Field(
        description="preview 줄 사람이 없음, waiting 두 번째 담당자의 승인을 기다림, ready, running, paused, done, cancelled, failed"
    )
    row_count: int
    awarded: int
    pending: int
    skipped: int
    rejected: int
    left: int
    rows: list[AwardRowOut]


def _home(request: HttpRequest) -> Organisation:
    organisation = token_of(request).organisation
    if organisation is None:
        raise NotAllowed(_("기관의 토큰이 아닙니다. 기관 업무 화면에서 토큰을 만들어 주세요."))
    return organisation


@router.post(
    "/awards",
    response={
        200: AwardRunOut,
        401: Problem,
        403: Problem,
        404: Problem,
        409: Problem,
        422: Problem,
        429: Problem,
    },
    operation_id="give_badges",
    summary="여러 사람에게 배지 주기",
    auth=Bearer(ApiToken.Scope.AWARDS_WRITE),
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
def give(request: HttpRequest, asked: AwardsIn) -> dict[str, Any]:
    """한 번에 500명까지 맡깁니다. 곧 뒤에서 주고, 승인이 필요한 배지는 두 번째 담당자가 확인한 뒤에 줍니다. 같은 배지는 두 번 가지 않습니다."""
    home, token, now = _home(request), token_of(request), now_of(request)
    badge = Achievement.objects.filter(organisation=home, pk=asked.badge).first()
    if badge is None:
        raise Http404
    rows = [[_cell(value) for value in each.dict().values()] for each in asked.rows]

    def work() -> dict[str, Any]:
        run = award_runs.prepare_file(
            achievement=badge,
            content=as_csv(rows),
            file_name=f"{token.name}.csv",
            narrative=asked.narrative,
            actor=token.person,
            now=now,
        )
        if run.left:
            flow.submit(run=run, due_at=asked.due_at, actor=token.person, now=now)
        return _answer(run, 0)

    answer, _repeated = api_tokens.once(
        owner_id=home.pk,
        key=request.headers.get("Idempotency-Key", ""),
        asked=b"awards\0" + orjson.dumps(asked.dict(), default=str),
        work=work,
        now=now,
    )
    return answer


@router.get(
    "/awards/{run_id}",
    response={200: AwardRunOut, 401: Problem, 403: Problem, 404: Problem, 429: Problem},
    operation_id="get_awards",
    summary="맡긴 배지의 결과",
    auth=Bearer(ApiToken.Scope.AWARDS_READ),
)
def result(request: HttpRequest, run_id: UUID, after: int = 0) -> dict[str, Any]:
    """화면, 파일, API로 맡긴 명단의 합계와, after번 다음의 사람을 500명까지 줍니다."""
    run = queries.award_runs_of(_home(request)).filter(pk=run_id).first()
    if run is None:
        raise Http404
    after = min(max(0, after), FURTHEST)
    people = AwardRow.objects.filter(run=run, position__gte=after).order_by("position")
    audit.record(
        "badges.view_award_run",
        actor=token_of(request).person,
        now=now_of(request),
        subject=run,
        people=[each for each in people.values_list("person_id", flat=True)[:PAGE] if each],
    )
    return _answer(run, after)


def _answer(run: AwardRun, after: int) -> dict[str, Any]:
    rows = AwardRow.objects.filter(run=run, position__gte=after).order_by("position")[:PAGE]
    return {
        "id": str(run.pk),
        "badge": str(run.achievement_id),
        "state": run.state,
        "row_count": run.row_count,
        "awarded": run.awarded_count,
        "pending": run.pending_count,
        "skipped": run.skipped_count,
        "rejected": run.rejected_count,
        "left": run.left,
        "rows": [
            {
                "row": row.position + 1,
                "email": row.email,
                "outcome": row.outcome,
                "code": row.code,
                "reason": row.reason,
            }
            for row in rows
        ],
    }


def _cell(value: object) -> str:
    return "" if value is None else str(value)
