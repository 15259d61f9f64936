"""The states of an application: what may follow what, and that only one of two can be first."""

import pytest
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.errors import Refused
from naite.trunk.recognition.applications.workflow import WORKFLOW, move
from naite.trunk.recognition.models import Application, CaseEvent

S = Application.State


def test_every_state_is_reached_and_only_ends_have_no_way_on() -> None:
    reached, left, seen = {S.DRAFT.value}, set(), {S.DRAFT.value}
    frontier = [S.DRAFT.value]
    while frontier:
        state = frontier.pop()
        for step in WORKFLOW.steps.values():
            if state in step.sources:
                left.add(state)
                reached.add(str(step.target))
                if str(step.target) not in seen:
                    seen.add(str(step.target))
                    frontier.append(str(step.target))
    assert reached == set(S.values)
    # A refusal is an end, until an objection to it is upheld.
    assert set(S.values) - left == {s.value for s in set(S) - Application.OPEN - {S.REFUSED}}


@pytest.mark.django_db
@pytest.mark.req("A15", "rule")
def test_a_move_writes_its_line_and_the_slower_of_two_is_told() -> None:
    where = rows.offices()
    case = rows.application(where, rows.round_(where.national), S.SUBMITTED)
    same = Application.objects.get(pk=case.pk)

    event = move(case, "receive", actor=where.local_officer, now=make.NOW, on_behalf_of=where.local)

    assert (event.from_state, event.to_state, event.actor) == ("submitted", "received", where.local_officer)
    with pytest.raises(Refused) as refusal:
        move(same, "receive", actor=where.local_officer, now=make.NOW, on_behalf_of=where.local)
    assert refusal.value.code == "moved_meanwhile"
    assert CaseEvent.objects.filter(application=case).count() == 1


@pytest.mark.django_db
@pytest.mark.req("A8", "refusal")
def test_no_verdict_before_the_review() -> None:
    where = rows.offices()
    case = rows.application(where, rows.round_(where.national), S.RECEIVED)
    with pytest.raises(Refused):
        move(case, "pass", actor=where.officer, now=make.NOW)
    case.refresh_from_db()
    assert case.state == S.RECEIVED
    assert not CaseEvent.objects.exists()
