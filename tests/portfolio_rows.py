"""Rows for tests about portfolios: a learner's page of a badge, a record and own words; a link to it."""

from datetime import timedelta
from typing import Any

from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Portfolio, PortfolioShare
from naite.trunk.wallet.portfolios import composing, sharing
from naite.trunk.wallet.portfolios.rules import Face
from tests import factories as make
from tests.package_rows import Learner, learner

__all__ = ["Learner", "face", "learner", "page", "shared"]


def face(**changes: Any) -> Face:
    return Face(**{"title": "고객 상담 담당 지원", "intro": "사람의 이야기를 잘 듣습니다.", **changes})


def page(of: Learner, **changes: Any) -> Portfolio:
    """A portfolio with the badge, both records and a piece of own words, in this order."""
    account = LearningAccount.objects.select_related("person").get(pk=of.account.pk)
    made = composing.make(account=account, face=face(**changes), actor=account.person, now=make.NOW)
    made.account = account
    composing.choose(
        portfolio=made,
        holding_ids=[of.holding.id],
        entry_ids=[of.learned.id, of.written.id],
        certificate_ids=[],
        version=1,
        actor=account.person,
        now=make.NOW,
    )
    return composing.write_text(
        portfolio=made,
        heading="하고 싶은 일",
        text="상담실에서 일하고 싶습니다.",
        version=2,
        actor=account.person,
        now=make.NOW,
    )


def shared(of: Portfolio, **changes: Any) -> tuple[PortfolioShare, str]:
    return sharing.share(
        portfolio=of,
        **{
            "audience": "가온물류 채용 지원",
            "until": make.NOW.date() + timedelta(days=30),
            "gate": "open",
            "version": of.version,
            "actor": of.account.person,
            "now": make.NOW,
            **changes,
        },
    )
