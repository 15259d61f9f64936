"""What oversight asks of an institution: orders to answer, cancellations to speak to, objections to file."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from naite.branches.oversight import case_queries, deadlines
from naite.branches.oversight.models import (
    Cancellation,
    CorrectionFile,
    CorrectionOrder,
    Finding,
    Investigation,
)
from naite.branches.oversight.services import cancellations, corrections, objections
from naite.branches.oversight.services.common import require_officer, require_speaker
from naite.branches.oversight.texts import Upload
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import CaseEvent
from naite.web.fields import FilesField, show_refusal
from naite.web.files import download
from naite.web.history import lines_of
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of
from naite.web.office.oversight_access import due_chip, title_of
from naite.web.oversight_letters import letter_of

SECTION = "oversight"


class AnswerForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("무엇을 어떻게 바로잡았나요"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    uploads = FilesField(
        label=gettext_lazy("증빙"), help_text=gettext_lazy("PDF, 사진, 한글 문서. 하나에 10 MB, 5개까지.")
    )


class OpinionForm(forms.Form):
    opinion = forms.CharField(
        label=gettext_lazy("의견"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("기한까지는 다시 낼 수 있습니다. 마지막에 낸 것을 봅니다."),
    )


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("무엇이 왜 잘못되었나요"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """List the institution's cases, what waits for an answer first."""
    organisation, today = institution_of(request), day_of(now_of(request))
    found = case_queries.cases_of(organisation)
    orders: list[Any] = []
    for row in found["orders"]:
        assert isinstance(row, CorrectionOrder)
        due = case_queries.correction_due(row)
        chip = due_chip(due, today, waiting=row.is_running and due is not None)
        orders.append((row, title_of(row), due, chip))
    notices: list[Any] = []
    for case in found["cancellations"]:
        assert isinstance(case, Cancellation)
        waiting = case.state == Cancellation.State.NOTICED
        notices.append((case, title_of(case), due_chip(case.opinion_until, today, waiting=waiting)))
    context = {
        "section": SECTION,
        "organisation": organisation,
        "orders": orders,
        "cancellations": notices,
        "objections": [(row, title_of(row)) for row in found["objections"]],
        "reports": [(row, title_of(row)) for row in found["reports"]],
    }
    return render(request, "institution/oversight/overview.html", context)


def _order(request: HttpRequest, order_id: UUID) -> tuple[CorrectionOrder, Person]:
    row, person = case_queries.order(order_id), person_of(request)
    if row is None:
        raise Http404
    require_speaker(person, row.organisation, now=now_of(request))
    return row, person


def _can_object(against: CorrectionOrder | Cancellation, request: HttpRequest) -> bool:
    if against.delivered_on is None or against.state not in (
        "issued",
        "answered",
        "not_fulfilled",
        "cancelled",
    ):
        return False
    return day_of(now_of(request)) <= deadlines.last_day("objection_file", against.delivered_on)


@never_cache
@login_required
@require_safe
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show an order with what was answered."""
    return _order_view(request, _order(request, order_id)[0])


def _order_view(
    request: HttpRequest,
    row: CorrectionOrder,
    *,
    status: int = 200,
    given: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    given, due, today = given or {}, case_queries.correction_due(row), day_of(now_of(request))
    objection = case_queries.objection_against(row)
    context = {
        "section": SECTION,
        "row": row,
        "title": title_of(row),
        "due": due,
        "chip": due_chip(due, today, waiting=row.is_running and due is not None),
        "answers": case_queries.answers_of(row),
        "objection": objection,
        "can_object": objection is None and _can_object(row, request),
        "object_until": deadlines.last_day("objection_file", row.delivered_on),
        "form": given.get("form") or AnswerForm(),
        "objecting": given.get("objecting") or ObjectionForm(prefix="object"),
        "lines": lines_of(row.recognition, audience=CaseEvent.Audience.PARTIES),
        "who": "parties",
    }
    return render(request, "institution/oversight/order.html", context, status=status)


@login_required
@require_POST
def answer(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Say what was put right."""
    row, person = _order(request, order_id)
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            corrections.answer(
                order=row,
                body=form.cleaned_data["body"],
                uploads=[Upload(each.file, each.name) for each in form.cleaned_data["uploads"]],
                actor=person,
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("시정 결과를 보냈습니다."))
            return redirect("work-order", row.pk)
    return _order_view(request, _order(request, order_id)[0], status=422, given={"form": form})


