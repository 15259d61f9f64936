"""Giving out cases: a proposal with reasons, adjustable by hand; and the page of one case before a panel."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.recognition.models import Application, Assignment, Challenge, Evaluator, PanelCase
from naite.trunk.recognition.panels import challenges, facts, seating
from naite.trunk.recognition.panels.proposal import propose
from naite.trunk.recognition.panels.words import OBSTACLES
from naite.trunk.recognition.results import queries
from naite.web.middleware import now_of
from naite.web.office.panels import waiting
from naite.web.office.panels_access import officer, panel_for

MOST = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, panel_id: UUID) -> HttpResponse:
    """Propose evaluators for the waiting cases and say why; a POST gives out what is marked, as it is marked."""
    panel = panel_for(request, panel_id)
    person, _institute = officer(request)
    every = request.GET.get("all") == "1"
    rows = waiting(panel.round).select_related("organisation__parent", "organisation__region", "version")
    if not every:
        rows = rows.filter(version__category=panel.field)
    total = rows.count()
    applications = list(rows.order_by("number", "pk")[:MOST])
    members = facts.members(panel)
    known = facts.candidates(members, round=panel.round, field=panel.field)
    proposals = propose(
        [facts.case_of(each) for each in applications],
        list(known.values()),
        seats=panel.round.evaluators_per_application,
        on=day_of(now_of(request)),
        exclude_own_region=panel.round.exclude_own_region,
    )
    error, picked = "", None
    if request.method == "POST":
        take = set(request.POST.getlist("take"))
        picked = {
            each.pk: _keys(request.POST.getlist(f"pick-{each.pk}"))
            for each in applications
            if str(each.pk) in take
        }
        explanations = {
            (made.case, chosen.id): {"load_before": chosen.load_before, "is_expert": chosen.is_expert}
            for made in proposals
            for chosen in made.chosen
        }
        try:
            done = seating.seat(
                panel=panel, choices=picked, explanations=explanations, actor=person, now=now_of(request)
            )
        except NotAllowed as refusal:
            error = str(refusal.message)
        except Refused as refusal:
            error = str(refusal.message)
        else:
            messages.success(request, _("신청 %(n)d건을 배정하고 위원에게 알렸습니다.") % {"n": len(done)})
            return redirect("office-panel", panel.pk)
    context = {
        "section": "panels",
        "panel": panel,
        "round": panel.round,
        "cases": [
            _case(application, made, {each.pk: each for each in members}, picked)
            for application, made in zip(applications, proposals, strict=True)
        ],
        "members": members,
        "needed": panel.round.evaluators_per_application,
        "total": total,
        "most": MOST,
        "every": every,
        "error": error,
    }
    return render(request, "office/panel_assign.html", context, status=422 if error else 200)


def _case(
    application: Application,
    made: Any,
    members: dict[UUID, Evaluator],
    picked: dict[UUID, list[UUID]] | None,
) -> dict[str, Any]:
    chosen = {each.id for each in made.chosen}
    if picked is not None and application.pk in picked:
        chosen = set(picked[application.pk])
    most = max((each.load_before for each in made.chosen), default=0)
    rows = [
        {
            "evaluator": members[each.id],
            "on": each.id in chosen,
            "can": True,
            "why": _("지금 %(n)d건 · 이 분야") % {"n": each.load_before}
            if each.is_expert
            else _("지금 %(n)d건") % {"n": each.load_before},
        }
        for each in made.chosen
    ] + [
        {
            "evaluator": members[each.id],
            "on": each.id in chosen and each.obstacle is None,
            "can": each.obstacle is None,
            "why": OBSTACLES[each.obstacle]
            if each.obstacle is not None
            else _("지금 %(n)d건으로, 뽑힌 위원(%(most)d건까지)보다 적지 않음")
            % {"n": each.load_before, "most": most},
        }
        for each in sorted(made.passed_over, key=lambda one: (one.obstacle is not None, one.load_before))
    ]
    return {
        "application": application,
        "rows": rows,
        "missing": made.missing,
        "take": (application.pk in picked) if picked is not None else not made.missing,
    }


def _keys(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _case_for(request: HttpRequest, application_id: UUID) -> PanelCase:
    _person, institute = officer(request)
    return get_object_or_404(
        PanelCase.objects.select_related(
            "application__round__institute",
            "application__organisation__parent",
            "application__version",
            "panel__round__institute",
        ),
        pk=application_id,
        application__round__institute=institute,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show who reviews a case and how far they are, never their scores before the seal opens; a POST replaces."""
    row = _case_for(request, application_id)
    person, institute = officer(request)
    error = ""
    if request.method == "POST":
        try:
            seating.replace(
                assignment=get_object_or_404(
                    Assignment.objects.select_related("panel__round__institute", "evaluator"),
                    pk=next(iter(_keys([request.POST.get("assignment", "")])), None),
                    application=row.application,
                ),
                by=get_object_or_404(
                    Evaluator.objects.select_related("person"),
                    pk=next(iter(_keys([request.POST.get("by", "")])), None),
                    institute=institute,
                ),
                reason=request.POST.get("reason", ""),
                actor=person,
                now=now_of(request),
            )
        except Refused as refusal:
            error = str(refusal.message)
        else:
            messages.success(request, _("다른 위원에게 맡기고 알렸습니다."))
            return redirect("office-panel-case", row.pk)
    return _case_page(request, row, error)


