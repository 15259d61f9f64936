from datetime import date, timedelta

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.roots.notices.models import Message
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.run_listing import put_run_seats
from naite.trunk.delivery import queries, services
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Person, Role

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Enrolment.State


def enrol_many(run: CourseRun, count: int) -> list[Enrolment]:
    return [services.enrol(run_id=run.pk, person=make.person(f"사람{n}"), now=NOW) for n in range(count)]


def states(run: CourseRun) -> list[str]:
    return list(run.enrolments.order_by("number").values_list("state", flat=True))


@pytest.mark.req("K6", "rule")
def test_seats_first_then_the_line_in_order() -> None:
    run = make.run(capacity=2, waitlist_capacity=2)
    enrolments = enrol_many(run, 4)
    assert [e.number for e in enrolments] == [1, 2, 3, 4]
    assert states(run) == ["confirmed", "confirmed", "waiting", "waiting"]
    assert [queries.position_of(e) for e in enrolments] == [0, 0, 1, 2]
    run.refresh_from_db()
    assert (run.seats_taken, run.waiting, run.applications) == (2, 2, 4)
    with pytest.raises(Refused) as refused:
        services.enrol(run_id=run.pk, person=make.person(), now=NOW)
    assert refused.value.code == "waitlist_full"
    assert run.enrolments.count() == 4
    mails = list(Message.objects.order_by("created_at", "id").values_list("subject", "body"))
    assert "확정" in mails[0][0]
    assert "대기 2번째" in mails[3][1]


@pytest.mark.req("K6", "refusal")
def test_enrolling_twice_changes_nothing() -> None:
    run, person = make.run(), make.person()
    services.enrol(run_id=run.pk, person=person, now=NOW)
    with pytest.raises(Refused) as refused:
        services.enrol(run_id=run.pk, person=person, now=NOW)
    assert refused.value.code == "already_enrolled"
    run.refresh_from_db()
    assert (run.seats_taken, run.applications, Message.objects.count()) == (1, 1, 1)


@pytest.mark.req("K6", "refusal")
def test_closed_unknown_and_cancelled_runs_refuse() -> None:
    run = make.run(registration_closes_at=NOW)
    person = make.person()
    for run_id, code in (
        (run.pk, "registration_closed"),
        (new_id(), "run_not_found"),
        (make.run(state="cancelled").pk, "run_cancelled"),
    ):
        with pytest.raises(Refused) as refused:
            services.enrol(run_id=run_id, person=person, now=NOW)
        assert refused.value.code == code
    person.is_active = False
    with pytest.raises(NotAllowed):
        services.enrol(run_id=make.run().pk, person=person, now=NOW)
    assert not Enrolment.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.req("K6", "rule")
def test_a_withdrawal_moves_the_line_up_at_once_and_tells_whoever_moved() -> None:
    run = make.run(capacity=1, waitlist_capacity=5)
    first, second, third = enrol_many(run, 3)
    services.cancel_enrolment(enrolment=first, actor=first.person, now=NOW)
    assert states(run) == ["cancelled", "confirmed", "waiting"]
    run.refresh_from_db()
    assert (run.seats_taken, run.waiting) == (1, 1)
    told = Message.objects.filter(person_id=second.person_id, subject__contains="자리가 났습니다")
    assert told.count() == 1
    again = services.cancel_enrolment(enrolment=first, actor=first.person, now=NOW)
    assert again.state == State.CANCELLED
    run.refresh_from_db()
    assert (run.seats_taken, run.waiting) == (1, 1)
    services.cancel_enrolment(enrolment=third, actor=third.person, now=NOW)
    run.refresh_from_db()
    assert (run.seats_taken, run.waiting) == (1, 0)
    back = services.enrol(run_id=run.pk, person=first.person, now=NOW)
    assert (back.number, back.state) == (4, State.WAITING)


@pytest.mark.req("K6", "rule")
def test_after_the_first_day_staff_decide_who_moves_up() -> None:
    run = make.run(
        capacity=1,
        waitlist_capacity=5,
        starts_on=date(2026, 11, 23),
        registration_closes_at=NOW + timedelta(days=9),
    )
    first, second = enrol_many(run, 2)
    staff = make.staff(run.organisation)
    with pytest.raises(Refused) as refused:
        services.move_up_next(run=run, actor=staff, now=NOW)
    assert refused.value.code == "full"
    services.cancel_enrolment(enrolment=first, actor=first.person, now=NOW)
    assert states(run) == ["cancelled", "waiting"]
    with pytest.raises(NotAllowed):
        services.move_up_next(run=run, actor=second.person, now=NOW)
    assert services.move_up_next(run=run, actor=staff, now=NOW).pk == second.pk
    with pytest.raises(Refused):
        services.move_up_next(run=run, actor=staff, now=NOW)


