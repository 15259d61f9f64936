"""Giving a badge to many: hand a list in, look at it, have it approved, watch it being given (row B4)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import award_run as flow
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import award_people, policies, queries
from naite.trunk.badges.models import Achievement, AwardRow, AwardRun, IssuingPolicy
from naite.trunk.badges.services import award_runs
from naite.trunk.people.models import Organisation, Person
from naite.web import badge_art
from naite.web.fields import show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

PAGE = 50
State, Outcome = AwardRun.State, AwardRow.Outcome
LIVE = (State.READY, State.RUNNING)
# Rows that want somebody's eyes come first.
SHOWN = (Outcome.REJECTED, Outcome.SKIPPED, Outcome.UNKNOWN, Outcome.PENDING, Outcome.READY, Outcome.AWARDED)


class NewRunForm(forms.Form):
    """Who is to get the badge, and what to say of them who come without words of their own."""

    emails = forms.CharField(
        label=gettext_lazy("이메일"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("한 줄에 한 사람. 이메일 뒤에 이름을 적으면 서로 맞는지 봅니다."),
    )
    narrative = forms.CharField(
        label=gettext_lazy("이룬 것"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("받는 사람 모두의 배지에 적힙니다. 목록에 따로 적은 사람은 그것을 씁니다."),
    )


class SubmitForm(forms.Form):
    due_at = forms.DateTimeField(
        label=gettext_lazy("주는 때"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("비우면 곧바로 줍니다."),
        error_messages={"invalid": gettext_lazy("날짜와 시각을 함께 적어 주세요. 예: 2026-11-27 09:00")},
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("돌려보내는 까닭"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


@login_required
@require_safe
def award_list(request: HttpRequest) -> HttpResponse:
    """All lists of the institution, and whether a second person is asked for."""
    organisation = institution_of(request)
    page = Paginator(queries.award_runs_of(organisation), 30).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "organisation": organisation,
        "second_person": IssuingPolicy.objects.filter(organisation=organisation, second_person=True).exists(),
        "keeps_policy": policies.can_keep_keys(person_of(request), organisation, now=now_of(request)),
        "badges": Achievement.objects.filter(organisation=organisation, retired_at=None).order_by("name")[
            :50
        ],
        "section": "awards",
    }
    return render(request, "institution/award_list.html", context)


@login_required
@require_POST
def award_policy(request: HttpRequest) -> HttpResponse:
    """Ask a second person for every list, or no longer."""
    award_runs.set_policy(
        organisation=institution_of(request),
        second_person=bool(request.POST.get("second_person")),
        actor=person_of(request),
        now=now_of(request),
    )
    messages.success(request, _("저장했습니다. 다음에 올리는 목록부터 그렇게 합니다."))
    return redirect("work-awards")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def award_new(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """Hand in who gets a badge: a file, or people picked and typed. Leads to the preview."""
    organisation = institution_of(request)
    achievement = get_object_or_404(
        Achievement.objects.select_related("organisation", "course_version"),
        pk=achievement_id,
        organisation=organisation,
    )
    if request.method != "POST":
        return _new_page(request, achievement, NewRunForm())
    form = NewRunForm(request.POST)
    if not form.is_valid():
        return _new_page(request, achievement, form, status=422)
    common: dict[str, Any] = {
        "achievement": achievement,
        "narrative": form.cleaned_data["narrative"],
        "actor": person_of(request),
        "now": now_of(request),
    }
    try:
        if request.POST.get("way") == "file":
            file = request.FILES.get("file")
            if not isinstance(file, UploadedFile):
                error = _("올릴 파일을 골라 주세요. CSV나 엑셀(.xlsx) 파일입니다.")
                return _new_page(request, achievement, form, file_error=error, status=422)
            # A byte more than allowed is enough to refuse a file, however large it is.
            content = file.read(settings.UPLOAD_MAX_BYTES + 1)
            run = award_runs.prepare_file(content=content, file_name=file.name or "", **common)
        else:
            run = award_runs.prepare_people(
                people=_picked(request, achievement), emails=form.cleaned_data["emails"], **common
            )
    except NotAllowed:
        raise
    except Refused as refusal:
        if request.POST.get("way") == "file":
            return _new_page(request, achievement, form, file_error=str(refusal), status=refusal.status)
        show_refusal(form, refusal)
        return _new_page(request, achievement, form, status=refusal.status)
    return redirect("work-award-run", run.pk)


def _picked(request: HttpRequest, achievement: Achievement) -> list[Person]:
    """The people picked from those who completed the course; others cannot be picked."""
    chosen = set(request.POST.getlist("person"))
    people = {
        str(item.enrolment.person_id): item.enrolment.person
        for item in queries.completers_without(achievement)
    }
    return [person for key, person in people.items() if key in chosen]


def _new_page(
    request: HttpRequest,
    achievement: Achievement,
    form: NewRunForm,
    *,
    file_error: str = "",
    status: int = 200,
) -> HttpResponse:
    completers = queries.completers_without(achievement)
    if completers:
        audit.record(
            "badges.view_completers",
            actor=person_of(request),
            now=now_of(request),
            subject=achievement,
            shown=len(completers),
        )
    context = {
        "achievement": achievement,
        "form": form,
        "file_error": file_error,
        "completers": completers,
        "chosen": set(request.POST.getlist("person")),
        "needs_record": award_people.needs_record(achievement),
        "pathway": "prerequisites" in award_people.type_of(achievement).demands,
        "needs_approval": award_runs.approval_needed(achievement),
        "limit_mb": settings.UPLOAD_MAX_BYTES // 1048576,
        "runs": queries.award_runs_of(achievement.organisation).filter(achievement=achievement)[:10],
        "art": badge_art.face_of(achievement).url(),
        "section": "badges",
    }
    return render(request, "institution/award_new.html", context, status=status)


@login_required
@require_safe
def award_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One list: its preview, who has to approve it, how far it is, or what came of it."""
    return _run_page(request, run_for_staff(request, run_id))


