from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.catalogue.models import Listing
from naite.trunk.delivery import queries, rules, services
from naite.trunk.delivery.drafts import RunChanges, RunDraft, SessionDraft
from naite.trunk.delivery.models import CourseRun, Enrolment, Interest
from naite.trunk.people.models import Person, Role

pytestmark = pytest.mark.django_db
NOW = make.NOW
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def weekly(count: int = 3) -> tuple[SessionDraft, ...]:
    return rules.weekly_sessions(
        first_day=date(2026, 12, 1),
        weekdays=frozenset({1}),
        start=time(19),
        end=time(21),
        count=count,
        hours=Decimal(2),
    )


def draft(**changes: object) -> RunDraft:
    plain = RunDraft(
        version=make.version(),
        capacity=20,
        sessions=weekly(),
        name=" 저녁반 ",
        instructor="배시우",
        region=make.region(),
        place="203호",
        registration_opens_at=NOW,
        registration_closes_at=NOW + 3 * DAY,
        waitlist_capacity=5,
    )
    return replace(plain, **changes)


@pytest.mark.req("A22", "rule")
def test_an_opened_run_has_sessions_and_a_listing() -> None:
    plan = draft()
    staff = make.staff(plan.version.course.organisation)
    run = services.open_run(draft=plan, actor=staff, now=NOW)
    assert (run.name, run.starts_on, run.ends_on) == ("저녁반", date(2026, 12, 1), date(2026, 12, 15))
    assert run.sessions.count() == 3
    assert len({bytes(s.code_secret) for s in run.sessions.all()}) == 3
    listing = Listing.objects.get(run_id=run.pk)
    assert (listing.weekdays, listing.start_time, listing.end_time) == (0b10, time(19), time(21))
    assert AuditEvent.objects.get(action="delivery.open_run").actor_id == staff.pk


@pytest.mark.req("A22", "refusal")
def test_a_wrong_draft_names_its_fields_and_writes_nothing() -> None:
    plan = draft(capacity=0, registration_closes_at=NOW, instructor="배" * 101)
    with pytest.raises(Invalid) as invalid:
        services.open_run(draft=plan, actor=make.staff(plan.version.course.organisation), now=NOW)
    assert set(invalid.value.fields) == {"capacity", "registration_closes_at", "instructor"}
    assert not CourseRun.objects.exists()
    assert not Listing.objects.exists()


@pytest.mark.req("A1", "refusal")
def test_who_may_not_open_or_change_runs() -> None:
    plan = draft()
    home = plan.version.course.organisation
    run = services.open_run(draft=plan, actor=make.staff(home), now=NOW)
    session = run.sessions.order_by("number")[0]
    changes = RunChanges(5, 0, None, None)
    people: list[Person | None] = [
        None,
        make.person(),
        make.staff(make.organisation("다른 기관")),
        make.staff(home, Role.INSTRUCTOR),
    ]
    for someone in people:
        for act in (
            lambda who: services.open_run(draft=plan, actor=who, now=NOW),
            lambda who: services.change_run(run=run, changes=changes, actor=who, now=NOW),
            lambda who: services.cancel_run(run=run, actor=who, now=NOW, reason="까닭"),
            lambda who: services.drop_session(session=session, actor=who, now=NOW),
            lambda who: services.reschedule_session(
                session=session, starts_at=NOW, ends_at=NOW + HOUR, actor=who, now=NOW
            ),
            lambda who: services.create_programme(
                organisation=home, title="직원 교육", description="", actor=who, now=NOW
            ),
        ):
            with pytest.raises(NotAllowed):
                act(someone)
    assert CourseRun.objects.count() == 1


def test_a_retired_course_and_a_foreign_programme_are_refused() -> None:
    plan = draft()
    staff = make.staff(plan.version.course.organisation)
    other = make.organisation("다른 기관")
    foreign = services.create_programme(
        organisation=other, title="직원 교육", description="", actor=make.staff(other), now=NOW
    )
    with pytest.raises(Invalid) as invalid:
        services.open_run(draft=replace(plan, programme=foreign), actor=staff, now=NOW)
    assert "programme" in invalid.value.fields
    plan.version.course.retired_at = NOW
    with pytest.raises(Refused) as refused:
        services.open_run(draft=plan, actor=staff, now=NOW)
    assert refused.value.code == "course_retired"


