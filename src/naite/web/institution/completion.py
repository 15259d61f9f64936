"""수료 판정: everyone's figures, what they come to, and deciding for all or for some."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import completion as flow
from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.trunk.assessment import queries, rules, services
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.delivery.services.mails import run_title
from naite.web.excel import excel
from naite.web.institution.access import person_of, run_for
from naite.web.middleware import now_of


def _ids(given: list[str]) -> list[UUID]:
    found = []
    for each in given:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


def _page(
    request: HttpRequest,
    run: CourseRun,
    *,
    refusal: Refused | None = None,
    wrong: dict[UUID, str] | None = None,
    typed: dict[UUID, str] | None = None,
    chosen: set[UUID] | None = None,
) -> HttpResponse:
    now = now_of(request)
    standings = queries.standings(run, now=now)
    try:
        rules.refuse_early(run, list(run.sessions.order_by("number")), now=now)
        too_early = ""
    except Refused as early:
        too_early = str(early.message)
    audit.record(
        "assessment.view_standings",
        actor=person_of(request),
        now=now,
        subject=run,
        people=[each.enrolment.person_id for each in standings],
    )
    rows: list[dict[str, Any]] = []
    for each in standings:
        unpaid = each.enrolment.state == Enrolment.State.AWAITING_PAYMENT
        pk = each.enrolment.pk
        rows.append(
            {
                "standing": each,
                "rate": rules.show_rate(rules.attendance_rate(each.figures.attended, each.figures.counted))
                if each.figures.counted
                else None,
                "hindrance": _("수강료 미납") if unpaid else each.hindrance,
                "can_decide": not too_early
                and not unpaid
                and each.completion is None
                and each.proposal is not None,
                "score": (typed or {}).get(
                    pk, f"{each.figures.score:f}" if each.figures.score is not None else ""
                ),
                "wrong": (wrong or {}).get(pk, ""),
                "chosen": pk in chosen if chosen is not None else True,
            }
        )
    context = {
        "run": run,
        "title": run_title(run),
        "rows": rows,
        "too_early": too_early,
        "decidable": sum(1 for row in rows if row["can_decide"]),
        "passing": sum(
            1
            for row in rows
            if row["can_decide"]
            and row["standing"].proposal is not None
            and row["standing"].proposal.outcome == Completion.Outcome.COMPLETED
        ),
        "decided": sum(1 for row in rows if row["standing"].completion is not None),
        "completed": sum(
            1
            for row in rows
            if row["standing"].completion is not None
            and row["standing"].completion.outcome == Completion.Outcome.COMPLETED
        ),
        "refusal": refusal,
        "section": "runs",
    }
    status = refusal.status if refusal else 422 if wrong else 200
    return render(request, "institution/completion.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def completion(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show everyone's figures and proposed outcome; a POST saves scores or decides.

    ``act=scores`` saves all scores or, when one is wrong, none. ``act=decide`` decides for those ticked,
    all of them or none.
    """
    run = run_for(request, run_id)
    if request.method != "POST":
        return _page(request, run)
    if request.POST.get("act") == "scores":
        return _scores(request, run)
    chosen = _ids(request.POST.getlist("enrolment"))
    if not chosen:
        return _page(
            request, run, refusal=Refused(_("판정할 사람을 하나 이상 고르세요."), code="nobody"), chosen=set()
        )
    try:
        done = flow.complete_run(
            run_id=run.pk, enrolment_ids=chosen, actor=person_of(request), now=now_of(request)
        )
    except Refused as refusal:
        return _page(request, run, refusal=refusal, chosen=set(chosen))
    completed = sum(1 for each in done if each.outcome == Completion.Outcome.COMPLETED)
    messages.success(
        request,
        _("%(all)d명을 판정했습니다. 수료 %(completed)d명, 미수료 %(not)d명입니다.")
        % {"all": len(done), "completed": completed, "not": len(done) - completed},
    )
    return redirect("work-completion", run.pk)


def _scores(request: HttpRequest, run: CourseRun) -> HttpResponse:
    enrolments = Enrolment.objects.filter(run=run, state__in=Enrolment.HOLDS_SEAT).select_related(
        "run__organisation", "person"
    )
    live = queries.live_results(run)
    typed: dict[UUID, str] = {}
    wrong: dict[UUID, str] = {}
    saved = 0
    with transaction.atomic():
        for enrolment in enrolments:
            given = request.POST.get(f"score-{enrolment.pk}")
            if given is None:
                continue
            typed[enrolment.pk] = given
            before = live.get(enrolment.pk)
            if not given.strip():
                if before is not None:
                    wrong[enrolment.pk] = _("이미 넣은 점수는 비울 수 없습니다. 고친 점수를 적어 주세요.")
                continue
            try:
                result = services.grade(
                    enrolment=enrolment, score=given, actor=person_of(request), now=now_of(request)
                )
                saved += before is None or before.pk != result.pk
            except Refused as refusal:
                wrong[enrolment.pk] = str(refusal.message)
        if wrong:
            transaction.set_rollback(True)
    if wrong:
        return _page(request, run, wrong=wrong, typed=typed)
    messages.success(request, _("점수 %(saved)d개를 적었습니다.") % {"saved": saved})
    return redirect("work-completion", run.pk)


@login_required
@require_POST
def correct(request: HttpRequest, completion_id: UUID) -> HttpResponse:
    """Decide one person anew on changed figures, with a reason."""
    old = (
        Completion.objects.select_related(
            "enrolment__run__organisation", "enrolment__run__version__course", "enrolment__person"
        )
        .filter(pk=completion_id)
        .first()
    )
    if old is None:
        raise Http404
    run = run_for(request, old.enrolment.run_id)
    try:
        flow.correct(
            completion=old,
            reason=request.POST.get("reason", ""),
            actor=person_of(request),
            now=now_of(request),
        )
    except Refused as refusal:
        return _page(request, run, refusal=refusal)
    messages.success(request, _("%(name)s 님을 다시 판정했습니다.") % {"name": old.enrolment.person.name})
    return redirect("work-completion", run.pk)


@login_required
@require_safe
def completion_excel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give the figures and decisions as an Excel file."""
    run = run_for(request, run_id)
    standings = queries.standings(run, now=now_of(request))
    audit.record(
        "assessment.export_standings",
        actor=person_of(request),
        now=now_of(request),
        subject=run,
        people=[each.enrolment.person_id for each in standings],
    )
    heads = [
        _("이름"),
        _("출석"),
        _("전체"),
        _("출석률(%)"),
        _("시간"),
        _("점수"),
        _("판정"),
        _("까닭"),
        _("판정한 때"),
    ]
    rows = []
    for each in standings:
        done = each.completion
        figures = each.figures
        rows.append(
            [
                each.enrolment.person.name,
                figures.attended,
                figures.counted,
                rules.attendance_rate(figures.attended, figures.counted) if figures.counted else None,
                figures.hours,
                figures.score,
                done.get_outcome_display() if done else _("판정 전"),
                done.reason if done else each.hindrance or (each.proposal.reason if each.proposal else ""),
                done.decided_at if done else None,
            ]
        )
    name = _("%(title)s 수료 판정") % {"title": run_title(run)}
    return excel(name=name, title=_("수료 판정"), heads=heads, rows=rows)


urlpatterns = [
    path("runs/<uuid:run_id>/completion/", completion, name="work-completion"),
    path("runs/<uuid:run_id>/completion.xlsx", completion_excel, name="work-completion-excel"),
    path("completions/<uuid:completion_id>/correct/", correct, name="work-completion-correct"),
]
