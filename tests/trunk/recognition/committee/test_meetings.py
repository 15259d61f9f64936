from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests import factories as make
from tests.committee_rows import committee, meeting, member
from tests.recognition_rows import Offices, application, offices, round_
from tests.threads import all_at_once

from naite.flows import committee as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Role
from naite.trunk.recognition.committee import agenda, meetings, members, queries
from naite.trunk.recognition.committee.agenda import Decision
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    CaseEvent,
    Meeting,
    Recusal,
    Round,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("A10", "api")]
S, V, OUT = Application.State, Application.Verdict, AgendaItem.Outcome
PLAN = meetings.Plan(starts_at=make.NOW + timedelta(days=3), place="제1회의실")


@pytest.fixture
def where() -> Offices:
    return offices()


@pytest.fixture
def round1(where: Offices) -> Round:
    return round_(where.national)


def evaluated(where: Offices, of: Round, verdict: str = V.RECOGNISE) -> Application:
    return application(where, of, S.EVALUATED, verdict=verdict)


def test_the_agenda_takes_evaluated_cases_with_refusals_first(where: Offices, round1: Round) -> None:
    good, bad = evaluated(where, round1), evaluated(where, round1, V.REFUSE)
    other = application(where, round1, S.IN_REVIEW)
    made = meetings.prepare(institute=where.national, plan=PLAN, actor=where.officer, now=make.NOW)
    ids = [good.pk, bad.pk, other.pk]
    assert agenda.add(meeting=made, application_ids=ids, actor=where.officer, now=make.NOW) == 2
    assert agenda.add(meeting=made, application_ids=ids, actor=where.officer, now=make.NOW) == 0
    assert [item.application for item in queries.agenda(made)] == [bad, good]
    assert not queries.candidates(where.national).exists()


def test_numbers_follow_one_another_within_a_year(where: Offices) -> None:
    def prepare(plan: meetings.Plan) -> int:
        return meetings.prepare(institute=where.national, plan=plan, actor=where.officer, now=make.NOW).number

    later = replace(PLAN, starts_at=make.NOW + timedelta(days=60))
    assert [prepare(PLAN), prepare(PLAN), prepare(later)] == [1, 2, 1]


@pytest.mark.req("A10", "refusal")
@pytest.mark.parametrize("who", ["staff", "local_officer", "official", "member"])
def test_only_the_secretary_prepares_and_decides(where: Offices, round1: Round, who: str) -> None:
    committee(where)
    made = meeting(where, [evaluated(where, round1)])
    item = made.items.get()
    someone = make.staff(where.national, Role.COMMITTEE_MEMBER) if who == "member" else getattr(where, who)
    acts: list[Callable[[], Any]] = [
        lambda: meetings.prepare(institute=where.national, plan=PLAN, actor=someone, now=make.NOW),
        lambda: agenda.decide(
            item=item, decision=Decision(OUT.RECOGNISE), revision=1, actor=someone, now=make.NOW
        ),
        lambda: meetings.set_presence(meeting=made, present=set(), actor=someone, now=make.NOW),
        lambda: flow.close(meeting=made, actor=someone, now=make.NOW),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    item.refresh_from_db()
    assert item.outcome == ""


def test_members_of_the_applicant_stay_out(where: Offices, round1: Round) -> None:
    people = committee(where)
    make.role(people[3].person, where.institution, Role.INSTRUCTOR)
    made = meeting(where, [evaluated(where, round1)], present=5)
    item = made.items.get()
    out = {recusal.member for recusal in item.recusals.all()}
    assert out == {people[3], people[4]}
    assert {recusal.ground for recusal in item.recusals.all()} == {Recusal.Ground.AFFILIATED}
    assert queries.strength(item) == (3, 3)


def test_a_member_withdraws_from_a_case_and_only_for_themselves(where: Offices, round1: Round) -> None:
    people = committee(where)
    made = meeting(where, [evaluated(where, round1)])
    item = made.items.get()
    with pytest.raises(NotAllowed):
        agenda.recuse(
            item=item, member=people[1], ground="withdrew", reason="", actor=people[2].person, now=make.NOW
        )
    noted = agenda.recuse(
        item=item,
        member=people[2],
        ground="challenged",
        reason="과정 설계를 도왔음",
        actor=people[2].person,
        now=make.NOW,
    )
    assert noted.ground == Recusal.Ground.WITHDREW
    assert queries.strength(item)[0] == 3


@pytest.mark.req("A10", "refusal")
def test_nothing_is_decided_without_quorum(where: Offices, round1: Round) -> None:
    committee(where)
    made = meeting(where, [evaluated(where, round1)], present=2)
    with pytest.raises(Refused) as refused:
        agenda.decide(
            item=made.items.get(),
            decision=Decision(OUT.RECOGNISE),
            revision=1,
            actor=where.officer,
            now=make.NOW,
        )
    assert refused.value.code == "no_quorum"
    assert "재적 4명 가운데 3명 이상" in str(refused.value)


@pytest.mark.req("A10", "refusal")
@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision(OUT.REFUSE), "grounds"),
        (Decision(OUT.POSTPONED), "grounds"),
        (Decision("maybe"), "outcome"),
        (Decision(OUT.RECOGNISE, how="vote", votes=(2, 2, 0)), "votes_not_carried"),
        (Decision(OUT.RECOGNISE, how="vote", votes=(3, 0, 0)), "votes_sum"),
        (Decision(OUT.RECOGNISE, how="vote", votes=(5, -1, 0)), "votes_negative"),
        (Decision(OUT.RECOGNISE, grounds="가" * 4001), "too_long"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    where: Offices, round1: Round, decision: Decision, code: str
) -> None:
    committee(where)
    item = meeting(where, [evaluated(where, round1)], present=5).items.get()
    with pytest.raises(Invalid) as refused:
        agenda.decide(item=item, decision=decision, revision=1, actor=where.officer, now=make.NOW)
    assert refused.value.code == code
    item.refresh_from_db()
    assert item.outcome == ""


