"""Courses, badges and recognitions of the demo world, and the runs of past years."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from naite.flows import award, completion
from naite.flows.demo.cast import LONG_AGO, Cast
from naite.flows.demo.world import HISTORY, NEIGHBOURS, SUBJECTS, Past, Subject
from naite.trunk.assessment import services as assessment
from naite.trunk.badges import services as badges
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.catalogue import services as catalogue
from naite.trunk.catalogue.content import CourseContent, Lesson
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.drafts import RunDraft, SessionDraft
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment
from naite.trunk.people.models import Person
from naite.trunk.recognition import services as recognition
from naite.trunk.records.models import Entry

SEOUL = ZoneInfo("Asia/Seoul")
RECEIVED = {
    "2019": date(2019, 3, 4),
    "2024": date(2024, 3, 4),
    "2025": date(2025, 3, 4),
}


@dataclass
class School:
    """The published courses by key."""

    cast: Cast
    versions: dict[str, CourseVersion] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant given as it is said in Seoul."""
    return datetime.combine(day, time(hour, minute), tzinfo=SEOUL).astimezone(UTC)


def publish(cast: Cast) -> School:
    """Publish every subject, its badge and its recognition."""
    school = School(cast)
    for subject in SUBJECTS:
        add_subject(school, subject)
    return school


def add_subject(school: School, subject: Subject) -> CourseVersion:
    cast = school.cast
    staff = cast.staff(subject.place)
    version = catalogue.create_course(
        organisation=cast.places[subject.place],
        content=CourseContent(
            title=subject.title,
            total_hours=subject.hours,
            summary=subject.summary,
            description=subject.summary,
            audience=subject.audience,
            category=subject.category or "",
            area=subject.area or "",
            sub_area=subject.sub_area or "",
            syllabus=[
                Lesson(title, hours)
                for title, hours in zip(
                    subject.lessons, split(subject.hours, len(subject.lessons)), strict=True
                )
            ],
        ),
        actor=staff,
        now=LONG_AGO,
    )
    school.versions[subject.key] = version
    school.subjects[subject.key] = subject
    if subject.badge:
        _publish_badge(subject, version, staff)
    if subject.recognised:
        received = RECEIVED[subject.recognised[1:5]]
        recognition.grant(
            course=version.course,
            number=subject.recognised,
            granted_on=received - timedelta(days=2),
            received_on=received,
            actor=cast.people["seoyeon"],
            now=at(received, 10),
        )
    return version


def _publish_badge(subject: Subject, version: CourseVersion, staff: Person) -> None:
    badges.publish_achievement(
        draft=badges.AchievementDraft(
            course_version=version,
            framework="seoul",
            badge_type=subject.badge,
            area=subject.area or "self_growth",
            sub_area=subject.sub_area or "",
            name=subject.badge_name,
            description=subject.summary,
            criteria=subject.criteria or "수업의 80% 이상 출석했습니다.",
            rule=AwardRule(
                min_attendance=80,
                pass_mark=subject.pass_mark,
                alignments=[
                    Alignment(kind="skill", code=code, name=name, framework="NCS")
                    for code, name in subject.alignments
                ],
            ),
        ),
        actor=staff,
        now=LONG_AGO,
    )


def split(hours: Decimal, parts: int) -> list[Decimal]:
    """Return the hours of each of so many lessons, to a tenth, adding up exactly."""
    each = (hours / parts).quantize(Decimal("0.1"), ROUND_DOWN)
    return [each] * (parts - 1) + [hours - each * (parts - 1)]


def weekly(
    first: date, lessons: Sequence[str], hours: Decimal, hour: int, minute: int = 0
) -> tuple[SessionDraft, ...]:
    """Return one session a week from a day on, each as long as its share of the hours, at most four."""
    drafts = []
    for index, (title, share) in enumerate(zip(lessons, split(hours, len(lessons)), strict=True)):
        starts = at(first + timedelta(weeks=index), hour, minute)
        ends = starts + timedelta(minutes=int(min(share, Decimal(4)) * 60))
        drafts.append(SessionDraft(title=title, starts_at=starts, ends_at=ends, hours=share))
    return tuple(drafts)


