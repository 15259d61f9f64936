"""Objections at the office, and the letters of orders, cancellations and answers."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from naite.branches.oversight import case_queries, queries
from naite.branches.oversight.models import Objection
from naite.branches.oversight.services import objections
from naite.branches.oversight.services.common import require_officer
from naite.flows import oversight
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import CaseEvent
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
from naite.web.oversight_letters import letter_of


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("답과 그 까닭"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )


@login_required
@require_safe
def objection_list(request: HttpRequest) -> HttpResponse:
    """List objections, the earliest due first."""
    person, today = officer_of(request), day_of(now_of(request))

    def line(row: Objection) -> Row:
        waiting = row.state == Objection.State.FILED
        against = _("시정명령") if row.order_id else _("취소")
        return Row(
            url=reverse("office-objection", args=[row.pk]),
            due=due_chip(row.due_on, today, waiting=waiting),
            day=row.due_on if waiting else None,
            title=title_of(row),
            under=f"{row.number} · {row.organisation.name} · {against}",
            state=row.get_state_display(),
            shape={"filed": "a", "upheld": "g", "rejected": "", "withdrawn": ""}[row.state],
            who=row.handler.name if row.handler else "",
        )

    return show_cases(
        request,
        tab="objections",
        rows=case_queries.objections(person, only_open=only_open(request)),
        line=line,
        empty=_("답할 이의신청이 없습니다"),
        intro=_("처분을 정한 사람이 아닌 담당자가 14일 안에 답합니다(한 차례 10일 연장). 행정기본법 제36조"),
    )


def _found(request: HttpRequest, objection_id: UUID) -> tuple[Objection, Person]:
    row, person = case_queries.objection(objection_id), officer_of(request)
    if row is None:
        raise Http404
    require_officer(person, row.organisation_id, now=now_of(request))
    return row, person


@never_cache
@login_required
@require_safe
def objection_page(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Show one objection with what it is against."""
    row, _person = _found(request, objection_id)
    return _page(request, row)


def _page(
    request: HttpRequest, row: Objection, *, status: int = 200, given: dict[str, forms.Form] | None = None
) -> HttpResponse:
    person, now, given = officer_of(request), now_of(request), given or {}
    waiting = row.state == Objection.State.FILED
    context = {
        "section": SECTION,
        "row": row,
        "against": row.order or row.cancellation,
        "chip": due_chip(row.due_on, day_of(now), waiting=waiting),
        "mine": row.handler_id == person.pk,
        "decided_it": row.decider_id == person.pk,
        "colleagues": [
            each
            for each in queries.officers(row.recognition.granted_by, now=now)
            if each.pk != row.decider_id
        ]
        if waiting
        else [],
        "form": given.get("form") or AnswerForm(prefix="answer"),
        "extend": given.get("extend") or ReasonForm(prefix="extend"),
        "lines": lines_of(row.recognition, audience=CaseEvent.Audience.OFFICES),
        "who": "offices",
    }
    return render(request, "office/oversight/objection.html", context, status=status)


@login_required
@require_POST
def act(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Give the objection to somebody, put the answer off, or answer."""
    (row, person), now = _found(request, objection_id), now_of(request)
    what = request.POST.get("act", "")
    extend, form = ReasonForm(request.POST, prefix="extend"), AnswerForm(request.POST, prefix="answer")
    extend.is_valid()
    form.is_valid()
    try:
        if what == "assign":
            chosen = request.POST.get("handler", "")
            to = next(
                (p for p in queries.officers(row.recognition.granted_by, now=now) if str(p.pk) == chosen),
                None,
            )
            if to is None:
                raise Refused(_("맡길 사람을 골라 주세요."), code="no_handler")
            objections.assign(objection=row, to=to, actor=person, now=now)
        elif what == "extend":
            objections.extend(objection=row, reason=extend.cleaned_data["reason"], actor=person, now=now)
        elif what in ("uphold", "reject"):
            oversight.decide_objection(
                objection=row,
                uphold=what == "uphold",
                answer=form.cleaned_data["answer"],
                actor=person,
                now=now,
            )
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        if what == "assign":
            messages.error(request, str(refusal))
            return redirect("office-objection", row.pk)
        name, shown = ("extend", extend) if what == "extend" else ("form", form)
        show_refusal(shown, refusal)
        return _page(request, _found(request, objection_id)[0], status=422, given={name: shown})
    messages.success(request, _("적었습니다."))
    return redirect("office-objection", row.pk)


@never_cache
@login_required
@require_safe
def letter(request: HttpRequest, kind: str, case_id: UUID) -> HttpResponse:
    """A letter to print."""
    found = letter_of(kind, case_id)
    if found is None:
        raise Http404
    require_officer(officer_of(request), found.organisation.pk, now=now_of(request))
    return render(request, "office/oversight/letter.html", {"section": SECTION, "letter": found})


urlpatterns = [
    path("oversight/objections/", objection_list, name="office-objections"),
    path("oversight/objections/<uuid:objection_id>/", objection_page, name="office-objection"),
    path("oversight/objections/<uuid:objection_id>/act/", act, name="office-objection-act"),
    path("oversight/letters/<slug:kind>/<uuid:case_id>/", letter, name="office-letter"),
]
