"""The panels of both rounds: one reviewed to the end with two re-evaluations, one in the middle of its work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from naite.flows.demo import recognition_letters as letters
from naite.flows.demo import recognition_world as world
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
    Round,
    Score,
)
from naite.trunk.recognition.panels import challenges, facts, fees, pool, reviews, score_rules, seating
from naite.trunk.recognition.panels.proposal import propose
from naite.trunk.recognition.results import queries, supplements

C = Category
S = Application.State

# Name, field, and whatever else the panel judges.
PANELS: tuple[tuple[str, Category, tuple[Category, ...]], ...] = (
    ("직업능력", C.VOCATIONAL, (C.VOCATIONAL,)),
    ("인문·시민", C.CIVIC_PARTICIPATION, (C.CIVIC_PARTICIPATION, C.HUMANITIES, C.ARTS_CULTURE)),
    ("문해·학력", C.BASIC_LITERACY, (C.BASIC_LITERACY, C.ACADEMIC_SUPPLEMENT)),
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


def play(rounds: Rounds, cast: Cast, *, now: datetime) -> None:
    """Review the round that is over to its end, and the one under review up to today."""
    officer = cast.people["seoyeon"]
    begin = rounds.finished.review_from
    assert begin is not None
    evaluators = _pool(cast, at(begin - timedelta(days=8), 9))
    _fees(rounds, officer, at(begin - timedelta(days=8), 10))
    _panels(rounds.finished, "반", evaluators, cast, at(begin - timedelta(days=5), 9))
    _seat(rounds.finished, officer, at(begin, 10))
    _review_finished(rounds, officer, at(begin + timedelta(days=2), 10))
    begin = day_of(now) - timedelta(days=27)
    _panels(rounds.reviewed, " 1반", evaluators, cast, at(begin, 9))
    _seat(rounds.reviewed, officer, at(begin + timedelta(days=1), 9))
    _review_on(rounds, officer, now)


def _pool(cast: Cast, now: datetime) -> list[tuple[int, Evaluator]]:
    """Let the evaluators write their profiles; one has taught at an institution."""
    found = [
        (place, _evaluator(cast, key, who, work, knows, PANELS[place][2], now))
        for key, who, place, work, knows in EVALUATORS
    ]
    Affiliation.objects.create(
        evaluator=found[1][1],
        organisation=cast.places["saeum"],
        title="강사",
        valid_from=day_of(now) - timedelta(days=700),
        valid_until=day_of(now) - timedelta(days=20),
    )
    return found


def _fees(rounds: Rounds, officer: Person, now: datetime) -> None:
    for round_ in (rounds.finished, rounds.reviewed):
        for kind, amount in (("paper", 60_000), ("second", 150_000), ("again", 30_000)):
            fees.set_rate(round=round_, kind=kind, amount=amount, actor=officer, now=now)


def _panels(
    of: Round, suffix: str, evaluators: Sequence[tuple[int, Evaluator]], cast: Cast, now: datetime
) -> None:
    """Make three panels and let everybody declare; one has a spouse at an institution."""
    officer = cast.people["seoyeon"]
    for place, (name, area, _areas) in enumerate(PANELS):
        panel = seating.make_panel(round=of, field=area, name=name + suffix, actor=officer, now=now)
        for nth, evaluator in enumerate(each for where, each in evaluators if where == place):
            member = seating.add_member(panel=panel, evaluator=evaluator, actor=officer, now=now)
            if nth == 0:
                seating.make_chair(member=member, actor=officer, now=now)
    for _place, each in evaluators:
        married = each.person_id == cast.people["eval-mir"].pk
        ties = {cast.places["hapjeong"].pk: "배우자가 이 기관의 운영위원임"} if married else {}
        pool.declare(round=of, evaluator=each, conflicts=ties, actor=each.person, now=now)


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


def _seat(of: Round, officer: Person, now: datetime) -> None:
    """Give out what the institute has received, as proposed, but for what is to wait."""
    later = [each.title for each in world.REVIEWED if each.stands == "waiting"]
    for panel, (_name, _area, areas) in zip(of.panels.order_by("created_at", "id"), PANELS, strict=True):
        waiting = list(
            Application.objects.filter(
                round=of, state=S.RECEIVED, office=of.institute_id, version__category__in=areas
            )
            .exclude(version__title__in=later)
            .select_related("organisation__parent", "version")
            .order_by("number")
        )
        known = facts.candidates(facts.members(panel), round=of, field=panel.field)
        proposals = propose(
            [facts.case_of(each) for each in waiting],
            list(known.values()),
            seats=of.evaluators_per_application,
            on=day_of(now),
            exclude_own_region=False,
        )
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


def _review_finished(rounds: Rounds, officer: Person, begin: datetime) -> None:
    """Review all to the end; of the two provisional ones one passes when judged again, one fails."""
    of = rounds.finished
    cases = [case for case in rounds.cases.values() if case.round_id == of.pk]
    again = {world.PASSED_AGAIN: 0, world.FAILED_AGAIN: 1}
    for nth, case in enumerate(cases):
        title, moment = str(case.version), begin + timedelta(hours=10 * nth)
        weak = 3 if title in again else 7 if title in world.REFUSED else 0
        for place, each in enumerate(_given(case)):
            _submit(each, weak=weak, now=moment + timedelta(hours=5 * place))
    told = begin + timedelta(days=18)
    letters.tell_all(of, rounds.officials, actor=officer, now=told)
    for title, weak in again.items():
        case = rounds.cases[title]
        _hand_in_again(case, now=told + timedelta(days=12))
        for each in _given(case, attempt=2):
            _submit(each, weak=weak, now=told + timedelta(days=20))


def _review_on(rounds: Rounds, officer: Person, now: datetime) -> None:
    """Review what is to be at the committee or further, and leave the others where an evaluator has them."""
    begin, weak = now - timedelta(days=25), {"refused": 7, "provisional": 3, "again": 3}
    for nth, plan in enumerate(world.REVIEWED):
        case, moment = rounds.cases[plan.title], begin + timedelta(hours=9 * nth)
        if plan.stands in {"approved", "deliberated", "evaluated", *weak}:
            for each in _given(case):
                _submit(each, weak=weak.get(plan.stands, 0), now=moment)
        elif plan.stands == "partly":
            for each in _given(case)[1:]:
                _submit(each, weak=1, now=moment)
        elif plan.stands == "begun":
            _scores(_given(case)[0], weak=1, now=moment, most=7)
    letters.tell_all(rounds.reviewed, rounds.officials, actor=officer, now=now - timedelta(days=18))
    for plan in world.REVIEWED:
        if plan.stands == "again":
            _hand_in_again(rounds.cases[plan.title], now=now - timedelta(days=4))
    _ties(rounds, now)


def _ties(rounds: Rounds, now: datetime) -> None:
    """One evaluator has stepped back and left a seat; one institution does not want somebody."""
    first, second = [rounds.cases[each.title] for each in world.REVIEWED if each.stands == "new"]
    one = next(each for each in _given(first) if each.evaluator.person.email != f"aram{MAIL}")
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


def _hand_in_again(case: Application, *, now: datetime) -> None:
    """Supplement every item that fell short and hand the case in for its one re-evaluation."""
    case.refresh_from_db()
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
