"""From the last submission to the verdict, the supplement, the one re-evaluation and the lapse; and the seal."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from tests import factories as make
from tests import panel_rows as panels

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people.models import Role
from naite.trunk.recognition.models import Application, Assignment, CaseEvent, Evidence, Result, Score
from naite.trunk.recognition.panels import reviews, seating
from naite.trunk.recognition.panels.pool import Outdated
from naite.trunk.recognition.results import queries, services, supplements

pytestmark = pytest.mark.django_db
S = Application.State
V = Application.Verdict
# Four of six items reach 70 %: exactly two thirds.
TWO_THIRDS = ["0.7", "0.7", "0.7", "0.7", "0.5", "0.5"]


def provisional(world: panels.World) -> tuple[Application, list[Assignment]]:
    """Return a provisional case whose letter was received today."""
    application, given = world.seated()
    for each in given:
        panels.submit(each, TWO_THIRDS)
    supplements.begin_period(application=application, received_on=date(2026, 11, 24), now=make.NOW)
    application.refresh_from_db()
    assert application.state == S.PROVISIONAL
    return application, given


def supplement(
    world: panels.World, application: Application, text: str = "고쳐 쓴 설명입니다."
) -> Application:
    item_id = sorted(queries.short_item_ids(application))[0]
    supplements.supplement_item(
        application=application,
        item_id=item_id,
        text=text,
        revision=application.revision,
        actor=world.where.staff,
        now=make.NOW,
    )
    application.refresh_from_db()
    return application


@pytest.mark.req("A7", "rule")
def test_saving_keeps_what_was_typed_and_repeats_safely() -> None:
    world = panels.world()
    _application, given = world.seated()
    one = given[0]
    item = reviews.items_to_judge(one)[0]
    draft = reviews.Draft(
        points="8.5", comment=" 목표가 뚜렷함 ", quotes=[{"text": "근거", "source": "계획서"}]
    )
    first = reviews.save_score(
        assignment=one, item=item, draft=draft, actor=one.evaluator.person, now=make.NOW
    )
    again = reviews.save_score(
        assignment=one, item=item, draft=draft, actor=one.evaluator.person, now=make.NOW
    )
    assert (first.pk, again.revision, again.comment) == (again.pk, 1, "목표가 뚜렷함")
    newer = reviews.Draft(points="9", comment="고침", revision=1)
    assert (
        reviews.save_score(
            assignment=one, item=item, draft=newer, actor=one.evaluator.person, now=make.NOW
        ).revision
        == 2
    )
    with pytest.raises(Outdated):
        reviews.save_score(
            assignment=one,
            item=item,
            draft=reviews.Draft(points="1", comment="다른 창", revision=1),
            actor=one.evaluator.person,
            now=make.NOW,
        )
    assert Score.objects.get().points == 9


@pytest.mark.req("A7", "refusal")
def test_nobody_else_scores_and_nothing_is_scored_after_submission() -> None:
    world = panels.world()
    application, given = world.seated()
    one = given[0]
    item = reviews.items_to_judge(one)[0]
    draft = reviews.Draft(points="8")
    for actor in (given[1].evaluator.person, world.where.officer, world.where.staff):
        with pytest.raises(NotAllowed):
            reviews.save_score(assignment=one, item=item, draft=draft, actor=actor, now=make.NOW)
        with pytest.raises(NotAllowed):
            reviews.submit(assignment=one, actor=actor, now=make.NOW)
    for wrong in (
        reviews.Draft(comment="가" * 1001),
        reviews.Draft(points="8,5"),
        reviews.Draft(quotes=[{"text": "가"}] * 21),
    ):
        with pytest.raises(Invalid):
            reviews.save_score(
                assignment=one, item=item, draft=wrong, actor=one.evaluator.person, now=make.NOW
            )
    with pytest.raises(reviews.Incomplete, match="6개"):
        reviews.submit(assignment=one, actor=one.evaluator.person, now=make.NOW)
    panels.fill(one)
    Score.objects.filter(assignment=one, item=item).update(is_held=True)
    with pytest.raises(reviews.Incomplete, match="1개"):
        reviews.submit(assignment=one, actor=one.evaluator.person, now=make.NOW)
    panels.submit(one)
    assert reviews.submit(assignment=one, actor=one.evaluator.person, now=make.NOW).state == "submitted"
    one.refresh_from_db()
    with pytest.raises(Refused, match="이미 제출"):
        reviews.save_score(assignment=one, item=item, draft=draft, actor=one.evaluator.person, now=make.NOW)
    Application.objects.filter(pk=application.pk).update(state=S.WITHDRAWN)
    with pytest.raises(Refused, match="멈추었습니다"):
        reviews.submit(
            assignment=Assignment.objects.get(pk=given[1].pk), actor=given[1].evaluator.person, now=make.NOW
        )


@pytest.mark.req("A7", "refusal")
def test_an_ended_role_ends_the_review() -> None:
    world = panels.world()
    _application, given = world.seated()
    panels.fill(given[0])
    given[0].evaluator.person.roles.update(valid_until=make.NOW)
    with pytest.raises(NotAllowed):
        reviews.submit(assignment=given[0], actor=given[0].evaluator.person, now=make.NOW)


@pytest.mark.req("A8", "rule")
@pytest.mark.parametrize(
    ("shares", "state", "verdict"),
    [
        ("0.7", S.EVALUATED, V.RECOGNISE),
        (TWO_THIRDS, S.PROVISIONAL, V.PROVISIONAL),
        (["0.7", "0.7", "0.7", "0.5", "0.5", "0.5"], S.EVALUATED, V.REFUSE),
    ],
)
def test_the_last_submission_decides(shares: str | list[str], state: str, verdict: str) -> None:
    world = panels.world()
    application, given = world.seated()
    for each in given[:-1]:
        panels.submit(each, shares)
        application.refresh_from_db()
        assert application.state == S.IN_REVIEW
        assert not Result.objects.exists()
    panels.submit(given[-1], shares)
    application.refresh_from_db()
    assert (application.state, application.verdict) == (state, verdict)
    assert services.settle(application=application, actor=None, now=make.NOW) is None
    assert Result.objects.count() == 1
    event = CaseEvent.objects.filter(application=application).latest("at", "pk")
    assert (event.audience == "offices") is (state == S.EVALUATED), (
        "the committee's matter is not told before"
    )


@pytest.mark.req("A8", "rule")
def test_the_sheet_shows_means_and_marks_who_is_apart() -> None:
    world = panels.world()
    application, given = world.seated()
    for each, share in zip(given, ("0.9", "0.9", "0.5"), strict=True):
        panels.submit(each, [share, "0.8", "0.8", "0.8", "0.8", "0.8"])
    sheet = queries.sheets(application=application, reader=world.where.officer, now=make.NOW)[0]
    first = sheet.rows[0]
    assert [cell.points for cell in first.cells] == [9, 9, 5]
    assert [cell.apart for cell in first.cells] == [False, False, True]
    assert (str(first.mean), str(first.percent), first.is_wide, first.spread) == ("7.66", "76.66", True, 4)
    assert [row.is_wide for row in sheet.rows[1:]] == [False] * 5
    assert sheet.names == sorted(sheet.names)


@pytest.mark.req("A7", "refusal")
def test_sealed_scores_are_closed_to_everybody_and_open_only_to_those_concerned() -> None:
    world = panels.world()
    application, given = world.seated()
    for each in given[:2]:
        panels.submit(each)
    readers = (world.where.officer, world.where.official, given[0].evaluator.person)
    for reader in readers:
        with pytest.raises(queries.Sealed):
            queries.sheets(application=application, reader=reader, now=make.NOW)
    panels.submit(given[2])
    for reader in readers:
        assert queries.sheets(application=application, reader=reader, now=make.NOW)
    outsiders = (
        world.where.staff,
        world.where.local_officer,
        world.where.provincial_officer,
        world.evaluators[3].person,
        panels.evaluator(world.where, world.round, "다른 반").person,
        make.person(),
    )
    for reader in outsiders:
        with pytest.raises(NotAllowed):
            queries.sheets(application=application, reader=reader, now=make.NOW)


@pytest.mark.req("A7", "rule")
def test_a_replaced_evaluators_scores_are_neither_counted_nor_shown() -> None:
    world = panels.world()
    application, given = world.seated()
    panels.fill(given[0], "0")
    Score.objects.filter(assignment=given[0]).update(comment="묻어 둘 의견")
    seating.replace(
        assignment=given[0], by=world.evaluators[3], reason="출장", actor=world.where.officer, now=make.NOW
    )
    for each in panels.assignments(application):
        panels.submit(each)
    application.refresh_from_db()
    assert application.verdict == V.RECOGNISE
    sheet = queries.sheets(application=application, reader=world.where.officer, now=make.NOW)[0]
    assert "묻어 둘 의견" not in str(sheet)
    assert given[0].evaluator.person.name not in sheet.names
    with pytest.raises(NotAllowed):
        queries.sheets(application=application, reader=given[0].evaluator.person, now=make.NOW)


@pytest.mark.req("A7", "rule")
def test_a_second_stage_is_judged_by_the_same_and_decides() -> None:
    world = panels.world(stages=["paper", "second"])
    application, given = world.seated()
    for each in given:
        panels.submit(each, "0.7")
    application.refresh_from_db()
    assert application.state == S.IN_REVIEW
    second = panels.assignments(application, stage="second")
    assert [each.evaluator for each in second] == [each.evaluator for each in given]
    for each in second:
        panels.submit(each, "0.5")
    application.refresh_from_db()
    assert (application.state, application.verdict) == (S.EVALUATED, V.REFUSE)
    assert list(Result.objects.values_list("stage", "verdict")) == [
        ("paper", "recognise"),
        ("second", "refuse"),
    ]


@pytest.mark.req("A7", "rule")
def test_who_fails_the_paper_review_has_no_second_stage() -> None:
    world = panels.world(stages=["paper", "second"])
    application, given = world.seated()
    for each in given:
        panels.submit(each, "0.5")
    application.refresh_from_db()
    assert application.state == S.EVALUATED
    assert not panels.assignments(application, stage="second")


@pytest.mark.req("A9", "rule")
def test_the_institution_is_told_what_fell_short_until_when_but_not_by_whom() -> None:
    world = panels.world(supplement_days=30)
    application, given = world.seated()
    for each in given:
        panels.submit(each, TWO_THIRDS)
    application.refresh_from_db()
    assert application.office == world.where.institution
    assert application.due_on is None, "nothing runs before the letter is received"
    mail = Message.objects.get(person_id=world.where.staff.pk)
    assert "출결과 학습자 관리" in mail.body
    assert "받은 날부터 30일" in mail.body
    due_on = supplements.begin_period(application=application, received_on=date(2026, 11, 26), now=make.NOW)
    assert due_on == date(2026, 12, 28), "the 26th is a Saturday"
    told = Message.objects.get(person_id=world.where.staff.pk, subject__contains="보완 기한")
    assert "12.28(월) 24시" in told.subject
    found = queries.shortfalls(application=application, reader=world.where.staff, now=make.NOW)
    assert [(each.item.title, str(each.percent)) for each in found] == [
        ("출결과 학습자 관리", "50.00"),
        ("환류와 개선", "50.00"),
    ]
    assert not any(each.evaluator.person.name in str(found) + mail.body for each in given)
    with pytest.raises(NotAllowed):
        queries.shortfalls(application=application, reader=given[0].evaluator.person, now=make.NOW)
    with pytest.raises(NotAllowed):
        queries.sheets(application=application, reader=world.where.staff, now=make.NOW)


@pytest.mark.req("A9", "rule")
def test_a_last_day_that_is_no_working_day_moves_on() -> None:
    assert services.last_day_of(date(2026, 11, 24), 30) == date(2026, 12, 24)
    assert services.last_day_of(date(2026, 11, 24), 31) == date(2026, 12, 28), (
        "성탄절, then Saturday and Sunday"
    )
    assert services.last_day_of(date(2026, 1, 31), 28) == date(2026, 3, 3), (
        "Saturday 28 February, then 삼일절 and its substitute"
    )


@pytest.mark.req("A9", "rule")
@pytest.mark.parametrize(("share", "verdict"), [("0.7", V.RECOGNISE), ("0.6", V.REFUSE)])
def test_the_one_re_evaluation_judges_only_what_fell_short(share: str, verdict: str) -> None:
    world = panels.world()
    application, given = provisional(world)
    application = supplement(world, application)
    supplements.hand_in_again(application=application, actor=world.where.staff, now=make.NOW)
    application.refresh_from_db()
    assert application.state == S.RE_REVIEW
    again = panels.assignments(application, attempt=2)
    assert [each.evaluator for each in again] == [each.evaluator for each in given]
    assert {len(reviews.items_to_judge(each)) for each in again} == {2}
    for each in again:
        panels.submit(each, share)
    application.refresh_from_db()
    assert (application.state, application.verdict) == (S.EVALUATED, verdict)
    sheet = queries.sheets(application=application, reader=world.where.officer, now=make.NOW)[1]
    assert [row.carried for row in sheet.rows] == [True] * 4 + [False] * 2
    with pytest.raises(Refused):
        supplements.hand_in_again(application=application, actor=world.where.staff, now=make.NOW)


@pytest.mark.req("A9", "refusal")
def test_supplementing_is_for_the_institution_in_time_and_only_what_fell_short() -> None:
    world = panels.world()
    application, _given = provisional(world)
    short = sorted(queries.short_item_ids(application))
    other = next(item for item in world.round.criteria.items.all() if item.pk not in short)  # type: ignore[union-attr]
    facts = {"application": application, "revision": application.revision, "now": make.NOW}
    with pytest.raises(Invalid):
        supplements.hand_in_again(application=application, actor=world.where.staff, now=make.NOW)
    with pytest.raises(Invalid):
        supplements.supplement_item(item_id=other.pk, text="고침", actor=world.where.staff, **facts)
    with pytest.raises(Invalid):
        supplements.supplement_item(item_id=short[0], text=" ", actor=world.where.staff, **facts)
    with pytest.raises(Invalid):
        supplements.supplement_item(
            item_id=short[0],
            text="고침",
            uploads=[("증빙.pdf", BytesIO(b"MZ\x90\x00"))],
            actor=world.where.staff,
            **facts,
        )
    with pytest.raises(NotAllowed):
        supplements.supplement_item(item_id=short[0], text="고침", actor=world.where.officer, **facts)
    assert not Evidence.objects.exists()
    supplement(world, application)
    with pytest.raises(Outdated):
        supplements.supplement_item(item_id=short[0], text="또 고침", actor=world.where.staff, **facts)
    assert application.due_on is not None
    after = make.NOW + (application.due_on - date(2026, 11, 24)) + timedelta(hours=14)  # 0시 of the next day
    for call in (supplements.hand_in_again,):
        with pytest.raises(Refused, match="지났습니다"):
            call(application=application, actor=world.where.staff, now=after)
    supplements.hand_in_again(
        application=application, actor=world.where.staff, now=after - timedelta(seconds=1)
    )


@pytest.mark.req("A9", "rule")
def test_a_missed_deadline_ends_the_provisional_recognition_once() -> None:
    world = panels.world()
    application, _given = provisional(world)
    assert application.due_on is not None
    last = make.NOW + (application.due_on - date(2026, 11, 24))
    assert supplements.lapse_due(now=last) == 0
    assert supplements.lapse_due(now=last + timedelta(days=1)) == 1
    assert supplements.lapse_due(now=last + timedelta(days=1)) == 0
    application.refresh_from_db()
    assert (application.state, application.verdict) == (S.EVALUATED, V.REFUSE)
    assert application.office == world.where.national
    assert (
        Message.objects.filter(subject__contains="취소되었습니다", person_id=world.where.staff.pk).count()
        == 1
    )


@pytest.mark.req("A9", "refusal")
def test_before_the_letter_is_received_nothing_lapses_and_a_second_receipt_moves_no_handed_in_case() -> None:
    world = panels.world()
    application, given = world.seated()
    for each in given:
        panels.submit(each, TWO_THIRDS)
    application.refresh_from_db()
    assert supplements.lapse_due(now=make.NOW + timedelta(days=400)) == 0
    application = supplement(world, application)
    supplements.hand_in_again(application=application, actor=world.where.staff, now=make.NOW)
    application.refresh_from_db()
    due_on = application.due_on
    assert (
        supplements.begin_period(application=application, received_on=date(2026, 11, 24), now=make.NOW)
        is None
    )
    application.refresh_from_db()
    assert (application.state, application.due_on) == (S.RE_REVIEW, due_on)


@pytest.mark.req("A9", "rule")
def test_who_may_not_review_any_more_leaves_a_seat_for_the_re_evaluation() -> None:
    world = panels.world()
    application, given = provisional(world)
    make.role(given[0].evaluator.person, world.where.institution, Role.INSTRUCTOR)
    given[1].evaluator.person.roles.filter(role=Role.EVALUATOR).update(
        valid_until=make.NOW - timedelta(days=1)
    )
    supplement(world, application)
    supplements.hand_in_again(application=application, actor=world.where.staff, now=make.NOW)
    again = panels.assignments(application, attempt=2)
    assert [each.evaluator for each in again] == [given[2].evaluator]
    panels.submit(again[0], "0.9")
    application.refresh_from_db()
    assert application.state == S.RE_REVIEW, "one is not enough"


@pytest.mark.req("A9", "rule")
def test_a_clock_that_was_stopped_since_it_was_read_ends_nothing() -> None:
    world = panels.world()
    application, _given = provisional(world)
    assert application.due_on is not None
    Application.objects.filter(pk=application.pk).update(due_on=None)  # an objection came
    with pytest.raises(Refused):
        supplements._lapse(application, make.NOW + timedelta(days=90))
    assert Application.objects.get(pk=application.pk).state == S.PROVISIONAL
