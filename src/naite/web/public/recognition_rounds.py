"""Rounds of recognition as the public sees them: criteria, target, procedure, calendar with today."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from naite.roots import markdown
from naite.roots.dates import day_of
from naite.trunk.recognition.criteria import queries as criteria
from naite.trunk.recognition.models import Round
from naite.trunk.recognition.rounds import queries
from naite.web.middleware import now_of

PHASES = {
    "announced": _("공고 중"),
    "open": _("신청 받는 중"),
    "closed": _("신청 마감"),
    "cancelled": _("취소됨"),
    "draft": _("준비 중"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """One part of a round's calendar; ``start`` equals ``end`` for a single day."""

    label: str | Promise
    start: date
    end: date
    state: str


def calendar_of(round: Round, today: date) -> list[Span]:
    """Return the parts of a round's calendar in order, each done, going on or to come."""
    last = day_of(round.closes_at - timedelta(microseconds=1))
    published = day_of(round.published_at) if round.published_at else None
    parts: list[tuple[str | Promise, date | None, date | None]] = [
        (_("공고"), published, published),
        (_("신청"), day_of(round.opens_at), last),
        (_("접수·검토"), day_of(round.opens_at), round.forward_until),
        (_("평가"), round.review_from, round.review_until),
        (_("심의"), round.committee_on, round.committee_on),
        (_("결과 공고"), round.results_on, round.results_on),
    ]
    return [
        Span(label, start, end, "done" if end < today else "todo" if start > today else "now")
        for label, start, end in parts
        if start is not None and end is not None
    ]


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List the published rounds, newest first."""
    now = now_of(request)
    rows = [
        {"round": row, "phase": (phase := queries.phase_of(row, now=now)), "label": PHASES[phase]}
        for row in queries.announced()[:100]
    ]
    return render(request, "public/recognition_rounds.html", {"rows": rows, "section": "help"})


@require_safe
def round_(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show one round: who may apply, when, by which criteria, and what was changed since."""
    row = queries.announced().filter(pk=round_id).first()
    if row is None or row.criteria is None:
        raise Http404
    now = now_of(request)
    phase = queries.phase_of(row, now=now)
    return render(
        request,
        "public/recognition_round.html",
        {
            "round": row,
            "phase": phase,
            "phase_label": PHASES[phase],
            "calendar": calendar_of(row, day_of(now)),
            "groups": criteria.groups(row.criteria),
            "total": criteria.total_points(row.criteria),
            "procedure": markdown.render(row.procedure),
            "scopes": list(row.scopes.select_related("organisation", "region__parent")[:500]),
            "changes": list(row.changes.all()),
            "section": "help",
        },
    )


urlpatterns = [
    path("recognition/rounds/", rounds, name="recognition-rounds"),
    path("recognition/rounds/<uuid:round_id>/", round_, name="recognition-round"),
]
