"""What can be done today in the demo world: runs to enrol in, a class in session, a completion to decide."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from naite.flows import award, completion
from naite.flows.demo.teaching import School, add_subject, at, attend, open_run, weekly
from naite.flows.demo.world import LECTURES, NEIGHBOURS, OWN_WORDS, Subject
from naite.trunk.catalogue.classification import AREA_OF, Area, Category, DeliveryMode, SubArea
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.drafts import SessionDraft
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment, Programme
from naite.trunk.records import services as records
from naite.trunk.records.models import Entry
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding


def _enrol(school: School, run: CourseRun, names: list[str], *, now: datetime) -> list[Enrolment]:
    return [
        delivery.enrol(run_id=run.pk, person=school.cast.people[name], now=now + timedelta(minutes=index))
        for index, name in enumerate(names)
    ]


def _next(day: date, weekday: int) -> date:
    """Return the first such weekday after a day."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def open_doors(school: School, *, now: datetime) -> None:
    """Open runs in every state that search knows."""
    today = timezone.localdate(now)
    lessons = {key: subject.lessons for key, subject in school.subjects.items()}
    hours = {key: subject.hours for key, subject in school.subjects.items()}
    opens, closes = at(today - timedelta(days=9), 9), at(today + timedelta(days=9), 18)
    opened = opens - timedelta(days=2)

    def start(key: str, first: date, hour: int, minute: int = 0, **facts: object) -> CourseRun:
        return open_run(
            school,
            key,
            sessions=weekly(first, lessons[key], hours[key], hour, minute),
            now=opened,
            **{"registration_opens_at": opens, "registration_closes_at": closes, **facts},
        )

    thursday, saturday, wednesday = _next(today, 3), _next(today, 5), _next(today, 2)
    evening = start("village", thursday + timedelta(days=7), 19, name="목요일 저녁반", instructor="고은솔")
    _enrol(school, evening, list(NEIGHBOURS[:8]), now=opens + timedelta(hours=1))
    morning = start(
        "village",
        saturday + timedelta(days=7),
        10,
        name="토요일 오전반",
        instructor="고은솔",
        capacity=16,
        waitlist_capacity=8,
    )
    _enrol(school, morning, list(NEIGHBOURS[:19]), now=opens + timedelta(hours=2))
    start(
        "village", wednesday + timedelta(days=35), 20, name="온라인 수요일반", instructor="고은솔", mode=DeliveryMode.ONLINE,
        place="온라인 교실", registration_opens_at=at(today + timedelta(days=20), 9), registration_closes_at=at(today + timedelta(days=30), 18),
    )  # fmt: skip
    bank = start(
        "bank", today + timedelta(days=2), 10, name="천천히 반", instructor="이슬비", capacity=15, registration_closes_at=at(today + timedelta(days=1), 18)
    )  # fmt: skip
    _enrol(school, bank, list(NEIGHBOURS[:11]), now=opens + timedelta(hours=3))
    start(
        "watercolour",
        saturday + timedelta(days=14),
        14,
        name="겨울반",
        instructor="한물결",
        fee=20000,
        capacity=16,
    )
    start("hangeul", _next(today, 0), 10, name="처음반", instructor="송해인", capacity=12)
    start("seoul-history", thursday + timedelta(days=7), 14, name="목요 걷기반", instructor="남도현")
    start("literacy-teacher", _next(today, 1) + timedelta(days=28), 14, name="5기", instructor="봄이슬",
          registration_opens_at=at(today + timedelta(days=5), 9), registration_closes_at=at(today + timedelta(days=19), 18))  # fmt: skip
    seminar = start(
        "seminar",
        _next(today, 4),
        19,
        30,
        name="여섯 번째 모임",
        instructor="조예린",
        capacity=6,
        waitlist_capacity=3,
    )
    _enrol(school, seminar, list(NEIGHBOURS[3:7]), now=opens + timedelta(hours=4))
    hub = start(
        "data", _next(today, 0) + timedelta(days=14), 9, name="3기", capacity=24, waitlist_capacity=12
    )
    _enrol(school, hub, ["saebom", *NEIGHBOURS[10:21]], now=opens + timedelta(hours=5))
    start("sea", saturday + timedelta(days=7), 9, name="겨울 바다반", instructor="파도희", capacity=25)
    start(
        "market", _next(today, 1) + timedelta(days=7), 19, name="화요 저녁반", instructor="장온유", fee=30000
    )
    start("budget", thursday - timedelta(days=21), 19, name="하반기", instructor="오름", registration_opens_at=at(today - timedelta(days=50), 9),
          registration_closes_at=at(today - timedelta(days=25), 18))  # fmt: skip