def run_for_staff(request: HttpRequest, run_id: UUID) -> AwardRun:
    """Return a run of the institution of the seat; one of somebody else's is not found."""
    organisation: Organisation = institution_of(request)
    run = award_runs.run_of(run_id)
    if run is None or run.organisation_id != organisation.pk:
        raise Http404
    return run


def _run_page(
    request: HttpRequest,
    run: AwardRun,
    *,
    submit: SubmitForm | None = None,
    decline: DeclineForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    person, now = person_of(request), now_of(request)
    counts = dict.fromkeys(Outcome.values, 0) | dict(
        AwardRow.objects.filter(run=run).values_list("outcome").annotate(n=Count("id")).order_by()
    )
    wanted = request.GET.get("show", "")
    if wanted not in {*SHOWN, "all"}:
        wanted = next((outcome for outcome in SHOWN if counts[outcome]), "all")
    rows = AwardRow.objects.filter(run=run).order_by("position")
    if wanted != "all":
        rows = rows.filter(outcome=wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        audit.record(
            "badges.view_award_run",
            actor=person,
            now=now,
            subject=run,
            shown=len(page.object_list),
            people=[row.person_id for row in page.object_list if row.person_id],
        )
    context = {
        "run": run,
        "achievement": run.achievement,
        "art": badge_art.face_of(run.achievement).url(),
        "counts": counts,
        "filters": [(str(outcome), outcome.label, counts[outcome]) for outcome in SHOWN if counts[outcome]],
        "show": wanted,
        "keep": f"show={wanted}&",
        "page": page,
        "good": counts[Outcome.READY] + counts[Outcome.UNKNOWN],
        "adds_up": _adds_up(run, counts),
        "percent": round(100 * run.settled / run.row_count, 1) if run.row_count else 0,
        "own": run.prepared_by_id == person.pk,
        "submit_form": submit or SubmitForm(),
        "decline_form": decline or DeclineForm(),
        "refusal": refusal,
        "live": run.state in LIVE and (run.due_at is None or run.due_at <= now),
        "may_cancel": run.state in award_runs.OPEN,
        **_speed(run),
        "section": "awards",
    }
    failed = refusal is not None or bool(submit and submit.errors) or bool(decline and decline.errors)
    status = refusal.status if refusal else 422 if failed else 200
    return render(request, "institution/award_run.html", context, status=status)


def _adds_up(run: AwardRun, counts: dict[str, int]) -> bool:
    """Whether the run's own counts are those of its rows: the reconciliation that the page promises."""
    return (
        run.row_count == sum(counts.values())
        and run.awarded_count == counts[Outcome.AWARDED]
        and run.pending_count == counts[Outcome.PENDING]
        and run.skipped_count == counts[Outcome.SKIPPED]
        and run.rejected_count == counts[Outcome.REJECTED]
    )


def _speed(run: AwardRun) -> dict[str, Any]:
    given = run.awarded_count
    if not run.busy_ms or not given:
        return {"rate": None, "seconds_left": None}
    rate = given * 1000 / run.busy_ms
    left = round(run.left / rate) if run.state == State.RUNNING else None
    return {
        "rate": round(rate),
        "minutes_left": left // 60 if left else 0,
        "seconds_left": left and left % 60,
    }


@login_required
@require_POST
def award_submit(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Let a previewed list go, now or at a set time."""
    run = run_for_staff(request, run_id)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _run_page(request, run, submit=form)
    due_at: datetime | None = form.cleaned_data["due_at"]
    try:
        flow.submit(run=run, due_at=due_at, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return _run_page(request, run_for_staff(request, run_id), submit=form)
    return redirect("work-award-run", run.pk)


@login_required
@require_POST
def award_decline(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Send a list back to the one who prepared it."""
    run = run_for_staff(request, run_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _run_page(request, run, decline=form)
    try:
        award_runs.decline(
            run=run, reason=form.cleaned_data["reason"], actor=person_of(request), now=now_of(request)
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _run_page(request, run_for_staff(request, run_id), refusal=refusal)
    return redirect("work-award-run", run.pk)


_ACTS: dict[str, Callable[..., AwardRun]] = {
    "approve": flow.approve,
    "pause": award_runs.pause,
    "resume": flow.resume,
    "cancel": award_runs.cancel,
}


@login_required
@require_POST
def award_move(request: HttpRequest, run_id: UUID, act: str) -> HttpResponse:
    """Approve, pause, resume or cancel a run."""
    if act not in _ACTS:
        raise Http404
    run = run_for_staff(request, run_id)
    try:
        _ACTS[act](run=run, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _run_page(request, run_for_staff(request, run_id), refusal=refusal)
    return redirect("work-award-run", run.pk)


urlpatterns = [
    path("badges/<uuid:achievement_id>/award/", award_new, name="work-award-new"),
    path("awards/", award_list, name="work-awards"),
    path("awards/policy/", award_policy, name="work-award-policy"),
    path("awards/<uuid:run_id>/", award_page, name="work-award-run"),
    path("awards/<uuid:run_id>/submit/", award_submit, name="work-award-submit"),
    path("awards/<uuid:run_id>/decline/", award_decline, name="work-award-decline"),
    path("awards/<uuid:run_id>/<slug:act>/", award_move, name="work-award-move"),
]