@pytest.mark.req("X2", "rule")
def test_an_imported_listing_becomes_the_run_once() -> None:
    plan = draft()
    home = plan.version.course.organisation
    listing = Listing.objects.create(
        source=Listing.Source.STANDARD_FILE,
        source_key="k",
        supplier=make.organisation("자료 제공 기관"),
        provider_name=home.name,
        title="마을 기록가",
        created_at=NOW,
        updated_at=NOW,
    )
    staff = make.staff(home)
    run = services.open_run(draft=replace(plan, listing_id=listing.pk), actor=staff, now=NOW)
    listing.refresh_from_db()
    assert (listing.run_id, listing.capacity) == (run.pk, 20)
    with pytest.raises(Refused):
        services.open_run(draft=replace(plan, listing_id=listing.pk), actor=staff, now=NOW)
    assert CourseRun.objects.count() == 1


@pytest.mark.req("K6", "rule")
def test_more_seats_go_to_the_line_and_fewer_than_taken_are_refused() -> None:
    run = make.run(capacity=1, waitlist_capacity=5)
    staff = make.staff(run.organisation)
    for _ in range(3):
        services.enrol(run_id=run.pk, person=make.person(), now=NOW)
    changes = RunChanges(2, 5, run.registration_opens_at, run.registration_closes_at, place="체육관")
    changed = services.change_run(run=run, changes=changes, actor=staff, now=NOW)
    assert (changed.seats_taken, changed.waiting, changed.place) == (2, 1, "체육관")
    listing = Listing.objects.get(run_id=run.pk)
    assert (listing.capacity, listing.seats_taken, listing.waiting) == (2, 2, 1)
    with pytest.raises(Invalid) as invalid:
        services.change_run(run=run, changes=replace(changes, capacity=1), actor=staff, now=NOW)
    assert "capacity" in invalid.value.fields


def test_cancelling_a_run_tells_everyone_and_hides_it() -> None:
    run = make.run(capacity=1, waitlist_capacity=5)
    staff = make.staff(run.organisation)
    services.refresh_listing(run=run, now=NOW)
    for _ in range(2):
        services.enrol(run_id=run.pk, person=make.person(), now=NOW)
    with pytest.raises(Invalid):
        services.cancel_run(run=run, actor=staff, now=NOW, reason="")
    begun = NOW + 10 * DAY
    with pytest.raises(Refused) as refused:
        services.cancel_run(run=run, actor=staff, now=begun, reason="신청이 적음")
    assert refused.value.code == "run_begun"
    services.cancel_run(run=run, actor=staff, now=NOW, reason="신청이 적음")
    services.cancel_run(run=run, actor=staff, now=NOW, reason="신청이 적음")
    run.refresh_from_db()
    assert (run.state, run.seats_taken, run.waiting) == ("cancelled", 0, 0)
    assert not run.enrolments.exclude(state=Enrolment.State.CANCELLED).exists()
    assert Message.objects.filter(body__contains="신청이 적음").count() == 2
    assert Listing.objects.get(run_id=run.pk).withdrawn_at == NOW


def undated() -> CourseRun:
    run = make.run(sessions=1, starts_on=None, ends_on=None)
    run.sessions.update(starts_at=None, ends_at=None)
    return run


