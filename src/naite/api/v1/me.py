"""One's own record, for a program that one gave a token."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from naite.api.clock import now_of
from naite.api.tokens import Bearer, token_of
from naite.api.v1.schemas import Problem
from naite.trunk.people.models import ApiToken
from naite.trunk.records.export import services

router = Router(tags=["내 학습이력"], auth=Bearer(ApiToken.Scope.RECORD_READ))
_REFUSALS = {401: Problem, 403: Problem, 409: Problem, 429: Problem}


class EntryOut(Schema):
    """One thing learned. Hours and score are exact decimals as text."""

    id: str
    section: int = Field(description="2 학력, 3 자격증, 4 평생교육 이수실적, 5 특기사항")
    title: str
    provider: str
    started_on: str | None
    completed_on: str
    hours: str
    score: str | None
    area: str
    sub_area: str
    category: str
    recognition_number: str
    provenance: str = Field(description="self 본인 입력, institution 기관 확인, system 시스템 확인")
    source: str
    note: str
    added_at: str


class RecordOut(Schema):
    """Everything that stands in the account now."""

    account_id: str
    name: str
    birth_date: str | None
    opened_at: str
    exported_at: str
    count: int
    hours: str
    entries: list[EntryOut]


def _export(request: HttpRequest, form: str, content_type: str, name: str) -> HttpResponse:
    person = token_of(request).person
    body = services.export(
        account=services.account_for(person), form=form, actor=person, channel="api", now=now_of(request)
    )
    return HttpResponse(
        body,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@router.get(
    "/me/record",
    response={200: RecordOut, **_REFUSALS},
    operation_id="get_my_record",
    summary="내 학습이력 (JSON)",
)
def record(request: HttpRequest) -> Any:
    """지금 학습계좌에 있는 기록을 모두 줍니다."""
    return _export(request, "json", "application/json", "naite-record.json")


@router.get(
    "/me/record.csv",
    response=_REFUSALS,
    operation_id="get_my_record_csv",
    summary="내 학습이력 (CSV)",
    openapi_extra={
        "responses": {
            200: {"description": "UTF-8(BOM) CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}
        }
    },
)
def record_csv(request: HttpRequest) -> Any:
    """같은 기록을 표로 줍니다. 수식으로 보이는 글자 앞에는 작은따옴표를 붙입니다."""
    return _export(request, "csv", "text/csv; charset=utf-8", "naite-record.csv")


@router.get(
    "/me/record.clr",
    response=_REFUSALS,
    operation_id="get_my_record_clr",
    summary="내 학습이력 (CLR 2.0)",
    openapi_extra={
        "responses": {
            200: {
                "description": "서명한 1EdTech Comprehensive Learner Record 2.0",
                "content": {"application/vc": {"schema": {"type": "object"}}},
            }
        }
    },
)
def record_clr(request: HttpRequest) -> Any:
    """같은 기록을 서명한 CLR 2.0으로 줍니다. 기록마다 따로 서명한 Open Badges 3.0 증명이 들어 있습니다."""
    return _export(request, "clr", "application/vc", "naite-record.clr.json")
