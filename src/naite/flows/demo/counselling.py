"""Questions, answers, counselling sessions and reports on courses in the demo world."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from naite.branches.counselling import queries, report_rules, session_queries
from naite.branches.counselling.models import CourseReport, Question
from naite.branches.counselling.services import answers, questions, reports, sessions
from naite.branches.counselling.services.questions import QuestionText
from naite.branches.counselling.services.sessions import RecordText, SlotPlan
from naite.flows.demo.cast import Cast
from naite.flows.demo.teaching import at as moment
from naite.roots.dates import day_of, is_working_day
from naite.trunk.assessment.models import Completion
from naite.trunk.people.models import Person
from naite.trunk.people.policies import can_run_courses


@dataclass(frozen=True)
class Asked:
    """One question, asked so many days ago, and what came of it."""

    who: str
    category: str
    title: str
    body: str
    days_ago: int
    answers: tuple[str, ...] = ()
    note: str = ""
    more: str = ""
    grade: int = 0
    praise: str = ""
    taken: bool = False
    to_nation: str = ""
    draft: str = ""


ASKED = (
    Asked(
        "garam",
        "account",
        "예전에 다른 이름으로 들은 강좌도 옮길 수 있나요?",
        "2012년에 개명하기 전 이름으로 들은 강좌가 두 개 있습니다. 수료증은 종이로 가지고 있습니다. 학습계좌에 넣을 수 있을까요?",
        24,
        (
            "네, 넣을 수 있습니다. ‘예전 배움 적기’에 적고 수료증 사진을 붙여 주세요. 이름이 바뀐 것은 기본증명서나 주민등록초본을 창구에 보여 주시면 확인해 드립니다. 주민등록번호 뒷자리는 가리고 오셔도 됩니다.",
        ),
        note="개명 확인은 창구에서 눈으로 보고 돌려드립니다. 사본을 받지 않습니다.",
        grade=5,
        praise="바로 되었습니다. 고맙습니다.",
    ),
    Asked(
        "garam",
        "recognised",
        "바다 해설사 강좌는 왜 평가인정 이수실적에 없나요?",
        "부산에서 들은 ‘바다를 읽는 해설사’가 4항이 아니라 특기사항에 보입니다. 수료는 했습니다.",
        12,
        (
            "그 강좌는 아직 평가인정을 받지 않은 강좌입니다. 그래서 지금은 5항 특기사항에 있습니다. 나중에 강좌가 인정을 받으면 4항으로 옮길지 여쭙는 알림을 드립니다.",
        ),
        more="그럼 인정을 받을 예정인지 알 수 있을까요?",
    ),
    Asked(
        "garam",
        "certificate",
        "증명서를 회사에 낼 때 시간만 보이게 할 수 있나요?",
        "재취업 서류로 내려고 합니다. 문해 강좌는 빼고, 직업진로 강좌만 담고 싶습니다.",
        3,
        draft="증명서를 만드실 때 담을 기록을 하나씩 고를 수 있습니다. ‘증명서 만들기’에서",
        taken=True,
    ),
    Asked(
        "도아람",
        "badge",
        "배지 그림을 명함에 넣어도 되나요?",
        "주민참여예산 배지를 받았습니다. 명함에 그림을 넣으면 진짜인지 어떻게 확인하나요?",
        15,
        (),
        taken=True,
    ),
    Asked(
        "강은결",
        "design",
        "사회복지 쪽으로 옮기려면 무엇부터 배워야 할까요?",
        "사무 일을 15년 했습니다. 주민참여예산 학교를 마치고 나니 마을 복지 일을 하고 싶어졌습니다. 저녁에만 시간이 있습니다.",
        1,
    ),
    Asked(
        "saebom",
        "other",
        "휴대전화가 바뀌었는데 로그인은 어떻게 하나요?",
        "번호가 바뀌었습니다. 전자우편 주소는 그대로입니다.",
        30,
        (
            "전자우편 주소가 그대로면 아무것도 하지 않으셔도 됩니다. 로그인할 때 확인 번호가 전자우편으로 갑니다. 그래도 안 되면 신분증을 가지고 창구로 오세요.",
        ),
        grade=4,
    ),
    Asked(
        "malsun",
        "account",
        "글을 잘 못 쓰는데 기록을 대신 적어 줄 수 있나요?",
        "문해반에서 두 해 배웠습니다. 손주가 도와주지만 저 혼자 하고 싶습니다.",
        2,
        to_nation="성북구에 아직 담당자가 없어 저희가 받았으나, 문해 학습자 지원은 진흥원에서 안내합니다.",
    ),
)
TEMPLATES = (
    (
        "창구에 오실 때",
        "account",
        "신분증을 가지고 평일 9시부터 18시 사이에 오시면 됩니다. 점심시간(12시~13시)에도 한 사람은 자리에 있습니다.",
    ),
    (
        "이수실적이 보이지 않을 때",
        "recognised",
        "수료한 강좌는 기관이 수료를 정한 날 밤에 쌓입니다. 사흘이 지나도 보이지 않으면 강좌 이름과 마친 달을 알려 주세요. 기관에 확인하겠습니다.",
    ),
    (
        "증명서 번호 조회 기간이 지났을 때",
        "certificate",
        "번호로 찾아보는 기간은 발급한 날부터 90일입니다. 그 뒤에는 PDF 파일을 진위확인 화면에 올리면 언제든 확인할 수 있습니다. 종이만 있으면 새로 발급해 주세요.",
    ),
)


def ask_and_answer(cast: Cast, *, now: datetime) -> None:
    """Ask what people of the demo world want to know, and answer most of it."""
    mapo, counsellor = cast.places["mapo"], cast.people["ara"]
    for name, category, body in TEMPLATES:
        chosen = queries.categories().get(pk=category)
        answers.keep_template(
            office=mapo, name=name, body=body, category=chosen, actor=counsellor, now=now - timedelta(days=60)
        )
    for asked in ASKED:
        _replay(cast, asked, now=now)
    started = queries.categories().get(pk="certificate")
    questions.start(
        person=cast.people["garam"],
        text=QuestionText(started, cast.people["garam"].region, "영문 증명서의 이름은", ""),
        actor=cast.people["garam"],
        now=moment(day_of(now) - timedelta(days=1), 20, 15),
    )


def _replay(cast: Cast, asked: Asked, *, now: datetime) -> Question:
    who = cast.people[asked.who]
    at = moment(day_of(now) - timedelta(days=asked.days_ago), 9, 40)
    text = QuestionText(queries.categories().get(pk=asked.category), who.region, asked.title, asked.body)
    row = questions.start(person=who, text=text, actor=who, now=at)
    row = questions.submit(question=row, actor=who, now=at)
    assert row.office is not None
    staff = next(iter(queries.handlers_of(row.office, now=at)))
    if row.office == cast.places["mapo"]:
        staff = cast.people["ara"]
    if asked.to_nation:
        return answers.hand_over(
            question=row,
            to=cast.places["nile"],
            reason=asked.to_nation,
            actor=staff,
            now=at + timedelta(hours=3),
        )
    if asked.taken or asked.answers:
        row = answers.assign(question=row, to=staff, actor=staff, now=at + timedelta(hours=2))
    if asked.note:
        answers.note(question=row, body=asked.note, actor=staff, now=at + timedelta(hours=3))
    if asked.draft:
        answers.save_draft(question=row, body=asked.draft, actor=staff, now=at + timedelta(hours=3))
    for number, body in enumerate(asked.answers, start=1):
        answers.answer(question=row, body=body, actor=staff, now=at + timedelta(days=number, hours=4))
    if asked.more:
        questions.ask_on(question=row, body=asked.more, actor=who, now=at + timedelta(days=10))
    if asked.grade:
        ended = at + timedelta(days=3)
        row = questions.close(question=row, actor=who, now=ended)
        row = questions.rate(question=row, grade=asked.grade, text=asked.praise, actor=who, now=ended)
    return row


def offer_and_book(cast: Cast, *, now: datetime) -> None:
    """Offer counselling times of the next weeks, with one session held and one to come."""
    mapo, counsellor, today = cast.places["mapo"], cast.people["ara"], day_of(now)
    then = next(today - timedelta(days=n) for n in range(9, 16) if is_working_day(today - timedelta(days=n)))
    past = sessions.offer(
        office=mapo,
        plan=SlotPlan("desk", "마포구청 3층 평생학습 상담실", then, time(14), time(15), 50),
        actor=counsellor,
        now=moment(then - timedelta(days=10), 9),
    )
    held = sessions.book(
        slot=past[0],
        wish="아이들이 다 컸습니다. 마을 기록 일을 더 깊이 배워서 강사까지 해 보고 싶어요.",
        phone="",
        actor=cast.people["garam"],
        now=moment(then - timedelta(days=6), 20),
    )
    courses = session_queries.courses_named("문해교사") + session_queries.courses_named("골목에서")
    sessions.write_record(
        appointment=held,
        text=RecordText(
            goal="마을 기록 강사가 되는 것. 내년 가을까지 한 번은 직접 강의해 보기.",
            advice="지금까지 마을 기록가 과정을 두 번 마치셨고 이웃 인터뷰 자료가 많습니다. 가르치는 연습이 다음입니다. 성인을 가르치는 법을 배우는 과정을 먼저 듣고, 동네 작은도서관에서 한 번짜리 강의로 시작해 보기로 했습니다.",
            next_step="문해교사 양성 과정의 다음 기수 일정을 확인하고 신청하기",
            next_on=today + timedelta(days=30),
            internal="낮 시간만 가능. 3월에 다시 연락하기로 함.",
            courses=tuple(courses),
        ),
        edition=0,
        actor=counsellor,
        now=past[0].ends_at,
    )
    coming = [today + timedelta(days=n) for n in range(3, 24) if is_working_day(today + timedelta(days=n))]
    modes = (
        ("desk", "마포구청 3층 평생학습 상담실"),
        ("phone", ""),
        ("video", "https://meet.example.kr/mapo"),
    )
    offered = [
        sessions.offer(
            office=mapo,
            plan=SlotPlan(mode, place, day, time(10), time(12), 50),
            actor=counsellor,
            now=now - timedelta(days=2),
        )
        for day, (mode, place) in zip(coming[:6], modes * 2, strict=True)
    ]
    sessions.book(
        slot=offered[1][0],
        wish="사회복지 쪽으로 옮기려면 저녁에 들을 수 있는 강좌가 무엇인지 알고 싶습니다.",
        phone="010-0000-0000",
        actor=cast.people["강은결"],
        now=now - timedelta(days=1),
    )
    sessions.book(
        slot=offered[0][1],
        wish="지난번에 이야기한 강사 과정을 신청하기 전에 한 번 더 여쭙고 싶습니다.",
        phone="",
        actor=cast.people["garam"],
        now=now - timedelta(days=1),
    )


WORDS = (
    "서로의 이야기를 듣는 시간이 가장 좋았습니다. 마지막 모임은 조금 더 길었으면 합니다.",
    "자료를 미리 보내 주셔서 예습할 수 있었습니다. 강의실이 조금 추웠습니다.",
    "저녁 시간이라 일하고 올 수 있었습니다. 끝나는 시간을 지켜 주셔서 고맙습니다.",
    "재료를 두 사람이 나누어 써서 아쉬웠습니다.",
    "강사님이 천천히 두 번씩 알려 주셔서 따라갈 수 있었습니다.",
    "",
    "신청할 때 안내한 것과 차시 순서가 달라 헷갈렸습니다.",
    "다음 과정도 열어 주세요.",
)
# How learners grade, course by course: content, teaching, facility, operation. Others get 4, 5, 4, 4.
GRADED = {
    "엑셀 실무": (3, 3, 2, 2),
    "생활 속 기후 행동": (5, 5, 4, 5),
    "수채화로 그리는 사계절": (4, 5, 3, 4),
}


def say_how_it_was(cast: Cast, *, now: datetime) -> None:
    """Let those who completed a course lately say what it was like, and the institutions answer some."""
    done = list(
        Completion.objects.filter(
            superseded_at=None,
            outcome=Completion.Outcome.COMPLETED,
            decided_at__gte=now - report_rules.REPORT_WITHIN,
            decided_at__lte=now,
        )
        .select_related("enrolment__run__version", "enrolment__person")
        .order_by("enrolment__run_id", "enrolment__number")
    )
    for number, completion in enumerate(done):
        if number % 7 == 6:
            continue
        enrolment = completion.enrolment
        base = GRADED.get(enrolment.run.version.title, (4, 5, 4, 4))
        content, teaching, facility, operation = (
            min(5, max(1, grade - (number + turn) % 3 // 2)) for turn, grade in enumerate(base)
        )
        row = reports.report(
            enrolment_id=enrolment.pk,
            given=reports.ReportText(
                content,
                teaching,
                facility,
                operation,
                text=WORDS[number % len(WORDS)],
                anonymous=number % 3 != 0,
            ),
            edition=0,
            actor=enrolment.person,
            now=min(completion.decided_at + timedelta(days=1 + number % 5), now),
        )
        staff = next(
            (cast.people[key] for key in ("harin", "doyun", "jiho") if _runs(cast.people[key], row, now=now)),
            None,
        )
        if staff is not None and row.text and number % 4 == 1:
            reports.answer(
                report=row,
                body="말씀 고맙습니다. 다음 회차에는 말씀하신 점을 먼저 살피겠습니다.",
                actor=staff,
                now=min(row.submitted_at + timedelta(days=2), now),
            )


def _runs(person: Person, row: CourseReport, *, now: datetime) -> bool:
    return can_run_courses(person, row.organisation, now=now)


def counselling(cast: Cast, *, now: datetime) -> None:
    """Fill the counselling part of the demo world."""
    ask_and_answer(cast, now=now)
    offer_and_book(cast, now=now)
    say_how_it_was(cast, now=now)