def class_in_session(school: School, *, now: datetime) -> None:
    """A choir that has met three times and meets again today, right now; and one lecture held today."""
    today = timezone.localdate(now)
    opens = at(today - timedelta(days=60), 9)
    past = weekly(today - timedelta(weeks=3), school.subjects["choir"].lessons[:3], Decimal(6), 10)
    # right after midnight it began with the day, so that it is today's
    began = max(now.replace(second=0, microsecond=0) - timedelta(minutes=5), at(today, 0))
    rest = tuple(
        SessionDraft(
            title=title,
            starts_at=began + timedelta(weeks=week),
            ends_at=began + timedelta(weeks=week, hours=2),
            hours=Decimal(2),
        )
        for week, title in enumerate(school.subjects["choir"].lessons[3:])
    )
    choir = open_run(
        school, "choir", sessions=past + rest, now=opens, name="가을반", instructor="윤슬", capacity=24,
        registration_opens_at=opens, registration_closes_at=at(today - timedelta(days=23), 18),
    )  # fmt: skip
    enrolments = _enrol(school, choir, ["garam", *NEIGHBOURS[:18]], now=opens + timedelta(hours=1))
    attend(school, choir, enrolments, sessions=3)
    fourth = choir.sessions.get(number=4)
    for index, enrolment in enumerate(enrolments[1:13]):
        delivery.mark_attendance(
            session=fourth,
            enrolment=enrolment,
            state=Attendance.State.PRESENT,
            actor=school.cast.staff("hangang"),
            now=began + timedelta(seconds=10 * index),
        )

    add_subject(
        school,
        Subject(
            "badge-talk", "hangang", "오늘 특강: 처음 만나는 디지털 배지", "배지가 무엇이고 어떻게 쓰는지, 휴대전화로 함께 열어 봅니다.",
            Area.PRACTICAL_LITERACY, SubArea.DIGITAL, Category.BASIC_LITERACY, Decimal(2), ("처음 만나는 디지털 배지",),
            badge="participation", badge_name="처음 만나는 배지", recognised="제2025-0044호", criteria="특강에 참석했습니다.",
        ),
    )  # fmt: skip
    talk = open_run(
        school,
        "badge-talk",
        sessions=(SessionDraft("처음 만나는 디지털 배지", began, began + timedelta(hours=3), Decimal(2)),),
        now=opens,
        name="오늘반",
        instructor="배시우",
        capacity=30,
        registration_opens_at=at(today - timedelta(days=7), 9),
        registration_closes_at=began + timedelta(hours=2, minutes=30),
    )
    _enrol(school, talk, list(NEIGHBOURS[5:14]), now=at(today - timedelta(days=6), 10))


def completion_to_decide(school: School, *, now: datetime) -> None:
    """A run that ended yesterday: attendance is in, the decision is not."""
    today = timezone.localdate(now)
    lessons = school.subjects["seoul-history"].lessons
    first = today - timedelta(weeks=len(lessons) - 1, days=1)
    opens = at(first - timedelta(days=30), 9)
    run = open_run(
        school,
        "seoul-history",
        sessions=weekly(first, lessons, school.subjects["seoul-history"].hours, 14),
        now=opens - timedelta(days=2),
        name="가을 걷기반",
        instructor="남도현",
        registration_opens_at=opens,
        registration_closes_at=at(first - timedelta(days=2), 18),
    )
    enrolments = _enrol(school, run, ["haneul", *NEIGHBOURS[:9]], now=opens + timedelta(hours=1))
    attend(school, run, enrolments)


