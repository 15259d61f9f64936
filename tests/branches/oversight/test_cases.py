"""Visits, correction orders, cancellations and objections: what they refuse, and where they lead."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from tests import factories as make
from tests import oversight_rows as rows
from tests import samples_of_files as samples
from tests.oversight_rows import NOW

from naite.branches.oversight import case_queries, deadlines
from naite.branches.oversight.models import Cancellation, Complaint, CorrectionOrder, Investigation
from naite.branches.oversight.services import (
    cancellations,
    complaint_work,
    corrections,
    investigations,
    objections,
)
from naite.branches.oversight.services.cancellations import Hearing
from naite.flows import oversight
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.recognition import queries as recognition
from naite.trunk.recognition.models import CaseEvent

pytestmark = pytest.mark.django_db
TODAY = day_of(NOW)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def code_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        attempt()
    return refused.value.code


@pytest.mark.req("A14", "rule")
def test_a_visit_stops_the_complaints_clock_and_ends_in_a_report() -> None:
    on = rows.ground()
    complaint = rows.accepted(on)
    row = investigations.plan(
        recognition=on.recognition,
        cause="complaint",
        visit_on=TODAY,
        complaint=complaint,
        actor=on.officer,
        now=NOW,
    )
    complaint.refresh_from_db()
    assert (complaint.state, complaint.due_on) == (Complaint.State.INVESTIGATING, date(2026, 12, 22))
    assert not CaseEvent.objects.filter(act__startswith="investigation").exists()  # it comes unannounced
    investigations.begin(investigation=row, actor=on.officer, now=NOW)
    done = {each.position: ("fine", "") for each in row.findings.all()}
    save = lambda edition, findings: investigations.save(  # noqa: E731
        investigation=row, edition=edition, findings=findings, summary="요약", actor=on.officer, now=NOW
    )
    report = lambda edition, end: investigations.report(  # noqa: E731
        investigation=row, edition=edition, conclusion=end, actor=on.officer, now=NOW + 2 * DAY
    )
    save(1, {1: ("fine", "")})
    assert code_of(lambda: save(1, {1: ("violation", "늦은 창")})) == "edited_elsewhere"
    assert code_of(lambda: report(2, "nothing")) == "not_ready"  # items without a result
    save(2, {**done, 4: ("violation", "")})
    assert code_of(lambda: report(3, "correction")) == "not_ready"  # a violation without words
    save(3, {4: ("violation", "출석부가 다름")})
    assert code_of(lambda: report(4, "nothing")) == "not_ready"  # a violation bears no "nothing"
    assert row.findings.get(position=1).result == "fine"
    investigations.add_photos(
        investigation=row, position=4, uploads=[rows.upload(samples.png())], actor=on.officer, now=NOW
    )
    report(4, "correction")
    complaint.refresh_from_db()
    # Three working days of the visit are left out: 2 December moves to the 7th.
    assert (complaint.state, complaint.due_on) == (Complaint.State.ACCEPTED, date(2026, 12, 7))
    line = CaseEvent.objects.get(act="investigation_reported")
    assert line.evidence["findings"] == 1 and line.audience == CaseEvent.Audience.PARTIES
    assert code_of(lambda: save(5, {1: ("fine", "")})) == "not_ongoing"


@pytest.mark.req("A14", "refusal")
def test_an_institution_and_a_torn_officer_do_not_get_near_a_visit() -> None:
    on = rows.ground()
    for person in (on.staff, on.where.local_officer, on.where.official):
        with pytest.raises(NotAllowed):
            investigations.plan(
                recognition=on.recognition, cause="own", visit_on=TODAY, actor=person, now=NOW
            )
    row = rows.visit(on, violation=False)
    assert row.conclusion == "nothing"
    assert code_of(
        lambda: investigations.plan(
            recognition=on.recognition, cause="own", visit_on=TODAY - DAY, actor=on.officer, now=NOW
        )
    )
    investigations.plan(recognition=on.recognition, cause="own", visit_on=None, actor=on.officer, now=NOW)
    again = lambda: investigations.plan(  # noqa: E731
        recognition=on.recognition, cause="own", visit_on=None, actor=on.second, now=NOW
    )
    assert code_of(again) == "already_open"
    assert Investigation.objects.count() == 2


@pytest.mark.req("A14", "rule")
def test_the_checklist_has_editions_and_visits_keep_theirs() -> None:
    on = rows.ground()
    before = investigations.plan(
        recognition=on.recognition, cause="own", visit_on=None, actor=on.officer, now=NOW
    )
    edit = lambda text, seen: investigations.edit_checklist(  # noqa: E731
        text=text, seen=seen, actor=on.officer, now=NOW
    )
    assert code_of(lambda: edit("영역만", 0)) == "invalid"
    edit("교육과정 | 수업을 한다 | 본다\n\n시설 | 문이 열린다", 0)
    assert code_of(lambda: edit("가 | 나", 0)) == "edited_elsewhere"
    assert case_queries.checklist_items() == [
        ("교육과정", "수업을 한다", "본다"),
        ("시설", "문이 열린다", ""),
    ]
    assert before.findings.count() == 8


@pytest.mark.req("A14", "rule")
def test_an_order_runs_two_months_at_most_and_is_answered_and_judged() -> None:
    on = rows.ground()
    latest = deadlines.last_day("correction", TODAY)
    assert latest == date(2027, 1, 25)  # the 24th is a Sunday
    assert code_of(lambda: rows.order(on, until=latest + DAY)) == "too_long_to_correct"
    assert code_of(lambda: rows.order(on, until=TODAY)) == "too_long_to_correct"
    assert code_of(lambda: rows.order(on, ground="false_means")) == "must_cancel"
    assert not CorrectionOrder.objects.exists()
    order = rows.order(on, until=latest, publish=True)
    assert code_of(lambda: rows.order(on)) == "already_ordered"
    assert Message.objects.filter(person_id=on.staff.pk).count() == 1
    with pytest.raises(NotAllowed):
        corrections.answer(order=order, body="대신", uploads=(), actor=on.officer, now=NOW)
    corrections.answer(
        order=order, body="고쳤습니다.", uploads=[rows.upload(samples.png())], actor=on.staff, now=NOW
    )
    corrections.send_back(order=order, reason="9월분이 빠졌습니다.", actor=on.officer, now=NOW)
    judge = lambda ok, at: corrections.judge(  # noqa: E731
        order=order, fulfilled=ok, reason="확인함", actor=on.officer, now=at
    )
    assert code_of(lambda: judge(False, NOW)) == "time_left"
    corrections.answer(order=order, body="9월분도 고쳤습니다.", uploads=(), actor=on.staff, now=NOW)
    assert judge(True, NOW).state == CorrectionOrder.State.FULFILLED
    assert code_of(lambda: judge(True, NOW)) == "moved_meanwhile"
    public = list(CaseEvent.objects.filter(audience="public").values_list("act", flat=True))
    assert public == ["correction_ordered", "correction_fulfilled"]


@pytest.mark.req("A14", "refusal")
def test_the_lesser_grounds_need_an_order_that_was_not_fulfilled() -> None:
    on = rows.ground()
    lesser = {"ground": "not_as_recognised"}
    assert code_of(lambda: rows.notice(on, **lesser)) == "correction_first"
    order = rows.order(on)
    assert code_of(lambda: rows.notice(on, order=order, **lesser)) == "correction_first"
    late = NOW + 40 * DAY
    corrections.judge(order=order, fulfilled=False, reason="그대로임", actor=on.officer, now=late)
    order.refresh_from_db()
    assert (
        code_of(lambda: rows.notice(on, order=order, ground="below_standard", now=late)) == "correction_first"
    )
    row = rows.notice(on, order=order, now=late, **lesser)
    assert code_of(lambda: rows.notice(on, order=order, now=late, **lesser)) == "already_noticed"
    assert Cancellation.objects.get() == row


@pytest.mark.req("A14", "rule")
def test_a_cancellation_hears_the_institution_first_and_ends_the_recognition() -> None:
    on = rows.ground()
    short = deadlines.last_day("opinion", TODAY) - DAY
    assert code_of(lambda: rows.notice(on, opinion_until=short)) == "opinion_too_short"
    soon = Hearing(TODAY + 10 * DAY, "대회의실")
    assert code_of(lambda: rows.notice(on, hearing=soon)) == "hearing_too_soon"
    row = rows.notice(on, hearing=Hearing(TODAY + 11 * DAY, "대회의실"))
    decide = lambda at, **more: oversight.decide_cancellation(  # noqa: E731
        cancellation=row,
        cancel=True,
        reasons="위조가 확인되었습니다.",
        delivered_on=day_of(at),
        actor=on.officer,
        now=at,
        **more,
    )
    assert code_of(lambda: decide(NOW + DAY)) == "opinion_awaited"
    cancellations.give_opinion(
        cancellation=row, opinion="몰랐습니다.", waive=False, actor=on.staff, now=NOW + DAY
    )
    assert code_of(lambda: decide(NOW + DAY)) == "hearing_awaited"
    held = NOW + 11 * DAY
    cancellations.hold_hearing(cancellation=row, record="대표가 인정했습니다.", actor=on.officer, now=held)
    decide(held)
    on.recognition.refresh_from_db()
    # Got by false means it never counted.
    assert on.recognition.cancelled_on == on.recognition.valid_from
    assert recognition.covering(course_id=on.course.pk, run_id=None, on=TODAY) is None
    assert code_of(lambda: decide(held)) == "moved_meanwhile"
    line = CaseEvent.objects.get(act="cancelled")
    assert line.audience == CaseEvent.Audience.PUBLIC and "위조" not in line.reason


@pytest.mark.req("A14", "rule")
def test_silence_is_no_opinion_and_the_lesser_grounds_end_it_from_the_day_it_arrived() -> None:
    on = rows.ground()
    order = rows.order(on)
    late = NOW + 40 * DAY
    corrections.judge(order=order, fulfilled=False, reason="그대로임", actor=on.officer, now=late)
    order.refresh_from_db()
    row = rows.notice(on, order=order, ground="not_as_recognised", now=late)
    after = late + 20 * DAY
    oversight.decide_cancellation(
        cancellation=row,
        cancel=True,
        reasons="바로잡지 않았습니다.",
        delivered_on=day_of(after),
        actor=on.officer,
        now=after,
    )
    on.recognition.refresh_from_db()
    assert on.recognition.cancelled_on == day_of(after)
    assert recognition.covering(course_id=on.course.pk, run_id=None, on=TODAY) == on.recognition


@pytest.mark.req("A14", "refusal")
def test_a_hearing_can_be_demanded_for_all(settings: object) -> None:
    on = rows.ground()
    settings.CANCELLATION_HEARING = True  # type: ignore[attr-defined]
    assert code_of(lambda: rows.notice(on)) == "hearing_demanded"


@pytest.mark.req("A14", "rule")
def test_an_objection_stops_the_order_and_is_answered_by_another() -> None:
    on = rows.ground()
    order = rows.order(on)
    filed_at = NOW + 3 * DAY
    row = objections.file(against=order, text="사실과 다릅니다.", actor=on.staff, now=filed_at)
    assert row.due_on == date(2026, 12, 11)
    order = case_queries.order(order.pk) or order
    assert case_queries.correction_due(order) is None
    assert (
        code_of(
            lambda: corrections.judge(
                order=order, fulfilled=False, reason="안 함", actor=on.second, now=NOW + 60 * DAY
            )
        )
        == "under_objection"
    )
    assert code_of(lambda: objections.file(against=order, text="또", actor=on.staff, now=filed_at))
    with pytest.raises(Invalid):
        objections.assign(objection=row, to=on.officer, actor=on.second, now=filed_at)
    answer = lambda who, at: oversight.decide_objection(  # noqa: E731
        objection=row, uphold=False, answer="살펴본 결과 사실입니다.", actor=who, now=at
    )
    assert code_of(lambda: answer(on.officer, filed_at)) == "not_allowed"
    assert code_of(lambda: answer(on.second, filed_at)) == "not_allowed"  # nobody has been given it
    objections.assign(objection=row, to=on.second, actor=on.officer, now=filed_at)
    objections.extend(objection=row, reason="현장 확인", actor=on.second, now=filed_at)
    row.refresh_from_db()
    assert row.due_on == date(2026, 12, 21)
    assert (
        code_of(lambda: objections.extend(objection=row, reason="또", actor=on.second, now=filed_at))
        == "extended_already"
    )
    answer(on.second, filed_at + 9 * DAY)
    order = case_queries.order(order.pk) or order
    # Ten days under objection (27 November to 6 December) on top of 24 December: 3 January is a Sunday.
    assert case_queries.correction_due(order) == date(2027, 1, 4)
    assert CaseEvent.objects.filter(act="correction_extended", due_on=date(2027, 1, 4)).exists()


@pytest.mark.req("A14", "rule")
def test_an_objection_that_wins_brings_the_recognition_back() -> None:
    on = rows.ground()
    row = rows.notice(on)
    cancellations.give_opinion(cancellation=row, opinion="", waive=True, actor=on.staff, now=NOW)
    oversight.decide_cancellation(
        cancellation=row, cancel=True, reasons="위조", delivered_on=TODAY, actor=on.officer, now=NOW
    )
    row.refresh_from_db()
    too_late = NOW + 31 * DAY
    assert (
        code_of(lambda: objections.file(against=row, text="늦음", actor=on.staff, now=too_late)) == "too_late"
    )
    on_time = NOW + 30 * DAY
    objection = objections.file(against=row, text="진본입니다.", actor=on.staff, now=on_time)
    objections.assign(objection=objection, to=on.second, actor=on.second, now=on_time)
    oversight.decide_objection(
        objection=objection, uphold=True, answer="진본을 확인했습니다.", actor=on.second, now=on_time
    )
    on.recognition.refresh_from_db()
    row.refresh_from_db()
    assert on.recognition.cancelled_on is None and on.recognition.cancel_reason == ""
    assert row.state == Cancellation.State.REVERSED
    assert recognition.covering(course_id=on.course.pk, run_id=None, on=TODAY) == on.recognition
    acts = list(
        CaseEvent.objects.filter(audience="public").order_by("at", "id").values_list("act", flat=True)
    )
    assert acts == ["cancelled", "objection_upheld", "reinstated"]


@pytest.mark.req("A14", "refusal")
def test_a_recognition_does_not_come_back_over_another() -> None:
    on = rows.ground()
    row = rows.notice(on)
    cancellations.give_opinion(cancellation=row, opinion="", waive=True, actor=on.staff, now=NOW)
    oversight.decide_cancellation(
        cancellation=row, cancel=True, reasons="위조", delivered_on=TODAY, actor=on.officer, now=NOW
    )
    assert on.course.current is not None
    make.recognition(on.course.current, valid_from=TODAY, valid_until=date(2031, 11, 24))
    row.refresh_from_db()
    objection = objections.file(against=row, text="진본입니다.", actor=on.staff, now=NOW)
    objections.assign(objection=objection, to=on.second, actor=on.second, now=NOW)
    uphold = lambda: oversight.decide_objection(  # noqa: E731
        objection=objection, uphold=True, answer="인용", actor=on.second, now=NOW
    )
    assert code_of(uphold) == "already_recognised"
    objection.refresh_from_db()
    assert objection.state == "filed"  # nothing half done


@pytest.mark.req("A14", "rule")
def test_a_closed_complaint_tells_what_came_of_it() -> None:
    on = rows.ground()
    complaint = rows.accepted(on)
    rows.visit(on, cause="complaint", complaint=complaint)
    rows.order(on)
    complaint.refresh_from_db()
    complaint_work.close(
        complaint=complaint, outcome="ordered", answer="시정명령을 했습니다.", actor=on.officer, now=NOW
    )
    assert Complaint.objects.get().outcome == "ordered"
