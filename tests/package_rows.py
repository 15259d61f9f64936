"""Rows for tests about submission packages: a learner with a document, a badge and records; a package of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from naite.flows import award as flow
from naite.trunk.records.certificates import services as certificates
from naite.trunk.records.models import Certificate, CertificateKind, Entry, LearningAccount
from naite.trunk.wallet.models import Holding, Package
from naite.trunk.wallet.packages import services
from naite.trunk.wallet.packages.rules import PackageDraft
from tests import badge_rows as rows
from tests import factories as make
from tests.web.learner.world import entry


@dataclass
class Learner:
    """Somebody with a badge, its record and one record in own words."""

    account: LearningAccount
    holding: Holding
    learned: Entry
    written: Entry

    def certificate(self) -> Certificate:
        """Issue a document about everything."""
        return certificates.issue_certificate(
            account=self.account,
            kind=CertificateKind.PORTFOLIO,
            entry_ids=[self.learned.id, self.written.id],
            request_key=str(uuid4()),
            actor=self.account.person,
            now=make.NOW,
        )


def learner(name: str = "한가람") -> Learner:
    badge = rows.published()
    learned = rows.completed(badge.course_version, make.person(name, birth_date=date(1968, 5, 11)))
    flow.award_entry(account_id=learned.account_id, entry_id=learned.id, now=make.NOW)
    account = LearningAccount.objects.select_related("person").get(pk=learned.account_id)
    written = entry(account, 2025, "20", title="도서관 자원봉사")
    return Learner(account, Holding.objects.get(account_id=account.pk), learned, written)


def draft(of: Learner, **changes: Any) -> PackageDraft:
    return PackageDraft(
        **{
            "recipient": "가온고등학교 교무실",
            "purpose": "편입학 서류",
            "until": make.NOW.date() + timedelta(days=10),
            "entry_ids": (of.learned.id, of.written.id),
            "holding_ids": (of.holding.id,),
            **changes,
        }
    )


def sent(of: Learner, *, password: str = "", **changes: Any) -> tuple[Package, str]:
    package, token = services.send(
        account=of.account,
        draft=draft(of, **changes),
        password=password,
        password_again=password,
        request_key=str(uuid4()),
        actor=of.account.person,
        now=make.NOW,
    )
    return package, token
