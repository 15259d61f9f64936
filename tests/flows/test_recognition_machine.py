"""The whole life of one case: no sequence of acts by any mix of people breaks its tables (hypothesis stateful).

Half of the acts are the next sensible one by whoever may do it, so that walks come far: application, panel, supplement,
committee, approval, notice, recognition, change, order, cancellation, objection. The others are anything by anybody:
the neighbouring municipality, another institution, evaluators, a stranger. A refusal must leave everything as it
was; an act that is done must be somebody's who may, and a move of its table.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests import committee_rows, soak
from tests import factories as make
from tests import panel_rows as panels

from naite.branches.oversight import case_queries, deadlines
from naite.branches.oversight.models import Cancellation, CorrectionOrder, Objection, ResultObjection
from naite.branches.oversight.services import cancellations, corrections, objections, result_objections
from naite.branches.oversight.workflow import CANCELLATION, OBJECTION, ORDER
from naite.flows import oversight
from naite.flows import recognition_notices as notices
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.recognition import changes
from naite.trunk.recognition.applications import checking, handling, writing
from naite.trunk.recognition.applications.workflow import WORKFLOW
from naite.trunk.recognition.committee import agenda, approvals, meetings
from naite.trunk.recognition.letters import batches
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    Assignment,
    CaseEvent,
    ChangeReport,
    LocalNotice,
    Meeting,
    Recognition,
    Result,
    ResultNotice,
)
from naite.trunk.recognition.panels import reviews, seating
from naite.trunk.recognition.results import queries, supplements

S = Application.State
OFFICERS = frozenset({"officer", "second"})
WHO = (
    "staff",
    "local",
    "officer",
    "second",
    "official",
    "0",
    "1",
    "2",
    "3",
    "neighbour",
    "other",
    "stranger",
)
who = st.sampled_from(WHO)
TABLES: dict[Any, Any] = {
    Application: WORKFLOW,
    CorrectionOrder: ORDER,
    Cancellation: CANCELLATION,
    Objection: OBJECTION,
    ResultObjection: OBJECTION,
}
CONTENT = {
    "purpose": "동네의 이야기를 남깁니다.",
    "operation": "주 1회 10차시",
    "instructors": "배시우",
    "contact_name": "오하린",
    "contact_phone": "02-0000-0200",
    "planned_from": "2027-03-02",
    "planned_until": "2027-05-18",
}


class Case(RuleBasedStateMachine):
    """One course of one institution in one round, and everybody trying everything."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()

    @initialize(needs=st.sampled_from([2, 3]))
    def begin(self, needs: int) -> None:
        self.world = panels.world(members=4, evaluators_per_application=needs, supplement_days=5)
        where = self.world.where
        committee_rows.committee(where)
        elsewhere = make.organisation("용산구", parent=where.provincial, region=where.local.region)
        self.people: dict[str, Person] = {
            "staff": where.staff,
            "local": where.local_officer,
            "officer": where.officer,
            "second": make.staff(where.national, Role.NATIONAL_OFFICER, "강서연"),
            "official": where.official,
            "neighbour": make.staff(elsewhere, Role.LOCAL_OFFICER, "고윤슬"),
            "other": make.staff(make.organisation("이웃 기관"), Role.INSTITUTION_STAFF, "하도윤"),
            "stranger": make.person("남"),
            **{str(n): person for n, person in enumerate(self.world.people)},
        }
        self.now = make.NOW
        self.case = writing.begin(
            round=self.world.round,
            course=make.version(where.institution).course,
            kind="planned",
            actor=where.staff,
            now=self.now,
        )
        self.kept: dict[Any, Any] = {}
        self.pushes_in = ""

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    # What there is

    def app(self) -> Application:
        return Application.objects.select_related(
            "round__criteria", "round__institute", "organisation", "office", "course", "version"
        ).get(pk=self.case.pk)

    def latest(self, model: Any) -> Any:
        row = model.objects.order_by("-pk").first()
        if row is None:
            raise Refused("there is none")
        return row

    def given(self) -> Recognition:
        row = case_queries.recognition(self.latest(Recognition).pk)
        assert row is not None
        return row

    def picture(self) -> Any:
        """Everything that a refusal must leave as it was."""
        return {
            model: list(model.objects.order_by("pk").values())
            for model in (
                *TABLES, Assignment, Result, AgendaItem, Meeting, ResultNotice, Recognition, ChangeReport, CaseEvent
            )
        }  # fmt: skip

    # The acts; each takes whoever tries

    def write(self, actor: Person) -> None:
        app = self.app()
        assert app.round.criteria is not None
        texts = {item.pk: f"{item.title} {app.revision}" for item in app.round.criteria.items.all()}
        writing.save(
            application=app, revision=app.revision, content=CONTENT, texts=texts, actor=actor, now=self.now
        )

    def submit(self, actor: Person) -> None:
        writing.submit(application=self.app(), snapshot={"runs": []}, actor=actor, now=self.now)

    def withdraw(self, actor: Person) -> None:
        writing.withdraw(application=self.app(), actor=actor, now=self.now)

    def receive(self, actor: Person) -> None:
        handling.receive(application=self.app(), actor=actor, now=self.now)

    def check(self, actor: Person, result: str = "complete") -> None:
        for item in self.app().items.all():
            checking.check_item(
                application=self.app(),
                item_id=item.item_id,
                result=result,
                note="모자람" if result == "lacking" else "",
                actor=actor,
                now=self.now,
            )

    def forward(self, actor: Person) -> None:
        self.check(actor)
        handling.forward(application=self.app(), letter_number="평생-1", actor=actor, now=self.now)

    def ask(self, actor: Person) -> None:
        self.check(actor, "lacking")
        due = day_of(self.now) + timedelta(days=5)
        handling.demand_supplement(
            application=self.app(), due_on=due, reason="모자람", actor=actor, now=self.now
        )

    def supplement(self, actor: Person) -> None:
        self.write(actor)
        writing.supplement(application=self.app(), actor=actor, now=self.now)

    def turn_down(self, actor: Person) -> None:
        handling.return_(application=self.app(), reason="요건에 맞지 않음", actor=actor, now=self.now)

    def seat(self, actor: Person) -> None:
        count = self.world.round.evaluators_per_application
        chosen = [each.pk for each in self.world.evaluators[:count]]
        seating.seat(panel=self.world.panel, choices={self.case.pk: chosen}, actor=actor, now=self.now)

    def review(self, actor: Person, kind: str = "pass") -> None:
        open_ones = Assignment.objects.filter(
            application=self.case.pk, state="open", evaluator__person=actor
        ).select_related("application__round__criteria", "evaluator__person", "evaluator__institute", "panel")
        one = open_ones.first() or Assignment.objects.filter(application=self.case.pk).first()
        if one is None:
            raise Refused("there is none")
        count = len(reviews.items_to_judge(one))
        bad = {"pass": 0, "short": max(1, count // 3), "fail": count}[kind]
        if one.evaluator.person == actor and one.state == "open" and count:
            panels.fill(one, ["0.8"] * (count - bad) + ["0.5"] * bad)
        reviews.submit(assignment=one, actor=actor, now=self.now)

    def hand_in_again(self, actor: Person) -> None:
        app = self.app()
        for item_id in sorted(queries.short_item_ids(app))[:1]:
            supplements.supplement_item(
                application=app,
                item_id=item_id,
                text=f"고침 {app.revision}",
                revision=app.revision,
                actor=actor,
                now=self.now,
            )
        supplements.hand_in_again(application=self.app(), actor=actor, now=self.now)

    def deliberate(self, actor: Person, outcome: str = "recognise") -> None:
        plan = meetings.Plan(starts_at=self.now + timedelta(hours=4), place="제1회의실")
        made = meetings.prepare(institute=self.world.where.national, plan=plan, actor=actor, now=self.now)
        if not agenda.add(meeting=made, application_ids=None, actor=actor, now=self.now):
            raise Refused("nothing waits")
        made = meetings.open_meeting(meeting=made, actor=actor, now=self.now)
        seats = set(made.seats.values_list("pk", flat=True))
        made = meetings.set_presence(meeting=made, present=seats, actor=actor, now=self.now)
        item = made.items.select_related("meeting__institute").get()
        decision = agenda.Decision(outcome=outcome, grounds="심의한 까닭")
        agenda.decide(item=item, decision=decision, revision=item.revision, actor=actor, now=self.now)
        meetings.close(meeting=made, actor=actor, now=self.now)

    def approve(self, actor: Person) -> None:
        approvals.approve(application=self.app(), actor=actor, now=self.now)

    def send_back(self, actor: Person) -> None:
        approvals.send_back(application=self.app(), reason="다시 볼 것", actor=actor, now=self.now)

    def send_results(self, actor: Person) -> None:
        batch = batches.send_out(round_=self.world.round, actor=actor, now=self.now)
        list(batches.distribute(batch_id=batch.pk, now=self.now))

    def notify(self, actor: Person) -> None:
        local = self.latest(LocalNotice)
        if not notices.notify(local=local, notice_ids=None, actor=actor, now=self.now):
            raise Refused("nothing waits")

    def receipt(self, actor: Person) -> None:
        notices.enter_receipt(
            notice=self.latest(ResultNotice), received_on=day_of(self.now), actor=actor, now=self.now
        )

    def object_result(self, actor: Person) -> None:
        result_objections.file(notice=self.latest(ResultNotice), text="이의", actor=actor, now=self.now)

    def take_result(self, actor: Person, to: str = "second") -> None:
        result_objections.assign(
            objection=self.latest(ResultObjection), to=self.people[to], actor=actor, now=self.now
        )

    def answer_result(self, actor: Person, uphold: bool = True) -> None:
        result_objections.decide(
            objection=self.latest(ResultObjection), uphold=uphold, answer="답", actor=actor, now=self.now
        )

    def report_change(self, actor: Person) -> None:
        day = day_of(self.now) + timedelta(days=3)
        change = changes.Change("place", "1층", "2층", "공사", day)
        changes.report(recognition=self.given(), change=change, actor=actor, now=self.now)

    def decide_change(self, actor: Person) -> None:
        row = ChangeReport.objects.select_related(
            "recognition__granted_by", "recognition__course__organisation__region"
        ).order_by("-pk")
        found = row.first()
        if found is None:
            raise Refused("there is none")
        changes.decide(change=found, accepts=True, actor=actor, now=self.now)

    def order(self, actor: Person) -> None:
        corrections.issue(
            recognition=self.given(),
            investigation=None,
            ground="not_as_recognised",
            grounds="다르게 운영함",
            demands="바로잡을 것",
            delivered_on=day_of(self.now),
            until=day_of(self.now) + timedelta(days=20),
            publish=False,
            actor=actor,
            now=self.now,
        )

    def answer_order(self, actor: Person) -> None:
        corrections.answer(
            order=self.latest(CorrectionOrder), body="고침", uploads=(), actor=actor, now=self.now
        )

    def judge(self, actor: Person, fulfilled: bool = False) -> None:
        row = case_queries.order(self.latest(CorrectionOrder).pk)
        assert row is not None
        corrections.judge(order=row, fulfilled=fulfilled, reason="봄", actor=actor, now=self.now)

    def warn(self, actor: Person) -> None:
        cancellations.give_notice(
            recognition=self.given(),
            ground="not_as_recognised",
            order=CorrectionOrder.objects.order_by("-pk").first(),
            investigation=None,
            grounds="시정하지 않음",
            delivered_on=day_of(self.now),
            opinion_until=deadlines.last_day("opinion", day_of(self.now)),
            hearing=None,
            actor=actor,
            now=self.now,
        )

    def cancel(self, actor: Person) -> None:
        row = case_queries.cancellation(self.latest(Cancellation).pk)
        assert row is not None
        oversight.decide_cancellation(
            cancellation=row,
            cancel=True,
            reasons="까닭",
            delivered_on=day_of(self.now),
            actor=actor,
            now=self.now,
        )

    def object_cancellation(self, actor: Person) -> None:
        objections.file(against=self.latest(Cancellation), text="이의", actor=actor, now=self.now)

    def answer_cancellation(self, actor: Person, uphold: bool = True) -> None:
        row = self.latest(Objection)
        if row.handler_id is None:
            row = objections.assign(objection=row, to=self.people["second"], actor=actor, now=self.now)
        oversight.decide_objection(objection=row, uphold=uphold, answer="답", actor=actor, now=self.now)

    def allowed(self, act: str) -> frozenset[str]:
        """Who may do an act as things stand, whether or not it is its time."""
        if act in {"receive", "forward", "ask", "turn_down"}:
            kind = self.app().office.kind if self.app().office else ""  # type: ignore[union-attr]
            return (
                {
                    Organisation.Kind.LOCAL_GOVERNMENT: frozenset({"local"}),
                    Organisation.Kind.NATIONAL_INSTITUTE: OFFICERS,
                    # While it supplements, the office that asked may still return it.
                    Organisation.Kind.CIVIL_SOCIETY_ATTACHED: frozenset({"local", *OFFICERS})
                    if act == "turn_down"
                    else frozenset(),
                }.get(Organisation.Kind(kind), frozenset())
                if kind
                else frozenset()
            )
        return MAY[act]

    def attempt(self, act: str, key: str, **more: Any) -> bool:
        if (first := self.pushes_in) and first not in self.allowed(act):
            self.pushes_in = ""
            assert not self.attempt(act, first, **more)
            self.pushes_in = first
        before = self.picture()
        permitted = self.allowed(act)
        try:
            with transaction.atomic():
                getattr(self, act)(self.people[key], **more)
        except Refused:
            assert self.picture() == before, f"{act} by {key} was refused and changed something"
            return False
        assert key in permitted, f"{key} did {act}"
        self.moves_are_in_the_tables(before)
        return True

    def moves_are_in_the_tables(self, before: Any) -> None:
        for model, table in TABLES.items():
            then = {row[model._meta.pk.name]: row["state"] for row in before[model]}
            for row in model.objects.all():
                old = then.pop(row.pk, None)
                if old in (None, row.state) or model is Application:
                    continue  # an application may move twice in one act; its history is checked below
                assert any(old in s.sources and row.state == s.target for s in table.steps.values())
            assert not then, "a row is gone"

    # The walk

    @rule(act=st.sampled_from(sorted(name for name in ("submit", "receive", "seat", "approve", "deliberate",
          "notify", "receipt", "withdraw", "turn_down", "forward", "ask", "supplement", "write", "send_back",
          "send_results", "hand_in_again", "object_result", "take_result", "answer_result", "report_change",
          "decide_change", "order", "answer_order", "judge", "warn", "cancel", "object_cancellation",
          "answer_cancellation", "review"))), key=who)  # fmt: skip
    def anything_by_anybody(self, act: str, key: str) -> None:
        if act == "withdraw" and self.app().state not in (S.SUPPLEMENT, S.PROVISIONAL):
            return  # a walk that ends at once shows little
        self.attempt(act, key)

    @rule(kind=st.sampled_from(["pass", "pass", "short", "fail"]), yes=st.booleans(), first=who)
    def the_next_step(self, kind: str, yes: bool, first: str) -> None:
        """The next sensible act, but somebody who may not tries it first."""
        self.pushes_in = first
        self.go_on(kind, yes)
        self.pushes_in = ""

    @rule(kind=st.sampled_from(["pass", "pass", "short"]), yes=st.booleans(), first=who)
    def four_steps(self, kind: str, yes: bool, first: str) -> None:
        self.pushes_in = first
        for _ in range(4):
            self.go_on(kind, yes)
        self.pushes_in = ""

    def go_on(self, kind: str, yes: bool) -> None:
        state = self.app().state
        if state == S.DRAFT:
            self.attempt("write", "staff")
            self.attempt("submit", "staff")
        elif state in (S.SUBMITTED, S.RECEIVED):
            office = self.app().office
            here = "local" if office == self.world.where.local else "officer"
            act = "receive" if state == S.SUBMITTED else "forward" if here == "local" else "seat"
            self.attempt(act, here)
        elif state == S.SUPPLEMENT:
            self.attempt("supplement", "staff")
        elif state in (S.IN_REVIEW, S.RE_REVIEW):
            for key in ("0", "1", "2", "3"):
                self.attempt("review", key, kind=kind)
        elif state == S.PROVISIONAL:
            self.told()
            self.attempt("hand_in_again" if yes else "object_result", "staff")
            self.answered(yes)
        elif state == S.EVALUATED:
            self.attempt("deliberate", "officer", outcome="recognise" if yes else "refuse")
        elif state == S.DELIBERATED:
            self.attempt("approve", "official")
        elif state == S.APPROVED:
            self.told()
        elif state == S.REFUSED:
            self.told()
            self.attempt("object_result", "staff")
            self.answered(yes)
        elif state == S.RECOGNISED:
            self.after_recognition(yes)

    def told(self) -> None:
        self.attempt("send_results", "officer")
        self.attempt("notify", "local")
        self.attempt("receipt", "local")

    def answered(self, yes: bool) -> None:
        self.attempt("take_result", "officer")
        self.attempt("answer_result", "second", uphold=yes)

    def after_recognition(self, yes: bool) -> None:
        if not CorrectionOrder.objects.exists():
            self.attempt("report_change", "staff")
            self.attempt("order", "officer")
            self.now += timedelta(days=40)
            self.attempt("judge", "officer", fulfilled=not yes)
        elif not Cancellation.objects.exists():
            self.attempt("warn", "officer")
            self.now += timedelta(days=20)
            self.attempt("cancel", "officer")
        else:
            self.attempt("object_cancellation", "staff")
            row = Objection.objects.filter(state="filed").first()
            if row is not None and row.handler_id is None:
                objections.assign(
                    objection=row, to=self.people["second"], actor=self.people["officer"], now=self.now
                )
            self.attempt("answer_cancellation", "second", uphold=yes)

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        supplements.lapse_due(now=self.now)

    # What always holds

    @invariant()
    def the_history_leads_from_the_draft_to_where_the_case_stands(self) -> None:
        if not hasattr(self, "kept"):
            return
        state = S.DRAFT.value
        for event in (
            CaseEvent.objects.filter(application=self.case.pk).exclude(to_state="").order_by("at", "pk")
        ):
            assert WORKFLOW.allows(event.act, event.from_state), (event.act, event.from_state)
            assert event.from_state == state, (event.act, event.from_state, state)
            assert WORKFLOW.steps[event.act].target == event.to_state
            state = event.to_state
        assert self.app().state == state

    @invariant()
    def what_was_decided_stays(self) -> None:
        if not hasattr(self, "kept"):
            return
        decided: list[tuple[Any, Any]] = [
            *((("result", r.pk), (r.verdict, r.reached)) for r in Result.objects.all()),
            *(
                (("agenda", i.pk), (i.outcome, i.grounds, i.decided_by_id))
                for i in AgendaItem.objects.filter(meeting__state="closed")
            ),
            *(
                (("letter", n.pk), (n.kind, n.number, n.received_on, str(n.paper)))
                for n in ResultNotice.objects.filter(state="received")
            ),
            *(
                (("recognition", r.pk), (r.number, r.valid_from, r.valid_until))
                for r in Recognition.objects.all()
            ),
            *(
                (("answer", o.pk), (o.state, o.answer, o.decided_by_id))
                for model in (Objection, ResultObjection)
                for o in model.objects.filter(state__in=["upheld", "rejected"])
            ),
        ]
        now = dict(decided)
        for key, value in self.kept.items():
            assert now.get(key) == value, f"{key} was lost or changed"
        self.kept = now

    @invariant()
    def nothing_is_in_force_without_all_that_it_takes(self) -> None:
        if not hasattr(self, "kept"):
            return
        events = CaseEvent.objects.filter(application=self.case.pk)
        given = Recognition.objects.filter(course=self.case.course_id)
        assert given.exists() == (self.app().state == S.RECOGNISED)
        for row in given:
            assert events.filter(act="approve", actor=self.people["official"]).exists()
            notice = ResultNotice.objects.get(application=self.case.pk, kind="recognised", superseded_at=None)
            assert notice.received_on == row.received_on == row.valid_from
            assert (row.cancelled_on is not None) == Cancellation.objects.filter(state="cancelled").exists()
        assert given.count() <= 1

    @invariant()
    def everybody_kept_to_their_part(self) -> None:
        if not hasattr(self, "kept"):
            return
        names = {person.pk: name for name, person in self.people.items()}
        for event in CaseEvent.objects.exclude(actor=None):
            assert event.actor_id is not None
            assert names.get(event.actor_id, "?") in PART.get(event.act, frozenset(WHO[:9])), event.act
        for row in ResultObjection.objects.filter(state__in=["upheld", "rejected"]):
            acted = CaseEvent.objects.filter(
                application=row.application_id,
                act__in=result_objections.DECIDING,
                at__lt=row.filed_at,
            )
            assert row.decided_by_id not in set(acted.values_list("actor_id", flat=True))


STAFF, LOCAL, EVALUATORS = frozenset({"staff"}), frozenset({"local"}), frozenset("0123")
MAY: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("write", "submit", "withdraw", "supplement", "hand_in_again", "object_result", "report_change",
         "answer_order", "object_cancellation"), STAFF
    ),
    **dict.fromkeys(
        ("seat", "deliberate", "send_results", "take_result", "answer_result", "decide_change", "order", "judge",
         "warn", "cancel", "answer_cancellation"), OFFICERS
    ),
    **dict.fromkeys(("notify", "receipt"), LOCAL),
    **dict.fromkeys(("approve", "send_back"), frozenset({"official"})),
    "review": EVALUATORS,
}  # fmt: skip
PART: dict[str, frozenset[str]] = {
    **dict.fromkeys(("submit", "supplement", "withdraw", "hand_in_again", "result_objection", "objection_filed"), STAFF),
    **dict.fromkeys(("pass", "fail", "pass_provisionally"), EVALUATORS),
    **dict.fromkeys(("seat_panel", "deliberate", "reopen", "correction_ordered", "cancelled"), OFFICERS),
    **dict.fromkeys(("approve", "refuse", "send_back"), frozenset({"official"})),
    **dict.fromkeys(("notify", "notice_received", "take_effect"), LOCAL),
    "forward": frozenset({"local", *OFFICERS}),
    "receive": frozenset({"local", *OFFICERS}),
}  # fmt: skip


def _walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Case,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A walk is told step by step when it fails; making it shorter takes minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )


@pytest.mark.django_db
@pytest.mark.req("A15", "rule")
@pytest.mark.req("A15", "refusal")
@pytest.mark.req("A10", "refusal")
def test_no_mix_of_acts_over_a_whole_life_breaks_the_tables() -> None:
    _walk(examples=4, steps=14)


@pytest.mark.slow
@pytest.mark.django_db
def test_nor_do_many_long_ones() -> None:
    for _ in soak.rounds(at_least=1):
        _walk(examples=10, steps=40)
