from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.delivery import codes, queries, services
from naite.trunk.delivery.calendar import run_calendar
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment, Session
from naite.trunk.people.models import Person, Role

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Class:
    """A run with one person in it, seen at its first session."""

    def __init__(self, **fields: object) -> None:
        self.run: CourseRun = make.run(**fields)
        self.person = make.person()
        self.seat: Enrolment = services.enrol(run_id=self.run.pk, person=self.person, now=make.NOW)
        self.session = Session.objects.select_related("run__organisation").get(run=self.run, number=1)
        assert self.session.starts_at and self.session.ends_at
        self.start, self.end = self.session.starts_at, self.session.ends_at
        self.staff = make.staff(self.run.organisation)

    def code(self, now: datetime) -> codes.Code:
        return codes.code_at(bytes(self.session.code_secret), now)

    def check_in(self, code: str, now: datetime, person: Person | None = None) -> Attendance:
        return services.check_in(session=self.session, person=person or self.person, code=code, now=now)

    def mark(self, state: str, now: datetime, reason: str = "", actor: Person | None = None) -> Attendance:
        return services.mark_attendance(
            session=self.session,
            enrolment=self.seat,
            state=state,
            actor=actor or self.staff,
            now=now,
            reason=reason,
        )


def refused_code(act: object) -> str:
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


@pytest.mark.req("K7", "rule")
def test_the_code_on_the_screen_makes_present_then_late() -> None:
    for offset, state in (
        (-30 * MINUTE, "present"),
        (10 * MINUTE - timedelta(seconds=1), "present"),
        (10 * MINUTE, "late"),
    ):
        room = Class()
        now = room.start + offset
        came = room.check_in(room.code(now).qr, now)
        assert (came.state, came.method, came.checked_in_at) == (state, "qr", now)
        again = room.check_in("anything", now + MINUTE)
        assert (again.pk, again.checked_in_at) == (came.pk, now)
        assert (
            AuditEvent.objects.filter(data_subject_id=room.person.pk, action="delivery.check_in").count() == 1
        )


@pytest.mark.req("K7", "refusal")
def test_old_wrong_early_and_late_codes_record_nothing() -> None:
    room = Class()
    start, end = room.start, room.end
    old = room.code(start - MINUTE)
    assert refused_code(lambda: room.check_in(old.qr, start)) == "old_code"
    assert refused_code(lambda: room.check_in(old.number, start)) == "old_code"
    assert refused_code(lambda: room.check_in("ABCDEFGH", start)) == "wrong_code"
    early = start - 30 * MINUTE - timedelta(seconds=1)
    assert refused_code(lambda: room.check_in(room.code(early).qr, early)) == "too_early"
    assert refused_code(lambda: room.check_in(room.code(end).qr, end)) == "too_late"
    room.session.starts_at = room.session.ends_at = None
    assert refused_code(lambda: room.check_in("123456", start)) == "session_undated"
    assert not Attendance.objects.exists()


@pytest.mark.req("K7", "refusal")
def test_only_who_has_a_seat_attends() -> None:
    room = Class(capacity=1, waitlist_capacity=3)
    waiting = make.person()
    services.enrol(run_id=room.run.pk, person=waiting, now=make.NOW)
    code = room.code(room.start).qr
    for someone in (waiting, make.person(), room.staff):
        assert refused_code(lambda who=someone: room.check_in(code, room.start, who)) == "not_enrolled"
    services.cancel_enrolment(enrolment=room.seat, actor=room.person, now=make.NOW)
    assert refused_code(lambda: room.check_in(code, room.start)) == "not_enrolled"


@pytest.mark.req("K7", "refusal")
def test_numbers_cannot_be_guessed_but_the_qr_still_works() -> None:
    room = Class()
    now = room.start
    right = room.code(now).number
    wrong = f"{(int(right) + 500_000) % 1_000_000:06d}"
    for _ in range(5):
        assert refused_code(lambda: room.check_in(wrong, now)) == "wrong_code"
    assert refused_code(lambda: room.check_in(right, now)) == "too_many_tries"
    later = now + 5 * MINUTE
    assert room.check_in(room.code(later).number, later).method == "code"
    other = Class()
    for _ in range(6):
        refused_code(lambda: other.check_in(wrong, other.start))
    assert other.check_in(other.code(other.start).qr, other.start).method == "qr"


