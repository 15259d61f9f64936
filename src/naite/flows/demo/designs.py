"""Badges on the designer's desk, and a badge that measured improvement proves (rows B2, B3)."""

from datetime import datetime, timedelta
from decimal import Decimal

from naite.flows import proofs
from naite.flows.demo.cast import Cast
from naite.roots.dates import day_of
from naite.trunk.badges.improvement_file import ResultRow
from naite.trunk.badges.improvement_rules import Results
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.badges.services import AchievementDraft, designs, publish_achievement
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Person

_RESULTS = ((40, 72), (55, 78), (62, 70), (35, 61), (48, 80), (70, 82), (28, 66), (50, 64))


def on_the_desk(cast: Cast, *, now: datetime) -> None:
    """Leave two designs with an institution that has two of its own staff."""
    place, author = cast.places["seoul-my-college"], cast.people["jiho"]
    version = (
        CourseVersion.objects.filter(course__organisation=place, current_of__isnull=False)
        .order_by("title")
        .first()
    )
    whole = AchievementDraft(
        course_version=None,
        organisation=place,
        framework="seoul",
        badge_type="qualification",
        area="career",
        sub_area="skills",
        name="마을 직업상담 첫걸음",
        description="처음 만난 사람의 이야기를 듣고 무엇이 필요한지 함께 찾습니다.",
        activity="모의 상담을 세 번 하고 서로 살펴봅니다.",
        criteria="모의 상담에서 75점 이상을 받고 상담 일지 3편을 냅니다.",
        hours=Decimal(24),
        evidence=["result", "report"],
        valid_months=36,
        rule=AwardRule(
            pass_mark=Decimal(75),
            alignments=[Alignment(kind="ncs_unit", code="0701020101_16v2", name="초기 상담하기")],
        ),
    )
    design = designs.save(draft=whole, actor=author, now=now - timedelta(days=2))
    designs.submit(design=design, revision=1, actor=author, now=now - timedelta(days=1))
    half = AchievementDraft(
        course_version=version,
        organisation=place,
        framework="seoul",
        badge_type="achievement",
        area="practical_literacy",
        sub_area="digital",
        name="스마트폰으로 하는 동네 살림",
        description="병원 예약, 길 찾기, 은행 일을 스마트폰으로 스스로 합니다.",
        criteria="80% 이상 출석한다. 사전 진단과 견주어 사후 진단이 높아져야 한다.",
        evidence=["attendance"],
        rule=AwardRule(min_attendance=80),
    )
    designs.save(draft=half, actor=author, now=now - timedelta(hours=3))
    _improvement(cast, now=now)


def _improvement(cast: Cast, *, now: datetime) -> None:
    """A badge for getting better by so many points, with the results of a small class."""
    place = cast.places["zelkova"]
    staff, then = cast.people["yerin"], now - timedelta(days=20)
    badge = publish_achievement(
        draft=AchievementDraft(
            course_version=None,
            organisation=place,
            framework="seoul",
            badge_type="achievement",
            area="practical_literacy",
            sub_area="digital",
            name="스마트폰 살림 자람",
            description="스마트폰으로 길 찾기, 병원 예약, 은행 일을 스스로 합니다.",
            criteria="같은 진단을 배우기 전과 뒤에 받아 20점 이상 높아집니다.",
            hours=Decimal(16),
            evidence=["improvement"],
            rule=AwardRule(min_gain=Decimal(20)),
        ),
        actor=staff,
        now=then,
    )
    today = day_of(now)
    people = Person.objects.filter(email__endswith="@demo.naite.kr", email__startswith="pilot").order_by("id")
    rows = [
        ResultRow(
            number,
            str(person.email),
            person.name,
            Results(
                before=Decimal(before),
                after=Decimal(after),
                before_on=today - timedelta(days=75),
                after_on=today - timedelta(days=12),
            ),
        )
        for number, (person, (before, after)) in enumerate(zip(people, _RESULTS, strict=False), start=2)
    ]
    proofs.enter_results(achievement=badge, rows=rows, actor=staff, now=now - timedelta(days=11))
