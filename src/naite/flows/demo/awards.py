"""The pilot of Seoul's badges in the demo world: three programmes, ten kinds, 147 recipients (row B11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice, product

from naite.flows import award_run as flow
from naite.flows import pathways as walking
from naite.flows.demo.cast import Cast
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.models import Achievement, Pathway
from naite.trunk.badges.pathway_rules import Level, Step
from naite.trunk.badges.pathway_rules import Pathway as Way
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.badges.services import (
    AchievementDraft,
    award_runs,
    pathways,
    publish_achievement,
    publish_reviewed,
)
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount

RECIPIENTS = 147
_SURNAMES = "강 고 곽 구 권 길 나 남 노 도 류 마 명 문 민 박 방 배 변 복".split()
_GIVEN = "가온 나래 다솜 라온 마루 미르 보람 새결 슬기 아라 예솔 은솔 이든 조은 한별".split()


@dataclass(frozen=True)
class Kind:
    """One kind of badge of the pilot, and how many of the recipients got it."""

    place: str
    name: str
    badge_type: str
    area: str
    description: str
    criteria: str
    rule: AwardRule
    to: int
    told: str = ""


KINDS = (
    Kind(
        "seoul-my-college",
        "서울 마이칼리지 인문 산책",
        "participation",
        "self_growth",
        "대학 강의실에서 열린 열 번의 인문 강의에 함께했습니다.",
        "열 번 가운데 여덟 번 이상 출석합니다.",
        AwardRule(min_attendance=80),
        RECIPIENTS,
    ),
    Kind(
        "seoul-my-college",
        "서울 마이칼리지 데이터 읽기",
        "achievement",
        "practical_literacy",
        "표와 그림으로 된 공공데이터를 읽고 스스로 설명했습니다.",
        "80% 이상 출석하고 마무리 과제에서 70점 이상을 받습니다.",
        AwardRule(min_attendance=80, pass_mark=Decimal(70)),
        38,
    ),
    Kind(
        "seoul-my-college",
        "문해교사 실습",
        "activity",
        "practical_literacy",
        "문해 교실에서 보조 교사로 어르신의 공부를 도왔습니다.",
        "20시간 이상 실습하고 담당 교사의 확인을 받습니다.",
        AwardRule(activity_hours=Decimal(20)),
        24,
        "문해 교실에서 어르신의 한글 공부를 곁에서 도왔습니다.",
    ),
    Kind(
        "seoul-my-college",
        "문해교육 상담",
        "qualification",
        "practical_literacy",
        "학습자와 처음 만나 무엇이 어려운지 듣고 배움을 함께 정합니다.",
        "모의 상담에서 75점 이상을 받습니다.",
        AwardRule(
            pass_mark=Decimal(75),
            alignments=[Alignment(kind="ncs_unit", code="0701020101_16v2", name="초기 상담하기")],
        ),
        12,
    ),
    Kind(
        "zelkova",
        "작은세미나",
        "participation",
        "civic",
        "이웃과 한 권의 책을 읽고 여섯 번 이야기를 나누었습니다.",
        "여섯 번 가운데 다섯 번 이상 함께합니다.",
        AwardRule(min_attendance=80),
        31,
    ),
    Kind(
        "zelkova",
        "작은세미나 이끎이",
        "activity",
        "civic",
        "주제를 정해 이웃을 모으고 작은세미나를 이끌었습니다.",
        "여덟 시간 이상 이끌고 활동 보고서를 냅니다.",
        AwardRule(activity_hours=Decimal(8)),
        9,
        "‘우리 동네 물길’을 주제로 작은세미나를 이끌었습니다.",
    ),
    Kind(
        "zelkova",
        "작은세미나 발표",
        "achievement",
        "civic",
        "함께 읽은 것을 마을 사람들 앞에서 발표하고 물음에 답했습니다.",
        "80% 이상 함께하고, 듣는 사람들의 평가에서 70점 이상을 받습니다.",
        AwardRule(min_attendance=80, pass_mark=Decimal(70)),
        14,
    ),
)


def pilot(cast: Cast, *, now: datetime) -> None:
    """Give the pilot's badges from lists, as its institutions do, and lay the pathway that they lead to."""
    then = now - timedelta(days=18)
    people = _recipients(then - timedelta(days=60))
    garam = cast.people["garam"]
    made: dict[str, Achievement] = {}
    for kind in KINDS:
        made[kind.name] = badge = _publish(cast, kind, then)
        joined = people[: kind.to]
        if kind.name in {"서울 마이칼리지 인문 산책", "문해교사 실습"}:
            joined = [*joined[:-1], garam]
        _award(cast, kind, badge, joined, then)
    _pathway(cast, made, then)
    _list_to_look_at(cast, people, now)


