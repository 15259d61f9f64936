"""Reports on courses: once per completion, anonymous where wanted, small numbers never shown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import factories as make
from tests.branches.counselling.conftest import Offices
from tests.threads import all_at_once

from naite.branches.counselling import report_queries
from naite.branches.counselling import report_rules as rules
from naite.branches.counselling.models import CourseFollowUp, CourseReport
from naite.branches.counselling.report_rules import Group
from naite.branches.counselling.services import reports
from naite.branches.counselling.services.reports import ReportText
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message as Mail
from naite.trunk.assessment.models import Completion
from naite.trunk.catalogue.models import Course
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.people.models import Organisation, Person

NOW = make.NOW


@given(st.lists(st.integers(min_value=1, max_value=12), max_size=8))
@pytest.mark.req("A23", "rule")
def test_no_group_under_five_can_be_told_nor_worked_out(counts: list[int]) -> None:
    groups = [Group(str(n), f"강좌{n}", count, (count * 3,) * 4) for n, count in enumerate(counts)]
    shown = rules.suppress(groups)
    assert all(each.count is None or each.count >= rules.LEAST for each in shown)
    left_out = sum(counts) - sum(each.count or 0 for each in shown)
    # whoever knows the total learns of the rest either nothing or a number of five and more
    assert left_out == 0 or left_out >= rules.LEAST or all(each.count is None for each in shown)
    assert all(each.means is None or each.means == (3.0,) * 4 for each in shown)


def test_a_pattern_is_bad_when_one_aspect_is_low() -> None:
    low, fine = rules.suppress([Group("a", "가", 5, (25, 25, 14, 25)), Group("b", "나", 6, (18, 24, 24, 24))])
    assert low.is_bad
    assert not fine.is_bad
    assert fine.overall == pytest.approx(3.75)


def test_words_without_a_name_show_only_where_five_completed() -> None:
    assert rules.shows_text(anonymous=False, completed=1)
    assert not rules.shows_text(anonymous=True, completed=4)
    assert rules.shows_text(anonymous=True, completed=5)


def test_times_to_report_and_to_change() -> None:
    assert rules.can_report(NOW, NOW + timedelta(days=180))
    assert not rules.can_report(NOW, NOW + timedelta(days=181))
    assert rules.can_edit(NOW, NOW + timedelta(days=14), answered=False)
    assert not rules.can_edit(NOW, NOW + timedelta(days=15), answered=False)
    assert not rules.can_edit(NOW, NOW, answered=True)


@pytest.fixture
def hall(offices: Offices) -> Organisation:
    return make.organisation("한강평생학습관", kind=Organisation.Kind.HUMAN_RESOURCES, parent=offices.city)


@pytest.fixture
def run(hall: Organisation) -> CourseRun:
    return make.run(make.version(hall))


def completed(run: CourseRun, number: int, person: Person | None = None) -> Enrolment:
    enrolment = Enrolment.objects.create(
        run=run,
        person=person or make.person(f"배운이{number}"),
        number=number,
        state=Enrolment.State.CONFIRMED,
        applied_at=NOW - timedelta(days=60),
    )
    Completion.objects.create(
        enrolment=enrolment,
        outcome=Completion.Outcome.COMPLETED,
        attended_sessions=2,
        counted_sessions=2,
        attendance_rate=Decimal(100),
        hours=Decimal(4),
        decided_at=NOW - timedelta(days=10),
        completed_on=(NOW - timedelta(days=10)).date(),
    )
    return enrolment


def say(enrolment: Enrolment, *, edition: int = 0, now: Any = NOW, **changes: Any) -> CourseReport:
    given_ = {"content": 4, "teaching": 5, "facility": 3, "operation": 4, "text": "좋았습니다", **changes}
    return reports.report(
        enrolment_id=enrolment.pk,
        given=ReportText(**given_),
        edition=edition,
        actor=enrolment.person,
        now=now,
    )


@pytest.mark.django_db
@pytest.mark.req("A23", "rule")
def test_a_report_is_made_once_and_changed_for_a_time(run: CourseRun) -> None:
    enrolment = completed(run, 1)
    say(enrolment)
    with pytest.raises(Refused) as told:
        say(enrolment)
    assert told.value.code == "edited_elsewhere"
    row = say(enrolment, edition=1, content=2)
    assert (CourseReport.objects.count(), row.content, row.edition) == (1, 2, 2)
    with pytest.raises(Refused) as told:
        say(enrolment, edition=2, now=NOW + timedelta(days=15))
    assert told.value.code == "no_more_changes"


@pytest.mark.django_db
@pytest.mark.req("A23", "refusal")
def test_only_who_completed_reports_and_in_time(run: CourseRun) -> None:
    enrolment = completed(run, 1)
    with pytest.raises(Invalid) as told:
        say(enrolment, content=0, operation=6)
    assert set(told.value.fields) == {"content", "operation"}
    with pytest.raises(Invalid):
        say(enrolment, text="제 번호는 800101-1234567")
    with pytest.raises(Refused) as late:
        say(enrolment, now=NOW + timedelta(days=200))
    assert late.value.code == "too_late"
    with pytest.raises(NotAllowed):
        reports.report(
            enrolment_id=enrolment.pk,
            given=ReportText(4, 4, 4, 4),
            edition=0,
            actor=make.person("남"),
            now=NOW,
        )
    Completion.objects.update(superseded_at=NOW)
    with pytest.raises(NotAllowed):
        say(enrolment)


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_make_one_report(offices: Offices, run: CourseRun) -> None:
    enrolment = completed(run, 1)
    found = all_at_once([lambda n=n: say(enrolment, content=n) for n in (2, 4)])
    assert sum(isinstance(item, CourseReport) for item in found) == 1
    assert CourseReport.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.req("A23", "rule")
def test_the_institution_reads_neither_name_nor_small_numbers(
    hall: Organisation, run: CourseRun, django_assert_num_queries: Any
) -> None:
    enrolments = [completed(run, number) for number in range(1, 5)]
    say(enrolments[0], text="속마음")
    say(enrolments[1], text="이름을 겁니다", anonymous=False)
    found = {each.report.enrolment_id: each for each in report_queries.for_institution(hall)}
    assert (found[enrolments[0].pk].text, found[enrolments[0].pk].withheld) == ("", True)
    assert (found[enrolments[1].pk].text, found[enrolments[1].pk].writer) == ("이름을 겁니다", "배운이2")
    assert [each.means for each in report_queries.figures_of_institution(hall)] == [None]

    more = [completed(run, number) for number in range(5, 8)]
    for enrolment in (*enrolments[2:], *more):
        say(enrolment)
    with django_assert_num_queries(2):
        found = {each.report.enrolment_id: each for each in report_queries.for_institution(hall)}
    assert (found[enrolments[0].pk].text, found[enrolments[0].pk].writer) == ("속마음", "")
    shown = report_queries.figures_of_institution(hall)[0]
    assert (shown.count, shown.means) == (7, (4.0, 5.0, 3.0, 4.0))


@pytest.mark.django_db
@pytest.mark.req("A23", "rule")
def test_the_institution_answers_and_the_writer_hears(
    offices: Offices, hall: Organisation, run: CourseRun
) -> None:
    row = say(completed(run, 1))
    staff = make.staff(hall)
    for who in (make.staff(make.organisation("남의 기관")), offices.local, row.person):
        with pytest.raises(NotAllowed):
            reports.answer(report=row, body="답", actor=who, now=NOW)
    reports.answer(report=row, body="고맙습니다", actor=staff, now=NOW)
    reports.answer(report=row, body="고맙습니다!", actor=staff, now=NOW)
    assert Mail.objects.filter(address=row.person.email).count() == 1
    with pytest.raises(Refused):
        say(row.enrolment, edition=1)


@pytest.mark.django_db
@pytest.mark.req("A23", "rule")
def test_flagged_words_are_hidden_only_by_the_national_institute(
    offices: Offices, hall: Organisation, run: CourseRun
) -> None:
    row = say(completed(run, 1), text="심한 욕", anonymous=False)
    staff = make.staff(hall)
    with pytest.raises(Refused):
        reports.decide(report=row, hide=True, reason="까닭", actor=offices.national, now=NOW)
    reports.flag(report=row, reason="욕설입니다", actor=staff, now=NOW)
    assert report_queries.for_institution(hall)[0].text == "심한 욕"
    for who in (staff, offices.local, offices.provincial):
        with pytest.raises(NotAllowed):
            reports.decide(report=row, hide=True, reason="까닭", actor=who, now=NOW)
    reports.decide(report=row, hide=True, reason="욕설", actor=offices.national, now=NOW)
    assert report_queries.for_institution(hall)[0].text == ""
    assert "욕설" in Mail.objects.get(address=row.person.email).body
    with pytest.raises(Refused):
        reports.flag(report=row, reason="다시", actor=staff, now=NOW)


@pytest.mark.django_db
def test_offices_oversee_what_is_below_them(offices: Offices, hall: Organisation, run: CourseRun) -> None:
    say(completed(run, 1))
    other = make.organisation("다른 시")
    outsider = make.staff(other, "local_officer")  # type: ignore[arg-type]
    seen = report_queries.seen_by
    for who in (offices.national, offices.provincial, offices.local):
        rows = seen(who, now=NOW)
        assert rows is not None and rows.count() == 1
    rows = seen(outsider, now=NOW)
    assert rows is not None and not rows.exists()
    assert seen(make.staff(hall), now=NOW) is None
    assert seen(make.person(), now=NOW) is None


@pytest.mark.django_db
def test_a_course_is_followed_up_once_at_a_time(offices: Offices, run: CourseRun) -> None:
    course = Course.objects.get()
    with pytest.raises(NotAllowed):
        reports.follow_up(course=course, reason="낮음", actor=offices.provincial, now=NOW)
    row = reports.follow_up(course=course, reason="낮음", actor=offices.national, now=NOW)
    with pytest.raises(Refused):
        reports.follow_up(course=course, reason="또", actor=offices.national, now=NOW)
    reports.close_follow_up(follow_up=row, outcome="고쳤음", actor=offices.national, now=NOW)
    with pytest.raises(Refused):
        reports.close_follow_up(follow_up=row, outcome="고쳤음", actor=offices.national, now=NOW)
    reports.follow_up(course=course, reason="다시", actor=offices.national, now=NOW)
    assert CourseFollowUp.objects.count() == 2
