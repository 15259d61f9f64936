"""The list of trusted issuers with reasons and history, as open data."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from naite.api.clock import now_of
from naite.trunk.badges import issuers

router = Router(tags=["배지"])


class IssuerDecisionOut(Schema):
    """One decision about an issuer; ``number`` is the version of the list that it made."""

    number: int
    standing: Literal["trusted", "watched", "removed"]
    reason: str
    valid_from: date
    valid_until: date | None = Field(description="이날은 들지 않음")
    keeps_past: bool = Field(description="뺀 경우, 그전에 준 배지는 그대로 믿는지")
    evidence_url: str
    office: str = Field(description="정한 기관. 비었으면 운영자")
    decided_at: datetime


class ListedIssuerOut(Schema):
    issuer: str = Field(description="배지에 적힌 발급자: did:… 또는 https://…")
    name: str
    place: str
    homepage_url: str
    state: Literal["trusted", "watched", "removed", "unlisted"] = Field(
        description="unlisted는 시작하는 날이 아직 오지 않음"
    )
    since: date | None
    left: date | None
    reason: str
    decisions: list[IssuerDecisionOut]


class OwnIssuerOut(Schema):
    issuer: str
    name: str
    since: date


class IssuerListOut(Schema):
    """The whole list. Who issues here is trusted unless a decision says otherwise."""

    version: int
    issuers: list[ListedIssuerOut]
    own: list[OwnIssuerOut] = Field(description="이 나이테에서 배지를 주고 따로 정한 것이 없는 기관")


@router.get(
    "/issuers",
    response=IssuerListOut,
    operation_id="list_issuers",
    summary="믿을 수 있는 기관 목록",
)
def list_issuers(request: HttpRequest) -> dict[str, Any]:
    """배지를 주는 기관을 믿는지, 까닭이 무엇인지, 언제 어떻게 바뀌었는지 모두 줍니다."""
    now = now_of(request)
    listed = issuers.listed(now=now)
    own = issuers.own_issuers(except_for=(each.row.issuer for each in listed))
    return {
        "version": issuers.version_now(),
        "issuers": [
            {
                "issuer": each.row.issuer,
                "name": each.row.name,
                "place": each.row.place,
                "homepage_url": each.row.homepage_url,
                "state": each.standing.state,
                "since": each.standing.since,
                "left": each.standing.left,
                "reason": each.standing.reason,
                "decisions": [
                    {
                        "number": item.number,
                        "standing": item.standing,
                        "reason": item.reason,
                        "valid_from": item.valid_from,
                        "valid_until": item.valid_until,
                        "keeps_past": item.keeps_past,
                        "evidence_url": item.evidence_url,
                        "office": item.office.name if item.office else "",
                        "decided_at": item.decided_at,
                    }
                    for item in each.decisions
                ],
            }
            for each in listed
        ],
        "own": [
            {"issuer": did, "name": organisation.name, "since": since} for did, organisation, since in own
        ],
    }
