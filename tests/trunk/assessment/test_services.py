from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.assessment import queries, services
from naite.trunk.assessment.models import Completion, Result
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment
from naite.trunk.people.models import Person, Role

pytestmark = pytest.mark.django_db
AFTER = make.NOW + timedelta(days=60)


def seat(run: CourseRun, *states: str, person: Person | None = None) -> Enrolment:
    """Make a confirmed place with an attendance for each of the first sessions."""
    enrolment = Enrolment.objects.create(
        run=run,
        person=person or make.person(),
        number=run.enrolments.count() + 1,
        state=Enrolment.State.CONFIRMED,
        applied_at=make.NOW,
    )
    for session, state in zip(run.sessions.order_by("number"), states, strict=False):
        Attendance.objects.create(
            session=session, enrolment=enrolment, state=state, method="staff", recorded_at=make.NOW
        )
    return enrolment


@pytest.mark.req("A19", "rule")
def test_completion_is_decided_once_with_its_figures() -> None:
    run = make.run(sessions=5)
    staff = make.staff(run.organisation)
    four = seat(run, "present", "late", "early_leave", "excused")
    three = seat(run, "present", "present", "present", "absent")
    done = services.decide_completion(enrolment=four, actor=staff, now=AFTER)
    assert (done.outcome, done.attendance_rate, done.hours) == ("completed", Decimal(80), Decimal(6))
    assert (done.attended_sessions, done.counted_sessions, done.completed_on) == (4, 5, date(2026, 12, 24))
    missed = services.decide_completion(enrolment=three, actor=staff, now=AFTER)
    assert (missed.outcome, missed.attendance_rate) == ("not_completed", Decimal(60))
    assert "기준 80%" in missed.reason
    again = services.decide_completion(enrolment=four, actor=staff, now=AFTER + timedelta(days=1))
    assert (again.pk, again.decided_at) == (done.pk, AFTER)
    assert Completion.objects.count() == 2
    assert AuditEvent.objects.filter(action="assessment.decide_completion").count() == 2


@pytest.mark.req("A19", "refusal")
def test_other_figures_need_a_new_decision_with_a_reason() -> None:
    run = make.run(sessions=1)
    staff = make.staff(run.organisation)
    one = seat(run, "absent")
    first = services.decide_completion(enrolment=one, actor=staff, now=AFTER)
    with pytest.raises(Refused) as refused:
        services.supersede_completion(completion=first, actor=staff, now=AFTER, reason="확인함")
    assert refused.value.code == "nothing_changed"
    one.attendances.update(state="present")
    with pytest.raises(Refused) as refused:
        services.decide_completion(enrolment=one, actor=staff, now=AFTER)
    assert refused.value.code == "figures_changed"
    with pytest.raises(Invalid):
        services.supersede_completion(completion=first, actor=staff, now=AFTER, reason=" ")
    second = services.supersede_completion(
        completion=first, actor=staff, now=AFTER, reason="출석부 오류를 바로잡음"
    )
    first.refresh_from_db()
    assert (first.outcome, first.superseded_at) == ("not_completed", AFTER)
    assert first.supersede_reason == "출석부 오류를 바로잡음"
    assert (second.outcome, queries.live_completion(one.pk)) == ("completed", second)
    one.attendances.update(state="absent")
    with pytest.raises(Refused) as refused:
        services.supersede_completion(completion=first, actor=staff, now=AFTER, reason="다시")
    assert refused.value.code in {"nothing_changed", "moved_meanwhile"}
    assert Completion.objects.filter(superseded_at=None).count() == 1


