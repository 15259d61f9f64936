"""The report on a round (결과 보고): its figures and its cases, as PDF and HWPX."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.papers import Block, Facts, Heading, Paper, Table, Text
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import access, queries
from naite.trunk.recognition.figures import queries as figures
from naite.trunk.recognition.letters import lists
from naite.web.middleware import now_of
from naite.web.notice_papers import paper_response
from naite.web.office.figures import Figure, figures_of, round_for, sees_small
from naite.web.roles import current_organisation

MOST_CASES = 1_000


@login_required
@require_safe
def report(request: HttpRequest, round_id: UUID, form: str) -> HttpResponse:
    """Hand out the report on a round; whoever sees no small numbers on the page sees none in it.

    The list of cases holds those that pass the reader's offices, as their list of cases does.
    """
    person, now = request.user, now_of(request)
    assert isinstance(person, Person)
    of = round_for(request, round_id)
    cases = queries.listed(access.seen_by_offices(person, now=now).filter(round=of)).order_by("number")
    seat = current_organisation(request)
    office = seat if seat is not None and access.acts_for(person, seat, now=now) else of.institute
    facts = [
        (_("차수"), str(of)),
        (_("대상"), str(of.get_scope_display())),
        (_("기준"), str(of.criteria or "–")),
        (_("만든 날"), f"{day_of(now):%Y.%m.%d}"),
    ]
    blocks: list[Block] = [Facts(facts)]
    for figure in figures_of(of, now, figures.whole(of, now=now), small=sees_small(request)):
        blocks += _blocks(figure)
    blocks += lists.cases(list(cases[:MOST_CASES]))
    paper = Paper(
        title=_("%(round)s 결과 보고") % {"round": of},
        issuer=office.name,
        day=day_of(now),
        blocks=blocks,
        contact=lists.contact_of(office, person),
    )
    audit.record("recognition.export_report", actor=person, now=now, subject=of, form=form)
    return paper_response(paper, paper.title, form)


def _blocks(figure: Figure) -> list[Block]:
    if not figure.rows:
        return []
    rows = [[_cell(value) for value in row] for row in figure.rows]
    heads = [str(head) for head in figure.heads]
    made: list[Block] = [
        Heading(f"{figure.title} ({figure.unit})" if figure.unit else figure.title),
        Table(heads, rows, widths=(2, *([1] * (len(heads) - 1))), numbers=tuple(range(1, len(heads)))),
    ]
    return [*made, Text(figure.note)] if figure.note else made


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)


urlpatterns = [
    path(
        f"figures/<uuid:round_id>/report.{form}",
        report,
        {"form": form},
        name=f"office-figures-report-{form}",
    )
    for form in ("pdf", "hwpx")
]
