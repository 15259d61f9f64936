"""Plans of the ministry and the institute: written, approved, published, turned into rounds and figures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from tests import factories as make
from tests.recognition_rows import Offices, offices

from naite.flows import plan_figures
from naite.roots.drawing.target_bars import target_bars
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.trunk.recognition.models import Plan, PlanLine, PublicNotice, Round
from naite.trunk.recognition.plans import announcing, services, sheet
from naite.trunk.recognition.plans.services import LineFacts, PlanFacts

FACTS = PlanFacts("2026년 평가인정 시행계획", 2026, 2026, "## 목표\n\n누구나 인정받는 배움")
TARGET = LineFacts("target", "서울 시민소양 과정", "recognised", area="civic", target=2)
SCHEDULE = LineFacts(
    "schedule", "2026년 제4차", target=40, from_on=date(2026, 12, 28), until_on=date(2026, 12, 31)
)


@pytest.fixture
def o(db: None) -> Offices:
    return offices()


def draft(o: Offices, *lines: LineFacts) -> Plan:
    plan = services.create(kind="implementation", facts=FACTS, actor=o.officer, now=make.NOW)
    for facts in lines or (TARGET,):
        services.put_line(plan=plan, facts=facts, actor=o.officer, now=make.NOW)
    plan.refresh_from_db()
    return plan


def approved(o: Offices, *lines: LineFacts) -> Plan:
    plan = services.submit(plan=draft(o, *lines), actor=o.officer, now=make.NOW)
    return services.decide(plan=plan, approves=True, actor=o.official, now=make.NOW)


@pytest.mark.req("A3a", "rule")
@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (TARGET, set()),
        (SCHEDULE, set()),
        (replace(TARGET, measure="", target=0), {"measure", "target"}),
        (replace(TARGET, measure="accounts"), {"area"}),
        (replace(SCHEDULE, until_on=None), {"from_on"}),
        (replace(SCHEDULE, until_on=date(2026, 12, 1)), {"until_on"}),
        (replace(SCHEDULE, from_on=date(2025, 12, 28)), {"from_on"}),
        (LineFacts("budget", "운영비"), {"amount"}),
        (LineFacts("budget", "운영비", amount=-1), {"amount"}),
        (LineFacts("party", " "), {"kind", "title"}),
    ],
)
def test_what_a_line_must_say(facts: LineFacts, wrong: set[str]) -> None:
    assert set(services.line_faults(facts, Plan(year_from=2026, year_until=2026))) == wrong


@pytest.mark.req("A3a", "rule")
def test_a_plan_goes_from_draft_to_the_board_and_its_next_version_takes_its_place(o: Offices) -> None:
    plan = approved(o)
    plan = services.publish(plan=plan, actor=o.officer, now=make.NOW)
    notice = PublicNotice.objects.get()
    assert (notice.plan, notice.office, notice.from_on) == (plan, o.national, date(2026, 11, 24))
    second = services.next_version(plan=plan, actor=o.officer, now=make.NOW)
    assert services.next_version(plan=plan, actor=o.officer, now=make.NOW) == second
    assert [line.title for line in second.lines.all()] == [TARGET.title]
    services.submit(plan=second, actor=o.officer, now=make.NOW)
    second.refresh_from_db()
    services.decide(plan=second, approves=True, actor=o.official, now=make.NOW)
    second = Plan.objects.select_related("replaces").get(pk=second.pk)
    services.publish(plan=second, actor=o.officer, now=make.NOW)
    plan.refresh_from_db()
    assert (plan.state, second.state, second.version) == ("superseded", "published", 2)


@pytest.mark.req("A3a", "refusal")
def test_who_may_not_and_what_is_out_of_turn(o: Offices) -> None:
    for actor, kind in ((o.officer, "basic"), (o.official, "implementation"), (o.staff, "basic")):
        with pytest.raises(NotAllowed):
            services.create(kind=kind, facts=FACTS, actor=actor, now=make.NOW)
    with pytest.raises(Invalid) as wrong:
        services.create(
            kind="implementation",
            facts=replace(FACTS, title="", year_until=2027),
            actor=o.officer,
            now=make.NOW,
        )
    assert set(wrong.value.fields) == {"title", "year_until"}
    plan = draft(o)
    with pytest.raises(Refused):
        services.publish(plan=plan, actor=o.officer, now=make.NOW)
    with pytest.raises(Refused) as stale:
        services.change(plan=plan, facts=FACTS, revision=0, actor=o.officer, now=make.NOW)
    assert stale.value.code == "changed_meanwhile"
    plan = services.submit(plan=plan, actor=o.officer, now=make.NOW)
    with pytest.raises(Refused):
        services.put_line(plan=plan, facts=TARGET, actor=o.officer, now=make.NOW)
    with pytest.raises(NotAllowed):
        services.decide(plan=plan, approves=True, actor=o.officer, now=make.NOW)
    with pytest.raises(Invalid):
        services.decide(plan=plan, approves=False, reason=" ", actor=o.official, now=make.NOW)
    services.decide(plan=plan, approves=False, reason="목표가 낮습니다", actor=o.official, now=make.NOW)
    with pytest.raises(Refused) as twice:
        services.decide(plan=plan, approves=True, actor=o.official, now=make.NOW)
    assert twice.value.code == "moved_meanwhile"


@pytest.mark.req("A3a", "rule")
def test_a_schedule_line_becomes_a_round_once(o: Offices) -> None:
    early = draft(o, SCHEDULE)
    line = early.lines.get()
    with pytest.raises(Refused) as refused:
        services.make_round(line=line, actor=o.officer, now=make.NOW)
    assert refused.value.code == "not_approved"
    services.submit(plan=early, actor=o.officer, now=make.NOW)
    early.refresh_from_db()
    services.decide(plan=early, approves=True, actor=o.official, now=make.NOW)
    made = services.make_round(line=line, actor=o.officer, now=make.NOW)
    assert (made.title, made.target, made.state) == ("2026년 제4차", 40, "draft")
    assert made.opens_at == datetime(2026, 12, 27, 15, 0, tzinfo=UTC)
    assert services.make_round(line=line, actor=o.officer, now=make.NOW) == made
    assert Round.objects.count() == 1
    with pytest.raises(NotAllowed):
        other = approved(o, SCHEDULE).lines.get()
        services.make_round(line=other, actor=o.official, now=make.NOW)


@pytest.mark.req("A3a", "rule")
def test_targets_stand_beside_what_was_reached(o: Offices, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    far = make.organisation("해운대배움터", kind="human_resources", region=make.region("26350", "해운대구"))
    granted = {"granted_by": o.national, "granted_on": date(2026, 5, 4), "received_on": date(2026, 5, 6)}
    make.recognition(make.version(o.institution, area="civic"), **granted)
    make.recognition(make.version(o.institution, area="career"), **granted)
    make.recognition(make.version(far, area="civic"), **granted)
    make.recognition(make.version(o.institution, area="civic"), **granted, cancelled_on=date(2026, 6, 1))
    make.recognition(make.version(o.institution, area="civic"), granted_by=o.national)  # in 2024
    make.account(make.person(region=o.institution.region), opened_at=make.NOW)
    make.account(make.person(), opened_at=make.NOW)
    seoul = o.provincial.region
    plan = draft(
        o,
        TARGET,
        replace(TARGET, title="서울만", region=seoul, target=1),
        replace(TARGET, title="상반기", area="", until_on=date(2026, 4, 30)),
        LineFacts("target", "새 계좌", "accounts", target=4),
        LineFacts("target", "서울의 새 계좌", "accounts", region=seoul, target=4),
        LineFacts("training", "담당자 연수", target=30),
    )
    with django_assert_num_queries(4):  # lines, and one a measure
        found = plan_figures.standings(plan)
    assert [(each.line.title, each.actual, each.percent) for each in found] == [
        ("서울 시민소양 과정", 2, 100),
        ("서울만", 1, 100),
        ("상반기", 0, 0),
        ("새 계좌", 2, 50),
        ("서울의 새 계좌", 1, 25),
        ("담당자 연수", 0, 0),
    ]
    assert plan_figures.reached_in_full(found) == 2
    drawn = target_bars([(each.line.title, each.target, each.actual) for each in found], says="목표")
    assert drawn.count("<rect") == 3 * len(found)
    assert "2 / 2" in drawn


def test_the_sheet_says_what_differs_and_what_is_wrong(o: Offices) -> None:
    plan = draft(o, TARGET, SCHEDULE)
    rows = [
        [str(cell) if cell is not None else "" for cell in sheet.row_of(line)] for line in plan.lines.all()
    ]
    numbered = list(enumerate(rows, start=2))
    assert sheet.read(plan, sheet.COLUMNS, numbered) == ([], [], 0)
    new = ["", "예산", "운영비", "", "", "", "", "1,200,000", "", ""]
    rows[0][2] = "고친 일정"
    changes, wrong, fresh = sheet.read(plan, sheet.COLUMNS, [*numbered, (4, new)])
    assert ([facts.title for _pk, facts in changes], wrong, fresh) == (["고친 일정", "운영비"], [], 1)
    assert services.put_lines(plan=plan, lines=changes, actor=o.officer, now=make.NOW) == 2
    assert set(plan.lines.values_list("title", flat=True)) == {"고친 일정", TARGET.title, "운영비"}
    bad = [["", "예산", "x", "", "", "", "", "많이", "", ""], ["nobody", "예산", "x", *[""] * 7]]
    _changes, wrong, _new = sheet.read(plan, sheet.COLUMNS, list(enumerate(bad, start=2)))
    assert len(wrong) == 2
    with pytest.raises(Invalid):
        sheet.read(plan, ["아무 열"], [])
    before = PlanLine.objects.count()
    with pytest.raises(Invalid) as stops:
        services.put_lines(
            plan=plan, lines=[(None, TARGET), (None, LineFacts("budget", "x"))], actor=o.officer, now=make.NOW
        )
    assert str(stops.value).startswith("2번째 줄")
    assert PlanLine.objects.count() == before  # all or none


@pytest.mark.req("A3a", "refusal")
def test_notices_hang_for_their_days_and_bad_files_keep_them_off(o: Offices) -> None:
    said = {
        "office": o.local,
        "kind": "campaign",
        "title": "평생학습 주간",
        "body": "함께 배워요",
        "now": make.NOW,
    }
    row = announcing.announce(
        **said, from_on=date(2026, 11, 25), until_on=date(2026, 11, 26), actor=o.local_officer
    )
    hangs = [announcing.shown(date(2026, 11, day)).count() for day in (24, 25, 26, 27)]
    assert hangs == [0, 1, 1, 0]
    with pytest.raises(NotAllowed):
        announcing.announce(**said, from_on=date(2026, 11, 25), actor=o.staff)
    with pytest.raises(Invalid):
        announcing.announce(**said, from_on=date(2026, 11, 23), actor=o.local_officer)
    with pytest.raises(Invalid) as refused:
        announcing.announce(
            **said,
            from_on=date(2026, 11, 24),
            uploads=[("표.pdf", BytesIO(b"MZ" + b"0" * 99))],
            actor=o.local_officer,
        )
    assert "uploads" in refused.value.fields
    assert (PublicNotice.objects.count(), StoredFile.objects.count()) == (1, 0)
    for _ in range(2):
        announcing.withdraw(notice=row, actor=o.local_officer, now=make.NOW)
    assert announcing.shown(date(2026, 11, 25)).count() == 0


@pytest.mark.req("A3a", "refusal")
def test_of_two_who_change_a_line_the_second_is_told(o: Offices) -> None:
    plan = draft(o)
    line = plan.lines.get()
    both = {"plan": plan, "line_id": line.pk, "revision": plan.revision, "actor": o.officer, "now": make.NOW}
    services.put_line(facts=replace(TARGET, target=3), **both)
    with pytest.raises(Refused) as refused:
        services.put_line(facts=replace(TARGET, target=4), **both)
    line.refresh_from_db()
    assert (refused.value.code, line.target) == ("changed_meanwhile", 3)