def _recipients(then: datetime) -> list[Person]:
    """147 people with an account each."""
    names = islice((f"{surname}{given}" for given, surname in product(_GIVEN, _SURNAMES)), RECIPIENTS)
    people = Person.objects.bulk_create(
        Person(name=name, email=f"pilot{number}@demo.naite.kr", password="!", joined_at=then)  # noqa: S106 - nobody signs in
        for number, name in enumerate(names, start=1)
    )
    LearningAccount.objects.bulk_create(LearningAccount(person=person, opened_at=then) for person in people)
    return people


def _publish(cast: Cast, kind: Kind, then: datetime) -> Achievement:
    author = cast.staff(kind.place)
    draft = AchievementDraft(
        course_version=None,
        organisation=cast.places[kind.place],
        framework="seoul",
        badge_type=kind.badge_type,
        area=kind.area,
        name=kind.name,
        description=kind.description,
        criteria=kind.criteria,
        rule=kind.rule,
    )
    if kind.badge_type == "qualification":  # somebody else than the author looks at these
        return publish_reviewed(draft=draft, authors={author.pk}, actor=cast.people["nuri"], now=then)
    return publish_achievement(draft=draft, actor=author, now=then)


def _award(cast: Cast, kind: Kind, badge: Achievement, people: Sequence[Person], then: datetime) -> None:
    rule, day = kind.rule, then.date().isoformat()
    rows = [
        [
            person.email,
            person.name,
            kind.told,
            "기관의 확인" if kind.told else "",
            "",
            day,
            int(rule.activity_hours) + number % 9 if rule.activity_hours else 20,
            80 + number % 21 if rule.min_attendance else "",
            int(rule.pass_mark) + number % 20 if rule.pass_mark else "",
        ]
        for number, person in enumerate(people)
    ]
    staff = cast.staff(kind.place)
    run = award_runs.prepare_file(
        achievement=badge, content=as_csv(rows), file_name=f"{kind.name}.csv", actor=staff, now=then
    )
    award_runs.submit(run=run, due_at=None, actor=staff, now=then)
    for _step in flow.give(run_id=run.pk, clock=lambda: then):
        pass


def _pathway(cast: Cast, made: dict[str, Achievement], then: datetime) -> Pathway:
    place, staff = cast.places["seoul-my-college"], cast.staff("seoul-my-college")
    teacher = Achievement.objects.get(organisation=place, name="문해교사", retired_at=None)

    def step(badge: Achievement, *, required: bool) -> Step:
        return Step(key=str(badge.pk)[-6:], title=badge.name, achievement=badge.pk, required=required)

    draft = pathways.save_draft(
        organisation=place,
        draft=pathways.PathwayDraft(
            name="마을 문해교사",
            description="배우고, 곁에서 돕고, 이웃을 이끌며 마을의 문해교사가 됩니다.",
            framework="seoul",
            badge_type="pathway",
            area="practical_literacy",
            way=Way(
                levels=(
                    Level(
                        name="넓게 배우기",
                        need=1,
                        steps=(
                            step(made["서울 마이칼리지 인문 산책"], required=False),
                            step(made["서울 마이칼리지 데이터 읽기"], required=False),
                            step(made["작은세미나 이끎이"], required=False),
                        ),
                    ),
                    Level(
                        name="가르치기",
                        need=1,
                        steps=(
                            step(made["문해교사 실습"], required=True),
                            step(teacher, required=False),
                            step(made["문해교육 상담"], required=False),
                        ),
                    ),
                )
            ),
        ),
        actor=staff,
        now=then,
    )
    published = pathways.publish(pathway=draft, revision=draft.revision, actor=staff, now=then)
    accounts = [account_id for account_id, _held in pathways.held_by_account(published.way, now=then)]
    walking.walk(account_ids=accounts, now=then)
    return published


def _list_to_look_at(cast: Cast, people: Sequence[Person], now: datetime) -> None:
    """A list that was just handed in, with the faults that real lists have."""
    place = cast.staff("hangang")
    badge = publish_achievement(
        draft=AchievementDraft(
            course_version=None,
            organisation=cast.places["hangang"],
            framework="seoul",
            badge_type="activity",
            area="civic",
            name="마을 기록 활동가",
            description="배운 것으로 동네 어르신의 이야기를 모아 책으로 엮었습니다.",
            criteria="여덟 시간 이상 활동하고 담당자의 확인을 받습니다.",
            rule=AwardRule(activity_hours=Decimal(8)),
            second_person=True,
        ),
        actor=place,
        now=now,
    )
    rows: list[list[object]] = [
        [person.email, person.name, "어르신 세 분의 이야기를 적었습니다.", "활동 일지", "", "", 8 + n % 6]
        for n, person in enumerate(people[100:118])
    ]
    rows[4][6] = 3
    rows[9][0] = "nara@@mail"
    rows[12][1] = "다른 이름"
    rows += [["saeroun@example.kr", "새로운 사람", "", "활동 일지", "", "", 9], ["=A2", "수식"]]
    award_runs.prepare_file(
        achievement=badge, content=as_csv(rows), file_name="기록활동가_하반기.csv", actor=place, now=now
    )