def mapo_lectures(school: School, *, now: datetime) -> None:
    """Mapo-gu's staff education: the round of March 2026, held; a new round, three lectures undated (row M1)."""
    mapo = school.cast.places["mapo"]
    staff = school.cast.staff("mapo")
    for number, (title, summary, sub_area, _day) in enumerate(LECTURES, start=1):
        add_subject(
            school,
            Subject(
                f"mapo-{number}", "mapo", title, summary, AREA_OF[sub_area], sub_area, Category.VOCATIONAL, Decimal(3),
                (title,), "마포구 직원", "participation", title[:20], criteria="강의에 참석했습니다.",
            ),
        )  # fmt: skip
    colleagues = list(NEIGHBOURS[12:])

    spring = delivery.create_programme(
        organisation=mapo,
        title="2026년 상반기 4차 산업혁명 직원교육",
        description="여섯 강의 가운데 세 강의를 3월에 열었습니다.",
        actor=staff,
        now=at(date(2026, 2, 2), 9),
    )
    for number, (_title, _summary, _sub, day) in enumerate(LECTURES, start=1):
        if day is None:
            continue
        run = _lecture(
            school,
            spring,
            number,
            day,
            opened=at(date(2026, 2, 2), 9),
            closes=at(day - timedelta(days=1), 18),
        )
        enrolments = _enrol(school, run, colleagues, now=at(date(2026, 2, 9), 9))
        attend(school, run, enrolments)
        completion.complete_run(run_id=run.pk, actor=staff, now=at(day + timedelta(days=1), 10))
        for entry in Entry.objects.filter(run_id=run.pk):
            award.award_entry(
                account_id=entry.account_id, entry_id=entry.id, now=at(day + timedelta(days=1), 11)
            )

    today = timezone.localdate(now)
    autumn = delivery.create_programme(
        organisation=mapo,
        title="2026년 하반기 4차 산업혁명 직원교육" if today.year == 2026 else "4차 산업혁명 직원교육",
        description="봄의 설문에서 바란 대로 실습을 한 시간 늘렸습니다. 세 강의는 날짜가 정해지면 알려 드립니다.",
        actor=staff,
        now=at(today - timedelta(days=12), 9),
    )
    for number in range(1, 7):
        day = _next(today, 1) + timedelta(weeks=number - 1) if number <= 3 else None
        run = _lecture(
            school, autumn, number, day, opened=at(today - timedelta(days=12), 9), closes=at(today + timedelta(days=60), 18) if day is None else at(day - timedelta(days=1), 18)
        )  # fmt: skip
        if day is not None:
            _enrol(school, run, colleagues[: 9 - number], now=at(today - timedelta(days=4), 9))
        else:
            delivery.express_interest(run_id=run.pk, person=school.cast.people["doyun"], now=now)


def _lecture(
    school: School, programme: Programme, number: int, day: date | None, *, opened: datetime, closes: datetime
) -> CourseRun:
    title = LECTURES[number - 1][0]
    starts = at(day, 14) if day else None
    return open_run(
        school,
        f"mapo-{number}",
        sessions=(SessionDraft(title, starts, starts + timedelta(hours=3) if starts else None, Decimal(3)),),
        now=opened,
        place="마포구청 4층 시청각실",
        instructor="",
        capacity=60,
        programme=programme,
        programme_order=number,
        registration_opens_at=opened if day else None,
        registration_closes_at=closes if day else None,
    )


def seen_badges(*, now: datetime) -> None:
    """What came long ago has been looked at."""
    for holding in Holding.objects.filter(held_at__lt=now - timedelta(days=60)):
        wallet.mark_seen(holding=holding, now=holding.held_at + timedelta(days=1))


def own_words(school: School) -> None:
    """What learners wrote down themselves."""
    for key, title, place, year, month, hours in OWN_WORDS:
        account = school.cast.accounts[key]
        records.add_entry(
            records.EntryDraft(
                account=account,
                source=Entry.Source.LEARNER,
                source_key=f"demo-{year}-{month}-{title}"[:120],
                title=title,
                provider_name=place,
                hours=Decimal(hours),
                started_on=date(year, month, 1),
                completed_on=date(year, month, 28),
                area=Area.SELF_GROWTH,
                sub_area=SubArea.HUMANITIES,
            ),
            actor=account.person,
            now=at(date(year, month, 28), 20),
        )
