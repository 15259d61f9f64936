"""No sequence of calls by any mix of people leads where the tables do not, or loses a decision."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests import factories as make
from tests import oversight_rows as rows
from tests.oversight_rows import NOW

from naite.branches.oversight import case_queries, deadlines
from naite.branches.oversight.models import Cancellation, CorrectionOrder, Objection
from naite.branches.oversight.services import cancellations, corrections, objections
from naite.branches.oversight.workflow import CANCELLATION, OBJECTION, ORDER
from naite.flows import oversight
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import CaseEvent

WHO = st.sampled_from(["officer", "second", "staff", "local", "stranger"])
BY_INSTITUTION = {
    "correction_answered",
    "opinion_given",
    "opinion_waived",
    "objection_filed",
    "objection_withdrawn",
}
TABLES: dict[type[Any], Any] = {CorrectionOrder: ORDER, Cancellation: CANCELLATION, Objection: OBJECTION}


class Oversight(RuleBasedStateMachine):
    """Everybody tries everything, while days go by."""

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.on = rows.ground()
        self.people: dict[str, Person] = {
            "officer": self.on.officer,
            "second": self.on.second,
            "staff": self.on.staff,
            "local": self.on.where.local_officer,
            "stranger": make.person(),
        }
        self.now = NOW

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def states(self) -> dict[Any, str]:
        return {(model, row.pk): row.state for model in TABLES for row in model.objects.all()}

    def attempt(self, act: Callable[[], object]) -> None:
        """Do something: refused, nothing has changed; done, each change is a move of its table and a line."""
        before, lines = self.states(), CaseEvent.objects.count()
        try:
            with transaction.atomic():
                act()
        except Refused:
            assert self.states() == before and CaseEvent.objects.count() == lines
            return
        after = self.states()
        moved = [key for key in after if before.get(key) != after[key]]
        for key in moved:
            if key in before:
                steps = TABLES[key[0]].steps.values()
                assert any(before[key] in s.sources and after[key] == s.target for s in steps)
        assert before.keys() <= after.keys()
        assert not moved or CaseEvent.objects.count() > lines

    @rule(days=st.integers(1, 30))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(who=WHO, ground=st.sampled_from(["false_means", "not_as_recognised"]), days=st.integers(1, 70))
    def order(self, who: str, ground: str, days: int) -> None:
        until = day_of(self.now) + timedelta(days=days)
        self.attempt(
            lambda: rows.order(
                self.on, now=self.now, until=until, ground=ground, actor=self.people[who],
                recognition=case_queries.recognition(self.on.recognition.pk),
            )
        )  # fmt: skip

    def latest(self, model: type[Any]) -> Any:
        return model.objects.order_by("-changed_at", "-id").first()

    @rule(who=WHO, what=st.sampled_from(["answer", "back", "fulfil", "fail"]))
    def on_order(self, who: str, what: str) -> None:
        row, actor = self.latest(CorrectionOrder), self.people[who]
        if row is None:
            return
        acts: dict[str, Callable[[], object]] = {
            "answer": lambda: corrections.answer(
                order=row, body="고침", uploads=(), actor=actor, now=self.now
            ),
            "back": lambda: corrections.send_back(order=row, reason="모자람", actor=actor, now=self.now),
            "fulfil": lambda: corrections.judge(
                order=row, fulfilled=True, reason="됨", actor=actor, now=self.now
            ),
            "fail": lambda: corrections.judge(
                order=row, fulfilled=False, reason="안 됨", actor=actor, now=self.now
            ),
        }
        self.attempt(acts[what])

    @rule(who=WHO, ground=st.sampled_from(["false_means", "not_as_recognised"]))
    def notice(self, who: str, ground: str) -> None:
        self.attempt(
            lambda: rows.notice(
                self.on,
                now=self.now,
                ground=ground,
                order=CorrectionOrder.objects.order_by("-changed_at").first(),
                actor=self.people[who],
                recognition=case_queries.recognition(self.on.recognition.pk),
            )
        )

    @rule(who=WHO, what=st.sampled_from(["opinion", "waive", "cancel", "drop"]))
    def on_cancellation(self, who: str, what: str) -> None:
        row, actor = self.latest(Cancellation), self.people[who]
        if row is None:
            return
        if what in ("opinion", "waive"):
            self.attempt(
                lambda: cancellations.give_opinion(
                    cancellation=row, opinion="의견", waive=what == "waive", actor=actor, now=self.now
                )
            )
        else:
            self.attempt(
                lambda: oversight.decide_cancellation(
                    cancellation=row,
                    cancel=what == "cancel",
                    reasons="까닭",
                    delivered_on=day_of(self.now),
                    actor=actor,
                    now=self.now,
                )
            )

    @rule(who=WHO, to=st.sampled_from([CorrectionOrder, Cancellation]))
    def object(self, who: str, to: type[Any]) -> None:
        row = self.latest(to)
        if row is not None:
            self.attempt(
                lambda: objections.file(against=row, text="이의", actor=self.people[who], now=self.now)
            )

    @rule(who=WHO, to=WHO, what=st.sampled_from(["assign", "uphold", "reject", "withdraw"]))
    def on_objection(self, who: str, to: str, what: str) -> None:
        row, actor = self.latest(Objection), self.people[who]
        if row is None:
            return
        if what == "assign":
            self.attempt(
                lambda: objections.assign(objection=row, to=self.people[to], actor=actor, now=self.now)
            )
        elif what == "withdraw":
            self.attempt(lambda: objections.withdraw(objection=row, actor=actor, now=self.now))
        else:
            self.attempt(
                lambda: oversight.decide_objection(
                    objection=row, uphold=what == "uphold", answer="답", actor=actor, now=self.now
                )
            )

    @invariant()
    def recognition_follows_its_cancellation(self) -> None:
        if not hasattr(self, "on"):
            return
        self.on.recognition.refresh_from_db()
        cancelled = Cancellation.objects.filter(state="cancelled").exists()
        assert (self.on.recognition.cancelled_on is not None) == cancelled
        for row in Cancellation.objects.select_related("order"):
            if row.ground == "false_means":
                continue
            assert row.order is not None and row.order.ground == row.ground
            if row.state == "cancelled":
                assert row.order.state == "not_fulfilled"

    @invariant()
    def everybody_kept_to_their_part(self) -> None:
        if not hasattr(self, "on"):
            return
        for line in CaseEvent.objects.exclude(actor=None):
            allowed = {"staff"} if line.act in BY_INSTITUTION else {"officer", "second"}
            assert line.actor_id in {self.people[name].pk for name in allowed}, line.act
        for row in Objection.objects.filter(state__in=("upheld", "rejected")):
            assert row.decided_by_id not in (None, row.decider_id)
        for order in CorrectionOrder.objects.filter(state="not_fulfilled"):
            assert order.closed_at is not None and day_of(order.closed_at) > order.until
            assert order.until <= deadlines.last_day("correction", order.delivered_on)


@pytest.mark.django_db
@pytest.mark.req("A14", "rule")
@pytest.mark.req("A15", "refusal")
def test_no_mix_of_calls_breaks_the_procedure() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Oversight,
        settings=settings(
            max_examples=5, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
