"""Many at once, with real threads and connections, on whichever database NAITE_DATABASE_URL names."""

from collections.abc import Callable

import pytest
from tests import factories as make
from tests.threads import all_at_once

from naite.roots.errors import Refused
from naite.trunk.delivery import codes, services
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment, Session
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
State = Enrolment.State


def people(count: int) -> list[Person]:
    return Person.objects.bulk_create(
        Person(name=f"사람{n}", email=f"many{n}@example.kr", password="!", joined_at=make.NOW)
        for n in range(count)
    )


def applying(run: CourseRun, person: Person) -> Callable[[], Enrolment]:
    return lambda: services.enrol(run_id=run.pk, person=person, now=make.NOW)


@pytest.mark.req("K6", "rule")
def test_sixty_at_once_for_five_seats() -> None:
    run = make.run(capacity=5, waitlist_capacity=50)
    came = all_at_once([applying(run, person) for person in people(60)])
    run.refresh_from_db()
    assert (run.seats_taken, run.waiting, run.applications) == (5, 50, 55)
    refused = [each for each in came if isinstance(each, Refused)]
    assert [each.code for each in refused] == ["waitlist_full"] * 5
    rows = list(run.enrolments.order_by("number").values_list("number", "state"))
    assert rows == [(n, "confirmed" if n <= 5 else "waiting") for n in range(1, 56)]


@pytest.mark.req("K6", "refusal")
def test_one_person_pressing_twenty_times_gets_one_place() -> None:
    run, person = make.run(), make.person()
    came = all_at_once([applying(run, person)] * 20)
    run.refresh_from_db()
    assert sum(isinstance(each, Enrolment) for each in came) == 1
    assert {each.code for each in came if isinstance(each, Refused)} == {"already_enrolled"}
    assert (run.seats_taken, run.applications) == (1, 1)


@pytest.mark.req("K6", "rule")
def test_withdrawing_and_applying_at_once_never_loses_or_doubles_a_seat() -> None:
    run = make.run(capacity=5, waitlist_capacity=50)
    first = people(30)
    for person in first[:15]:
        services.enrol(run_id=run.pk, person=person, now=make.NOW)

    def leaving(enrolment: Enrolment) -> Callable[[], Enrolment]:
        return lambda: services.cancel_enrolment(enrolment=enrolment, actor=enrolment.person, now=make.NOW)

    leavers = list(run.enrolments.select_related("person", "run__organisation").order_by("number")[:8])
    came = all_at_once([leaving(e) for e in leavers] + [applying(run, p) for p in first[15:]])
    assert not [each for each in came if isinstance(each, Refused)]
    run.refresh_from_db()
    live = list(run.enrolments.exclude(state=State.CANCELLED).order_by("number"))
    assert len(live) == 22
    assert [e.state for e in live] == [State.CONFIRMED] * 5 + [State.WAITING] * 17
    assert (run.seats_taken, run.waiting) == (5, 17)


@pytest.mark.req("X2", "rule")
def test_paying_and_releasing_at_once_leave_one_winner() -> None:
    run = make.run(capacity=1, fee=1000, waitlist_capacity=5)
    staff = make.staff(run.organisation)
    enrolment = services.enrol(run_id=run.pk, person=make.person(), now=make.NOW)
    waiting = services.enrol(run_id=run.pk, person=make.person(), now=make.NOW)
    due = enrolment.payment_due_at
    assert due
    all_at_once(
        [
            lambda: services.mark_paid(enrolment=enrolment, actor=staff, now=due),
            lambda: services.release_unpaid(now=due),
            lambda: services.release_unpaid(now=due),
        ]
    )
    enrolment.refresh_from_db()
    waiting.refresh_from_db()
    run.refresh_from_db()
    assert run.seats_taken == 1
    if enrolment.state == State.CONFIRMED:
        assert waiting.state == State.WAITING
    else:
        assert (enrolment.state, waiting.state) == (State.CANCELLED, State.AWAITING_PAYMENT)


@pytest.mark.req("K7", "rule")
def test_checking_in_from_many_windows_at_once_is_one_attendance() -> None:
    run = make.run(sessions=1)
    person = make.person()
    services.enrol(run_id=run.pk, person=person, now=make.NOW)
    session = Session.objects.get(run=run)
    assert session.starts_at
    now = session.starts_at
    code = codes.code_at(bytes(session.code_secret), now).qr
    came = all_at_once([lambda: services.check_in(session=session, person=person, code=code, now=now)] * 10)
    assert not [each for each in came if isinstance(each, Refused)]
    assert Attendance.objects.count() == 1
