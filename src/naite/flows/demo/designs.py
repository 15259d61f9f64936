"""Badges on the designer's desk: one that waits for its review, one that is half written (row B3)."""

from datetime import datetime, timedelta
from decimal import Decimal

from naite.flows.demo.cast import Cast
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.badges.services import AchievementDraft, designs
from naite.trunk.catalogue.models import CourseVersion


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