def test_closing_sends_each_decided_case_to_the_ministry(where: Offices, round1: Round) -> None:
    committee(where)
    good, bad, late = (evaluated(where, round1, v) for v in (V.RECOGNISE, V.RECOGNISE, V.REFUSE))
    made = meeting(where, [good, bad, late])
    decisions = {
        good: Decision(OUT.RECOGNISE),
        bad: Decision(OUT.REFUSE, how="vote", votes=(3, 1, 0), grounds="강사의 전문성을 확인할 수 없음"),
        late: Decision(OUT.POSTPONED, grounds="현장 확인이 필요함"),
    }
    for item in made.items.all():
        agenda.decide(
            item=item,
            decision=decisions[item.application],
            revision=1,
            actor=where.officer,
            now=make.NOW,
        )
    closed = flow.close(meeting=made, remarks="다음 회의는 3월에 연다.", actor=where.officer, now=make.NOW)
    for case in (good, bad, late):
        case.refresh_from_db()
    assert (good.state, good.verdict, good.office) == (S.DELIBERATED, V.RECOGNISE, where.ministry)
    assert (bad.state, bad.verdict) == (S.DELIBERATED, V.REFUSE)
    assert (late.state, late.verdict) == (S.EVALUATED, V.REFUSE)
    assert list(queries.candidates(where.national)) == [late]
    event = CaseEvent.objects.get(application=bad, act="deliberate")
    assert event.reason == "강사의 전문성을 확인할 수 없음"
    assert event.evidence["outcome"] == "refuse"
    assert closed.minutes is not None
    assert closed.minutes.media_type == "application/pdf"
    with pytest.raises(Refused):
        flow.close(meeting=made, actor=where.officer, now=make.NOW)
    assert AuditEvent.objects.filter(action="recognition.close_meeting").count() == 1


def test_the_minutes_hold_votes_grounds_and_who_stayed_out(where: Offices, round1: Round) -> None:
    committee(where)
    case = evaluated(where, round1)
    made = meeting(where, [case])
    agenda.decide(
        item=made.items.get(),
        decision=Decision(OUT.REFUSE, how="vote", votes=(4, 0, 0), grounds="기준에 못 미침"),
        revision=1,
        actor=where.officer,
        now=make.NOW,
    )
    flow.close(meeting=made, actor=where.officer, now=make.NOW)
    said = str(flow.minutes(Meeting.objects.get(pk=made.pk)).plain())
    for part in (
        "2026년 제1차 심의위원회 회의록",
        "재적 5명, 출석 4명",
        "찬성 4 · 반대 0 · 기권 0",
        f"{case.number}: 기준에 못 미침",
        "위하늬, 제척: 신청 기관 소속",
    ):
        assert part in said


@pytest.mark.req("A10", "refusal")
def test_a_meeting_is_not_closed_while_a_case_is_undecided(where: Offices, round1: Round) -> None:
    committee(where)
    made = meeting(where, [evaluated(where, round1)])
    with pytest.raises(Refused) as refused:
        flow.close(meeting=made, actor=where.officer, now=make.NOW)
    assert refused.value.code == "undecided"