def open_run(
    school: School, key: str, *, sessions: tuple[SessionDraft, ...], now: datetime, **facts: object
) -> CourseRun:
    """Open a run of a subject at its place."""
    version, subject = school.versions[key], school.subjects[key]
    place = school.cast.places[subject.place]
    given = {
        "version": version,
        "sessions": sessions,
        "capacity": 20,
        "waitlist_capacity": 10,
        "region": place.region,
        "place": place.name,
        "address": place.address,
        "instructor": "배시우",
        "pass_mark": subject.pass_mark,
        **facts,
    }
    return delivery.open_run(draft=RunDraft(**given), actor=school.cast.staff(subject.place), now=now)  # type: ignore[arg-type]


def replay_history(school: School) -> None:
    """Hold every run of the past from its opening to the badges of those who completed it."""
    for past in HISTORY:
        hold(school, past)


def hold(school: School, past: Past) -> CourseRun:
    subject = school.subjects[past.subject]
    first = date(past.year, past.month, 3)
    sessions = weekly(first, subject.lessons, subject.hours, 10)
    run = open_run(
        school,
        past.subject,
        sessions=sessions,
        now=at(first - timedelta(days=40), 9),
        name=f"{past.year}년 {past.month}월반",
        registration_opens_at=at(first - timedelta(days=30), 9),
        registration_closes_at=at(first - timedelta(days=2), 18),
    )
    company = [name for name in _company(past) if name not in past.people]
    people = [school.cast.people[key] for key in (*past.people, *company)]
    enrolments = [
        delivery.enrol(run_id=run.pk, person=person, now=at(first - timedelta(days=20), 9, minute))
        for minute, person in enumerate(people)
    ]
    attend(school, run, enrolments)
    finish(school, run, enrolments, on=first + timedelta(weeks=len(subject.lessons) - 1, days=1))
    return run


def _company(past: Past) -> list[str]:
    """Return who sat beside them in the last years; the further past was smaller and stays so."""
    if past.year < 2024:
        return []
    first = (past.year * 5 + past.month * 3) % (len(NEIGHBOURS) - 4)
    return list(NEIGHBOURS[first : first + 4])


def attend(
    school: School, run: CourseRun, enrolments: Sequence[Enrolment], *, sessions: int | None = None
) -> None:
    """Mark attendance; in longer runs one person in three misses one session."""
    staff = school.cast.staff(school.subjects[_key_of(school, run)].place)
    held = list(run.sessions.order_by("number"))[:sessions]
    for session in held:
        assert session.starts_at is not None
        delivery.mark_session(
            session=session,
            states={
                enrolment.pk: _state(len(held), session.number, index)
                for index, enrolment in enumerate(enrolments)
            },
            actor=staff,
            now=session.starts_at + timedelta(minutes=5),
        )


def _state(sessions: int, number: int, index: int) -> Attendance.State:
    misses = sessions >= 6 and index % 3 == 1 and number == 2 + index % 4
    return Attendance.State.ABSENT if misses else Attendance.State.PRESENT


def finish(school: School, run: CourseRun, enrolments: Sequence[Enrolment], *, on: date) -> None:
    """Grade where a mark is asked, decide completion, issue the badges at once."""
    subject = school.subjects[_key_of(school, run)]
    staff = school.cast.staff(subject.place)
    now = at(on, 15)
    if subject.pass_mark is not None:
        for index, enrolment in enumerate(enrolments):
            assessment.grade(enrolment=enrolment, score=Decimal(86 + index * 3 % 12), actor=staff, now=now)
    completion.complete_run(run_id=run.pk, actor=staff, now=now)
    for entry in Entry.objects.filter(run_id=run.pk, voided_at=None):
        award.award_entry(account_id=entry.account_id, entry_id=entry.id, now=now + timedelta(minutes=2))


def _key_of(school: School, run: CourseRun) -> str:
    return next(key for key, version in school.versions.items() if version.pk == run.version_id)
