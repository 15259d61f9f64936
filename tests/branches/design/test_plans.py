"""Plans: what is there, what is missing, who may read and change them, when one is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import badge_rows as badges
from tests import factories as make
from tests import package_rows as rows
from tests.web.learner.world import entry

from naite.branches.design import policies, queries, services
from naite.branches.design.models import Plan, PlanStep
from naite.branches.design.rules import Evidence, Unit, counts, gap, key_words
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges import services as badge_services
from naite.trunk.badges.models import Award
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.catalogue.standards.importing import import_standards
from naite.trunk.people.models import Role

NOW, TODAY = make.NOW, date(2026, 11, 24)
LIST = """능력단위분류번호,능력단위명,대분류명,중분류명,소분류명,세분류명
0701020101_16v2,초기 상담하기,사회복지,상담,직업상담서비스,직업상담
0701020102_16v2,심층 상담 관리,사회복지,상담,직업상담서비스,직업상담
2001020413_16v3,SQL 활용,정보통신,정보기술,정보기술개발,DB엔지니어링
"""
CODES = ("0701020101_16v2", "0701020102_16v2", "2001020413_16v3")


@pytest.mark.req("A24", "rule")
def test_a_badge_shows_a_unit_and_anything_else_only_touches_it() -> None:
    sql, ui = Unit("2001020413_16v3", "SQL 활용"), Unit("2001020708_17v2", "UI 구현")
    cases: list[tuple[Evidence, str]] = [
        (Evidence("배지", ("2001020413_16v3",), badge=True), "shown"),
        (Evidence("배지", ("2001020413_23v4",), badge=True), "shown"),  # another version of the unit
        (Evidence("수업", ("2001020413_16v3",), badge=False), "touched"),
        (Evidence("배지", ("20010204",), badge=True), "touched"),
        (Evidence("처음 배우는 sql", (), badge=False), "touched"),
        (Evidence("엑셀 활용", (), badge=False), "missing"),  # a word that many units share says nothing
        (Evidence("배지", ("2001020405_16v3",), badge=True), "missing"),
    ]
    for thing, mark in cases:
        assert gap([sql], [thing])[0].mark == mark, thing
    found = gap([sql, ui], [cases[0][0]])
    assert counts(found) == {"shown": 1, "touched": 0, "missing": 1}
    assert key_words("응용 SW 기초 기술 활용") == ["응용", "sw"]
    assert key_words("관리 운영") == ["관리", "운영"]


@pytest.fixture
def learner(db: None) -> rows.Learner:
    import_standards(
        content=LIST.encode(), file_name="ncs.csv", label="시험", source="시험", actor=None, now=NOW
    )
    return rows.learner()


def planned(learner: rows.Learner, **changes: Any) -> Plan:
    how: dict[str, Any] = {"title": "상담사 되기", "unit_codes": CODES, "target_on": None}
    return services.make_plan(
        account=learner.account, actor=learner.account.person, now=NOW, **{**how, **changes}
    )


@pytest.mark.req("A24", "rule")
def test_the_gap_follows_badges_as_they_come_and_go(learner: rows.Learner) -> None:
    plan = planned(learner)
    assert [each.mark for each in queries.gaps_of(plan)] == ["shown", "touched", "missing"]
    award = Award.objects.get()
    badge_services.revoke(
        account_id=award.account_id, award_id=award.id, reason="잘못 줌", actor=None, now=NOW
    )
    assert [each.mark for each in queries.gaps_of(plan)] == ["touched", "touched", "missing"]


@pytest.mark.req("A24", "refusal")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"unit_codes": ()}, "units"),
        ({"unit_codes": ("9999999999_16v1",)}, "units"),
        ({"unit_codes": tuple(f"{n:010d}_16v1" for n in range(41))}, "units"),
        ({"target_on": TODAY - timedelta(days=1)}, "target_on"),
    ],
)
def test_a_goal_with_a_fault_says_where(learner: rows.Learner, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        planned(learner, **changes)
    assert list(refused.value.fields) == [field]
    assert not Plan.objects.exists()


@pytest.mark.req("A24", "rule")
def test_progress_comes_from_records_and_ticks_say_that_they_are_ticks(learner: rows.Learner) -> None:
    plan = planned(learner)
    me = learner.account.person
    course = make.version(title="심층 상담 교실").course
    listing = make.listing("심층 상담 교실", course=course, ends_on=date(2026, 12, 20))
    how: dict[str, Any] = {"plan": plan, "actor": me, "now": NOW}
    step = services.add_course(listing=listing, unit_code=CODES[1], why="까닭", target_on=None, **how)
    assert services.add_course(listing=listing, unit_code="", why="", target_on=None, **how).id == step.id
    own = services.add_own_step(title="책 읽기", unit_code="", target_on=TODAY - timedelta(days=1), **how)
    first, second = queries.steps_of(plan, today=TODAY)
    assert (first.step.id, first.late, second.step.target_on) == (own.id, True, date(2026, 12, 20))
    entry(learner.account, 2026, "12", course_id=course.pk, completed_on=date(2026, 11, 20))
    plan.refresh_from_db()
    services.change_step(step_id=own.id, seen_version=plan.version, what="done", **how)
    first, second = queries.steps_of(plan, today=TODAY)
    assert (first.done_on, first.by_record, first.late) == (TODAY, False, False)
    assert (second.done_on, second.by_record) == (date(2026, 11, 20), True)


@pytest.mark.req("A24", "refusal")
def test_of_two_windows_the_second_is_told(learner: rows.Learner) -> None:
    plan = planned(learner)
    me = learner.account.person
    step = services.add_own_step(plan=plan, title="책", unit_code="", target_on=None, actor=me, now=NOW)
    plan.refresh_from_db()
    how: dict[str, Any] = {"plan": plan, "step_id": step.id, "seen_version": plan.version, "now": NOW}
    services.change_step(what="done", actor=me, **how)
    with pytest.raises(Refused, match="다른 창"):
        services.change_step(what="remove", actor=me, **how)
    assert PlanStep.objects.get(id=step.id).removed_at is None


@pytest.mark.req("A24", "refusal")
def test_nobody_else_changes_or_reads_a_plan(learner: rows.Learner) -> None:
    plan, other = planned(learner), rows.learner("윤새봄")
    how: dict[str, Any] = {"plan": plan, "actor": other.account.person, "now": NOW}
    for act in (
        lambda: services.add_own_step(title="책", unit_code="", target_on=None, **how),
        lambda: services.share(organisation=None, **how),
        lambda: services.drop(**how),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert queries.plan_of(other.account, plan.id) is None
    with pytest.raises(NotAllowed):
        services.note_look(plan=plan, actor=other.account.person, now=NOW)


@pytest.mark.req("A24", "rule")
def test_a_shared_plan_is_read_by_counsellors_there_while_it_is_shared(learner: rows.Learner) -> None:
    plan, office, elsewhere = planned(learner), make.organisation("마포구"), make.organisation("은평구")
    counsellor, stranger = make.staff(office, Role.COUNSELLOR), make.staff(elsewhere, Role.COUNSELLOR)
    teacher = make.staff(office, Role.INSTRUCTOR)
    assert not policies.can_read_shared(counsellor, plan, now=NOW)
    services.share(plan=plan, organisation=office, actor=learner.account.person, now=NOW)
    plan.refresh_from_db()
    services.note_look(plan=plan, actor=counsellor, now=NOW)
    assert AuditEvent.objects.get(action="design.read_plan").data_subject_id == learner.account.person_id
    assert [queries.readable_plans(who, now=NOW).count() for who in (counsellor, stranger, teacher)] == [
        1,
        0,
        0,
    ]
    services.share(plan=plan, organisation=None, actor=learner.account.person, now=NOW)
    assert not queries.readable_plans(counsellor, now=NOW).exists()


@pytest.mark.req("A24", "rule")
def test_courses_are_recommended_with_their_reason(learner: rows.Learner) -> None:
    course = learner.learned.course_id
    aligned = make.listing("경력전환 상담사 기초 2기", course_id=course)
    words = make.listing("SQL 첫걸음")
    recognised = make.listing("SQL과 데이터", recognised=True)
    past = make.listing("SQL 지난 강좌", ends_on=date(2026, 11, 1))
    index_listings([each.pk for each in (aligned, words, recognised, past)])
    (one,) = queries.recommend(Unit(CODES[0], "초기 상담하기"), now=NOW)[:1]
    assert (one.listing.pk, one.aligned) == (aligned.pk, True)
    (job, *_rest) = queries.recommend(Unit(CODES[1], "심층 상담 관리"), now=NOW)
    assert (job.listing.pk, "같은 직무" in job.why) == (aligned.pk, True)
    found = queries.recommend(Unit(CODES[2], "SQL 활용"), now=NOW)
    assert [each.listing.pk for each in found] == [recognised.pk, words.pk]
    assert "‘sql’" in found[0].why


@pytest.mark.req("A24", "rule")
def test_one_is_told_once_when_a_planned_course_opens(learner: rows.Learner) -> None:
    plan = planned(learner)
    opens = NOW + timedelta(days=3)
    listing = make.listing(
        "곧 여는 강좌", registration_opens_at=opens, registration_closes_at=opens + timedelta(days=5)
    )
    how: dict[str, Any] = {"plan": plan, "unit_code": "", "why": "", "target_on": None, "now": NOW}
    services.add_course(listing=listing, actor=learner.account.person, **how)
    services.add_course(listing=make.listing("열린 강좌"), actor=learner.account.person, **how)
    assert services.tell_opening(now=NOW) == 0
    assert services.tell_opening(now=opens) == 1
    assert services.tell_opening(now=opens + timedelta(hours=1)) == 0
    assert Message.objects.filter(dedupe_key__startswith="design-open:").count() == 1


def test_a_gap_is_found_by_the_same_queries_however_much_there_is(learner: rows.Learner) -> None:
    plan = planned(learner)

    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.gaps_of(plan)
        return len(seen)

    before = counted()
    for number in range(20):
        entry(learner.account, 2024, "3", title=f"더 {number}")
    badges.completed(badges.published().course_version, learner.account.person)
    assert counted() == before <= 4
