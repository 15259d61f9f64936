"""Course runs: the list, one run with the people in it, changing and cancelling it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.roots.text import tidy
from naite.trunk.catalogue.rules import RegistrationState, registration_state
from naite.trunk.catalogue.run_listing import listing_of_run
from naite.trunk.delivery import queries, services
from naite.trunk.delivery.models import CourseRun, Enrolment
from naite.trunk.delivery.services.mails import run_title
from naite.trunk.people.models import Organisation
from naite.web.excel import excel
from naite.web.institution.access import enrolment_for, institution_of, person_of, run_for, session_for
from naite.web.institution.run_forms import ChangeForm, DateForm, ReasonForm
from naite.web.middleware import now_of

PAGE = 30
VIEWS = {
    "all": gettext_lazy("모두"),
    "open": gettext_lazy("신청 받는 중"),
    "going": gettext_lazy("진행 중"),
    "over": gettext_lazy("끝남"),
    "undated": gettext_lazy("날짜 미정"),
    "cancelled": gettext_lazy("폐강"),
}


def explain(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal where it belongs, so that what was typed stays."""
    named = {name: words for name, words in refusal.fields.items() if name in form.fields}
    for name, words in named.items():
        form.add_error(name, str(words))
    if not named:
        form.add_error(None, str(refusal.message))


def state_of(run: CourseRun, request: HttpRequest) -> RegistrationState:
    """Say whether one can apply for a run now."""
    return registration_state(
        opens_at=run.registration_opens_at,
        closes_at=run.registration_closes_at,
        always_open=False,
        capacity=run.capacity,
        seats_taken=run.seats_taken,
        takes_waiting=run.waiting < run.waitlist_capacity,
        ends_on=run.ends_on,
        now=now_of(request),
    )


def _chosen(request: HttpRequest, organisation: Organisation) -> tuple[QuerySet[CourseRun], str, str]:
    now = now_of(request)
    today = day_of(now)
    view = request.GET.get("view", "all")
    words = tidy(request.GET.get("q", ""))[:100]
    rows = queries.runs_of([organisation])
    live = rows.exclude(state=CourseRun.State.CANCELLED)
    by_view = {
        "open": live.filter(registration_opens_at__lte=now, registration_closes_at__gt=now),
        "going": live.filter(starts_on__lte=today, ends_on__gte=today),
        "over": live.filter(ends_on__lt=today),
        "undated": live.filter(starts_on=None),
        "cancelled": rows.filter(state=CourseRun.State.CANCELLED),
    }
    rows = by_view.get(view, rows)
    if words:
        rows = rows.filter(
            Q(version__title__icontains=words) | Q(name__icontains=words) | Q(instructor__icontains=words)
        )
    rows = rows.annotate(
        unpaid=Count("enrolments", filter=Q(enrolments__state=Enrolment.State.AWAITING_PAYMENT))
    )
    return rows, view if view in VIEWS else "all", words


@login_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """List the institution's runs, filtered by the address."""
    organisation = institution_of(request)
    rows, view, words = _chosen(request, organisation)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"run": run, "title": run_title(run), "state": state_of(run, request)} for run in page],
        "view": view,
        "views": VIEWS.items(),
        "q": words,
        "section": "runs",
    }
    return render(request, "institution/runs.html", context)


@login_required
@require_safe
def runs_excel(request: HttpRequest) -> HttpResponse:
    """Give the runs that the list shows as an Excel file."""
    rows, _view, _words = _chosen(request, institution_of(request))
    heads = [
        _("강좌"), _("반"), _("강사"), _("장소"), _("첫날"), _("마지막 날"), _("신청 시작"), _("신청 마감"),
        _("상태"), _("정원"), _("자리 받은 사람"), _("대기"), _("결제 대기"), _("수강료"),
    ]  # fmt: skip
    table = [
        [
            run.version.title, run.name, run.instructor, run.place, run.starts_on, run.ends_on,
            run.registration_opens_at, run.registration_closes_at,
            run.get_state_display() if run.state != CourseRun.State.OPEN else state_of(run, request).label,
            run.capacity, run.seats_taken, run.waiting, vars(run)["unpaid"], run.fee,
        ]
        for run in rows[:5000]
    ]  # fmt: skip
    return excel(name=_("강좌 목록"), title=_("강좌 목록"), heads=heads, rows=table)


