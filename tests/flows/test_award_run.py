"""A list of people gets a badge: who gets it, who not and why, and what is left when it ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from tests import badge_rows as rows
from tests import factories as make
from tests.threads import all_at_once

from credcore import issue as credcore_issue
from credcore import jsonio
from credcore.cache import Counters
from credcore.keys import Ed25519Key
from naite.flows import award_run as flow
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ledger.models import Waiting
from naite.roots.notices.models import Message
from naite.trunk.badges import services as badges
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.credentials import Facts, Recipient, award_document
from naite.trunk.badges.models import Achievement, Award, AwardRow, AwardRun, BadgeNumber, StatusList
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import award_runs, many
from naite.trunk.people.models import Organisation, Person
from naite.trunk.wallet.models import HolderKey, Holding

State, Outcome = AwardRun.State, AwardRow.Outcome
pytestmark = [pytest.mark.django_db, pytest.mark.req("B4", "rule")]


def activity(**changes: Any) -> Achievement:
    """A badge for eight hours of activity, which needs no record of a course."""
    return rows.published(
        **{"badge_type": "activity", "rule": AwardRule(activity_hours=Decimal(8)), **changes}
    )


def learner(name: str = "한가람") -> Person:
    person = make.person(name)
    make.account(person)
    return person


def listed(badge: Achievement, cells: list[list[Any]], *, actor: Person | None = None) -> AwardRun:
    return award_runs.prepare_file(
        achievement=badge,
        content=as_csv(cells),
        file_name="명단.csv",
        actor=actor or make.staff(badge.organisation),
        now=make.NOW,
    )


def row_of(person: Person | str, hours: object = 12, **cells: str) -> list[Any]:
    email = person if isinstance(person, str) else person.email
    return [email, "", cells.get("narrative", ""), cells.get("evidence", ""), cells.get("url", ""), "", hours]


def give(run: AwardRun, now: datetime = make.NOW) -> AwardRun:
    award_runs.submit(run=run, due_at=None, actor=run.prepared_by, now=now)
    return go_on(run, now)


def go_on(run: AwardRun, now: datetime = make.NOW) -> AwardRun:
    for _step in flow.give(run_id=run.pk, clock=lambda: now):
        pass
    run.refresh_from_db()
    return run


def outcomes(run: AwardRun) -> dict[str, tuple[str, str]]:
    return {row.email: (row.outcome, row.code) for row in run.rows.all()}


def test_everybody_on_the_list_is_settled_and_the_sum_holds() -> None:
    badge = activity()
    given, held, few, closed = (learner(name) for name in ("가", "나", "다", "라"))
    without = make.person("계좌 없는 사람")
    give(listed(badge, [row_of(held)]))
    closed.learning_account.closed_at = make.NOW
    closed.learning_account.save()
    run = listed(
        badge,
        [
            row_of(given, narrative="마을 어르신을 도왔습니다.", evidence="일지", url="https://example.kr/1"),
            row_of(held),
            row_of(few, 3),
            row_of(closed),
            row_of(without),
            row_of("new@example.kr"),
            ["nara@@mail"],
        ],
    )
    assert (run.row_count, run.left, run.skipped_count, run.rejected_count) == (7, 3, 1, 3)
    assert not Award.objects.filter(account__person=given).exists()
    run = give(run)
    assert run.state == State.DONE
    assert (run.awarded_count, run.pending_count, run.skipped_count, run.rejected_count) == (1, 2, 1, 3)
    assert outcomes(run) == {
        given.email: ("awarded", ""),
        held.email: ("skipped", "held"),
        few.email: ("rejected", "hours_low"),
        closed.email: ("rejected", "account_closed"),
        without.email: ("pending", "no_account"),
        "new@example.kr": ("pending", "no_account"),
        "nara@@mail": ("rejected", "row"),
    }
    award = Award.objects.get(account__person=given)
    document = jsonio.loads(bytes(award.credential))
    assert document["credentialSubject"]["narrative"] == "마을 어르신을 도왔습니다."
    assert document["evidence"][0]["id"] == "https://example.kr/1"
    assert rows.check(bytes(award.credential)).verdict == "valid"
    holding = Holding.objects.get(account__person=given)
    assert (bytes(holding.credential), holding.award_id) == (bytes(award.credential), award.id)
    assert (holding.badge_type, holding.area) == ("activity", "career")
    assert BadgeNumber.objects.filter(award_id=award.id).exists()
    assert Message.objects.filter(dedupe_key=f"badge:{award.id}", address=given.email).exists()
    assert Message.objects.filter(address="new@example.kr").count() == 1
    assert AuditEvent.objects.filter(action="badges.issue", data_subject_id=given.pk).exists()


def test_a_course_badge_is_given_for_the_record_only() -> None:
    badge = rows.published()
    course = badge.course_version
    assert course is not None
    earned = rows.completed(course, make.person("수료"))
    low = rows.completed(course, make.person("모자람"), rate="64")
    other = learner("수료 안 함")
    emails = [earned.account.person.email, low.account.person.email, other.email, "gast@example.kr"]
    run = give(listed(badge, [[email, "", "", "", "", "", "", "100", "100"] for email in emails]))
    assert list(outcomes(run).values()) == [
        ("awarded", ""),
        ("rejected", "attendance_low"),
        ("rejected", "no_record"),
        ("rejected", "no_record"),
    ]
    assert "64%" in run.rows.get(email=low.account.person.email).reason
    assert Award.objects.get().entry_id == earned.id
    # The badge that the completion earns by itself is this one.
    assert (
        badges.issue(
            account_id=earned.account_id,
            entry_id=earned.id,
            achievement=badge,
            recipient=Recipient(did="did:key:z6Mk"),
            now=make.NOW,
        ).pk
        == Award.objects.get().pk
    )


def test_a_name_that_is_somebody_elses_is_not_given() -> None:
    badge, person = activity(), learner("한가람")
    run = listed(
        badge,
        [
            [person.email, "한 가람", "", "", "", "", 9],
            [learner("오하린").email, "오하민", "", "", "", "", 9],
        ],
    )
    assert [code for _outcome, code in outcomes(run).values()] == ["", "name_differs"]


def test_badges_in_bulk_are_those_of_the_general_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte what credcore's general path makes of the same facts, hostile texts and shapes included."""
    badge = activity()
    texts = ["평범", '따옴표 " \\ 역빗금', "줄\n바꿈\t탭", "각", "🌳" * 3, "a" * 900, "", "<b>&amp;"]
    cells = [
        row_of(
            learner(f"사람{n}"), 12 if n % 3 else 20.5, narrative=texts[n % 8], evidence=texts[(n + 1) % 8]
        )
        for n in range(40)
    ]
    seen: list[tuple[many.Grant, Any, Any]] = []
    original = many.ManyIssuer._sign

    def spying(self: Any, found: Any, group: Any, now: Any) -> Any:
        seen.extend(group)
        return original(self, found, group, now)

    monkeypatch.setattr(many.ManyIssuer, "_sign", spying)
    run = give(listed(badge, cells))
    assert run.awarded_count == len(seen) == 40 - run.rejected_count
    signer = badges.signer_of(organisation=badge.organisation, now=make.NOW)
    for grant, badge_id, pair in seen:
        document = award_document(
            achievement=badge,
            facts=grant.facts,
            recipient=Recipient(did=grant.did),
            badge_id=badge_id,
            places=dict(zip(("revocation", "suspension"), pair, strict=True)),  # type: ignore[arg-type]
            now=make.NOW,
        )
        signed = credcore_issue.issue(document, signer, created=make.NOW)
        award = Award.objects.get(account_id=grant.account_id, id=grant.award_id)
        assert jsonio.loads(bytes(award.credential)) == signed
        assert award.digest is not None
        assert len(bytes(award.digest)) == 32
        assert Waiting.objects.filter(digest=bytes(award.digest)).exists()


