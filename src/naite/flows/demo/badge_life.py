"""Badges of the demo world after they were given: one that ends soon, one that another institution endorses."""

from datetime import datetime, timedelta
from decimal import Decimal

from naite.flows import badge_life as flow
from naite.flows.demo.cast import Cast
from naite.roots.dates import day_of
from naite.roots.ids import new_id
from naite.trunk.badges.credentials import Facts
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import AchievementDraft, endorsements, publish_achievement
from naite.trunk.badges.services.many import Grant, ManyIssuer
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding


def badge_that_ends(cast: Cast, *, now: datetime) -> None:
    """Give a badge that holds for a year eleven months ago, and tell its holder that it ends."""
    staff, account = cast.staff("hangang"), cast.accounts["garam"]
    then = now - timedelta(days=342)
    badge = publish_achievement(
        draft=AchievementDraft(
            course_version=None,
            organisation=cast.places["hangang"],
            framework="seoul",
            badge_type="activity",
            area="civic",
            name="동네 응급처치 도우미",
            description="심폐소생술과 자동심장충격기 쓰는 법을 익히고, 마을 행사에서 안전을 도왔습니다.",
            criteria="여덟 시간 이상 활동하고 담당자의 확인을 받습니다. 해마다 보수교육을 받아 갱신합니다.",
            rule=AwardRule(activity_hours=Decimal(8)),
            valid_months=12,
        ),
        actor=staff,
        now=then,
    )
    grant = Grant(
        award_id=new_id(),
        account_id=account.pk,
        person_id=account.person_id,
        did=wallet.holder_did(account_id=account.pk, now=then),
        entry_id=None,
        facts=Facts(
            completed_on=day_of(then),
            hours=Decimal(9),
            narrative="마을 운동회와 단오 잔치에서 안전 도우미로 아홉 시간 활동했습니다.",
        ),
    )
    given, _refused = ManyIssuer(badge, now=then).give([grant], actor=staff, now=then)
    wallet.hold(
        account_id=account.pk,
        credential=given[0].credential,
        source=Holding.Source.AWARD,
        award_id=grant.award_id,
        now=then,
    )
    flow.remind(now=now)


def endorsed_badge(cast: Cast, *, now: datetime) -> None:
    """Let the literacy school endorse the badge for teaching practice, and ask a hub about another."""
    staff = cast.staff("seoul-my-college")
    asked_at = now - timedelta(days=12)
    badge = Achievement.objects.select_related("organisation").get(name="문해교사 실습", retired_at=None)
    made = endorsements.ask(
        achievement=badge,
        endorser=cast.places["evergreen"],
        message="문해학교에서 보조 교사를 뽑을 때 이 배지를 보는지 말씀해 주세요.",
        actor=staff,
        now=asked_at,
    )
    endorsements.accept(
        endorsement=made,
        comment="보조 교사를 뽑을 때 이 배지를 봅니다. 실습을 마친 분은 첫날부터 어르신 곁에서 가르칠 수 있었습니다.",
        actor=cast.staff("evergreen"),
        now=asked_at + timedelta(days=3),
    )
    data = Achievement.objects.select_related("organisation").get(
        name="서울 마이칼리지 데이터 읽기", retired_at=None
    )
    endorsements.ask(
        achievement=data,
        endorser=cast.places["midland-hub"],
        message="훈련 과정에 들어올 때 이 배지를 인정하시는지 궁금합니다.",
        actor=staff,
        now=now - timedelta(days=2),
    )
