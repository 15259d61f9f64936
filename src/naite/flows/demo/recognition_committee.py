"""A pilot round at its end: deliberated, approved, told to the institutions, with one office that is late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from naite.flows import committee as closing
from naite.flows import recognition_notices as notices
from naite.flows.demo.cast import LONG_AGO, Cast
from naite.flows.demo.recognition_rounds import Rounds
from naite.flows.demo.teaching import at, split
from naite.flows.demo.world import MAIL
from naite.roots.dates import day_of
from naite.trunk.catalogue import services as catalogue
from naite.trunk.catalogue.classification import Area, Category
from naite.trunk.catalogue.content import CourseContent, Lesson
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.committee import agenda, approvals, meetings, members, queries
from naite.trunk.recognition.committee.agenda import Decision
from naite.trunk.recognition.letters import batches, reminders, sending
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    Hop,
    LocalNotice,
    Meeting,
    ResultNotice,
    Round,
)

A, C = Area, Category
S, V = Application.State, Application.Verdict
# Place, local government, title, area, category, hours, what the panel found.
CASES = (
    ("hangang", "mapo", "생활 사진 기록", A.CIVIC, C.CIVIC_PARTICIPATION, 20, V.RECOGNISE),
    ("saeum", "mapo", "데이터로 읽는 우리 동네", A.CAREER, C.VOCATIONAL, 30, V.RECOGNISE),
    ("seogang", "mapo", "마을 공방 창업 준비", A.CAREER, C.VOCATIONAL, 36, V.RECOGNISE),
    ("hapjeong", "mapo", "이웃 돌봄 첫걸음", A.CIVIC, C.CIVIC_PARTICIPATION, 16, V.REFUSE),
    ("gongdeok", "mapo", "민화 그리기", A.SELF_GROWTH, C.ARTS_CULTURE, 24, V.RECOGNISE),
    ("seoul-my-college", "jongno", "종로 골목 해설", A.CIVIC, C.CIVIC_PARTICIPATION, 24, V.RECOGNISE),
    ("evergreen", "seongbuk", "스마트폰 문해 교실", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 20, V.RECOGNISE),
    ("zelkova", "eunpyeong", "그림책 깊이 읽기", A.SELF_GROWTH, C.HUMANITIES, 16, V.RECOGNISE),
    ("midland-hub", "yuseong", "데이터 시각화 입문", A.CAREER, C.VOCATIONAL, 40, V.RECOGNISE),
    ("moonlight", "haeundae", "바닷가 생태 관찰", A.CIVIC, C.CIVIC_PARTICIPATION, 18, V.RECOGNISE),
    ("suwon-learning", "suwon", "화성 이야기꾼", A.CIVIC, C.CIVIC_PARTICIPATION, 30, V.REFUSE),
    ("suwon-learning", "suwon", "동네 가게 살림", A.CAREER, C.VOCATIONAL, 24, V.RECOGNISE),
)
# The results of these offices go out with the second batch, which is still on its way.
LATER = frozenset({"mapo", "yuseong"})
LATE = "haeundae"
CONSENTED = ("hangang", "saeum", "seoul-my-college", "evergreen", "suwon-learning", "gongdeok")
MEMBERS = (
    ("위채움", "평생교육학", "", True),
    ("송나래", "직업능력개발", "", False),
    ("권이듬", "문해교육", "evergreen", False),
    ("도하진", "시민교육", "", False),
    ("명소윤", "문화예술교육", "", False),
)
GROUNDS = "학습자 지원·관리 항목에서 결석자 보충과 상담 계획을 확인할 수 없고, 강의실 사용 계약이 운영 기간보다 짧습니다."


def play(rounds: Rounds, cast: Cast, *, now: datetime) -> None:
    """Play a pilot round through committee, ministry and local governments, and prepare the next meeting."""
    officer, official = cast.people["seoyeon"], rounds.officials["moe"]
    today = day_of(now)
    _members(cast, officer, now)
    of = _round(rounds, today_at=now)
    cases = list(_cases(of, cast))
    _deliberate(of, officer, now)
    _consent(cast, now)
    first = [case for case, local in cases if local not in LATER]
    approvals.approve_many(
        application_ids=[case.pk for case in first], actor=official, now=at(today - timedelta(days=35), 10)
    )
    sent = at(today - timedelta(days=20), 10)
    _send(of, officer, sent)
    for slug in ("jongno", "seongbuk", "eunpyeong", "suwon"):
        days = {"jongno": 1, "seongbuk": 2, "eunpyeong": 5, "suwon": 3}[slug]
        _notify(cast, rounds, slug, sent + timedelta(days=days))
    for days in (4, 2):
        late = LocalNotice.objects.filter(office=cast.places[LATE])
        reminders.remind(
            local_ids=[row.pk for row in late], actor=officer, now=at(today - timedelta(days=days), 9)
        )
    second = [case.pk for case, local in cases if local in LATER]
    approvals.approve_many(application_ids=second, actor=official, now=at(today - timedelta(days=18), 10))
    sent = at(today - timedelta(days=6), 10)
    _send(of, officer, sent)
    _notify(cast, rounds, "yuseong", sent + timedelta(days=1))
    mapo = LocalNotice.objects.get(batch__created_at=sent, office=cast.places["mapo"])
    some = [row.pk for row in mapo.letters.order_by("id")[:2]]
    notices.notify(local=mapo, notice_ids=some, actor=cast.people["doyun"], now=sent + timedelta(days=2))
    _next_meeting(cast.places["nile"], officer, now)


def _members(cast: Cast, officer: Person, now: datetime) -> None:
    nile, today = cast.places["nile"], day_of(now)
    for number, (name, field, place, is_chair) in enumerate(MEMBERS, start=1):
        person = Person.objects.create_user(f"committee{number}{MAIL}", name=name, joined_at=LONG_AGO)
        RoleAssignment.objects.create(
            person=person, organisation=nile, role=Role.COMMITTEE_MEMBER, valid_from=LONG_AGO
        )
        cast.people[f"committee{number}"] = person
        members.appoint(
            institute=nile,
            person=person,
            affiliation=cast.places[place] if place else None,
            field=field,
            is_chair=is_chair,
            term_from=today - timedelta(days=300),
            term_until=today + timedelta(days=430),
            actor=officer,
            now=at(today - timedelta(days=300), 9),
        )


def _round(rounds: Rounds, *, today_at: datetime) -> Round:
    today, like = day_of(today_at), rounds.closed
    opens = today - timedelta(days=98)
    return Round.objects.create(
        year=opens.year,
        number=0,
        title=f"{opens.year}년 시범 평가인정",
        state=Round.State.PUBLISHED,
        institute=like.institute,
        criteria=like.criteria,
        opens_at=at(opens, 0),
        closes_at=at(opens + timedelta(days=14), 0),
        forward_until=opens + timedelta(days=24),
        review_from=opens + timedelta(days=25),
        review_until=opens + timedelta(days=52),
        committee_on=today - timedelta(days=40),
        results_on=today - timedelta(days=20),
        stages=["paper"],
        created_at=at(opens - timedelta(days=33), 9),
        published_at=at(opens - timedelta(days=32), 9),
    )


def _cases(of: Round, cast: Cast) -> Iterator[tuple[Application, str]]:
    """Make the cases as they stood after their review, with what had happened on the way."""
    start, nile = day_of(of.opens_at), cast.places["nile"]
    for number, (slug, local, title, area, category, hours, found) in enumerate(CASES, start=1):
        place, office = cast.places[slug], cast.places[local]
        staff = RoleAssignment.objects.filter(organisation=place).order_by("valid_from", "id")[0].person
        submitted = at(start + timedelta(days=number), 9 + number % 8)
        case = Application.objects.create(
            number=f"{of.year}-{of.number}-{number:04}",
            round=of,
            organisation=place,
            **_course(place, title, area, category, hours, staff),
            kind=Application.Kind.PLANNED,
            state=S.EVALUATED,
            office=nile,
            verdict=found,
            content={"purpose": "배운 것을 동네에서 이어 가게 돕습니다."},
            created_by=staff,
            created_at=submitted - timedelta(days=3),
            changed_at=submitted,
            submitted_at=submitted,
        )
        received = submitted + timedelta(days=1 + number % 3)
        forwarded = received + timedelta(days=4 + number % 5)
        reviewed = forwarded + timedelta(days=20 + number % 9)
        Hop.objects.create(
            application=case,
            position=1,
            office=office,
            arrived_at=submitted,
            received_at=received,
            left_at=forwarded,
        )
        Hop.objects.create(
            application=case,
            position=2,
            office=nile,
            arrived_at=forwarded,
            received_at=forwarded + timedelta(days=1),
        )
        for act, when, who, was, becomes in (
            ("submit", submitted, place, S.DRAFT, S.SUBMITTED),
            ("receive", received, office, S.SUBMITTED, S.RECEIVED),
            ("forward", forwarded, office, S.RECEIVED, S.SUBMITTED),
            ("receive", forwarded + timedelta(days=1), nile, S.SUBMITTED, S.RECEIVED),
            ("seat_panel", forwarded + timedelta(days=6 + number % 4), nile, S.RECEIVED, S.IN_REVIEW),
            ("pass" if found == V.RECOGNISE else "fail", reviewed, nile, S.IN_REVIEW, S.EVALUATED),
        ):
            note_event(
                act=act, actor=None, now=when, application=case, office=who, from_state=was, to_state=becomes
            )
        yield case, local


def _course(
    place: Organisation, title: str, area: Area, category: Category, hours: int, staff: Person
) -> dict[str, object]:
    version = catalogue.create_course(
        organisation=place,
        content=CourseContent(
            title=title,
            total_hours=Decimal(hours),
            summary=f"{title} 과정입니다. 천천히, 함께 배웁니다.",
            audience="누구나",
            category=category,
            area=area,
            syllabus=[Lesson(f"{n}차시", share) for n, share in enumerate(split(Decimal(hours), 4), start=1)],
        ),
        actor=staff,
        now=LONG_AGO,
    )
    return {"course": version.course, "version": version}


def _deliberate(of: Round, officer: Person, now: datetime) -> None:
    held = at(day_of(now) - timedelta(days=40), 14)
    meeting = meetings.prepare(
        institute=of.institute,
        plan=meetings.Plan(starts_at=held, place="국가평생교육진흥원 대회의실", round=of),
        actor=officer,
        now=held - timedelta(days=7),
    )
    ids = list(Application.objects.filter(round=of, state=S.EVALUATED).values_list("pk", flat=True))
    agenda.add(meeting=meeting, application_ids=ids, actor=officer, now=held - timedelta(days=6))
    meeting = meetings.open_meeting(meeting=meeting, actor=officer, now=held)
    meetings.set_presence(
        meeting=meeting, present=set(meeting.seats.values_list("pk", flat=True)), actor=officer, now=held
    )
    for item in queries.agenda(meeting):
        _appointed, present = queries.strength(item)
        refuses = item.found == V.REFUSE
        decision = (
            Decision(AgendaItem.Outcome.REFUSE, how="vote", votes=(present - 1, 1, 0), grounds=GROUNDS)
            if refuses
            else Decision(AgendaItem.Outcome.RECOGNISE)
        )
        agenda.decide(item=item, decision=decision, revision=item.revision, actor=officer, now=held)
    closing.close(
        meeting=meeting,
        remarks="결석자 보충 계획을 적는 칸을 다음 차수 신청서에 두기로 하였다.",
        actor=officer,
        now=held + timedelta(hours=3),
    )


def _consent(cast: Cast, now: datetime) -> None:
    for slug in CONSENTED:
        place = cast.places[slug]
        staff = RoleAssignment.objects.filter(organisation=place, role=Role.INSTITUTION_STAFF)[0].person
        sending.consent(institution=place, wanted=True, actor=staff, now=now - timedelta(days=60))


def _send(of: Round, officer: Person, when: datetime) -> None:
    batch = batches.send_out(round_=of, actor=officer, now=when)
    for _batch in batches.distribute(batch_id=batch.pk, now=when):
        pass


def _notify(cast: Cast, rounds: Rounds, slug: str, when: datetime) -> None:
    actor = rounds.officials[slug]
    local = LocalNotice.objects.filter(office=cast.places[slug]).order_by("-batch__created_at")[0]
    notices.notify(local=local, notice_ids=None, actor=actor, now=when)
    for notice in local.letters.filter(state=ResultNotice.State.SENT):
        notices.enter_receipt(
            notice=notice,
            received_on=day_of(when + timedelta(days=2)),
            actor=actor,
            now=when + timedelta(days=3),
        )


def _next_meeting(institute: Organisation, officer: Person, now: datetime) -> None:
    """Prepare the next meeting, with whatever the panels have finished by now on its agenda."""
    waiting = list(queries.candidates(institute).values_list("pk", flat=True))
    meeting: Meeting = meetings.prepare(
        institute=institute,
        plan=meetings.Plan(
            starts_at=at(day_of(now) + timedelta(days=9), 14), place="국가평생교육진흥원 대회의실"
        ),
        actor=officer,
        now=now - timedelta(hours=2),
    )
    agenda.add(
        meeting=meeting,
        application_ids=waiting[: max(1, len(waiting) - 2)],
        actor=officer,
        now=now - timedelta(hours=1),
    )