@pytest.mark.req("M1", "rule")
def test_a_date_set_later_tells_the_interested_and_the_enrolled_once() -> None:
    run = undated()
    staff, curious = make.staff(run.organisation), make.person()
    services.express_interest(run_id=run.pk, person=curious, now=NOW)
    services.express_interest(run_id=run.pk, person=curious, now=NOW + HOUR)
    assert Interest.objects.get().created_at == NOW
    member = make.person()
    services.enrol(run_id=run.pk, person=member, now=NOW)
    Message.objects.all().delete()
    session = run.sessions.get()
    when = NOW + 20 * DAY
    services.announce_session_date(
        session=session, starts_at=when, ends_at=when + 2 * HOUR, actor=staff, now=NOW, place="대강당"
    )
    told = Message.objects.values_list("person_id", flat=True)
    assert sorted(told) == sorted([curious.pk, member.pk])
    assert "대강당" in Message.objects.all()[0].body
    run.refresh_from_db()
    assert run.starts_on == date(2026, 12, 14)
    assert Listing.objects.get(run_id=run.pk).starts_on == run.starts_on
    session.refresh_from_db()
    again = services.reschedule_session(
        session=session, starts_at=when, ends_at=when + 2 * HOUR, actor=staff, now=NOW
    )
    assert again.place == "대강당"
    assert Message.objects.count() == 2
    services.reschedule_session(
        session=session, starts_at=when + DAY, ends_at=when + DAY + HOUR, actor=staff, now=NOW
    )
    assert Message.objects.filter(subject__contains="바뀌었습니다").count() == 2
    with pytest.raises(Refused) as refused:
        services.announce_session_date(
            session=session, starts_at=when, ends_at=when + HOUR, actor=staff, now=NOW
        )
    assert refused.value.code == "already_dated"


@pytest.mark.req("M1", "refusal")
def test_sessions_keep_their_order_and_the_last_one_stays() -> None:
    run = make.run(sessions=2)
    staff = make.staff(run.organisation)
    first, second = run.sessions.order_by("number")
    assert second.starts_at
    with pytest.raises(Invalid):
        services.reschedule_session(
            session=first, starts_at=second.starts_at, ends_at=second.starts_at + HOUR, actor=staff, now=NOW
        )
    with pytest.raises(Refused) as refused:
        services.drop_session(session=first, actor=staff, now=NOW)
    assert refused.value.code == "session_in_use"
    lone = undated()
    with pytest.raises(Refused) as refused:
        services.drop_session(session=lone.sessions.get(), actor=make.staff(lone.organisation), now=NOW)
    assert refused.value.code == "only_session"
    run.sessions.filter(number=2).update(starts_at=None, ends_at=None)
    second.refresh_from_db()
    services.drop_session(session=second, actor=staff, now=NOW)
    assert run.sessions.count() == 1


@pytest.mark.req("A22", "rule")
def test_the_interested_hear_once_that_registration_opened() -> None:
    run = make.run(registration_opens_at=NOW + HOUR)
    person = make.person()
    services.express_interest(run_id=run.pk, person=person, now=NOW)
    assert services.tell_registration_open(now=NOW) == 0
    assert services.tell_registration_open(now=NOW + HOUR) == 1
    assert services.tell_registration_open(now=NOW + HOUR) == 0
    assert "신청이 열렸습니다" in Message.objects.get().subject
    services.withdraw_interest(run_id=run.pk, person=person, now=NOW)
    services.withdraw_interest(run_id=run.pk, person=person, now=NOW)
    assert not queries.is_interested(run.pk, person)
    with pytest.raises(Refused):
        services.express_interest(run_id=make.run(state="cancelled").pk, person=person, now=NOW)


@pytest.mark.req("M2", "rule")
def test_a_programme_is_enrolled_in_lecture_by_lecture() -> None:
    home = make.organisation()
    programme = services.create_programme(
        organisation=home, title="4차 산업혁명 교육", description="", actor=make.staff(home), now=NOW
    )
    dated = make.run(make.version(home), programme=programme, programme_order=1, sessions=1)
    later = make.run(
        make.version(home),
        programme=programme,
        programme_order=2,
        sessions=1,
        registration_opens_at=None,
        registration_closes_at=None,
    )
    person = make.person()
    came = services.enrol_in_programme(programme_id=programme.pk, person=person, now=NOW)
    assert [run.pk for run, _ in came] == [dated.pk, later.pk]
    assert isinstance(came[0][1], Enrolment)
    assert isinstance(came[1][1], Refused)
    assert came[1][1].code == "registration_not_set"
    again = services.enrol_in_programme(programme_id=programme.pk, person=person, now=NOW)
    assert isinstance(again[0][1], Refused)
    assert Enrolment.objects.count() == 1