def show_run(
    request: HttpRequest,
    run: CourseRun,
    *,
    refusal: Refused | None = None,
    at: UUID | None = None,
    tried: str = "",
) -> HttpResponse:
    """Render the page of a run; a refusal is shown at the enrolment it is about."""
    people = list(queries.participants(run))
    gone = list(
        run.enrolments.filter(state=Enrolment.State.CANCELLED)
        .select_related("person")
        .order_by("-cancelled_at")[:50]
    )
    audit.record(
        "delivery.view_participants",
        actor=person_of(request),
        now=now_of(request),
        subject=run,
        people=[row.person_id for row in people],
    )
    context: dict[str, Any] = {
        "run": run,
        "title": run_title(run),
        "state": state_of(run, request),
        "seated": [row for row in people if row.state != Enrolment.State.WAITING],
        "waiting": [row for row in people if row.state == Enrolment.State.WAITING],
        "gone": gone,
        "unpaid": sum(1 for row in people if row.state == Enrolment.State.AWAITING_PAYMENT),
        "sessions": list(queries.sessions_of(run)),
        "interested": run.interests.count(),
        "listing": listing_of_run(run.pk),
        "free": run.capacity - run.seats_taken,
        "refusal": refusal,
        "at": at,
        "tried": tried,
        "now": now_of(request),
        "section": "runs",
    }
    return render(request, "institution/run.html", context, status=refusal.status if refusal else 200)


@login_required
@require_safe
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show one run: seats, line, sessions."""
    return show_run(request, run_for(request, run_id))


@login_required
@require_safe
def run_excel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give the people in a run as an Excel file."""
    row = run_for(request, run_id)
    people = list(queries.participants(row))
    audit.record(
        "delivery.export_participants",
        actor=person_of(request),
        now=now_of(request),
        subject=row,
        people=[each.person_id for each in people],
    )
    heads = [
        _("신청 순서"), _("이름"), _("전자우편"), _("상태"), _("신청한 때"), _("확정된 때"),
        _("결제 기한"), _("결제한 때"), _("면제한 까닭"),
    ]  # fmt: skip
    table = [
        [
            each.number, each.person.name, each.person.email, each.get_state_display(), each.applied_at,
            each.confirmed_at, each.payment_due_at, each.paid_at, each.exempt_reason,
        ]
        for each in people
    ]  # fmt: skip
    title = run_title(row)
    return excel(name=_("%(title)s 수강생") % {"title": title}, title=title, heads=heads, rows=table)


@login_required
@require_POST
def enrolment_act(request: HttpRequest, enrolment_id: UUID, act: str) -> HttpResponse:
    """Confirm payment, let the fee off, or withdraw one place."""
    enrolment = enrolment_for(request, enrolment_id)
    actor, now = person_of(request), now_of(request)
    reason = request.POST.get("reason", "")
    name = enrolment.person.name
    try:
        if act == "paid":
            services.mark_paid(enrolment=enrolment, actor=actor, now=now)
            done = _("%(name)s 님의 납부를 확인했습니다.")
        elif act == "exempt":
            services.exempt_fee(enrolment=enrolment, actor=actor, now=now, reason=reason)
            done = _("%(name)s 님의 수강료를 면제했습니다.")
        else:
            services.cancel_enrolment(enrolment=enrolment, actor=actor, now=now, reason=reason)
            done = _("%(name)s 님의 신청을 취소하고 까닭을 알렸습니다.")
    except Refused as refusal:
        return show_run(
            request, run_for(request, enrolment.run_id), refusal=refusal, at=enrolment.pk, tried=reason
        )
    messages.success(request, done % {"name": name})
    return redirect(reverse("work-run", args=[enrolment.run_id]) + "#seats")