def test_following_the_panels_decides_many_and_tells_of_each(where: Offices, round1: Round) -> None:
    committee(where)
    cases = [evaluated(where, round1), evaluated(where, round1, V.REFUSE)]
    made = meeting(where, cases)
    ids = list(made.items.values_list("pk", flat=True))
    results = agenda.follow_panel(meeting=made, item_ids=ids, actor=where.officer, now=make.NOW)
    assert sorted(item.outcome for item, refusal in results if refusal is None) == ["recognise", "refuse"]
    assert agenda.follow_panel(meeting=made, item_ids=ids, actor=where.officer, now=make.NOW) == []


@pytest.mark.req("A10", "refusal")
def test_the_second_of_two_tabs_is_told(where: Offices, round1: Round) -> None:
    committee(where)
    item = meeting(where, [evaluated(where, round1)]).items.get()

    def decide(outcome: str) -> AgendaItem:
        return agenda.decide(
            item=item,
            decision=Decision(outcome, grounds="사유"),
            revision=1,
            actor=where.officer,
            now=make.NOW,
        )

    decide(OUT.RECOGNISE)
    with pytest.raises(Refused) as refused:
        decide(OUT.REFUSE)
    assert refused.value.code == "changed_meanwhile"
    item.refresh_from_db()
    assert item.outcome == OUT.RECOGNISE
    agenda.undo(item=item, actor=where.officer, now=make.NOW)
    item.refresh_from_db()
    assert item.outcome == ""


def test_a_postponed_case_comes_before_the_next_meeting(where: Offices, round1: Round) -> None:
    committee(where)
    case = evaluated(where, round1)
    first = meeting(where, [case])
    agenda.decide(
        item=first.items.get(),
        decision=Decision(OUT.POSTPONED, grounds="자료를 더 봄"),
        revision=1,
        actor=where.officer,
        now=make.NOW,
    )
    flow.close(meeting=first, actor=where.officer, now=make.NOW)
    second = meeting(where, [case])
    assert second.items.get().application == case


def test_a_cancelled_meeting_gives_its_cases_back(where: Offices, round1: Round) -> None:
    case = evaluated(where, round1)
    made = meetings.prepare(institute=where.national, plan=PLAN, actor=where.officer, now=make.NOW)
    agenda.add(meeting=made, application_ids=[case.pk], actor=where.officer, now=make.NOW)
    meetings.cancel(meeting=made, actor=where.officer, now=make.NOW)
    assert list(queries.candidates(where.national)) == [case]


@pytest.mark.req("A10", "refusal")
def test_a_meeting_without_agenda_or_members_is_not_opened(where: Offices, round1: Round) -> None:
    made = meetings.prepare(institute=where.national, plan=PLAN, actor=where.officer, now=make.NOW)
    with pytest.raises(Invalid) as refused:
        meetings.open_meeting(meeting=made, actor=where.officer, now=make.NOW)
    assert refused.value.code == "no_agenda"
    agenda.add(meeting=made, application_ids=[evaluated(where, round1).pk], actor=where.officer, now=make.NOW)
    with pytest.raises(Invalid) as refused:
        meetings.open_meeting(meeting=made, actor=where.officer, now=make.NOW)
    assert refused.value.code == "no_members"


@pytest.mark.req("A10", "refusal")
def test_terms_do_not_overlap_and_need_the_role(where: Offices) -> None:
    first = member(where.national, "위채움", is_chair=True)
    someone = make.staff(where.national, Role.COMMITTEE_MEMBER)

    def appoint(**fields: Any) -> Any:
        return members.appoint(
            **{
                "institute": where.national,
                "person": someone,
                "term_from": date(2026, 12, 1),
                "term_until": date(2028, 12, 1),
                "actor": where.officer,
                "now": make.NOW,
                **fields,
            }
        )

    for fields, code in (
        ({"person": where.staff}, "no_role"),
        ({"person": first.person}, "term_taken"),
        ({"is_chair": True}, "second_chair"),
        ({"term_until": date(2026, 12, 1)}, "term"),
    ):
        with pytest.raises(Invalid) as refused:
            appoint(**fields)
        assert refused.value.code == code
    given = appoint()
    assert given.last_day == date(2028, 11, 30)
    members.end_term(member=given, actor=where.officer, now=make.NOW)
    assert not given.sits_on(date(2026, 12, 1))


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_put_a_case_on_one_agenda_only() -> None:
    where = offices()
    case = evaluated(where, round_(where.national))
    made = [
        meetings.prepare(institute=where.national, plan=PLAN, actor=where.officer, now=make.NOW)
        for _ in range(2)
    ]

    def put(on: Meeting) -> int:
        return agenda.add(meeting=on, application_ids=[case.pk], actor=where.officer, now=make.NOW)

    added = all_at_once([lambda on=on: put(on) for on in made])  # type: ignore[misc]
    assert AgendaItem.objects.filter(application=case).count() == 1
    assert [value for value in added if value == 1] == [1]
