"""A portfolio of the demo's learner, shown to an employer who looked at it twice."""

from datetime import datetime, timedelta

from django.utils import timezone

from naite.flows.demo.cast import Cast
from naite.trunk.records import queries as records
from naite.trunk.wallet import queries as wallet
from naite.trunk.wallet.portfolios import composing, queries, sharing
from naite.trunk.wallet.portfolios.rules import Face


def compose_portfolio(cast: Cast, *, now: datetime) -> None:
    """Compose one page for a job and a second, unfinished one; share the first with one employer."""
    account = cast.accounts["garam"]
    person, made_at = account.person, now - timedelta(days=4)
    page = composing.make(
        account=account,
        face=Face(
            title="고객 상담·교육 담당 지원",
            intro="일과 동네에서 배웠습니다. 최근에는 마을에서 배운 것을 이웃에게 가르칩니다. "
            "사람의 이야기를 듣고 정리하는 일을 잘합니다.",
            shows_email=True,
        ),
        actor=person,
        now=made_at,
    )
    page.account = account
    composing.choose(
        portfolio=page,
        holding_ids=[badge.id for badge in wallet.holdings_of(account.pk)[:4]],
        entry_ids=[entry.id for entry in records.entries_of(account)[:6]],
        certificate_ids=[],
        version=page.version,
        actor=person,
        now=made_at,
    )
    composing.write_text(
        portfolio=page,
        heading="하고 싶은 일",
        text="처음 온 사람이 편하게 물을 수 있는 창구에서 일하고 싶습니다.\n"
        "배운 것을 적어 두고 다음 사람에게 알려 주는 일도 즐겁습니다.",
        version=page.version,
        actor=person,
        now=made_at,
    )
    _share, token = sharing.share(
        portfolio=page,
        audience="가온물류 채용 지원",
        until=timezone.localdate(now) + timedelta(days=28),
        gate="open",
        version=page.version,
        actor=person,
        now=made_at,
    )
    for hours, client in ((5, "휴대전화 · 삼성 인터넷"), (26, "컴퓨터 · Edge")):
        found = queries.linked(token)
        assert found is not None
        sharing.open_share(
            link=found.link,
            share=found.share,
            key="",
            client=client,
            viewer=None,
            now=made_at + timedelta(hours=hours),
        )
    composing.make(
        account=account,
        face=Face(title="마을 기록 봉사 소개", purpose="volunteering", layout="story"),
        actor=person,
        now=now - timedelta(days=1),
    )