@login_required
@require_POST
def object_to_order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Object against an order."""
    row, person = _order(request, order_id)
    form = ObjectionForm(request.POST, prefix="object")
    if form.is_valid() and _filed(request, row, form, person):
        return redirect("work-order", row.pk)
    return _order_view(request, row, status=422, given={"objecting": form})


def _filed(
    request: HttpRequest, against: CorrectionOrder | Cancellation, form: forms.Form, person: Person
) -> bool:
    try:
        objections.file(against=against, text=form.cleaned_data["text"], actor=person, now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("이의신청을 냈습니다. 처분을 정한 사람이 아닌 담당자가 답합니다."))
    return True


def _cancellation(request: HttpRequest, cancellation_id: UUID) -> tuple[Cancellation, Person]:
    row, person = case_queries.cancellation(cancellation_id), person_of(request)
    if row is None:
        raise Http404
    require_speaker(person, row.organisation, now=now_of(request))
    return row, person


@never_cache
@login_required
@require_safe
def cancellation_page(request: HttpRequest, cancellation_id: UUID) -> HttpResponse:
    """Show a cancellation: the notice, the time for an opinion, the decision."""
    return _cancellation_view(request, _cancellation(request, cancellation_id)[0])


def _cancellation_view(
    request: HttpRequest, row: Cancellation, *, status: int = 200, given: dict[str, forms.Form] | None = None
) -> HttpResponse:
    given, today = given or {}, day_of(now_of(request))
    waiting = row.state == Cancellation.State.NOTICED
    objection = case_queries.objection_against(row)
    context = {
        "section": SECTION,
        "row": row,
        "title": title_of(row),
        "chip": due_chip(row.opinion_until, today, waiting=waiting),
        "may_speak": waiting and row.opinion_until >= today,
        "objection": objection,
        "can_object": objection is None and _can_object(row, request),
        "object_until": deadlines.last_day("objection_file", row.delivered_on) if row.delivered_on else None,
        "form": given.get("form") or OpinionForm(initial={"opinion": row.opinion}),
        "objecting": given.get("objecting") or ObjectionForm(prefix="object"),
        "lines": lines_of(row.recognition, audience=CaseEvent.Audience.PARTIES),
        "who": "parties",
    }
    return render(request, "institution/oversight/cancellation.html", context, status=status)


@login_required
@require_POST
def opinion(request: HttpRequest, cancellation_id: UUID) -> HttpResponse:
    """Give an opinion, or say that there will be none."""
    row, person = _cancellation(request, cancellation_id)
    form = OpinionForm(request.POST)
    if form.is_valid():
        try:
            cancellations.give_opinion(
                cancellation=row,
                opinion=form.cleaned_data["opinion"],
                waive=request.POST.get("act") == "waive",
                actor=person,
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("적었습니다."))
            return redirect("work-cancellation", row.pk)
    return _cancellation_view(
        request, _cancellation(request, cancellation_id)[0], status=422, given={"form": form}
    )


@login_required
@require_POST
def object_to_cancellation(request: HttpRequest, cancellation_id: UUID) -> HttpResponse:
    """Object against a cancellation."""
    row, person = _cancellation(request, cancellation_id)
    form = ObjectionForm(request.POST, prefix="object")
    if form.is_valid() and _filed(request, row, form, person):
        return redirect("work-cancellation", row.pk)
    return _cancellation_view(request, row, status=422, given={"objecting": form})


@login_required
@require_POST
def withdraw(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Take an objection back."""
    row = case_queries.objection(objection_id)
    if row is None:
        raise Http404
    try:
        objections.withdraw(objection=row, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("이의신청을 거두었습니다."))
    return redirect("work-oversight")


@never_cache
@login_required
@require_safe
def report(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """The report of a visit, as the institution reads it: never why one came."""
    row = case_queries.investigation(investigation_id)
    if row is None or row.state != Investigation.State.REPORTED:
        raise Http404
    require_speaker(person_of(request), row.organisation, now=now_of(request))
    findings = list(Finding.objects.filter(investigation=row))
    context = {"section": SECTION, "row": row, "title": title_of(row), "findings": findings}
    return render(request, "institution/oversight/report.html", context)


@never_cache
@login_required
@require_safe
def letter(request: HttpRequest, kind: str, case_id: UUID) -> HttpResponse:
    """A letter to print."""
    found = letter_of(kind, case_id)
    if found is None:
        raise Http404
    require_speaker(person_of(request), found.organisation, now=now_of(request))
    return render(request, "office/oversight/letter.html", {"section": SECTION, "letter": found})


@never_cache
@login_required
@require_safe
def file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Evidence of an answer, for the institution and for the officers of the case."""
    found = (
        CorrectionFile.objects.filter(pk=file_id)
        .select_related("file", "answer__order__organisation")
        .first()
    )
    if found is None:
        raise Http404
    order, person, now = found.answer.order, person_of(request), now_of(request)
    try:
        require_speaker(person, order.organisation, now=now)
    except NotAllowed:
        require_officer(person, order.organisation_id, now=now)
    audit.record("oversight.view_evidence", actor=person, now=now, subject=found)
    return download(found.file, inline=found.file.is_picture)


urlpatterns = [
    path("oversight/", overview, name="work-oversight"),
    path("oversight/orders/<uuid:order_id>/", order_page, name="work-order"),
    path("oversight/orders/<uuid:order_id>/answer/", answer, name="work-order-answer"),
    path("oversight/orders/<uuid:order_id>/object/", object_to_order, name="work-order-object"),
    path("oversight/cancellations/<uuid:cancellation_id>/", cancellation_page, name="work-cancellation"),
    path("oversight/cancellations/<uuid:cancellation_id>/opinion/", opinion, name="work-opinion"),
    path(
        "oversight/cancellations/<uuid:cancellation_id>/object/",
        object_to_cancellation,
        name="work-cancellation-object",
    ),
    path("oversight/objections/<uuid:objection_id>/withdraw/", withdraw, name="work-objection-withdraw"),
    path("oversight/reports/<uuid:investigation_id>/", report, name="work-visit-report"),
    path("oversight/letters/<slug:kind>/<uuid:case_id>/", letter, name="work-letter"),
    path("oversight/files/<uuid:file_id>/", file, name="oversight-file"),
]
