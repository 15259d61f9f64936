"""Any calls by any mix of roles: no state the table does not allow, no sealed score seen (hypothesis stateful)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
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
from tests import panel_rows as panels

from naite.roots.errors import Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications.workflow import WORKFLOW, move
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    CaseEvent,
    Challenge,
    PanelCase,
    Result,
    Score,
)
from naite.trunk.recognition.panels import challenges, pool, reviews, seating
from naite.trunk.recognition.results import queries, supplements

S = Application.State
WHO = ("officer", "staff", "local", "ministry", "0", "1", "2", "3", "4", "outsider")
who = st.sampled_from(WHO)
place = st.integers(0, 4)
SECRET = "비밀"


class ReviewMachine(RuleBasedStateMachine):
    """One application, five evaluators, and everybody trying everything."""

    now: datetime

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()

    @initialize(stages=st.sampled_from([["paper"], ["paper", "second"]]))
    def begin(self, stages: list[str]) -> None:
        self.world = panels.world(members=5, stages=stages, supplement_days=5)
        self.application = self.world.application()
        self.now = make.NOW
        self.outsider = make.person("남")
        self.submitted: dict[Any, list[tuple[Any, Any]]] = {}
        self.results: dict[Any, str] = {}

    def person(self, key: str) -> Person:
        where = self.world.where
        known = {
            "officer": where.officer,
            "staff": where.staff,
            "local": where.local_officer,
            "ministry": where.official,
            "outsider": self.outsider,
        }
        return known[key] if key in known else self.world.people[int(key)]

    def evaluator(self, at: int) -> Any:
        return self.world.evaluators[at]

    def assignment(self, at: int) -> Assignment | None:
        rows = Assignment.objects.filter(application=self.application).select_related(
            "application__round__criteria",
            "application__organisation",
            "evaluator__person",
            "evaluator__institute",
            "panel__round__institute",
        )
        found = list(rows.order_by("assigned_at", "pk"))
        return found[at % len(found)] if found else None

    def attempt(self, key: str, allowed: Callable[[], bool], act: Callable[[], Any]) -> None:
        """Try something; whoever may not must be refused, and a refusal must change nothing."""
        before = self.picture()
        permitted = allowed()
        try:
            act()
        except Refused:
            assert self.picture() == before, "a refusal changed something"
        else:
            assert permitted, f"{key} did what they may not"

    def picture(self) -> Any:
        return (
            list(Application.objects.values_list("state", "verdict", "office_id", "due_on", "revision")),
            list(Assignment.objects.order_by("pk").values_list("pk", "state", "replaced_by_id")),
            list(Score.objects.order_by("pk").values_list("pk", "points", "comment", "revision")),
            Result.objects.count(),
            list(Challenge.objects.order_by("pk").values_list("pk", "state")),
        )

    @rule(key=who, start=place)
    def seat(self, key: str, start: int) -> None:
        chosen = [self.evaluator((start + n) % 5).pk for n in range(3)]
        self.attempt(
            key,
            lambda: key == "officer",
            lambda: seating.seat(
                panel=self.world.panel,
                choices={self.application.pk: chosen},
                actor=self.person(key),
                now=self.now,
            ),
        )

    @rule(key=who, at=place, share=st.sampled_from(["0.5", "0.7", "0.9"]))
    def save(self, key: str, at: int, share: str) -> None:
        assignment = self.assignment(at)
        if assignment is None:
            return
        items = queries.items_to_judge(assignment)
        if not items:
            return
        item = items[at % len(items)]
        known = Score.objects.filter(assignment=assignment, item=item).first()
        self.attempt(
            key,
            lambda: (
                self.person(key) == assignment.evaluator.person and assignment.state == Assignment.State.OPEN
            ),
            lambda: reviews.save_score(
                assignment=assignment,
                item=item,
                draft=reviews.Draft(
                    points=f"{float(item.points) * float(share):g}",
                    comment=SECRET,
                    revision=known.revision if known else 0,
                ),
                actor=self.person(key),
                now=self.now,
            ),
        )

    @rule(key=who, at=place, kind=st.sampled_from(["pass", "short", "fail"]))
    def submit(self, key: str, at: int, kind: str) -> None:
        assignment = self.assignment(at)
        if assignment is None:
            return
        own = self.person(key) == assignment.evaluator.person
        if own and assignment.state == Assignment.State.OPEN:
            count = len(queries.items_to_judge(assignment))
            bad = {"pass": 0, "short": max(1, count // 3), "fail": count}[kind]
            if count:
                panels.fill(assignment, ["0.8"] * (count - bad) + ["0.5"] * bad)
        self.attempt(
            key,
            lambda: own,
            lambda: reviews.submit(assignment=assignment, actor=self.person(key), now=self.now),
        )

    @rule(key=who, at=place)
    def recuse(self, key: str, at: int) -> None:
        assignment = self.assignment(at)
        if assignment is None:
            return
        self.attempt(
            key,
            lambda: self.person(key) == assignment.evaluator.person,
            lambda: challenges.recuse(
                assignment=assignment, reason="관계가 있음", actor=self.person(key), now=self.now
            ),
        )

    @rule(key=who, at=place, by=place)
    def replace(self, key: str, at: int, by: int) -> None:
        assignment = self.assignment(at)
        if assignment is None:
            return
        self.attempt(
            key,
            lambda: key == "officer",
            lambda: seating.replace(
                assignment=assignment,
                by=self.evaluator(by),
                reason="출장",
                actor=self.person(key),
                now=self.now,
            ),
        )

    @rule(key=who, at=place)
    def challenge(self, key: str, at: int) -> None:
        self.attempt(
            key,
            lambda: key == "staff",
            lambda: challenges.challenge(
                application=Application.objects.get(pk=self.application.pk),
                evaluator=self.evaluator(at),
                reason="공정하지 않음",
                actor=self.person(key),
                now=self.now,
            ),
        )

    @rule(key=who, uphold=st.booleans())
    def decide(self, key: str, uphold: bool) -> None:
        filed = Challenge.objects.filter(kind="challenge").order_by("-filed_at").first()
        if filed is None:
            return
        self.attempt(
            key,
            lambda: key == "officer",
            lambda: challenges.decide(
                challenge=filed, uphold=uphold, decision="살펴봄", actor=self.person(key), now=self.now
            ),
        )

    @rule(key=who, at=place)
    def declare(self, key: str, at: int) -> None:
        self.attempt(
            key,
            lambda: key == str(at),
            lambda: pool.declare(
                round=self.world.round,
                evaluator=self.evaluator(at),
                conflicts={},
                actor=self.person(key),
                now=self.now,
            ),
        )

    @rule(key=who)
    def supplement(self, key: str) -> None:
        application = Application.objects.get(pk=self.application.pk)
        short = sorted(queries.short_item_ids(application))
        if not short:
            return
        self.attempt(
            key,
            lambda: key == "staff",
            lambda: supplements.supplement_item(
                application=application,
                item_id=short[0],
                text=f"고친 글 {application.revision}",
                revision=application.revision,
                actor=self.person(key),
                now=self.now,
            ),
        )

    @rule(key=who)
    def hand_in_again(self, key: str) -> None:
        self.attempt(
            key,
            lambda: key == "staff",
            lambda: supplements.hand_in_again(
                application=self.application, actor=self.person(key), now=self.now
            ),
        )

    @rule()
    def withdraw(self) -> None:
        with suppress(Refused):
            if self.now > make.NOW + timedelta(days=8):
                move(
                    Application.objects.get(pk=self.application.pk),
                    "withdraw",
                    actor=self.world.where.staff,
                    now=self.now,
                )

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        supplements.lapse_due(now=self.now)

    @invariant()
    def every_move_is_in_the_table_and_in_the_history(self) -> None:
        if not hasattr(self, "world"):
            return
        state = S.RECEIVED.value
        moves = CaseEvent.objects.filter(application=self.application).exclude(to_state="")
        for event in moves.order_by("at", "pk"):
            assert event.from_state == state, (event.act, event.from_state, state)
            assert WORKFLOW.allows(event.act, event.from_state)
            assert WORKFLOW.steps[event.act].target == event.to_state
            state = event.to_state
        assert Application.objects.get(pk=self.application.pk).state == state

    @invariant()
    def sealed_scores_are_seen_by_nobody(self) -> None:
        if not hasattr(self, "world"):
            return
        application = Application.objects.select_related("round__institute__parent", "organisation").get(
            pk=self.application.pk
        )
        finished = set(Result.objects.values_list("stage", "attempt"))
        for key in ("officer", "ministry", "staff", "0", "4", "outsider"):
            try:
                sheets = queries.sheets(application=application, reader=self.person(key), now=self.now)
            except Refused:
                continue
            assert {(sheet.result.stage, sheet.result.attempt) for sheet in sheets} <= finished
            live = set(
                Assignment.objects.filter(state=Assignment.State.SUBMITTED).values_list(
                    "evaluator__person__name", flat=True
                )
            )
            assert all(set(sheet.names) <= live for sheet in sheets)
            assert key not in ("staff", "outsider")

    @invariant()
    def what_was_submitted_never_changes_and_results_stay(self) -> None:
        if not hasattr(self, "world"):
            return
        for assignment in Assignment.objects.filter(state=Assignment.State.SUBMITTED):
            now = list(assignment.scores.order_by("item_id").values_list("points", "comment"))
            assert self.submitted.setdefault(assignment.pk, now) == now
            assert len(now) > 0
        for result in Result.objects.all():
            assert self.results.setdefault(result.pk, result.verdict) == result.verdict
            done = Assignment.objects.filter(
                stage=result.stage, attempt=result.attempt, state=Assignment.State.SUBMITTED
            )
            assert done.count() >= 3
        assert Result.objects.filter(attempt=2).count() <= 1

    @invariant()
    def nobody_bound_by_a_rule_reviews(self) -> None:
        if not hasattr(self, "world"):
            return
        barred = set(
            Challenge.objects.filter(state=Challenge.State.UPHELD).values_list("evaluator_id", flat=True)
        )
        held = Assignment.objects.filter(state=Assignment.State.OPEN, evaluator__in=barred)
        assert not held.exists()
        case = PanelCase.objects.filter(application=self.application).first()
        if case is not None:
            live = Assignment.objects.filter(
                stage=case.stage, attempt=case.attempt, state__in=Assignment.LIVE
            ).values_list("evaluator_id", flat=True)
            assert len(set(live)) == len(list(live))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


def _walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        ReviewMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@pytest.mark.req("A7", "refusal")
@pytest.mark.req("A9", "rule")
def test_no_sequence_of_calls_breaks_the_table_or_the_seal() -> None:
    _walk(examples=3, steps=15)


@pytest.mark.slow
@pytest.mark.django_db
def test_nor_does_a_long_one() -> None:
    _walk(examples=200, steps=50)