@pytest.mark.req("A19", "refusal")
def test_what_is_not_over_or_paid_is_not_decided() -> None:
    run = make.run(sessions=2)
    staff = make.staff(run.organisation)
    one = seat(run, "present", "present")

    def refusal() -> str:
        with pytest.raises(Refused) as refused:
            services.decide_completion(enrolment=one, actor=staff, now=now)
        return refused.value.code

    last = run.sessions.get(number=2)
    assert last.ends_at
    now = last.ends_at - timedelta(seconds=1)
    assert refusal() == "not_over"
    now = last.ends_at
    run.sessions.filter(number=2).update(starts_at=None, ends_at=None)
    assert refusal() == "session_undated"
    run.sessions.filter(number=2).update(starts_at=last.starts_at, ends_at=last.ends_at)
    for state, code in (("awaiting_payment", "unpaid"), ("waiting", "no_seat"), ("cancelled", "no_seat")):
        Enrolment.objects.update(state=state)
        assert refusal() == code
    Enrolment.objects.update(state="confirmed")
    CourseRun.objects.update(pass_mark=60)
    assert refusal() == "score_missing"
    CourseRun.objects.update(pass_mark=None, state="cancelled")
    assert refusal() == "run_cancelled"
    assert not Completion.objects.exists()


@pytest.mark.req("A19", "refusal")
def test_who_may_not_grade_or_decide() -> None:
    run = make.run(sessions=1)
    own = make.staff(run.organisation)
    one = seat(run, "present", person=own)
    people: list[Person | None] = [
        None,
        make.person(),
        own,
        make.staff(make.organisation("다른 기관")),
        make.staff(run.organisation, Role.INSTRUCTOR),
    ]
    for someone in people:
        with pytest.raises(NotAllowed):
            services.grade(enrolment=one, score=90, actor=someone, now=AFTER)
        with pytest.raises(NotAllowed):
            services.decide_completion(enrolment=one, actor=someone, now=AFTER)
    assert not Result.objects.exists()


@pytest.mark.req("A19", "rule")
def test_a_new_score_supersedes_the_old() -> None:
    run = make.run(sessions=1, pass_mark=60)
    staff = make.staff(run.organisation)
    one = seat(run, "present")
    first = services.grade(enrolment=one, score="87.50", actor=staff, now=AFTER)
    assert services.grade(enrolment=one, score=Decimal("87.5"), actor=staff, now=AFTER).pk == first.pk
    second = services.grade(enrolment=one, score="60", actor=staff, now=AFTER, comment="재평가")
    first.refresh_from_db()
    assert first.superseded_at == AFTER
    assert queries.live_results(run) == {one.pk: second}
    assert services.decide_completion(enrolment=one, actor=staff, now=AFTER).score == Decimal(60)


@pytest.mark.req("A19", "refusal")
@pytest.mark.parametrize(
    "score", ["-1", "100.01", "87.555", "", "아흔", "NaN", "Infinity", "1e9999", "1e-99999"]
)
def test_what_is_no_score_is_refused(score: str) -> None:
    run = make.run(sessions=1)
    one = seat(run, "present")
    with pytest.raises(Invalid) as invalid:
        services.grade(enrolment=one, score=score, actor=make.staff(run.organisation), now=AFTER)
    assert "score" in invalid.value.fields
    assert not Result.objects.exists()


def test_standings_show_proposal_hindrance_and_change(django_assert_num_queries: object) -> None:
    run = make.run(sessions=1, pass_mark=60)
    staff = make.staff(run.organisation)
    passed, missing, absent = seat(run, "present"), seat(run, "present"), seat(run, "absent")
    services.grade(enrolment=passed, score=70, actor=staff, now=AFTER)
    services.decide_completion(enrolment=passed, actor=staff, now=AFTER)
    services.grade(enrolment=passed, score=80, actor=staff, now=AFTER)
    by_pk = {each.enrolment.pk: each for each in queries.standings(run, now=AFTER)}
    assert by_pk[passed.pk].changed
    assert by_pk[missing.pk].hindrance == "점수를 먼저 넣어 주세요."
    proposal = by_pk[absent.pk].proposal
    assert proposal is not None
    assert proposal.outcome == "not_completed"
    for _ in range(3):
        seat(run, "present")
    with django_assert_num_queries(6):  # type: ignore[operator]
        queries.standings(run, now=AFTER)