@pytest.mark.req("K7", "rule")
def test_staff_mark_freely_on_the_day_and_with_a_reason_later() -> None:
    room = Class()
    assert refused_code(lambda: room.mark("present", make.NOW)) == "too_early"
    assert room.mark("excused", make.NOW).state == "excused"
    came = room.mark("present", room.start)
    assert (came.state, came.method, came.recorded_by) == ("present", "staff", room.staff)
    later = room.end + timedelta(days=1)
    assert refused_code(lambda: room.mark("absent", later)) == "reason_needed"
    came.refresh_from_db()
    assert came.state == "present"
    assert room.mark("absent", later, "대리 출석을 확인함").reason == "대리 출석을 확인함"
    event = AuditEvent.objects.filter(action="delivery.mark_attendance").order_by("-id")[0]
    assert event.data_subject_id == room.person.pk
    assert (event.detail["before"], event.detail["after"]) == ("present", "absent")
    count = AuditEvent.objects.count()
    room.mark("absent", later)
    assert AuditEvent.objects.count() == count
    with pytest.raises(Invalid):
        room.mark("asleep", later, "까닭")


@pytest.mark.req("K7", "rule")
def test_who_was_marked_absent_and_comes_after_all_is_late() -> None:
    room = Class()
    now = room.start + 20 * MINUTE
    room.mark("absent", room.start)
    came = room.check_in(room.code(now).qr, now)
    assert (came.state, came.method, came.recorded_by) == ("late", "qr", None)


@pytest.mark.req("K7", "refusal")
def test_who_may_not_mark() -> None:
    room = Class()
    for someone in (
        make.person(),
        room.person,
        make.staff(make.organisation("다른 기관")),
        make.staff(room.run.organisation, Role.INSTRUCTOR),
    ):
        with pytest.raises(NotAllowed):
            room.mark("present", room.start, actor=someone)
    with pytest.raises(NotAllowed):
        services.mark_attendance(
            session=room.session, enrolment=room.seat, state="present", actor=None, now=room.start
        )
    stranger = Class().seat
    with pytest.raises(Invalid):
        services.mark_attendance(
            session=room.session, enrolment=stranger, state="present", actor=room.staff, now=room.start
        )


def test_progress_counts_all_sessions_and_hours_only_in_the_room() -> None:
    room = Class(sessions=5)
    for session, state in zip(
        room.run.sessions.order_by("number"), ("late", "excused", "absent"), strict=False
    ):
        Attendance.objects.create(
            session=session, enrolment=room.seat, state=state, method="staff", recorded_at=make.NOW
        )
    progress = queries.progress_of(room.run, now=room.end)[room.seat.pk]
    assert (progress.attended, progress.counted, progress.held, progress.needed) == (2, 5, 1, 4)
    assert progress.hours == Decimal("2.0")


def test_attendance_pins_the_date() -> None:
    room = Class()
    room.mark("present", room.start)
    code = refused_code(
        lambda: services.reschedule_session(
            session=room.session,
            starts_at=room.start + MINUTE,
            ends_at=room.end,
            actor=room.staff,
            now=room.start,
        )
    )
    assert code == "session_in_use"


@pytest.mark.req("M2", "rule")
def test_the_calendar_has_an_event_per_dated_session_in_short_lines() -> None:
    run = make.run(sessions=3, place="학습관, 203호; 2층")
    run.sessions.filter(number=3).update(starts_at=None, ends_at=None)
    text = run_calendar(
        title="마을 기록가 되기: 사진과 글로 남기는 우리 동네 이야기",
        run=run,
        sessions=queries.sessions_of(run),
        url="http://localhost:8000/courses/x/",
        host="localhost",
        now=make.NOW,
    )
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20261126T100000Z" in text
    assert "학습관\\, 203호\\; 2층" in text.replace("\r\n ", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.req("K7", "rule")
def test_a_whole_session_is_marked_in_few_statements_and_each_refusal_stands_alone(
    django_assert_max_num_queries,
) -> None:
    room = Class(capacity=60)
    seats = [
        services.enrol(run_id=room.run.pk, person=make.person(f"이{number}"), now=make.NOW)
        for number in range(40)
    ]
    gone = services.enrol(run_id=room.run.pk, person=make.person("간 사람"), now=make.NOW)
    services.cancel_enrolment(enrolment=gone, actor=gone.person, now=make.NOW)
    elsewhere = Class().seat
    states = {seat.pk: "present" for seat in seats} | {gone.pk: "present", elsewhere.pk: "present"}
    states[seats[0].pk] = "asleep"
    with django_assert_max_num_queries(9):
        marked = services.mark_session(session=room.session, states=states, actor=room.staff, now=room.start)
    assert {key: error.code for key, error in marked.refused.items()} == {
        gone.pk: "no_seat",
        elsewhere.pk: "no_seat",
        seats[0].pk: "invalid",
    }
    assert len(marked.changed) == Attendance.objects.filter(session=room.session).count() == 39
    assert AuditEvent.objects.filter(action="delivery.mark_attendance").count() == 39
    again = services.mark_session(
        session=room.session,
        states={seats[1].pk: "present", seats[2].pk: "late"},
        actor=room.staff,
        now=room.start,
    )
    assert again.changed == {seats[2].pk} and set(again.standing) == {seats[1].pk, seats[2].pk}
