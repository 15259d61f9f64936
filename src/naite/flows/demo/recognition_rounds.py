"""Two rounds of recognition: one whose applications are in and being reviewed, one that takes applications."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID

from naite.flows import apply
from naite.flows.demo.cast import LONG_AGO, Cast
from naite.flows.demo.recognition_world import (
    ALL_BUT_ONE,
    CLOSED,
    CONTENT,
    COURSES,
    INSTITUTIONS,
    KNOWN,
    OFFICES,
    PROCEDURE,
)
from naite.flows.demo.teaching import School, at, split
from naite.flows.demo.world import MAIL
from naite.roots.dates import day_of
from naite.trunk.catalogue import services as catalogue
from naite.trunk.catalogue.classification import Area, Category
from naite.trunk.catalogue.content import CourseContent, Lesson
from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.people import duties
from naite.trunk.people.models import Organisation, Person, Region, Role, RoleAssignment
from naite.trunk.recognition.applications import checking, evidence, handling, writing
from naite.trunk.recognition.criteria import sample
from naite.trunk.recognition.models import Application, Round
from naite.trunk.recognition.rounds import rules, services, stages
from naite.trunk.recognition.rounds.services import RoundDraft
from naite.trunk.wallet.packages.paper import Sheet, sheet_pdf

Kind = Organisation.Kind


@dataclass
class Rounds:
    """What later parts of the demo build on."""

    closed: Round
    open: Round
    officials: dict[str, Person] = field(default_factory=dict)
    cases: list[Application] = field(default_factory=list)


def play(school: School, *, now: datetime) -> Rounds:
    """Play both rounds up to today: forty applications of twelve institutions in all the early states."""
    cast = school.cast
    officials = _people(cast)
    today = day_of(now)
    nile = cast.people["seoyeon"]
    seoul = stages.switch_on(
        institute=cast.places["seoul-institute"],
        valid_from=today - timedelta(days=400),
        note="서울특별시평생교육진흥원 개원",
        actor=nile,
        now=at(today - timedelta(days=400), 9),
    )
    assert seoul.valid_until is None
    criteria = sample.add(now=at(today - timedelta(days=130), 10))
    closed = _round(
        nile,
        criteria=criteria,
        number=1,
        today=today,
        published=today - timedelta(days=101),
        lasts=20,
    )
    opened = _round(
        nile, criteria=criteria, number=2, today=today, published=today - timedelta(days=45), lasts=20
    )
    paper = _paper()
    found = Rounds(closed, opened, officials)
    for key, courses in COURSES.items():
        staff = cast.staff(key) if key in KNOWN else officials[key]
        place = cast.places[key]
        in_closed = CLOSED.get(key, ALL_BUT_ONE if len(courses) > ALL_BUT_ONE else len(courses) - 1)
        for index, (title, area, category, hours) in enumerate(courses):
            course = _course(place, staff, title, area, category, hours)
            of = closed if index < in_closed else opened
            started = of.opens_at + timedelta(
                days=index * 2, hours=1 + len(found.cases) % 7, minutes=len(found.cases)
            )
            case = _written(of, course, staff, paper, now=min(started, now - timedelta(minutes=5)))
            found.cases.append(case)
    _close(found, cast, now)
    _go_on(found, cast, now)
    _absent(cast, now)
    return found


def _people(cast: Cast) -> dict[str, Person]:
    """Add the offices and institutions that the procedure needs, with somebody at each, and a ministry official."""
    found: dict[str, Person] = {}
    for slug, name, region, who in OFFICES:
        parent = "seoul-institute" if region.startswith("11") else "nile"
        cast.places[slug] = _place(cast, slug, name, Kind.LOCAL_GOVERNMENT, region, parent, "")
        found[slug] = _person(cast, f"official-{slug}", who, slug, Role.LOCAL_OFFICER)
    for slug, name, region, who in INSTITUTIONS:
        cast.places[slug] = _place(cast, slug, name, Kind.HUMAN_RESOURCES, region, "mapo", "ga")
        found[slug] = _person(cast, f"staff-{slug}", who, slug, Role.INSTITUTION_STAFF)
    found["moe"] = _person(cast, "seojin", "권서진", "moe", Role.MINISTRY_OFFICIAL)
    found["mapo2"] = _person(cast, "junho", "박준호", "mapo", Role.LOCAL_OFFICER)
    found["mapo"], found["seoul-institute"] = cast.people["doyun"], cast.people["daon"]
    return found


def _place(
    cast: Cast, slug: str, name: str, kind: Kind, region: str, parent: str, legal_basis: str
) -> Organisation:
    return Organisation.objects.create(
        slug=slug,
        name=name,
        kind=kind,
        legal_basis=legal_basis,
        parent=cast.places[parent],
        region=Region.objects.filter(code=region).first(),
        created_at=LONG_AGO,
    )


def _person(cast: Cast, key: str, name: str, place: str, role: Role) -> Person:
    person = Person.objects.create_user(key + MAIL, name=name, joined_at=LONG_AGO)
    RoleAssignment.objects.create(
        person=person, organisation=cast.places[place], role=role, valid_from=LONG_AGO
    )
    cast.people[key] = person
    return person


def _round(
    actor: Person, *, criteria: object, number: int, today: date, published: date, lasts: int
) -> Round:
    opens = rules.first_day_to_open(published)
    last = opens + timedelta(days=lasts)
    made = services.create(
        draft=RoundDraft(
            year=opens.year,
            number=number,
            title=f"{opens.year}년 제{number}차 평가인정",
            opens_on=opens,
            last_day=last,
            criteria=criteria,  # type: ignore[arg-type]
            forward_until=last + timedelta(days=18),
            review_from=last + timedelta(days=21),
            review_until=last + timedelta(days=63),
            committee_on=last + timedelta(days=77),
            results_on=last + timedelta(days=91),
            evaluators_per_application=3,
            target=40,
            procedure=PROCEDURE,
        ),
        actor=actor,
        now=at(published, 9),
    )
    return services.publish(round=made, actor=actor, now=at(published, 10))


def _course(
    place: Organisation, staff: Person, title: str, area: Area, category: Category, hours: int
) -> Course:
    count = max(4, hours // 4)
    version: CourseVersion = catalogue.create_course(
        organisation=place,
        content=CourseContent(
            title=title,
            total_hours=Decimal(hours),
            summary=f"{title} 과정입니다. 천천히, 함께 배웁니다.",
            description=f"{title}에 필요한 것을 {hours}시간에 나누어 배우고 마지막에 나눕니다.",
            audience="누구나",
            category=category,
            area=area,
            syllabus=[
                Lesson(f"{number}차시", share)
                for number, share in enumerate(split(Decimal(hours), count), start=1)
            ],
        ),
        actor=staff,
        now=LONG_AGO,
    )
    return version.course


def _paper() -> bytes:
    """Set the paper that serves as evidence everywhere; only its names differ."""
    return sheet_pdf(
        Sheet(
            title="강의계획서",
            author="나이테 보기 자료",
            language="ko",
            day=date(2026, 9, 1),
            facts=[("과정", "보기로 만든 과정"), ("시간", "30시간"), ("수료 기준", "출석 80% 이상")],
            columns=["차시", "학습목표", "방법"],
            sections=[
                (
                    "차시별 계획",
                    [[f"{n}차시", "배운 것을 말로 설명한다", "강의와 연습"] for n in range(1, 13)],
                )
            ],
            notes=["보기로 만든 자료입니다."],
        )
    )


def _written(of: Round, course: Course, staff: Person, paper: bytes, *, now: datetime) -> Application:
    """Write an application in full, with a file under every item that demands one."""
    case = writing.begin(round=of, course=course, kind=Application.Kind.PLANNED, actor=staff, now=now)
    start = day_of(of.closes_at) + timedelta(days=150)
    items = [row.item for row in case.items.select_related("item")]
    case = writing.save(
        application=case,
        revision=case.revision,
        content={
            **CONTENT,
            "contact_name": staff.name,
            "planned_from": start.isoformat(),
            "planned_until": (start + timedelta(weeks=15)).isoformat(),
        },
        texts={
            item.pk: f"{item.title}: {item.evidence_demanded}에 자세히 적었습니다. 지난 운영에서 고친 점도 함께 냅니다."
            for item in items
        },
        actor=staff,
        now=now,
    )
    for item in items:
        if item.evidence_required:
            evidence.add(
                application=case,
                item=item,
                stream=BytesIO(paper),
                name=f"{item.evidence_demanded.split('나')[0].split('이나')[0].strip()}.pdf",
                actor=staff,
                now=now,
            )
    return case


def _officers(found: Rounds, cast: Cast) -> dict[UUID, Person]:
    people = {cast.places[key].pk: who for key, who in found.officials.items() if key in cast.places}
    people[cast.places["nile"].pk] = cast.people["seoyeon"]
    return people


def _steps(case: Application) -> Iterator[int]:
    yield from range(case.hops.count())


def _pass_on(
    case: Application, officers: dict[UUID, Person], *, now: datetime, until: str = ""
) -> tuple[Application, datetime]:
    """Receive, check and forward a case office by office, up to the one named or the last."""
    for _hop in _steps(case):
        assert case.office is not None
        officer = officers[case.office.pk]
        now += timedelta(days=1, hours=2)
        case = handling.receive(application=case, actor=officer, now=now)
        checking.check_rest(application=case, actor=officer, now=now + timedelta(hours=1))
        if case.office_id == case.round.institute_id or (case.office and case.office.slug == until):
            break
        now += timedelta(days=2)
        case = handling.forward(
            application=case, letter_number=f"평생교육과-{1000 + now.day}", actor=officer, now=now
        )
    return case, now


def _close(found: Rounds, cast: Cast, now: datetime) -> None:
    """Bring the closed round's cases to the national institute; one was returned, one withdrawn."""
    officers = _officers(found, cast)
    mine = [case for case in found.cases if case.round_id == found.closed.pk]
    for index, case in enumerate(mine):
        staff = case.created_by
        assert staff is not None
        handed = apply.submit(
            application=case, actor=staff, now=case.created_at + timedelta(days=3, minutes=index)
        )
        assert handed.submitted_at is not None
        if index == 4:
            writing.withdraw(
                application=handed,
                reason="과정을 다시 설계합니다.",
                actor=staff,
                now=handed.submitted_at + timedelta(days=2),
            )
        elif index == 9:
            assert handed.office is not None
            officer = officers[handed.office.pk]
            handling.receive(application=handed, actor=officer, now=handed.submitted_at + timedelta(days=1))
            handling.return_(
                application=handed,
                reason="신청한 과정이 지난 차수에 인정받은 과정과 같아 새로 평가할 것이 없습니다.",
                actor=officer,
                now=handed.submitted_at + timedelta(days=3),
            )
        else:
            _pass_on(handed, officers, now=handed.submitted_at)


