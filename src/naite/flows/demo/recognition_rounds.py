"""Three rounds of recognition: one that is over, one under review, and one that takes applications."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID

from naite.flows import apply
from naite.flows.demo import recognition_world as world
from naite.flows.demo.cast import LONG_AGO, Cast
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
from naite.trunk.recognition.models import Application, CriteriaItem, CriteriaVersion, Round
from naite.trunk.recognition.rounds import rules, services, stages
from naite.trunk.recognition.rounds.services import RoundDraft
from naite.trunk.wallet.packages.paper import Sheet, sheet_pdf

Kind = Organisation.Kind


@dataclass
class Rounds:
    """What later parts of the demo build on."""

    finished: Round
    reviewed: Round
    open: Round
    officials: dict[str, Person] = field(default_factory=dict)
    # Cases that go on to a panel, by title.
    cases: dict[str, Application] = field(default_factory=dict)


class _Desk:
    """What writing and handling applications needs at hand."""

    def __init__(self, cast: Cast, officials: dict[str, Person], criteria: CriteriaVersion) -> None:
        self.cast = cast
        self.items: list[CriteriaItem] = list(criteria.items.all())
        self.supplemented = [item for item in self.items if item.title in world.SUPPLEMENTS]
        self.paper = _paper()
        self._officials = officials
        self._officers = {
            cast.places[key].pk: who for key, who in officials.items() if key in cast.places
        } | {cast.places["nile"].pk: cast.people["seoyeon"]}

    def staff(self, key: str) -> Person:
        return self.cast.staff(key) if key in world.KNOWN else self._officials[key]

    def officer(self, office_id: UUID | None) -> Person:
        assert office_id is not None
        return self._officers[office_id]


def play(school: School, *, now: datetime) -> Rounds:
    """Play all three rounds as far as the offices before the panels: forty applications of twelve institutions
    in the one that is over, and one at each desk in the others."""
    cast = school.cast
    officials = _people(cast)
    today = day_of(now)
    nile = cast.people["seoyeon"]
    stages.switch_on(
        institute=cast.places["seoul-institute"],
        valid_from=today - timedelta(days=400),
        note="서울특별시평생교육진흥원 개원",
        actor=nile,
        now=at(today - timedelta(days=400), 9),
    )
    criteria = sample.add(now=at(today - timedelta(days=280), 10))
    first, second, third = (
        _round(nile, criteria=criteria, number=number, published=today - timedelta(days=days))
        for number, days in enumerate((262, 101, 45), start=1)
    )
    found = Rounds(first, second, third, officials)
    desk = _Desk(cast, officials, criteria)
    _finished(found, desk)
    _reviewed(found, desk)
    _open(found, desk)
    _absent(cast, now)
    return found


def _people(cast: Cast) -> dict[str, Person]:
    """Add the offices and institutions that the procedure needs, with somebody at each, and a ministry official."""
    found: dict[str, Person] = {}
    for slug, name, region, who in world.OFFICES:
        parent = "seoul-institute" if region.startswith("11") else "nile"
        cast.places[slug] = _place(cast, slug, name, Kind.LOCAL_GOVERNMENT, region, parent, "")
        found[slug] = _person(cast, f"official-{slug}", who, slug, Role.LOCAL_OFFICER)
    for slug, name, region, who in world.INSTITUTIONS:
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


def _round(actor: Person, *, criteria: CriteriaVersion, number: int, published: date) -> Round:
    opens = rules.first_day_to_open(published)
    last = opens + timedelta(days=20)
    made = services.create(
        draft=RoundDraft(
            year=opens.year,
            number=number,
            title=f"{opens.year}년 제{number}차 평가인정",
            opens_on=opens,
            last_day=last,
            criteria=criteria,
            forward_until=last + timedelta(days=18),
            review_from=last + timedelta(days=21),
            review_until=last + timedelta(days=63),
            committee_on=last + timedelta(days=77),
            results_on=last + timedelta(days=91),
            evaluators_per_application=3,
            target=40,
            procedure=world.PROCEDURE,
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


def _written(
    of: Round,
    desk: _Desk,
    place: str,
    course: tuple[str, Area, Category, int],
    *,
    now: datetime,
) -> Application:
    """Write an application in full, with a file under every item that demands one."""
    staff = desk.staff(place)
    title, _area, _category, hours = course
    case = writing.begin(
        round=of,
        course=_course(desk.cast.places[place], staff, *course),
        kind=Application.Kind.PLANNED,
        actor=staff,
        now=now,
    )
    start = day_of(of.closes_at) + timedelta(days=150)
    case = writing.save(
        application=case,
        revision=case.revision,
        content={
            **world.CONTENT,
            "contact_name": staff.name,
            "planned_from": start.isoformat(),
            "planned_until": (start + timedelta(weeks=15)).isoformat(),
        },
        texts={item.pk: world.TEXTS[item.title].format(title=title, hours=hours) for item in desk.items},
        actor=staff,
        now=now,
    )
    for item in desk.items:
        if item.evidence_required:
            evidence.add(
                application=case,
                item=item,
                stream=BytesIO(desk.paper),
                name=f"{item.evidence_demanded.split('이나')[0].split('나')[0].strip()}.pdf",
                actor=staff,
                now=now,
            )
    return case


def _handed_in(
    of: Round, desk: _Desk, place: str, course: tuple[str, Area, Category, int], *, nth: int
) -> Application:
    started = of.opens_at + timedelta(days=nth % 3, hours=1 + nth % 7, minutes=nth)
    case = _written(of, desk, place, course, now=started)
    return apply.submit(
        application=case, actor=desk.staff(place), now=started + timedelta(days=2, minutes=nth)
    )


def _pass_on(case: Application, desk: _Desk, *, until: str = "", received: bool = True) -> Application:
    """Receive, check and forward a case office by office, up to the one named or the last."""
    moment = case.submitted_at
    assert moment is not None
    for each in case.hops.select_related("office").order_by("position"):
        last = each.office_id == case.round.institute_id or each.office.slug == until
        if last and not received:
            break
        officer = desk.officer(each.office_id)
        moment += timedelta(days=1, hours=2)
        if case.state == Application.State.RECEIVED:  # supplemented: a look of its own at each item
            moment += timedelta(days=3)
            for item in desk.supplemented:
                checking.check_item(
                    application=case, item_id=item.pk, result="complete", actor=officer, now=moment
                )
        else:
            case = handling.receive(application=case, actor=officer, now=moment)
            checking.check_rest(application=case, actor=officer, now=moment + timedelta(hours=1))
        if last:
            break
        moment += timedelta(days=2)
        case = handling.forward(
            application=case, letter_number=f"평생교육과-{1000 + moment.day}", actor=officer, now=moment
        )
    return case


def _finished(found: Rounds, desk: _Desk) -> None:
    """Bring the forty to the national institute; one is withdrawn, one returned, one supplemented on the way."""
    nth = 0
    for place, courses in world.FINISHED.items():
        for course in courses:
            case = _handed_in(found.finished, desk, place, course, nth=nth)
            nth += 1
            assert case.submitted_at is not None
            if course[0] == world.WITHDRAWN:
                writing.withdraw(
                    application=case,
                    reason="과정을 다시 설계합니다.",
                    actor=desk.staff(place),
                    now=case.submitted_at + timedelta(days=2),
                )
                continue
            if course[0] == world.RETURNED:
                officer = desk.officer(case.office_id)
                handling.receive(application=case, actor=officer, now=case.submitted_at + timedelta(days=1))
                handling.return_(
                    application=case,
                    reason="운영하려는 강의실이 신청한 기관의 시설이 아니고 빌린 계약도 없어 평가할 수 없습니다.",
                    actor=officer,
                    now=case.submitted_at + timedelta(days=3),
                )
                continue
            if course[0] == world.SUPPLEMENTED:
                case = _supplement(case, desk, answered=True)
            found.cases[course[0]] = _pass_on(case, desk)


def _reviewed(found: Rounds, desk: _Desk) -> None:
    for nth, each in enumerate(world.REVIEWED):
        course = (each.title, each.area, each.category, each.hours)
        case = _handed_in(found.reviewed, desk, each.place, course, nth=nth)
        found.cases[each.title] = _pass_on(case, desk)


def _open(found: Rounds, desk: _Desk) -> None:
    """Leave a case at every desk between the institution and the national institute."""
    for nth, each in enumerate(world.OPEN):
        course = (each.title, each.area, each.category, each.hours)
        if each.stands == "draft":
            _written(found.open, desk, each.place, course, now=found.open.opens_at + timedelta(days=2))
            continue
        case = _handed_in(found.open, desk, each.place, course, nth=nth)
        assert case.submitted_at is not None
        if each.stands == "received":
            officer = desk.officer(case.office_id)
            handling.receive(application=case, actor=officer, now=case.submitted_at + timedelta(hours=20))
        elif each.stands in {"supplement", "supplemented"}:
            _supplement(case, desk, answered=each.stands == "supplemented")
        elif each.stands in {"to_province", "at_province"}:
            _pass_on(case, desk, until="seoul-institute", received=each.stands == "at_province")
        elif each.stands == "forwarded":
            _pass_on(case, desk, received=False)


def _supplement(case: Application, desk: _Desk, *, answered: bool) -> Application:
    """Take a case up and demand what two items lack; perhaps the institution has answered."""
    officer, staff, moment = desk.officer(case.office_id), case.created_by, case.submitted_at
    assert staff is not None and moment is not None
    then = moment + timedelta(days=1)
    case = handling.receive(application=case, actor=officer, now=then)
    for item in desk.supplemented:
        checking.check_item(
            application=case,
            item_id=item.pk,
            result="lacking",
            note=world.SUPPLEMENTS[item.title][0],
            actor=officer,
            now=then,
        )
    checking.check_rest(application=case, actor=officer, now=then)
    case = handling.demand_supplement(
        application=case,
        due_on=day_of(moment + timedelta(days=11)),
        reason="아래 두 항목을 보완해 주세요. 근거: 평가편람.",
        actor=officer,
        now=then + timedelta(hours=1),
    )
    if not answered:
        return case
    then += timedelta(days=2)
    case = writing.save(
        application=case,
        revision=case.revision,
        texts={item.pk: world.SUPPLEMENTS[item.title][1] for item in desk.supplemented},
        actor=staff,
        now=then,
    )
    return writing.supplement(application=case, actor=staff, now=then + timedelta(hours=1))


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
