"""The pool, panels, seating, replacement, challenges: allowed, refused, repeated."""

from datetime import date, timedelta

import pytest
from tests import factories as make
from tests import panel_rows as panels
from tests import recognition_rows as rows

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people.models import Role
from naite.trunk.recognition.models import Application, Assignment, CaseEvent, Challenge, Score
from naite.trunk.recognition.panels import challenges, fees, pool, reminders, seating

pytestmark = pytest.mark.django_db
S = Application.State


@pytest.mark.req("A7", "rule")
def test_a_profile_is_made_at_the_first_visit_of_an_evaluator_only() -> None:
    where = rows.offices()
    someone = make.staff(where.national, Role.EVALUATOR, "서아람")
    made = pool.own_profile(person=someone, now=make.NOW)
    assert pool.own_profile(person=someone, now=make.NOW) == made
    with pytest.raises(NotAllowed):
        pool.own_profile(person=where.staff, now=make.NOW)


@pytest.mark.req("A7", "refusal")
def test_the_second_of_two_tabs_is_told_and_nothing_overwritten() -> None:
    where = rows.offices()
    one = panels.evaluator(where)
    change = {
        "evaluator": one,
        "fields": ["vocational"],
        "qualifications": "평생교육사 1급",
        "is_available": True,
        "revision": 1,
        "actor": one.person,
        "now": make.NOW,
    }
    pool.change_profile(occupation="대학 강사", **change)
    with pytest.raises(pool.Outdated):
        pool.change_profile(occupation="연구원", **change)
    one.refresh_from_db()
    assert one.occupation == "대학 강사"
    with pytest.raises(Invalid):
        pool.change_profile(occupation="", **{**change, "fields": ["nothing"], "revision": 2})
    with pytest.raises(NotAllowed):
        pool.change_profile(occupation="", **{**change, "actor": where.staff, "revision": 2})


@pytest.mark.req("A7", "refusal")
def test_affiliations_name_one_thing_and_run_forward() -> None:
    where = rows.offices()
    one = panels.evaluator(where)
    facts = {
        "evaluator": one,
        "title": "강사",
        "valid_from": date(2024, 1, 1),
        "actor": one.person,
        "now": make.NOW,
    }
    held = pool.add_affiliation(organisation=where.institution, region=None, valid_until=None, **facts)
    for wrong in (
        {"organisation": None, "region": None, "valid_until": None},
        {"organisation": where.institution, "region": make.region(), "valid_until": None},
        {"organisation": where.institution, "region": None, "valid_until": date(2024, 1, 1)},
    ):
        with pytest.raises(Invalid):
            pool.add_affiliation(**wrong, **facts)
    with pytest.raises(Invalid):
        pool.end_affiliation(affiliation=held, last_day=date(2023, 1, 1), actor=one.person, now=make.NOW)
    for _ in range(2):
        pool.end_affiliation(affiliation=held, last_day=date(2026, 6, 30), actor=one.person, now=make.NOW)
    assert held.valid_until == date(2026, 7, 1)


@pytest.mark.req("A7", "rule")
def test_seating_moves_the_case_tells_the_evaluators_and_leaves_names_out_of_the_history() -> None:
    world = panels.world()
    application, given = world.seated()
    assert application.state == S.IN_REVIEW
    assert [each.evaluator for each in given] == sorted(world.evaluators[:3], key=lambda e: e.person.name)
    event = CaseEvent.objects.get(application=application, act="seat_panel")
    assert event.evidence == {"panel": "시민참여 1반"}
    assert Message.objects.filter(subject__contains="평가할 신청 1건").count() == 3
    with pytest.raises(Refused):
        seating.seat(
            panel=world.panel,
            choices={application.pk: [each.pk for each in world.evaluators[:3]]},
            actor=world.where.officer,
            now=make.NOW,
        )


