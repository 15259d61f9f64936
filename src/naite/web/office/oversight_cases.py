"""Correction orders and cancellations at the office."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.oversight import case_queries, deadlines
from naite.branches.oversight.models import Cancellation, CorrectionOrder, Investigation
from naite.branches.oversight.models.corrections import Ground
from naite.branches.oversight.services import cancellations, corrections
from naite.branches.oversight.services.cancellations import Hearing
from naite.branches.oversight.services.common import require_officer
from naite.flows import oversight
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import CaseEvent, Recognition
from naite.web.fields import show_refusal
from naite.web.history import lines_of
from naite.web.middleware import now_of
from naite.web.office.oversight_access import (
    SECTION,
    ReasonForm,
    Row,
    due_chip,
    officer_of,
    only_open,
    show_cases,
    title_of,
)
from naite.web.office.oversight_forms import DecisionForm, NoticeForm, OrderForm, RecordForm


@login_required
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """List correction orders, the earliest due first."""
    person, today = officer_of(request), day_of(now_of(request))

    def line(row: CorrectionOrder) -> Row:
        due = case_queries.correction_due(row)
        waiting = row.is_running and due is not None
        return Row(
            url=reverse("office-order", args=[row.pk]),
            due=due_chip(due, today, waiting=waiting),
            day=due if row.is_running else None,
            title=title_of(row),
            under=f"{row.number} · {row.organisation.name}",
            state=_("이의신청 중") if row.is_running and due is None else row.get_state_display(),
            shape={"issued": "b", "answered": "a", "fulfilled": "g", "not_fulfilled": "r"}.get(row.state, ""),
            who="",
        )

    return show_cases(
        request,
        tab="orders",
        rows=case_queries.orders(person, only_open=only_open(request)),
        line=line,
        empty=_("진행 중인 시정명령이 없습니다"),
        intro=_("기한은 기관이 받은 다음 날부터 2개월까지이고, 이의신청을 살펴본 날만큼 늘어납니다."),
    )


@login_required
@require_safe
def cancellation_list(request: HttpRequest) -> HttpResponse:
    """List cancellations, the earliest due first."""
    person, today = officer_of(request), day_of(now_of(request))

    def line(row: Cancellation) -> Row:
        waiting = row.state == Cancellation.State.NOTICED
        return Row(
            url=reverse("office-cancellation", args=[row.pk]),
            due=due_chip(row.opinion_until, today, waiting=waiting),
            day=row.opinion_until if waiting else None,
            title=title_of(row),
            under=f"{row.number} · {row.organisation.name} · {row.get_ground_display()}",
            state=row.get_state_display(),
            shape={"noticed": "a", "cancelled": "r", "dropped": "", "reversed": "g"}[row.state],
            who="",
        )

    return show_cases(
        request,
        tab="cancellations",
        rows=case_queries.cancellations(person, only_open=only_open(request)),
        line=line,
        empty=_("진행 중인 취소 절차가 없습니다"),
        intro=_(
            "미리 알리고 의견을 들은 다음에 결정합니다. 거짓으로 받은 인정이 아니면 시정명령이 먼저입니다."
        ),
    )


def _recognition(request: HttpRequest, recognition_id: UUID) -> tuple[Recognition, Person]:
    given, person = case_queries.recognition(recognition_id), officer_of(request)
    if given is None:
        raise Http404
    require_officer(person, given.course.organisation_id, now=now_of(request))
    return given, person


def _visit_of(request: HttpRequest, given: Recognition) -> Investigation | None:
    asked = request.GET.get("visit", "")
    row = case_queries.investigation(UUID(asked)) if asked else None
    return row if row is not None and row.recognition_id == given.pk else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_order(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Write a correction order; the page says the latest day."""
    (given, person), now = _recognition(request, recognition_id), now_of(request)
    today = day_of(now)
    visit = _visit_of(request, given)
    initial = {
        "ground": Ground.NOT_AS_RECOGNISED,
        "delivered_on": today,
        "until": deadlines.last_day("correction", today),
        "grounds": _facts(visit),
    }
    form = OrderForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = corrections.issue(
                recognition=given, investigation=visit, actor=person, now=now, **form.cleaned_data
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("시정명령을 보냈습니다."))
            return redirect("office-order", row.pk)
    context = {"section": SECTION, "given": given, "form": form, "visit": visit}
    return render(request, "office/oversight/order_new.html", context, status=422 if form.errors else 200)