@login_required
@require_POST
def move_up(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give a free seat to the first in line by hand."""
    row = run_for(request, run_id)
    try:
        moved = services.move_up_next(run=row, actor=person_of(request), now=now_of(request))
    except Refused as refusal:
        return show_run(request, row, refusal=refusal)
    messages.success(request, _("%(name)s 님께 자리를 주고 알렸습니다.") % {"name": moved.person.name})
    return redirect(reverse("work-run", args=[row.pk]) + "#line")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_edit(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Change seats, registration period, names and place."""
    row = run_for(request, run_id)
    form = ChangeForm(request.POST) if request.method == "POST" else ChangeForm.of(row)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_run(
                run=row, changes=form.changes(), actor=person_of(request), now=now_of(request)
            )
        except Refused as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("강좌를 고쳤습니다."))
            return redirect("work-run", row.pk)
    context = {"run": row, "title": run_title(row), "form": form, "section": "runs"}
    return render(request, "institution/run_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask for the reason and say what follows; a POST cancels the run."""
    row = run_for(request, run_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_run(
                run=row, actor=person_of(request), now=now_of(request), reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("폐강하고 신청한 분께 알렸습니다."))
            return redirect("work-run", row.pk)
    context = {
        "run": row,
        "title": run_title(row),
        "form": form,
        "told": row.enrolments.exclude(state=Enrolment.State.CANCELLED).count(),
        "section": "runs",
    }
    return render(request, "institution/run_cancel.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_date(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Set or move the date of a session, saying how many will be told."""
    session = session_for(request, session_id)
    form = DateForm(request.POST) if request.method == "POST" else DateForm.of(session)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.moments()
        change = services.reschedule_session if session.starts_at else services.announce_session_date
        try:
            change(
                session=session,
                starts_at=starts_at,
                ends_at=ends_at,
                place=form.cleaned_data["place"],
                actor=person_of(request),
                now=now_of(request),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("날짜를 정하고 기다리는 분께 알렸습니다."))
            return redirect(reverse("work-run", args=[session.run_id]) + "#sessions")
    row = session.run
    context = {
        "session": session,
        "run": row,
        "title": run_title(row),
        "form": form,
        "told": row.enrolments.exclude(state=Enrolment.State.CANCELLED).count() + row.interests.count(),
        "section": "runs",
    }
    return render(request, "institution/session_date.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def session_drop(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Take an undated session out of the run."""
    session = session_for(request, session_id)
    try:
        services.drop_session(session=session, actor=person_of(request), now=now_of(request))
    except Refused as refusal:
        return show_run(request, run_for(request, session.run_id), refusal=refusal)
    messages.success(request, _("차시를 지웠습니다."))
    return redirect(reverse("work-run", args=[session.run_id]) + "#sessions")


urlpatterns = [
    path("runs/", runs, name="work-runs"),
    path("runs.xlsx", runs_excel, name="work-runs-excel"),
    path("runs/<uuid:run_id>/", run, name="work-run"),
    path("runs/<uuid:run_id>/participants.xlsx", run_excel, name="work-run-excel"),
    path("runs/<uuid:run_id>/edit/", run_edit, name="work-run-edit"),
    path("runs/<uuid:run_id>/cancel/", run_cancel, name="work-run-cancel"),
    path("runs/<uuid:run_id>/move-up/", move_up, name="work-run-move-up"),
    path("enrolments/<uuid:enrolment_id>/paid/", enrolment_act, {"act": "paid"}, name="work-enrolment-paid"),
    path(
        "enrolments/<uuid:enrolment_id>/exempt/",
        enrolment_act,
        {"act": "exempt"},
        name="work-enrolment-exempt",
    ),
    path(
        "enrolments/<uuid:enrolment_id>/cancel/",
        enrolment_act,
        {"act": "cancel"},
        name="work-enrolment-cancel",
    ),
    path("sessions/<uuid:session_id>/date/", session_date, name="work-session-date"),
    path("sessions/<uuid:session_id>/drop/", session_drop, name="work-session-drop"),
]
