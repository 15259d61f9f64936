"""Checking a badge, as the page does."""

from datetime import date, datetime
from typing import Any, Literal

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Field, Router, Schema

from naite.api.clock import now_of
from naite.api.v1.schemas import Problem
from naite.flows import verification

router = Router(tags=["배지"])
Mark = Literal["ok", "failed", "unknown", "not_applicable"]
_ANY = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "배지 그대로: Open Badges 3.0 JSON, 또는 증명이 든 PNG·SVG. 5MB까지.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/vc": {"schema": {"type": "object"}},
            "image/png": _ANY,
            "image/svg+xml": _ANY,
        },
    }
}


class CheckOut(Schema):
    """One check: which, how it came out and why."""

    code: str
    outcome: Mark
    reason: str = Field(description="바뀌지 않는 까닭 이름")
    ko: str
    en: str
    detail: str


class LineOut(Schema):
    """One question about the badge and its answer, in the asker's language."""

    code: str
    mark: Mark
    question: str
    answer: str


class IssuerStandingOut(Schema):
    """Where the issuer stands on the list of trusted issuers; ``unlisted`` is unknown, not bad."""

    state: Literal["trusted", "watched", "removed", "unlisted"]
    since: date | None
    left: date | None
    reason: str
    keeps_past: bool
    own: bool = Field(description="이 나이테에서 배지를 주는 기관이라서 목록에 있음")


class VerificationOut(Schema):
    """The result of checking a badge at one moment. Unknown is never valid."""

    outcome: Literal["valid", "invalid", "unknown"]
    verdict: str = Field(
        description="valid, revoked, suspended, expired, not_yet_valid, altered, not_a_badge, unknown"
    )
    ko: str
    en: str
    explanation_ko: str
    explanation_en: str
    format: str
    container: str
    issuer: str | None
    trust: str
    checks: list[CheckOut]
    lines: list[LineOut]
    advice: list[str]
    checked_at: datetime
    issuer_list: IssuerStandingOut | None = Field(
        description="믿을 수 있는 기관 목록에서 준 곳의 자리. 서명을 확인하지 못했으면 없음"
    )


@router.post(
    "/verify",
    response={200: VerificationOut, 422: Problem, 429: Problem},
    operation_id="verify_badge",
    summary="배지 확인",
    openapi_extra=_BODY,
)
def verify_badge(request: HttpRequest) -> dict[str, Any]:
    """배지가 진짜인지, 지금도 유효한지 확인합니다. 보낸 것은 남기지 않습니다."""
    length = request.headers.get("Content-Length") or "0"
    size = int(length) if length.isdigit() else verification.LARGEST * 2
    now = now_of(request)
    verification.admit(who=request.META.get("REMOTE_ADDR", ""), size=size, now=now)
    try:
        data = request.body
    except RequestDataTooBig as error:
        raise verification.too_large() from error
    return verification.verify_bytes(data, now=now).as_dict()
