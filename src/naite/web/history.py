"""A case's history as the shared template ``parts/history.html`` shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.text import capfirst

from naite.branches.oversight import words as oversight
from naite.trunk.recognition import history, words
from naite.trunk.recognition.models import Application, CaseEvent, Recognition

Audience = CaseEvent.Audience
ACTS = {**words.ACTS, **oversight.ACTS}
EVIDENCE = {**words.EVIDENCE, **oversight.EVIDENCE}
VALUES = {**oversight.VALUES, **dict(Application.Verdict.choices)}
WARNINGS = {"return", "fail", "lapse", "refuse"} | oversight.WARNINGS


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, when, which office, who (for offices only), why, until when, on what evidence."""

    at: datetime
    what: str | Promise
    office: str
    person: str
    reason: str
    due_on: date | None
    evidence: list[tuple[str | Promise, object]]
    shape: str
    public: bool


def lines_of(case: Application | Recognition, *, audience: str) -> list[Line]:
    """Return the history of a case for an audience, newest first."""
    return lines(history.events_of(case, audience=audience), audience=audience)


def lines(events: Iterable[CaseEvent], *, audience: str) -> list[Line]:
    """Return events, oldest first as they come, as lines, newest first. Names of people are for offices."""
    made = [_line(event, with_people=audience == Audience.OFFICES) for event in events]
    made.reverse()
    return made


def _line(event: CaseEvent, *, with_people: bool) -> Line:
    return Line(
        at=event.at,
        what=ACTS.get(event.act) or capfirst(event.act.replace("_", " ")),
        office=event.office.name if event.office else "",
        person=event.actor.name if with_people and event.actor else "",
        reason=event.reason,
        due_on=event.due_on,
        evidence=[
            (EVIDENCE[key], _value(value))
            for key, value in event.evidence.items()
            if key in EVIDENCE and value not in ("", None, [])
        ],
        shape="warn" if event.act in WARNINGS else "done",
        public=event.audience == Audience.PUBLIC,
    )


def _value(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return VALUES.get(value, value) if isinstance(value, str) else value


def _shown(key: str, value: object) -> object:
    if isinstance(value, str) and key.endswith("_on"):
        return f"{date.fromisoformat(value):%Y.%m.%d}"
    return VALUES.get(value, value) if isinstance(value, str) else value
