"""The desk (나의 업무): whatever waits for somebody in one seat, gathered from all that has work for offices."""

from datetime import date

from naite.web.desk import institution, offices, recognition, seats
from naite.web.desk.work import Desk, Source, Work

SOURCES: list[Source] = [
    recognition.cases,
    recognition.reviews,
    recognition.panels,
    seats.declarations,
    seats.meetings,
    seats.results,
    seats.below,
    offices.agenda,
    offices.approvals,
    offices.result_notices,
    offices.changes,
    offices.proposals,
    offices.complaints,
    offices.questions,
    offices.accounts,
    *institution.SOURCES,
]


def work_of(desk: Desk) -> list[Work]:
    """Return everything at a desk, the earliest deadline first, what has none last."""
    found = [work for source in SOURCES for work in source(desk)]
    return sorted(found, key=lambda work: (work.due_on is None, work.due_on or date.max, work.title))


__all__ = ["Desk", "Work", "work_of"]
