"""The closed round under review: three panels, cases in every state of the review, two re-evaluations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import zip_longest

from naite.flows.demo.cast import LONG_AGO, Cast
from naite.flows.demo.recognition_rounds import Rounds
from naite.flows.demo.teaching import at
from naite.flows.demo.world import MAIL
from naite.roots.dates import day_of
from naite.trunk.catalogue.classification import Category
from naite.trunk.people.models import Person, Role, RoleAssignment
from naite.trunk.recognition.models import (
    Affiliation,
    Application,
    Assignment,
    Evaluator,
    Panel,
    Score,
)
from naite.trunk.recognition.panels import challenges, facts, fees, pool, reviews, score_rules, seating
from naite.trunk.recognition.panels.proposal import propose
from naite.trunk.recognition.results import queries, supplements

C = Category
S = Application.State

PANELS: tuple[tuple[str, Category, tuple[Category, ...]], ...] = (
    ("직업능력 1반", C.VOCATIONAL, (C.VOCATIONAL,)),
    ("인문·시민 2반", C.CIVIC_PARTICIPATION, (C.CIVIC_PARTICIPATION, C.HUMANITIES, C.ARTS_CULTURE)),
    ("문해·학력 3반", C.BASIC_LITERACY, (C.BASIC_LITERACY, C.ACADEMIC_SUPPLEMENT)),
)
# Key, name, panel, what they do, what they know. 서아람 is in the cast.
EVALUATORS: tuple[tuple[str, str, int, str, str], ...] = (
    ("aram", "서아람", 0, "직업교육연구소 연구위원", "평생교육학 박사, 직업훈련 심사 8년"),
    ("eval-gaon", "문가온", 0, "전문대학 겸임교수", "직업능력개발훈련교사 2급"),
    ("eval-haneul", "유하늘", 0, "교육 컨설턴트", "NCS 학습모듈 개발 참여"),
    ("eval-bom", "정봄", 0, "평생교육사", "평생교육사 1급, 여성인력개발기관 15년"),
    ("eval-sol", "임솔", 1, "대학 평생교육원 교수", "시민교육 연구, 평생교육사 1급"),
    ("eval-garan", "고가란", 1, "문화재단 전문위원", "문화예술교육사 1급"),
    ("eval-mir", "차미르", 1, "지역 시민교육 활동가", "민주시민교육 강사 12년"),
    ("eval-nuri", "백누리", 1, "인문학 연구자", "철학 박사, 도서관 인문학 강의 10년"),
    ("eval-byeolha", "한별하", 2, "문해교육 연구자", "성인문해 교원연수 강사"),
    ("eval-dasom", "조다솜", 2, "초등 교사", "초등·중학 학력인정 문해교육 심사 6년"),
    ("eval-onyu", "노온유", 2, "평생교육사", "평생교육사 1급, 문해교육기관 9년"),
    ("eval-sian", "배시안", 2, "검정고시 지도 강사", "중등 2급 정교사(국어)"),
)
GOOD = (
    "기준에 맞게 갖추었고 증빙과 설명이 서로 맞음.",
    "구체적이며 운영 실적으로 확인됨.",
    "무난함. 다음 차수에는 수치도 적기 바람.",
)
WEAK = (
    "설명이 일반적이고 증빙에서 확인되지 않음.",
    "누가 언제 하는지 적혀 있지 않아 판단하기 어려움.",
    "계획만 있고 되풀이해 고친 흔적이 없음.",
)


@dataclass
class Panels:
    """What later parts of the demo build on."""

    panels: list[Panel] = field(default_factory=list)
    evaluators: list[Evaluator] = field(default_factory=list)


def play(rounds: Rounds, cast: Cast, *, now: datetime) -> Panels:
    """Make the panels, give out the closed round's cases and review them up to today."""
    officer, today = cast.people["seoyeon"], day_of(now)
    begin = at(today - timedelta(days=28), 9)
    found = Panels()
    for place, (name, area, _areas) in enumerate(PANELS):
        panel = seating.make_panel(round=rounds.closed, field=area, name=name, actor=officer, now=begin)
        found.panels.append(panel)
        for index, (key, who, _panel, work, knows) in enumerate(row for row in EVALUATORS if row[2] == place):
            evaluator = _evaluator(cast, key, who, work, knows, PANELS[place][2], begin)
            found.evaluators.append(evaluator)
            member = seating.add_member(panel=panel, evaluator=evaluator, actor=officer, now=begin)
            if index == 0:
                seating.make_chair(member=member, actor=officer, now=begin)
    _declare(found, rounds, cast, begin)
    for kind, amount in (("paper", 60_000), ("second", 150_000), ("again", 30_000)):
        fees.set_rate(round=rounds.closed, kind=kind, amount=amount, actor=officer, now=begin)
    cases = _seat(found, rounds, officer, begin + timedelta(days=1))
    _review(cases, officer, now)
    return found