def test_badges_in_bulk_are_issued_by_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every one of them: that a class cannot be compiled shows only in the time it takes."""
    badge = activity()
    made: list[many._Class] = []
    original = many.ManyIssuer._compiled

    def spying(self: Any, *class_and_rows: Any) -> Any:
        made.append(original(self, *class_and_rows))
        return made[-1]

    monkeypatch.setattr(many.ManyIssuer, "_compiled", spying)
    give(
        listed(
            badge,
            [
                row_of(learner(f"사람{n}"), narrative="어르신을 도왔습니다.", evidence=f"일지 {n}쪽")
                for n in range(12)
            ],
        )
    )
    assert [found.template.counters for found in made if found.template] == [Counters(fast=12, general=0)]


def test_what_cannot_be_signed_stops_no_other_badge() -> None:
    badge = activity()
    issuer = many.ManyIssuer(badge, now=make.NOW)
    people = [learner(f"사람{n}") for n in range(12)]
    grants = [
        many.Grant(
            award_id=uuid4(),
            account_id=person.learning_account.pk,
            person_id=person.pk,
            did=Ed25519Key.generate().did_key,
            entry_id=None,
            facts=Facts(
                completed_on=make.NOW.date(),
                hours=Decimal(9),
                narrative="이웃을 도왔습니다." if number not in (3, 4, 11) else "\x01",
            ),
        )
        for number, person in enumerate(people)
    ]
    with transaction.atomic():
        given, refused = issuer.give(grants, actor=None, now=make.NOW)
    assert [item.grant for item in given] == [g for n, g in enumerate(grants) if n not in (3, 4, 11)]
    assert [item.grant for item in refused] == [grants[3], grants[4], grants[11]]


def test_a_chunk_costs_the_same_queries_however_many_it_gives() -> None:
    badge = activity()

    def queries(count: int) -> int:
        run = listed(badge, [row_of(learner(f"{count}-{n}")) for n in range(count)])
        award_runs.submit(run=run, due_at=None, actor=run.prepared_by, now=make.NOW)
        with CaptureQueriesContext(connection) as caught:
            go_on(run)
        return len(caught)

    queries(1)
    assert queries(3) == queries(30)


def test_paused_resumed_and_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "CHUNK", 2)
    badge = activity()
    staff = make.staff(badge.organisation)
    run = listed(badge, [row_of(learner(str(n))) for n in range(7)], actor=staff)
    award_runs.submit(run=run, due_at=None, actor=staff, now=make.NOW)
    steps = flow.give(run_id=run.pk, clock=lambda: make.NOW)
    next(steps)
    run.refresh_from_db()
    award_runs.pause(run=run, actor=staff, now=make.NOW)
    assert list(steps) == []
    assert Award.objects.count() == 2
    flow.resume(run=run, actor=staff, now=make.NOW)
    assert DBTaskResult.objects.filter(task_path__endswith="give_awards").count() == 1
    steps = flow.give(run_id=run.pk, clock=lambda: make.NOW)
    next(steps)
    run.refresh_from_db()
    award_runs.cancel(run=run, actor=staff, now=make.NOW)
    assert list(steps) == []
    run.refresh_from_db()
    assert (run.state, run.awarded_count, run.left, Award.objects.count()) == (State.CANCELLED, 4, 3, 4)
    with pytest.raises(Refused) as refused:
        award_runs.cancel(run=run, actor=staff, now=make.NOW)
    assert refused.value.code == "moved_meanwhile"


def test_a_run_waits_for_its_hour() -> None:
    badge, person = activity(), learner()
    run = listed(badge, [row_of(person)])
    due = make.NOW + timedelta(days=3)
    flow.submit(run=run, due_at=due, actor=run.prepared_by, now=make.NOW)
    task = DBTaskResult.objects.get(task_path__endswith="give_awards")
    assert task.run_after == due
    assert go_on(run).state == State.READY
    assert not Award.objects.exists()
    assert go_on(run, due).state == State.DONE
    with pytest.raises(Invalid):
        award_runs.submit(
            run=listed(badge, [row_of(learner())]), due_at=make.NOW, actor=run.prepared_by, now=make.NOW
        )


@pytest.mark.req("B4", "refusal")
def test_the_second_person_is_another_one() -> None:
    badge = activity(second_person=True)
    preparer, other = make.staff(badge.organisation), make.staff(badge.organisation, name="민재희")
    run = listed(badge, [row_of(learner())], actor=preparer)
    flow.submit(run=run, due_at=None, actor=preparer, now=make.NOW)
    assert run.state == State.WAITING
    assert not DBTaskResult.objects.exists()
    assert go_on(run).awarded_count == 0
    with pytest.raises(NotAllowed):
        flow.approve(run=run, actor=preparer, now=make.NOW)
    with pytest.raises(NotAllowed):
        award_runs.decline(run=run, reason="잘못", actor=preparer, now=make.NOW)
    with pytest.raises(NotAllowed):
        flow.approve(run=run, actor=make.staff(make.organisation()), now=make.NOW)
    flow.approve(run=run, actor=other, now=make.NOW)
    assert DBTaskResult.objects.count() == 1
    assert go_on(run).awarded_count == 1
    assert AuditEvent.objects.get(action="badges.issue").actor_id == other.pk
    again = listed(badge, [row_of(learner())], actor=preparer)
    award_runs.submit(run=again, due_at=None, actor=preparer, now=make.NOW)
    with pytest.raises(Invalid):
        award_runs.decline(run=again, reason=" ", actor=other, now=make.NOW)
    award_runs.decline(run=again, reason="명단이 작년 것입니다.", actor=other, now=make.NOW)
    assert go_on(again).state == State.CANCELLED


@pytest.mark.req("B4", "refusal")
def test_who_may_not_and_what_may_not() -> None:
    badge = activity()
    for nobody in (make.person(), make.staff(make.organisation())):
        with pytest.raises(NotAllowed):
            listed(badge, [row_of(learner())], actor=nobody)
    run = listed(badge, [row_of(learner())])
    for act in (award_runs.pause, award_runs.cancel):
        with pytest.raises(NotAllowed):
            act(run=run, actor=make.staff(make.organisation()), now=make.NOW)
    with pytest.raises(Refused) as nothing:
        give(listed(badge, [["엉뚱"]]))
    assert nothing.value.code == "nobody"
    Achievement.objects.filter(pk=badge.pk).update(retired_at=make.NOW)
    badge.refresh_from_db()
    with pytest.raises(Refused) as retired:
        listed(badge, [row_of(learner())])
    assert retired.value.code == "retired"
    run = award_runs.run_of(run.pk) or run
    with pytest.raises(Refused):
        give(run)


def test_organisations_may_ask_for_two_persons_everywhere() -> None:
    badge = activity()
    staff = make.staff(badge.organisation)
    assert not award_runs.approval_needed(badge)
    award_runs.set_policy(organisation=badge.organisation, second_person=True, actor=staff, now=make.NOW)
    assert award_runs.approval_needed(badge)
    with pytest.raises(NotAllowed):
        award_runs.set_policy(
            organisation=badge.organisation, second_person=False, actor=make.person(), now=make.NOW
        )


def test_a_badge_waits_for_who_opens_an_account_later() -> None:
    badge = activity()
    run = give(listed(badge, [row_of("late@example.kr")]))
    assert (run.pending_count, run.state) == (1, State.DONE)
    person = make.person("늦은 사람", email="late@example.kr")
    flow.claim_for(person=person, now=make.NOW)
    assert not DBTaskResult.objects.filter(task_path__endswith="claim_waiting_awards").exists()
    account = make.account(person)
    flow.claim_for(person=person, now=make.NOW)
    assert DBTaskResult.objects.filter(task_path__endswith="claim_waiting_awards").count() == 1
    for _twice in range(2):
        flow.claim_awards(account_id=account.pk, email="late@example.kr", now=make.NOW)
    run.refresh_from_db()
    assert (run.pending_count, run.awarded_count, run.left) == (0, 1, 0)
    assert Award.objects.get().account_id == Holding.objects.get().account_id == account.pk


def test_a_rotated_key_signs_from_the_next_chunk_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "CHUNK", 1)
    badge = activity()
    staff = make.staff(badge.organisation)
    run = listed(badge, [row_of(learner("하나")), row_of(learner("둘"))], actor=staff)
    award_runs.submit(run=run, due_at=None, actor=staff, now=make.NOW)
    later = make.NOW + timedelta(minutes=1)
    moments = iter([make.NOW, make.NOW, make.NOW, later, later, later])
    steps = flow.give(run_id=run.pk, clock=lambda: next(moments))
    next(steps)
    badges.rotate_key(organisation=badge.organisation, actor=staff, now=later)
    list(steps)
    assert [rows.check(bytes(award.credential), now=later).verdict for award in Award.objects.all()] == [
        "valid",
        "valid",
    ]


def test_one_person_has_one_live_badge_of_a_kind_however_it_is_tried() -> None:
    badge, person = activity(), learner()
    give(listed(badge, [row_of(person)]))
    award = Award.objects.get()
    issuer = many.ManyIssuer(badge, now=make.NOW)
    facts = many.Facts(completed_on=date(2026, 11, 1), hours=Decimal(9), narrative="다시")
    grant = many.Grant(
        award_id=uuid4(),
        account_id=award.account_id,
        person_id=person.pk,
        did=HolderKey.objects.get().did,
        entry_id=None,
        facts=facts,
    )
    with pytest.raises(IntegrityError):
        issuer.give([replace(grant)], actor=None, now=make.NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_wins() -> None:
    badge = activity(second_person=True)
    run = listed(badge, [row_of(learner())])
    award_runs.submit(run=run, due_at=None, actor=run.prepared_by, now=make.NOW)
    others = [make.staff(badge.organisation, name=f"담당{n}") for n in range(2)]

    def approving(who: Person) -> Callable[[], str]:
        def act() -> str:
            try:
                flow.approve(run=AwardRun.objects.get(pk=run.pk), actor=who, now=make.NOW)
            except Refused as refusal:
                return refusal.code
            return "won"

        return act

    assert sorted(all_at_once([approving(who) for who in others])) == ["moved_meanwhile", "won"]
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_run_give_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "CHUNK", 3)
    badge = activity()
    run = listed(badge, [row_of(learner(str(n))) for n in range(20)])
    award_runs.submit(run=run, due_at=None, actor=run.prepared_by, now=make.NOW)
    all_at_once([lambda: len(list(flow.give(run_id=run.pk, clock=lambda: make.NOW))) for _n in range(2)])
    run.refresh_from_db()
    assert (run.state, run.awarded_count, run.left) == (State.DONE, 20, 0)
    assert Award.objects.count() == Holding.objects.count() == BadgeNumber.objects.count() == 20
    assert set(StatusList.objects.values_list("allocated", flat=True)) == {20}


def test_organisation_of_a_run_is_the_badges() -> None:
    badge = activity()
    assert listed(badge, [row_of(learner())]).organisation == Organisation.objects.get(
        pk=badge.organisation_id
    )