def _case_page(request: HttpRequest, row: PanelCase, error: str) -> HttpResponse:
    person, _institute = officer(request)
    application, panel = row.application, row.panel
    given = list(
        application.assignments.select_related(
            "evaluator__person", "replaced_by__evaluator__person"
        ).order_by("attempt", "stage", "assigned_at", "evaluator__person__name")
    )
    current = [
        each
        for each in given
        if (each.stage, each.attempt) == (row.stage, row.attempt) and each.state in Assignment.LIVE
    ]
    busy = {each.evaluator_id for each in given if (each.stage, each.attempt) == (row.stage, row.attempt)}
    members = facts.members(panel)
    against = facts.obstacles(members, [application], round=panel.round, on=day_of(now_of(request)))
    try:
        sheets = queries.sheets(application=application, reader=person, now=now_of(request))
    except queries.Sealed:
        sheets = []
    context = {
        "section": "panels",
        "case": row,
        "application": application,
        "panel": panel,
        "given": given,
        "done": sum(each.state == Assignment.State.SUBMITTED for each in current),
        "needed": max(len(current), panel.round.evaluators_per_application),
        "vacant": [
            each
            for each in given
            if each.state == Assignment.State.REPLACED
            and each.replaced_by_id is None
            and (each.stage, each.attempt) == (row.stage, row.attempt)
        ],
        "in_review": application.state in (Application.State.IN_REVIEW, Application.State.RE_REVIEW),
        "can_take": [
            each for each in members if each.pk not in busy and (each.pk, application.pk) not in against
        ],
        "cannot": [
            (each, OBSTACLES[against[each.pk, application.pk]])
            for each in members
            if each.pk not in busy and (each.pk, application.pk) in against
        ],
        "challenges": application.challenges.select_related("evaluator__person", "filed_by").order_by(
            "filed_at"
        ),
        "sheets": sheets,
        "error": error,
        "today": day_of(now_of(request)),
    }
    return render(request, "office/panel_case.html", context, status=422 if error else 200)


@login_required
@require_POST
def decide(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """Uphold or dismiss a challenge."""
    person, institute = officer(request)
    filed = get_object_or_404(
        Challenge.objects.select_related(
            "application__round__institute", "application__organisation", "evaluator", "filed_by"
        ),
        pk=challenge_id,
        application__round__institute=institute,
    )
    try:
        challenges.decide(
            challenge=filed,
            uphold=request.POST.get("decide") == "uphold",
            decision=request.POST.get("decision", ""),
            actor=person,
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("기피 신청을 결정하고 기관에 알렸습니다."))
    if PanelCase.objects.filter(pk=filed.application_id).exists():
        return redirect("office-panel-case", filed.application_id)
    return redirect("office-panels")


urlpatterns = [
    path("panels/<uuid:panel_id>/assign/", assign, name="office-panel-assign"),
    path("panels/cases/<uuid:application_id>/", case, name="office-panel-case"),
    path("panels/challenges/<uuid:challenge_id>/decide/", decide, name="office-challenge-decide"),
]