def _go_on(found: Rounds, cast: Cast, now: datetime) -> None:
    """Leave the open round's cases where a desk in the middle of the work has them."""
    officers = _officers(found, cast)
    mine = [case for case in found.cases if case.round_id == found.open.pk]
    for index, case in enumerate(mine):
        staff = case.created_by
        assert staff is not None
        if index % 7 == 6:
            continue  # still being written
        handed = apply.submit(
            application=case, actor=staff, now=min(case.created_at + timedelta(days=2, minutes=index), now)
        )
        assert handed.office is not None and handed.submitted_at is not None
        officer, moment = officers[handed.office.pk], handed.submitted_at
        if index % 7 in (1, 4):
            _supplement(handed, officer, staff, moment, answered=index % 7 == 4)
        elif index % 7 == 2:
            handling.receive(application=handed, actor=officer, now=moment + timedelta(hours=20))
        elif index % 7 == 5:
            _pass_on(handed, officers, now=moment, until="seoul-institute")


def _supplement(
    case: Application, officer: Person, staff: Person, moment: datetime, *, answered: bool
) -> None:
    case = handling.receive(application=case, actor=officer, now=moment + timedelta(days=1))
    items = case.items.order_by("item__position").values_list("item_id", flat=True)
    asked = [items[2], items[8]]
    for item_id, note in zip(
        asked, ("차시별 학습목표가 없습니다.", "결석한 사람을 어떻게 돕는지 적어 주세요."), strict=True
    ):
        checking.check_item(
            application=case,
            item_id=item_id,
            result="lacking",
            note=note,
            actor=officer,
            now=moment + timedelta(days=1),
        )
    checking.check_rest(application=case, actor=officer, now=moment + timedelta(days=1))
    case = handling.demand_supplement(
        application=case,
        due_on=day_of(moment + timedelta(days=11)),
        reason="아래 두 항목을 보완해 주세요. 근거: 평가편람.",
        actor=officer,
        now=moment + timedelta(days=1, hours=1),
    )
    if answered:
        case = writing.save(
            application=case,
            revision=case.revision,
            texts={
                asked[0]: "차시마다 ‘무엇을 할 수 있다’로 목표를 적은 계획서를 새로 냈습니다.",
                asked[1]: "결석하면 그날 전화하고, 다음 반에서 보충하게 합니다.",
            },
            actor=staff,
            now=moment + timedelta(days=3),
        )
        writing.supplement(application=case, actor=staff, now=moment + timedelta(days=3, hours=1))


def _absent(cast: Cast, now: datetime) -> None:
    """Let one of the two officials of 마포구 stand in for the other this week."""
    today = day_of(now)
    duties.stand_in(
        absent=cast.people["junho"],
        substitute=cast.people["doyun"],
        organisation=cast.places["mapo"],
        role=Role.LOCAL_OFFICER,
        first_day=today,
        last_day=today + timedelta(days=4),
        note="교육 파견",
        actor=cast.people["junho"],
        now=now,
    )