def _evaluator(
    cast: Cast, key: str, name: str, work: str, knows: str, areas: Sequence[Category], now: datetime
) -> Evaluator:
    person = cast.people.get(key)
    if person is None:
        person = cast.people[key] = Person.objects.create_user(key + MAIL, name=name, joined_at=LONG_AGO)
        RoleAssignment.objects.create(
            person=person, organisation=cast.places["nile"], role=Role.EVALUATOR, valid_from=LONG_AGO
        )
    made = pool.own_profile(person=person, now=now)
    return pool.change_profile(
        evaluator=made,
        fields=list(areas),
        occupation=work,
        qualifications=knows,
        is_available=True,
        revision=made.revision,
        actor=person,
        now=now,
    )


def _declare(found: Panels, rounds: Rounds, cast: Cast, now: datetime) -> None:
    """Everybody declares; two have ties, which the proposals then keep apart."""
    taught, married = found.evaluators[1], found.evaluators[6]
    Affiliation.objects.create(
        evaluator=taught,
        organisation=cast.places["saeum"],
        title="강사",
        valid_from=day_of(now) - timedelta(days=900),
        valid_until=day_of(now) - timedelta(days=200),
    )
    for each in found.evaluators:
        ties = {cast.places["hapjeong"].pk: "배우자가 이 기관의 운영위원임"} if each == married else {}
        pool.declare(round=rounds.closed, evaluator=each, conflicts=ties, actor=each.person, now=now)


def _seat(found: Panels, rounds: Rounds, officer: Person, now: datetime) -> list[Application]:
    """Give out what the institute has received, as proposed; the last case of each panel waits."""
    cases: list[list[Application]] = []
    for panel, (_name, _area, areas) in zip(found.panels, PANELS, strict=True):
        waiting = list(
            Application.objects.filter(
                round=rounds.closed,
                state=S.RECEIVED,
                office=rounds.closed.institute_id,
                version__category__in=areas,
            )
            .select_related("organisation__parent", "version")
            .order_by("number")
        )
        given = waiting[:-1] if len(waiting) > 4 else waiting
        known = facts.candidates(facts.members(panel), round=panel.round, field=panel.field)
        proposals = propose(
            [facts.case_of(each) for each in given],
            list(known.values()),
            seats=panel.round.evaluators_per_application,
            on=day_of(now),
            exclude_own_region=False,
        )
        cases.append(
            seating.seat(
                panel=panel,
                choices={made.case: [one.id for one in made.chosen] for made in proposals},
                explanations={
                    (made.case, one.id): {"load_before": one.load_before, "is_expert": one.is_expert}
                    for made in proposals
                    for one in made.chosen
                },
                actor=officer,
                now=now,
            )
        )
    # In turn, so that every panel has cases in every state.
    return [case for row in zip_longest(*cases) for case in row if case is not None]