@pytest.mark.req("A7", "refusal")
@pytest.mark.parametrize(
    "how", ["affiliation", "role", "local government", "region", "declared", "undeclared"]
)
def test_who_is_bound_to_the_institution_cannot_be_given_its_case(how: str) -> None:
    world = panels.world(exclude_own_region=how == "region")
    bound = world.evaluators[0]
    if how == "affiliation":
        bound.affiliations.create(organisation=world.where.institution, valid_from=date(2025, 1, 1))
    elif how == "role":
        make.role(bound.person, world.where.institution, Role.INSTRUCTOR)
    elif how == "local government":
        bound.affiliations.create(organisation=world.where.local, valid_from=date(2025, 1, 1))
    elif how == "region":
        bound.affiliations.create(region=world.where.institution.region, valid_from=date(2025, 1, 1))
    elif how == "declared":
        pool.declare(
            round=world.round,
            evaluator=bound,
            conflicts={world.where.institution.pk: "배우자가 일함"},
            actor=bound.person,
            now=make.NOW,
        )
    else:
        bound.declarations.all().delete()
    application = world.application()
    with pytest.raises(seating.Conflict, match="서아람"):
        seating.seat(
            panel=world.panel,
            choices={application.pk: [each.pk for each in world.evaluators[:3]]},
            actor=world.where.officer,
            now=make.NOW,
        )
    application.refresh_from_db()
    assert application.state == S.RECEIVED
    assert not Assignment.objects.exists()
    seating.seat(
        panel=world.panel,
        choices={application.pk: [each.pk for each in world.evaluators[1:4]]},
        actor=world.where.officer,
        now=make.NOW,
    )


@pytest.mark.req("A7", "refusal")
def test_too_few_strangers_and_other_offices_are_refused() -> None:
    world = panels.world()
    application = world.application()
    stranger = panels.evaluator(world.where, world.round, "차오름")
    members = [each.pk for each in world.evaluators]
    for chosen, actor in (
        (members[:2], world.where.officer),
        ([*members[:2], stranger.pk], world.where.officer),
        (members[:3], world.where.provincial_officer),
        (members[:3], world.where.staff),
        (members[:3], world.people[0]),
    ):
        with pytest.raises(Refused):
            seating.seat(panel=world.panel, choices={application.pk: chosen}, actor=actor, now=make.NOW)
    assert not Assignment.objects.exists()


@pytest.mark.req("A7", "rule")
def test_what_a_replaced_evaluator_scored_stays_sealed_and_the_case_goes_on() -> None:
    world = panels.world()
    application, given = world.seated()
    first = given[0]
    panels.fill(first)
    made = seating.replace(
        assignment=first, by=world.evaluators[3], reason="해외 출장", actor=world.where.officer, now=make.NOW
    )
    first.refresh_from_db()
    assert (first.state, first.replaced_by) == (Assignment.State.REPLACED, made)
    assert Score.objects.filter(assignment=first).count() == 6
    for again in (world.evaluators[3], first.evaluator):
        with pytest.raises(Refused):
            seating.replace(assignment=made, by=again, reason="다시", actor=world.where.officer, now=make.NOW)
    with pytest.raises(Invalid):
        seating.replace(
            assignment=given[1], by=world.evaluators[3], reason=" ", actor=world.where.officer, now=make.NOW
        )
    event = CaseEvent.objects.get(application=application, act="end_review")
    assert event.audience == CaseEvent.Audience.OFFICES


@pytest.mark.req("A7", "rule")
def test_a_recusal_takes_effect_at_once_and_leaves_a_seat_to_fill() -> None:
    world = panels.world()
    application, given = world.seated()
    challenges.recuse(
        assignment=given[0], reason="같은 학회의 임원임", actor=given[0].evaluator.person, now=make.NOW
    )
    given[0].refresh_from_db()
    assert given[0].state == Assignment.State.REPLACED
    assert given[0].replaced_by is None
    for each in given[1:]:
        panels.submit(each)
    application.refresh_from_db()
    assert application.state == S.IN_REVIEW, "two reviews are not enough"
    made = seating.replace(
        assignment=given[0],
        by=world.evaluators[3],
        reason="회피한 위원 대신",
        actor=world.where.officer,
        now=make.NOW,
    )
    panels.submit(made)
    application.refresh_from_db()
    assert application.state == S.EVALUATED


@pytest.mark.req("A7", "rule")
def test_an_upheld_challenge_bars_from_the_institution_and_a_dismissed_one_does_not() -> None:
    world = panels.world(members=6)
    first, given = world.seated()
    filed = challenges.challenge(
        application=first,
        evaluator=given[0].evaluator,
        reason="경쟁 기관의 이사임",
        actor=world.where.staff,
        now=make.NOW,
    )
    with pytest.raises(Refused, match="이미"):
        challenges.challenge(
            application=first,
            evaluator=given[0].evaluator,
            reason="또",
            actor=world.where.staff,
            now=make.NOW,
        )
    decision = {"challenge": filed, "actor": world.where.officer, "now": make.NOW}
    with pytest.raises(Invalid):
        challenges.decide(uphold=True, decision="", **decision)
    challenges.decide(uphold=True, decision="근거가 있음", **decision)
    with pytest.raises(Refused):
        challenges.decide(uphold=False, decision="번복", **decision)
    given[0].refresh_from_db()
    assert given[0].state == Assignment.State.REPLACED
    later = world.application()
    with pytest.raises(seating.Conflict):
        seating.seat(
            panel=world.panel,
            choices={later.pk: [given[0].evaluator_id, *[each.evaluator_id for each in given[1:]]]},
            actor=world.where.officer,
            now=make.NOW,
        )
    other = challenges.challenge(
        application=first,
        evaluator=given[1].evaluator,
        reason="인상이 나쁨",
        actor=world.where.staff,
        now=make.NOW,
    )
    challenges.decide(
        challenge=other, uphold=False, decision="까닭이 되지 않음", actor=world.where.officer, now=make.NOW
    )
    given[1].refresh_from_db()
    assert given[1].state == Assignment.State.OPEN
    assert other.state == Challenge.State.DISMISSED