def _facts(visit: Investigation | None) -> str:
    """Return what the visit found, as a start."""
    if visit is None:
        return ""
    found = visit.findings.filter(result="violation")
    return "\n".join(f"- {each.title}: {each.note}" for each in found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_cancellation(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Write the prior notice of a cancellation."""
    (given, person), now = _recognition(request, recognition_id), now_of(request)
    today = day_of(now)
    visit = _visit_of(request, given)
    rows = case_queries.unfulfilled_orders(given)
    initial = {
        "ground": rows[0].ground if rows else Ground.FALSE_MEANS,
        "order": str(rows[0].pk) if rows else "",
        "delivered_on": today,
        "opinion_until": deadlines.last_day("opinion", today),
        "grounds": _facts(visit),
    }
    form = NoticeForm(request.POST or None, initial=initial, orders=rows)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        on, place = data.pop("hearing_on"), data.pop("hearing_place")
        chosen = data.pop("order")
        order = next((row for row in rows if str(row.pk) == chosen), None)
        try:
            row = cancellations.give_notice(
                recognition=given,
                investigation=visit,
                order=order,
                hearing=Hearing(on, place) if on else None,
                actor=person,
                now=now,
                **data,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("취소를 미리 알렸습니다."))
            return redirect("office-cancellation", row.pk)
    context = {"section": SECTION, "given": given, "form": form, "visit": visit}
    return render(
        request, "office/oversight/cancellation_new.html", context, status=422 if form.errors else 200
    )


def _order(request: HttpRequest, order_id: UUID) -> tuple[CorrectionOrder, Person]:
    row, person = case_queries.order(order_id), officer_of(request)
    if row is None:
        raise Http404
    require_officer(person, row.organisation_id, now=now_of(request))
    return row, person


@never_cache
@login_required
@require_safe
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show one correction order."""
    row, _person = _order(request, order_id)
    return _order_view(request, row)


def _order_view(
    request: HttpRequest, row: CorrectionOrder, *, status: int = 200, form: ReasonForm | None = None
) -> HttpResponse:
    today, due = day_of(now_of(request)), case_queries.correction_due(row)
    context = {
        "section": SECTION,
        "row": row,
        "due": due,
        "chip": due_chip(due, today, waiting=row.is_running and due is not None),
        "over": due is not None and due < today,
        "answers": case_queries.answers_of(row),
        "objection": case_queries.objection_against(row),
        "form": form or ReasonForm(prefix="judge"),
        "lines": lines_of(row.recognition, audience=CaseEvent.Audience.OFFICES),
        "who": "offices",
    }
    return render(request, "office/oversight/order.html", context, status=status)


@login_required
@require_POST
def order_act(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Accept an answer, ask for more, or say that it was not put right."""
    (row, person), now = _order(request, order_id), now_of(request)
    form = ReasonForm(request.POST, prefix="judge")
    form.is_valid()
    reason = form.cleaned_data["reason"]
    what = request.POST.get("act", "")
    acts: dict[str, Callable[[], object]] = {
        "fulfil": lambda: corrections.judge(order=row, fulfilled=True, reason=reason, actor=person, now=now),
        "fail": lambda: corrections.judge(order=row, fulfilled=False, reason=reason, actor=person, now=now),
        "back": lambda: corrections.send_back(order=row, reason=reason, actor=person, now=now),
    }
    if what not in acts:
        raise Http404
    try:
        acts[what]()
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return _order_view(request, _order(request, order_id)[0], status=refusal.status, form=form)
    messages.success(request, _("정했습니다. 기관에 알렸습니다."))
    return redirect("office-order", row.pk)


def _cancellation(request: HttpRequest, cancellation_id: UUID) -> tuple[Cancellation, Person]:
    row, person = case_queries.cancellation(cancellation_id), officer_of(request)
    if row is None:
        raise Http404
    require_officer(person, row.organisation_id, now=now_of(request))
    return row, person


@never_cache
@login_required
@require_safe
def cancellation_page(request: HttpRequest, cancellation_id: UUID) -> HttpResponse:
    """Show one cancellation."""
    row, _person = _cancellation(request, cancellation_id)
    return _cancellation_view(request, row)


def _cancellation_view(
    request: HttpRequest, row: Cancellation, *, status: int = 200, given: dict[str, forms.Form] | None = None
) -> HttpResponse:
    today, given = day_of(now_of(request)), given or {}
    waiting = row.state == Cancellation.State.NOTICED
    context = {
        "section": SECTION,
        "row": row,
        "chip": due_chip(row.opinion_until, today, waiting=waiting),
        "ready": waiting
        and (row.opinion_at is not None or row.opinion_until < today)
        and not (row.hearing and row.hearing_held_at is None),
        "objection": case_queries.objection_against(row),
        "form": given.get("form") or DecisionForm(prefix="decide", initial={"delivered_on": today}),
        "record": given.get("record") or RecordForm(prefix="hearing"),
        "lines": lines_of(row.recognition, audience=CaseEvent.Audience.OFFICES),
        "who": "offices",
    }
    return render(request, "office/oversight/cancellation.html", context, status=status)


@login_required
@require_POST
def cancellation_act(request: HttpRequest, cancellation_id: UUID) -> HttpResponse:
    """Record a hearing, or decide."""
    (row, person), now = _cancellation(request, cancellation_id), now_of(request)
    what = request.POST.get("act", "")
    form: forms.Form
    if what == "hearing":
        form, name = RecordForm(request.POST, prefix="hearing"), "record"
    elif what in ("cancel", "drop"):
        form, name = DecisionForm(request.POST, prefix="decide"), "form"
    else:
        raise Http404
    if form.is_valid():
        try:
            if what == "hearing":
                cancellations.hold_hearing(cancellation=row, actor=person, now=now, **form.cleaned_data)
            else:
                oversight.decide_cancellation(
                    cancellation=row, cancel=what == "cancel", actor=person, now=now, **form.cleaned_data
                )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("적었습니다."))
            return redirect("office-cancellation", row.pk)
    row, _person = _cancellation(request, cancellation_id)
    return _cancellation_view(request, row, status=422, given={name: form})


urlpatterns = [
    path("oversight/orders/", order_list, name="office-orders"),
    path("oversight/orders/new/<uuid:recognition_id>/", new_order, name="office-order-new"),
    path("oversight/orders/<uuid:order_id>/", order_page, name="office-order"),
    path("oversight/orders/<uuid:order_id>/act/", order_act, name="office-order-act"),
    path("oversight/cancellations/", cancellation_list, name="office-cancellations"),
    path(
        "oversight/cancellations/new/<uuid:recognition_id>/", new_cancellation, name="office-cancellation-new"
    ),
    path("oversight/cancellations/<uuid:cancellation_id>/", cancellation_page, name="office-cancellation"),
    path(
        "oversight/cancellations/<uuid:cancellation_id>/act/",
        cancellation_act,
        name="office-cancellation-act",
    ),
]