@pytest.mark.req("K6", "refusal")
def test_who_may_not_cancel_for_others() -> None:
    run = make.run()
    [enrolment] = enrol_many(run, 1)
    others: list[Person | None] = [
        None,
        make.person(),
        make.staff(make.organisation("다른 기관")),
        make.staff(run.organisation, Role.INSTRUCTOR),
    ]
    for someone in others:
        with pytest.raises(NotAllowed):
            services.cancel_enrolment(enrolment=enrolment, actor=someone, now=NOW, reason="까닭")
    staff = make.staff(run.organisation)
    with pytest.raises(Invalid) as invalid:
        services.cancel_enrolment(enrolment=enrolment, actor=staff, now=NOW)
    assert "reason" in invalid.value.fields
    with pytest.raises(Invalid):
        services.cancel_enrolment(enrolment=enrolment, actor=staff, now=NOW, reason="길" * 201)
    assert states(run) == ["confirmed"]
    services.cancel_enrolment(enrolment=enrolment, actor=staff, now=NOW, reason="같은 과정을 두 번 신청")
    assert "같은 과정을 두 번 신청" in Message.objects.order_by("-id")[0].body
    event = AuditEvent.objects.get(action="delivery.cancel_enrolment")
    assert (event.actor_id, event.data_subject_id) == (staff.pk, enrolment.person_id)


@pytest.mark.req("K6", "refusal")
def test_a_course_that_has_ended_is_not_withdrawn_from() -> None:
    run = make.run(sessions=1)
    [enrolment] = enrol_many(run, 1)
    end = run.sessions.get().ends_at
    assert end
    with pytest.raises(Refused) as refused:
        services.cancel_enrolment(enrolment=enrolment, actor=enrolment.person, now=end)
    assert refused.value.code == "run_finished"
    services.cancel_enrolment(enrolment=enrolment, actor=enrolment.person, now=end - timedelta(seconds=1))
    assert states(run) == ["cancelled"]


@pytest.mark.req("X2", "rule")
def test_a_fee_awaits_payment_until_staff_confirm_or_let_it_off() -> None:
    run = make.run(fee=30000)
    one, two = enrol_many(run, 2)
    assert (one.state, one.payment_due_at is not None) == (State.AWAITING_PAYMENT, True)
    assert "30,000원" in Message.objects.order_by("id")[0].body
    with pytest.raises(NotAllowed):
        services.mark_paid(enrolment=one, actor=one.person, now=NOW)
    staff = make.staff(run.organisation)
    assert services.mark_paid(enrolment=one, actor=staff, now=NOW).paid_at == NOW
    again = services.mark_paid(enrolment=one, actor=staff, now=NOW + timedelta(hours=1))
    assert again.paid_at == NOW
    with pytest.raises(Invalid):
        services.exempt_fee(enrolment=two, actor=staff, now=NOW, reason=" ")
    services.exempt_fee(enrolment=two, actor=staff, now=NOW, reason="국민기초생활수급자")
    two.refresh_from_db()
    assert (two.state, two.paid_at, two.exempt_reason) == (State.CONFIRMED, None, "국민기초생활수급자")


@pytest.mark.req("X2", "rule")
def test_unpaid_seats_go_to_the_next_in_line_once_the_deadline_has_passed() -> None:
    run = make.run(
        fee=30000,
        capacity=1,
        waitlist_capacity=5,
        starts_on=date(2026, 12, 26),
        ends_on=None,
        registration_closes_at=NOW + timedelta(days=9),
    )
    run.sessions.update(starts_at=None, ends_at=None)
    first, second = enrol_many(run, 2)
    due = first.payment_due_at
    assert due
    assert services.release_unpaid(now=due - timedelta(seconds=1)) == 0
    assert services.release_unpaid(now=due) == 1
    assert services.release_unpaid(now=due) == 0
    second.refresh_from_db()
    assert second.state == State.AWAITING_PAYMENT
    assert second.payment_due_at == due + timedelta(days=4)
    with pytest.raises(Refused) as refused:
        services.mark_paid(enrolment=first, actor=make.staff(run.organisation), now=due)
    assert refused.value.code == "cancelled"


@pytest.mark.req("A22", "rule")
def test_the_listing_follows_the_seats() -> None:
    version = make.version()
    run = make.run(version, capacity=1, waitlist_capacity=1)
    services.refresh_listing(run=run, now=NOW)
    listing = Listing.objects.get(run_id=run.pk)
    assert (listing.seats_taken, listing.takes_waiting, listing.recognised) == (0, True, False)
    assert listing.title == "마을 기록가 되기 (목요일 저녁반)"
    enrol_many(run, 2)
    listing.refresh_from_db()
    assert (listing.seats_taken, listing.waiting) == (1, 1)
    make.recognition(version)
    put_run_seats(run_id=run.pk, seats_taken=0, waiting=0)
    services.refresh_listing(run=run, now=NOW)
    listing.refresh_from_db()
    assert (listing.recognised, listing.seats_taken) == (True, 1)