def _review(cases: list[Application], officer: Person, now: datetime) -> None:
    """Review about half to the end, some in part; two are judged again, one passes and one fails."""
    start = now - timedelta(days=25)
    for index, case in enumerate(cases):
        moment = start + timedelta(hours=9 * index)
        given = _given(case)
        if index in (2, 5, 8):  # provisional
            for each in given:
                _submit(each, weak=3, now=moment)
            if index != 8:
                _again(case, passes=index == 2, now=moment + timedelta(days=4))
        elif index in (6, 11):
            for each in given:
                _submit(each, weak=7, now=moment)
        elif index < 14:
            for each in given:
                _submit(each, weak=0, now=moment)
        elif index % 3 == 0:
            for each in given[:2]:
                _submit(each, weak=index % 2, now=moment)
        elif index % 3 == 1:
            _scores(given[0], weak=1, now=moment, most=7)
    _ties(cases, now)


def _ties(cases: list[Application], now: datetime) -> None:
    """One evaluator has stepped back and left a seat; one institution does not want somebody."""
    later = [case for case in cases if case.state == S.IN_REVIEW][-2:]
    if len(later) < 2:
        return
    first, second = later
    one = _given(first)[0]
    if one.state == Assignment.State.OPEN:
        challenges.recuse(
            assignment=one,
            reason="지난달 이 기관의 자문을 맡기로 했습니다.",
            actor=one.evaluator.person,
            now=now - timedelta(days=2),
        )
    staff = second.created_by
    assert staff is not None
    challenges.challenge(
        application=second,
        evaluator=_given(second)[-1].evaluator,
        reason="이 위원이 지난해 같은 과목을 여는 이웃 기관의 자문위원이었습니다.",
        actor=staff,
        now=now - timedelta(days=1),
    )


def _given(case: Application, attempt: int = 1) -> list[Assignment]:
    case.refresh_from_db()
    return list(
        Assignment.objects.filter(application=case, attempt=attempt, state=Assignment.State.OPEN)
        .select_related(
            "application__round__criteria", "evaluator__person", "evaluator__institute", "panel__round"
        )
        .order_by("evaluator__person__name")
    )


def _scores(assignment: Assignment, *, weak: int, now: datetime, most: int | None = None) -> None:
    """Write scores: the last ``weak`` items below 70 %, the others at or above it, nobody quite like another."""
    items = queries.items_to_judge(assignment)
    voice = sum(assignment.evaluator.person.name.encode()) % 3
    rows = []
    for place, item in enumerate(items[:most]):
        low = place >= len(items) - weak
        share = (
            Decimal("0.5") if low else (Decimal("0.8"), Decimal("0.9"), Decimal("0.75"))[(place + voice) % 3]
        )
        points = item.points * share
        points = points - points % score_rules.STEP
        if not low and points < item.points * Decimal("0.7"):
            points = item.points
        rows.append(
            Score(
                assignment=assignment,
                item=item,
                points=points,
                comment=(WEAK if low else GOOD)[(place + voice) % 3],
                changed_at=now,
            )
        )
    Score.objects.bulk_create(rows)


def _submit(assignment: Assignment, *, weak: int, now: datetime) -> None:
    _scores(assignment, weak=weak, now=now)
    reviews.submit(assignment=assignment, actor=assignment.evaluator.person, now=now)


def _again(case: Application, *, passes: bool, now: datetime) -> None:
    """Supplement every item that fell short, hand it in again and have it judged once more."""
    case.refresh_from_db()
    if case.state != S.PROVISIONAL:
        return
    staff = case.created_by
    assert staff is not None
    for item_id in sorted(queries.short_item_ids(case)):
        supplements.supplement_item(
            application=case,
            item_id=item_id,
            text="평가 의견에 따라 담당자와 시기, 확인하는 방법을 표로 적고 지난 운영의 기록을 더했습니다.",
            revision=case.revision,
            actor=staff,
            now=now,
        )
        case.refresh_from_db()
    supplements.hand_in_again(application=case, actor=staff, now=now)
    for each in _given(case, attempt=2):
        _submit(each, weak=0 if passes else 1, now=now + timedelta(days=5))