@pytest.mark.req("A7", "refusal")
def test_a_challenge_comes_too_late_after_the_review_was_handed_in() -> None:
    world = panels.world()
    application, given = world.seated()
    panels.submit(given[0])
    filed = challenges.challenge(
        application=application,
        evaluator=given[0].evaluator,
        reason="친척",
        actor=world.where.staff,
        now=make.NOW,
    )
    with pytest.raises(Refused):
        challenges.decide(
            challenge=filed, uphold=True, decision="친척임", actor=world.where.officer, now=make.NOW
        )
    with pytest.raises(NotAllowed):
        challenges.challenge(
            application=application,
            evaluator=given[1].evaluator,
            reason="남의 신청",
            actor=make.staff(make.organisation("다른 기관")),
            now=make.NOW,
        )


@pytest.mark.req("A7", "rule")
def test_reminders_go_once_a_span_and_only_to_who_is_due() -> None:
    world = panels.world()
    application, given = world.seated()
    due = application.due_on
    assert due is not None
    early = make.NOW
    assert reminders.remind_due(now=early) == 0
    near = make.NOW + (due - date(2026, 11, 24) - timedelta(days=2))
    panels.submit(given[0])
    assert reminders.remind_due(now=near) == 2
    assert reminders.remind_due(now=near) == 0
    assert reminders.remind_panel(panel=world.panel, actor=world.where.officer, now=near) == 0
    late = near + timedelta(days=4)
    assert reminders.remind_panel(panel=world.panel, actor=world.where.officer, now=late) == 2
    assert reminders.remind_due(now=late) == 0
    with pytest.raises(NotAllowed):
        reminders.remind_panel(panel=world.panel, actor=world.people[0], now=late)


@pytest.mark.req("A7", "rule")
def test_fees_count_submitted_reviews_by_their_rate() -> None:
    world = panels.world()
    _application, given = world.seated()
    panels.submit(given[0])
    fees.set_rate(round=world.round, kind="paper", amount=50_000, actor=world.where.officer, now=make.NOW)
    line = next(iter(fees.lines(world.round)))
    assert (line.name, line.reviews, line.amount) == (given[0].evaluator.person.name, 1, 50_000)
    for kind, amount in (("paper", -1), ("paper", 10_000_001), ("lunch", 1)):
        with pytest.raises(Invalid):
            fees.set_rate(
                round=world.round, kind=kind, amount=amount, actor=world.where.officer, now=make.NOW
            )
    with pytest.raises(NotAllowed):
        fees.set_rate(round=world.round, kind="paper", amount=1, actor=world.people[0], now=make.NOW)


@pytest.mark.req("A7", "refusal")
def test_panels_have_one_name_one_chair_and_keep_who_has_cases() -> None:
    world = panels.world()
    with pytest.raises(Invalid):
        seating.make_panel(
            round=world.round,
            field="vocational",
            name="시민참여 1반",
            actor=world.where.officer,
            now=make.NOW,
        )
    members = list(world.panel.members.order_by("joined_at", "pk"))
    seating.make_chair(member=members[1], actor=world.where.officer, now=make.NOW)
    assert [m.pk for m in world.panel.members.filter(is_chair=True)] == [members[1].pk]
    _application, given = world.seated()
    busy = world.panel.members.get(evaluator=given[0].evaluator)
    with pytest.raises(Refused, match="1건"):
        seating.remove_member(member=busy, actor=world.where.officer, now=make.NOW)
    idle = world.panel.members.get(evaluator=world.evaluators[3])
    for _ in range(2):
        seating.remove_member(member=idle, actor=world.where.officer, now=make.NOW)
    again = seating.add_member(
        panel=world.panel, evaluator=world.evaluators[3], actor=world.where.officer, now=make.NOW
    )
    assert again.pk != idle.pk
