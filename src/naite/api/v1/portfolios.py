"""One's own portfolios, for a program that one gave a token."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from naite.api.clock import now_of
from naite.api.tokens import Bearer, token_of
from naite.api.v1.schemas import Problem
from naite.trunk.people.models import ApiToken
from naite.trunk.records.export.services import account_for
from naite.trunk.wallet.models import Portfolio
from naite.trunk.wallet.portfolios import contents, queries

router = Router(tags=["내 학습이력"], auth=Bearer(ApiToken.Scope.RECORD_READ))
_REFUSALS = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 429: Problem}


class PortfolioOut(Schema):
    """A portfolio without what is in it."""

    id: UUID
    title: str
    purpose: str = Field(description="job, school, volunteering, free")
    layout: str = Field(description="cards, story, sheet")
    version: int
    changed_at: datetime
    open_links: int


class BlockOut(Schema):
    """One piece, in order."""

    kind: str = Field(description="badge, entry, certificate, text")
    source: str = Field(description="배지, 기록, 증명서의 id. 글이면 비어 있습니다.")
    title: str
    text: str
    shown: bool
    details: bool
    gone: bool = Field(description="담은 뒤에 지워진 것")


class PortfolioDetail(PortfolioOut):
    """A portfolio with what is in it."""

    intro: str
    shows_name: bool
    shows_email: bool
    shows_tree: bool
    blocks: list[BlockOut]


@router.get(
    "/me/portfolios",
    response={200: list[PortfolioOut], **_REFUSALS},
    operation_id="get_my_portfolios",
    summary="내 포트폴리오",
)
def portfolios(request: HttpRequest) -> Any:
    """내 포트폴리오를 최근에 고친 것부터 줍니다."""
    account = account_for(token_of(request).person)
    return [_listed(row) for row in queries.portfolios_of(account, now=now_of(request))]


@router.get(
    "/me/portfolios/{portfolio_id}",
    response={200: PortfolioDetail, **_REFUSALS},
    operation_id="get_my_portfolio",
    summary="내 포트폴리오 하나",
)
def portfolio(request: HttpRequest, portfolio_id: UUID) -> Any:
    """포트폴리오 하나를 담은 것과 함께 줍니다. 링크의 주소는 주지 않습니다."""
    account = account_for(token_of(request).person)
    row = queries.portfolios_of(account, now=now_of(request)).filter(id=portfolio_id).first()
    if row is None:
        raise Http404
    return {
        **_listed(row),
        "intro": row.intro,
        "shows_name": row.shows_name,
        "shows_email": row.shows_email,
        "shows_tree": row.shows_tree,
        "blocks": [
            {
                "kind": each.block.kind,
                "source": each.block.source,
                "title": each.title,
                "text": each.block.text,
                "shown": each.block.shown,
                "details": each.block.details,
                "gone": each.gone,
            }
            for each in contents.listed(row)
        ],
    }


def _listed(row: Portfolio) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "purpose": row.purpose,
        "layout": row.layout,
        "version": row.version,
        "changed_at": row.changed_at,
        "open_links": getattr(row, "open_links", 0),
    }
