"""The states of an application as data (평가인정의 흐름), and the one way to move it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from naite.roots.workflow import Step, Workflow
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Application, CaseEvent, Recognition

S = Application.State

WORKFLOW = Workflow(
    Step("submit", (S.DRAFT,), S.SUBMITTED, "the institution hands it in, the route is fixed"),
    Step("receive", (S.SUBMITTED,), S.RECEIVED, "접수: the office whose turn it is takes it up"),
    Step("demand_supplement", (S.RECEIVED,), S.SUPPLEMENT, "보완요구 with a deadline"),
    Step("supplement", (S.SUPPLEMENT,), S.RECEIVED, "the institution has supplemented"),
    Step("forward", (S.RECEIVED,), S.SUBMITTED, "전달 to the next office on the route"),
    Step("return", (S.RECEIVED, S.SUPPLEMENT), S.RETURNED, "반려 with grounds, may apply anew"),
    Step(
        "withdraw",
        (S.DRAFT, S.SUBMITTED, S.RECEIVED, S.SUPPLEMENT, S.IN_REVIEW, S.PROVISIONAL),
        S.WITHDRAWN,
        "취하 by the institution, before the verdict",
    ),
    Step("seat_panel", (S.RECEIVED,), S.IN_REVIEW, "the national institute gives it to a panel"),
    Step("pass", (S.IN_REVIEW, S.RE_REVIEW), S.EVALUATED, "every item reached 70 %"),
    Step("pass_provisionally", (S.IN_REVIEW,), S.PROVISIONAL, "two thirds of the items reached 70 %"),
    Step("fail", (S.IN_REVIEW, S.RE_REVIEW), S.EVALUATED, "neither, or failed again"),
    Step("hand_in_again", (S.PROVISIONAL,), S.RE_REVIEW, "supplemented in time, judged once more"),
    Step("lapse", (S.PROVISIONAL,), S.EVALUATED, "the supplement's deadline has passed"),
    Step("deliberate", (S.EVALUATED,), S.DELIBERATED, "the committee has decided"),
    Step("send_back", (S.DELIBERATED,), S.EVALUATED, "the ministry wants it deliberated again"),
    Step("approve", (S.DELIBERATED,), S.APPROVED, "the ministry approves the recognition"),
    Step("refuse", (S.DELIBERATED,), S.REFUSED, "the ministry approves the refusal"),
    Step("reopen", (S.REFUSED, S.PROVISIONAL), S.EVALUATED, "an objection was upheld; deliberated anew"),
    Step("take_effect", (S.APPROVED,), S.RECOGNISED, "the institution has received the notice"),
)


def note_event(
    *,
    act: str,
    actor: Person | None,
    now: datetime,
    application: Application | None = None,
    recognition: Recognition | None = None,
    office: Organisation | None = None,
    reason: str = "",
    due_on: date | None = None,
    audience: str = CaseEvent.Audience.PARTIES,
    from_state: str = "",
    to_state: str = "",
    **evidence: Any,
) -> CaseEvent:
    """Add a line to a case's history. ``evidence`` holds plain values only: ids as strings, numbers, days."""
    return CaseEvent.objects.create(
        application=application,
        recognition=recognition,
        at=now,
        act=act,
        from_state=from_state,
        to_state=to_state,
        actor=actor,
        office=office,
        reason=reason,
        due_on=due_on,
        evidence=evidence,
        audience=audience,
    )


@transaction.atomic
def move(
    application: Application,
    act: str,
    *,
    actor: Person | None,
    now: datetime,
    on_behalf_of: Organisation | None = None,
    reason: str = "",
    audience: str = CaseEvent.Audience.PARTIES,
    evidence: dict[str, Any] | None = None,
    **fields: Any,
) -> CaseEvent:
    """Make a move of the table and write its line; ``fields`` are set in the same conditional update.

    Refuses (``moved_meanwhile``) when somebody was faster; nothing is changed then. Policy is the caller's.
    """
    before = application.state
    WORKFLOW.move(application, act, changed_at=now, **fields)
    return note_event(
        act=act,
        actor=actor,
        now=now,
        application=application,
        office=on_behalf_of,
        reason=reason,
        due_on=fields.get("due_on"),
        audience=audience,
        from_state=before,
        to_state=application.state,
        **(evidence or {}),
    )
