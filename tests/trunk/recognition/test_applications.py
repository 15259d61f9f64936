"""An application from the institution's desk to the national institute: allowed, refused, repeated, at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from tests import factories as make
from tests import recognition_rows as rows
from tests.samples_of_files import pdf

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people.models import Organisation, Role
from naite.trunk.recognition.applications import checking, evidence, handling, routes, rules, writing
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    CriteriaItem,
    Hop,
    ProvincialStage,
    Round,
)

pytestmark = pytest.mark.django_db
S = Application.State
LAST_SECOND = datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC)
CONTENT = {
    "purpose": "동네의 이야기를 남깁니다.",
    "operation": "주 1회 10차시",
    "instructors": "배시우",
    "contact_name": "오하린",
    "contact_phone": "02-0000-0200",
    "planned_from": "2027-03-02",
    "planned_until": "2027-05-18",
}


@pytest.fixture
def where() -> rows.Offices:
    return rows.offices()


@pytest.fixture
def a_round(where: rows.Offices) -> Round:
    return rows.round_(where.national)


def written(where: rows.Offices, a_round: Round) -> Application:
    """Return a draft in which nothing lacks."""
    course = make.version(where.institution).course
    draft = writing.begin(round=a_round, course=course, kind="planned", actor=where.staff, now=make.NOW)
    assert a_round.criteria is not None
    return writing.save(
        application=draft,
        revision=draft.revision,
        content=CONTENT,
        texts={item.pk: f"{item.title}을 이렇게 합니다." for item in a_round.criteria.items.all()},
        actor=where.staff,
        now=make.NOW,
    )


def handed_in(where: rows.Offices, a_round: Round) -> Application:
    return writing.submit(
        application=written(where, a_round), snapshot={"runs": []}, actor=where.staff, now=make.NOW
    )


def complete(case: Application, actor: object, *, now: datetime = make.NOW) -> None:
    for row in case.items.all():
        checking.check_item(application=case, item_id=row.item_id, result="complete", actor=actor, now=now)  # type: ignore[arg-type]


@pytest.mark.req("A5", "rule")
def test_what_is_handed_in_gets_number_route_and_a_day_for_the_first_office(
    where: rows.Offices, a_round: Round
) -> None:
    case = handed_in(where, a_round)
    assert (case.number, case.state, case.office) == ("2026-1-0001", S.SUBMITTED, where.local)
    assert case.due_on == date(2026, 11, 27)  # three working days
    assert [hop.office for hop in case.hops.all()] == [where.local, where.national]
    again = writing.submit(application=case, snapshot={}, actor=where.staff, now=make.NOW)
    assert again.number == "2026-1-0001"
    assert case.events.filter(act="submit").count() == 1
    assert handed_in(where, a_round).number == "2026-1-0002"


@pytest.mark.req("A5", "refusal")
def test_the_last_second_counts_and_the_next_does_not(where: rows.Offices, a_round: Round) -> None:
    draft = written(where, a_round)
    with pytest.raises(Refused) as refusal:
        writing.submit(
            application=draft, snapshot={}, actor=where.staff, now=LAST_SECOND + timedelta(seconds=1)
        )
    assert refusal.value.code == "closed"
    assert "11.30(월) 24시" in str(refusal.value)
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.hops.count()) == (S.DRAFT, "", 0)
    assert writing.submit(application=draft, snapshot={}, actor=where.staff, now=LAST_SECOND).number


@pytest.mark.req("A5", "refusal")
def test_what_lacks_is_named_with_its_place(where: rows.Offices, a_round: Round) -> None:
    item = CriteriaItem.objects.filter(version=a_round.criteria).order_by("position")[0]
    CriteriaItem.objects.filter(pk=item.pk).update(evidence_required=True, evidence_demanded="시설 현황표")
    draft = written(where, a_round)
    draft = writing.save(
        application=draft, revision=draft.revision, content={"purpose": ""}, actor=where.staff, now=make.NOW
    )
    with pytest.raises(Invalid) as refusal:
        writing.submit(application=draft, snapshot={}, actor=where.staff, now=make.NOW)
    assert set(refusal.value.fields) == {"purpose", f"item-{item.pk}"}
    evidence.add(
        application=draft,
        item=item,
        stream=BytesIO(pdf()),
        name="시설 현황표.pdf",
        actor=where.staff,
        now=make.NOW,
    )
    assert [lack.where for lack in writing.lacks(draft)] == ["purpose"]


@pytest.mark.req("A5", "refusal")
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "빈.pdf", "empty"),
        (b"MZ\x90\x00" + b"\x00" * 200, "강의계획서.exe", "program"),
        (b"MZ\x90\x00" + b"\x00" * 200, "강의계획서.pdf", "program"),
        (b"#!/bin/sh\nrm -rf /\n", "출석부.pdf", "program"),
    ],
)
def test_empty_and_executable_evidence_is_refused(
    where: rows.Offices, a_round: Round, content: bytes, name: str, code: str
) -> None:
    draft = written(where, a_round)
    item = draft.items.first()
    assert item is not None
    with pytest.raises(Invalid) as refusal:
        evidence.add(
            application=draft,
            item=item.item,
            stream=BytesIO(content),
            name=name,
            actor=where.staff,
            now=make.NOW,
        )
    assert refusal.value.code == code
    assert not draft.evidence.exists()


@pytest.mark.req("A5", "refusal")
def test_two_tabs_a_second_application_and_strangers(where: rows.Offices, a_round: Round) -> None:
    draft = written(where, a_round)
    with pytest.raises(Refused) as refusal:
        writing.save(application=draft, revision=1, content=CONTENT, actor=where.staff, now=make.NOW)
    assert refusal.value.code == "changed_meanwhile"
    same = writing.begin(round=a_round, course=draft.course, kind="planned", actor=where.staff, now=make.NOW)
    assert same.pk == draft.pk
    case = writing.submit(application=draft, snapshot={}, actor=where.staff, now=make.NOW)
    with pytest.raises(Refused) as second:
        writing.begin(round=a_round, course=case.course, kind="planned", actor=where.staff, now=make.NOW)
    assert second.value.code == "applied_already"
    stranger = make.staff(make.organisation("다른 기관", kind="human_resources", legal_basis="ga"))
    for person in (stranger, where.local_officer, where.officer):
        with pytest.raises(NotAllowed):
            writing.withdraw(application=case, actor=person, now=make.NOW)


@pytest.mark.req("A4", "refusal")
def test_kinds_and_scope_are_looked_at_again_when_it_is_handed_in(
    where: rows.Offices, a_round: Round
) -> None:
    draft = written(where, a_round)
    Round.objects.filter(pk=a_round.pk).update(admits_planned=False)
    with pytest.raises(Refused) as refusal:
        writing.submit(application=draft, snapshot={}, actor=where.staff, now=make.NOW)
    assert refusal.value.code == "kind_not_admitted"
    Round.objects.filter(pk=a_round.pk).update(admits_planned=True, scope="named")
    with pytest.raises(Refused) as refusal:
        writing.submit(application=draft, snapshot={}, actor=where.staff, now=make.NOW)
    assert refusal.value.code == "out_of_scope"


@pytest.mark.req("A2", "rule")
def test_the_route_follows_the_switch_and_a_running_case_keeps_its_own(
    where: rows.Offices, a_round: Round
) -> None:
    before = handed_in(where, a_round)
    assert where.provincial.region is not None
    ProvincialStage.objects.create(
        province=where.provincial.region, institute=where.provincial, valid_from=date(2026, 11, 24)
    )
    after = handed_in(where, a_round)
    assert [hop.office for hop in after.hops.all()] == [where.local, where.provincial, where.national]
    assert [hop.office for hop in before.hops.all()] == [where.local, where.national]
    own = routes.route_of(where.local, institute=where.national, on=date(2026, 11, 24))
    assert own.offices == [where.provincial, where.national]  # nobody judges their own
    far = make.organisation("먼 곳", kind="human_resources", legal_basis="ga")
    assert routes.route_of(far, institute=where.national, on=date(2026, 11, 24)) == routes.Route(
        [where.national], ("local",)
    )


@pytest.mark.req("A5", "rule")
def test_from_receipt_over_a_supplement_to_the_national_institute(
    where: rows.Offices, a_round: Round
) -> None:
    case = handed_in(where, a_round)
    case = handling.receive(application=case, actor=where.local_officer, now=make.NOW)
    assert (case.state, case.handler, case.due_on) == (S.RECEIVED, where.local_officer, date(2026, 12, 11))
    with pytest.raises(Refused) as unchecked:
        handling.forward(application=case, actor=where.local_officer, now=make.NOW)
    assert unchecked.value.code == "unchecked"
    complete(case, where.local_officer)
    item = case.items.order_by("item__position")[0]
    with pytest.raises(Invalid, match="무엇이 빠졌는지"):
        checking.check_item(
            application=case, item_id=item.item_id, result="lacking", actor=where.local_officer, now=make.NOW
        )
    checking.check_item(
        application=case, item_id=item.item_id, result="lacking", note="기자재 수가 없습니다",
        actor=where.local_officer, now=make.NOW,
    )  # fmt: skip
    case = handling.demand_supplement(
        application=case,
        due_on=date(2026, 12, 5),
        reason="기자재를 적어 주세요.",
        actor=where.local_officer,
        now=make.NOW,
    )
    assert (case.office, case.due_on) == (where.institution, date(2026, 12, 7))  # a Saturday moves to Monday
    assert Message.objects.filter(person_id=where.staff.pk, subject__startswith="보완해 주세요").exists()
    with pytest.raises(Invalid) as same:
        writing.supplement(application=case, actor=where.staff, now=make.NOW)
    assert same.value.code == "unchanged"
    other = case.items.order_by("item__position")[1]
    with pytest.raises(Refused) as not_asked:
        writing.save(
            application=case,
            revision=case.revision,
            texts={other.item_id: "딴 것"},
            actor=where.staff,
            now=make.NOW,
        )
    assert not_asked.value.code == "not_demanded"
    case = writing.save(
        application=case,
        revision=case.revision,
        texts={item.item_id: "재봉틀 8대"},
        actor=where.staff,
        now=make.NOW,
    )
    case = writing.supplement(application=case, actor=where.staff, now=make.NOW)
    item.refresh_from_db()
    assert (case.state, case.office, case.due_on) == (S.RECEIVED, where.local, date(2026, 11, 27))
    assert item.check_state == ApplicationItem.Check.UNCHECKED
    assert (item.text_before, item.text) == ("강의실과 설비을 이렇게 합니다.", "재봉틀 8대")
    complete(case, where.local_officer)
    case = handling.forward(
        application=case, letter_number="평생교육과-117", actor=where.local_officer, now=make.NOW
    )
    assert (case.state, case.office, case.handler) == (S.SUBMITTED, where.national, None)
    first, last = Hop.objects.filter(application=case)
    assert (first.letter_number, bool(first.left_at), bool(last.arrived_at)) == ("평생교육과-117", True, True)
    with pytest.raises(NotAllowed) as turn:
        handling.return_(application=case, reason="근거가 없습니다", actor=where.local_officer, now=make.NOW)
    assert turn.value.code == "not_your_turn"
    case = handling.receive(application=case, actor=where.officer, now=make.NOW)
    assert case.due_on == a_round.review_from
    with pytest.raises(Refused) as end:
        handling.forward(application=case, actor=where.officer, now=make.NOW)
    assert end.value.code == "last_office"
    acts = list(case.events.exclude(act="check_item").order_by("at", "id").values_list("act", flat=True))
    assert acts == ["submit", "receive", "demand_supplement", "supplement", "forward", "receive"]


@pytest.mark.req("A5", "refusal")
def test_after_the_last_day_a_supplement_waits_for_more_time_or_is_returned_with_ways_to_object(
    where: rows.Offices, a_round: Round
) -> None:
    case = rows.application(where, a_round, S.SUPPLEMENT, due_on=date(2026, 11, 20))
    assert case.items.update(check_state="lacking") == 6
    Hop.objects.filter(application=case, position=2).update(arrived_at=None)
    with pytest.raises(Refused) as late:
        writing.supplement(application=case, actor=where.staff, now=make.NOW)
    assert late.value.code == "too_late"
    with pytest.raises(Invalid):
        handling.extend_supplement(
            application=case,
            due_on=date(2026, 11, 19),
            reason="기관의 부탁",
            actor=where.local_officer,
            now=make.NOW,
        )
    case = handling.extend_supplement(
        application=case,
        due_on=date(2026, 11, 28),
        reason="기관의 부탁",
        actor=where.local_officer,
        now=make.NOW,
    )
    assert case.due_on == date(2026, 11, 30)
    with pytest.raises(Refused) as time_left:
        handling.return_(application=case, reason="보완하지 않음", actor=where.local_officer, now=make.NOW)
    assert time_left.value.code == "still_time"
    with pytest.raises(Invalid, match="까닭"):
        handling.return_(
            application=case, reason=" ", actor=where.local_officer, now=make.NOW + timedelta(days=9)
        )
    case = handling.return_(
        application=case,
        reason="보완하지 않았습니다.",
        actor=where.local_officer,
        now=make.NOW + timedelta(days=9),
    )
    letter = Message.objects.filter(person_id=where.staff.pk).latest("created_at")
    assert (case.state, case.office) == (S.RETURNED, None)
    assert "행정기본법 제36조" in letter.body
    assert "행정심판" in letter.body
    again = writing.begin(round=a_round, course=case.course, kind="planned", actor=where.staff, now=make.NOW)
    assert again.pk != case.pk


@pytest.mark.req("A1", "refusal")
def test_nobody_but_the_office_whose_turn_it_is_acts(where: rows.Offices, a_round: Round) -> None:
    case = handed_in(where, a_round)
    elsewhere = make.organisation("은평구", region=make.region("11380", "은평구"))
    outsiders = [
        where.officer,
        where.provincial_officer,
        where.official,
        where.staff,
        make.staff(elsewhere, Role.LOCAL_OFFICER),
        make.staff(where.national, Role.EVALUATOR),
        make.staff(where.local, Role.COUNSELLOR),
    ]
    acts: list[Callable[[object], object]] = [
        lambda who: handling.receive(application=case, actor=who, now=make.NOW),  # type: ignore[arg-type]
        lambda who: handling.forward(application=case, actor=who, now=make.NOW),  # type: ignore[arg-type]
        lambda who: handling.return_(application=case, reason="까닭입니다", actor=who, now=make.NOW),  # type: ignore[arg-type]
    ]
    for who in outsiders:
        for act in acts:
            with pytest.raises(NotAllowed):
                act(who)
    case.refresh_from_db()
    assert case.state == S.SUBMITTED
    assert case.events.count() == 1


@pytest.mark.req("A5", "refusal")
def test_of_two_officials_the_second_is_told_and_nothing_is_done_twice(
    where: rows.Offices, a_round: Round
) -> None:
    colleague = make.staff(where.local, Role.LOCAL_OFFICER, "박준호")
    case = handed_in(where, a_round)
    handling.receive(application=case, actor=where.local_officer, now=make.NOW)
    with pytest.raises(Refused) as refusal:
        handling.receive(application=case, actor=colleague, now=make.NOW)
    assert refusal.value.code == "moved_meanwhile"
    assert case.events.filter(act="receive").count() == 1
    assert AuditEvent.objects.filter(action="recognition.receive_application").count() == 1
    moved = handling.assign(application=case, to=colleague, actor=where.local_officer, now=make.NOW)
    assert moved.handler == colleague
    with pytest.raises(Invalid, match="같은 기관"):
        handling.assign(application=case, to=where.officer, actor=colleague, now=make.NOW)


@pytest.mark.req("A5", "rule")
def test_a_batch_says_for_each_what_became_of_it(where: rows.Offices, a_round: Round) -> None:
    cases = [handed_in(where, a_round) for _ in range(3)]
    handling.receive(application=cases[0], actor=where.local_officer, now=make.NOW)
    done = handling.receive_many(applications=cases, actor=where.local_officer, now=make.NOW)
    assert [bool(each.refusal) for each in done] == [True, False, False]
    complete(cases[1], where.local_officer)
    with pytest.raises(Invalid, match="공문 번호"):
        handling.forward_many(applications=cases, letter_number=" ", actor=where.local_officer, now=make.NOW)
    done = handling.forward_many(
        applications=cases, letter_number="평생교육과-118", actor=where.local_officer, now=make.NOW
    )
    assert [each.application.state for each in done if not each.refusal] == [S.SUBMITTED]
    assert sum("확인하지 않은 항목이 6개" in each.refusal for each in done) == 2


@pytest.mark.req("A5", "rule")
def test_an_earlier_application_lends_its_words_and_files(where: rows.Offices, a_round: Round) -> None:
    old = written(where, a_round)
    item = old.items.order_by("item__position")[0].item
    evidence.add(
        application=old, item=item, stream=BytesIO(pdf()), name="표.pdf", actor=where.staff, now=make.NOW
    )
    old = writing.submit(application=old, snapshot={}, actor=where.staff, now=make.NOW)
    course = make.version(where.institution).course
    new = writing.begin(
        round=a_round, course=course, kind="planned", copy_from=old, actor=where.staff, now=make.NOW
    )
    assert {row.text for row in new.items.all()} == {row.text for row in old.items.all()}
    mine = new.evidence.get()
    assert mine.file_id == old.evidence.get().file_id
    assert new.content["planned_from"] == ""
    evidence.remove(evidence=mine, actor=where.staff, now=make.NOW)
    old.evidence.get().file.refresh_from_db()
    assert old.evidence.get().file.erased_at is None  # the other one still rests on it


def test_periods_say_how_they_count() -> None:
    friday = date(2026, 11, 20)
    assert rules.supplement_deadline(friday, 7) == date(2026, 11, 27)
    assert rules.supplement_deadline(friday, 8) == date(2026, 11, 30)
    assert rules.receive_by(friday, None) == date(2026, 11, 25)
    assert rules.receive_by(friday, date(2026, 11, 23)) == date(2026, 11, 23)
    assert rules.supplement_deadline(date(2026, 12, 24), 1) == date(2026, 12, 28)  # Christmas, a weekend


def test_withdrawal_frees_the_course(where: rows.Offices, a_round: Round) -> None:
    case = handed_in(where, a_round)
    gone = writing.withdraw(application=case, reason="과정을 고치려고", actor=where.staff, now=make.NOW)
    assert writing.withdraw(application=case, actor=where.staff, now=make.NOW).state == S.WITHDRAWN
    assert gone.office is None
    assert Organisation.objects.filter(pk=where.local.pk).exists()
    writing.begin(round=a_round, course=case.course, kind="planned", actor=where.staff, now=make.NOW)
