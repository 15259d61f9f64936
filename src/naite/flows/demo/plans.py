"""A basic plan and this year's implementation plan in the demo, with targets, and a campaign on the board."""

from datetime import date, datetime, timedelta

from naite.flows.demo.cast import Cast
from naite.roots.dates import day_of
from naite.trunk.people.models import Region
from naite.trunk.recognition.models import Plan, PlanLine
from naite.trunk.recognition.plans import announcing, services
from naite.trunk.recognition.plans.services import LineFacts, PlanFacts

Kind, Measure = PlanLine.Kind, PlanLine.Measure
GOALS = """\
## 목표

누구나 가까운 곳에서 배우고, 배운 것을 학습계좌에 쌓아 쓸 수 있게 합니다.

## 하는 일

- 평가인정을 받은 학습과정을 늘립니다.
- 지자체와 기관의 담당자가 일을 잘 알 수 있게 연수를 엽니다.
- 학습계좌를 널리 알립니다.
"""


def play(cast: Cast, *, now: datetime) -> None:
    """Publish both plans, and leave next year's being written."""
    ministry, officer = cast.people["seojin"], cast.people["seoyeon"]
    year = day_of(now).year
    basic = _public(
        services.create(
            kind=Plan.Kind.BASIC,
            facts=PlanFacts("평생학습 진흥 기본계획(시연)", year - 3, year + 1, GOALS),
            actor=ministry,
            now=now - timedelta(days=30),
        ),
        [
            LineFacts(Kind.TARGET, "새로 인정받은 과정", Measure.RECOGNISED, target=40),
            LineFacts(Kind.BUDGET, "평가인정 운영", amount=1_200_000_000),
            LineFacts(Kind.BUDGET, "학습계좌 체계 유지", amount=800_000_000),
        ],
        cast,
        writer="seojin",
        now=now - timedelta(days=29),
    )
    seoul = Region.objects.filter(code="11000").first()
    facts = PlanFacts(f"{year}년 평가인정 시행계획(시연)", year, year, GOALS, basic)
    _public(
        services.create(
            kind=Plan.Kind.IMPLEMENTATION, facts=facts, actor=officer, now=now - timedelta(days=20)
        ),
        [
            LineFacts(Kind.TARGET, "평가인정 과정", Measure.RECOGNISED, target=12),
            LineFacts(Kind.TARGET, "서울의 평가인정 신청", Measure.APPLICATIONS, region=seoul, target=30),
            LineFacts(Kind.TARGET, "시민소양 과정", Measure.RECOGNISED, area="civic", target=6),
            LineFacts(Kind.TARGET, "새 학습계좌", Measure.ACCOUNTS, target=60),
            LineFacts(Kind.TRAINING, "지자체·기관 담당자 연수", target=20),
            LineFacts(
                Kind.SCHEDULE,
                f"{year}년 추가 차수",
                target=20,
                from_on=date(year, 12, 28),
                until_on=date(year, 12, 31),
            ),
            LineFacts(Kind.BUDGET, "평가단 운영", amount=320_000_000),
        ],
        cast,
        writer="seoyeon",
        now=now - timedelta(days=19),
    )
    announcing.announce(
        office=cast.places["mapo"],
        kind="campaign",
        title="마포 평생학습 주간",
        body="동네 배움터가 문을 엽니다. **학습계좌**를 처음 여는 분을 창구에서 도와 드립니다.",
        from_on=day_of(now),
        until_on=day_of(now) + timedelta(days=14),
        actor=cast.people["doyun"],
        now=now,
    )


def _public(plan: Plan, lines: list[LineFacts], cast: Cast, *, writer: str, now: datetime) -> Plan:
    who = cast.people[writer]
    for facts in lines:
        services.put_line(plan=plan, facts=facts, actor=who, now=now)
    plan = services.submit(plan=plan, actor=who, now=now)
    plan = services.decide(plan=plan, approves=True, actor=cast.people["seojin"], now=now)
    return services.publish(plan=plan, actor=who, now=now)
