"""Objections to refusals and provisional recognitions, at the office."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from naite.branches.oversight import queries
from naite.branches.oversight.models import ResultObjection
from naite.branches.oversight.services import result_objections as objections
from naite.branches.oversight.services.common import require_officer
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
)

State = ResultObjection.State
_WITH = ("application__version", "application__round__institute", "organisation", "handler", "notice")


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("답과 그 까닭"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List objections to results, the earliest due first; none about one's own organisations."""
    person, today = officer_of(request), day_of(now_of(request))
    rows = ResultObjection.objects.exclude(
        organisation__in=person.roles.filter(valid_until=None).values("organisation_id")
    ).select_related(*_WITH)
    if only_open(request):
        rows = rows.filter(state=State.FILED).order_by("due_on", "id")
    else:
        rows = rows.order_by("-changed_at", "id")

    def line(row: ResultObjection) -> Row:
        waiting = row.state == State.FILED
        return Row(
            url=reverse("office-result-objection", args=[row.pk]),
            due=due_chip(row.due_on, today, waiting=waiting),
            day=row.due_on if waiting else None,
            title=str(row.application.version),
            under=f"{row.number} · {row.organisation.name} · {row.notice.get_kind_display()}",
            state=row.get_state_display(),
            shape={"filed": "a", "upheld": "g"}.get(row.state, ""),
            who=row.handler.name if row.handler else "",
        )

    return show_cases(
        request,
        tab="results",
        rows=rows,
        line=line,
        empty=_("답할 이의신청이 없습니다"),
        intro=_(
            "불인정이나 예비인정에 대한 이의신청입니다. 결과를 정하는 데 참여하지 않은 담당자가 14일 안에 답합니다"
            "(한 차례 10일 연장). 행정기본법 제36조"
        ),
    )


def _found(request: HttpRequest, objection_id: UUID) -> tuple[ResultObjection, Person]:
    person = officer_of(request)
    row = get_object_or_404(
        ResultObjection.objects.select_related(*_WITH, "filed_by", "decided_by"), pk=objection_id
    )
    require_officer(person, row.organisation_id, now=now_of(request))
    return row, person


@never_cache
@login_required
@require_safe
def one(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Show one objection with the result it is against."""
    return _page(request, *_found(request, objection_id))


def _page(
    request: HttpRequest,
    row: ResultObjection,
    person: Person,
    *,
    status: int = 200,
    given: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    now, given, waiting = now_of(request), given or {}, row.state == State.FILED
    out = objections.deciders(row.application)
    officers = queries.officers(row.application.round.institute, now=now) if waiting else []
    context = {
        "section": SECTION,
        "row": row,
        "chip": due_chip(row.due_on, day_of(now), waiting=waiting),
        "mine": row.handler_id == person.pk,
        "decided_it": person.pk in out,
        "colleagues": [each for each in officers if each.pk not in out],
        "form": given.get("form") or AnswerForm(prefix="answer"),
        "extend": given.get("extend") or ReasonForm(prefix="extend"),
        "lines": lines_of(row.application, audience=CaseEvent.Audience.OFFICES),
        "who": "offices",
    }
    return render(request, "office/oversight/result_objection.html", context, status=status)


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
            officers = queries.officers(row.application.round.institute, now=now)
            to = next((each for each in officers if str(each.pk) == chosen), None)
            if to is None:
                raise Refused(_("맡길 사람을 골라 주세요."), code="no_handler")
            objections.assign(objection=row, to=to, actor=person, now=now)
        elif what == "extend":
            reason = extend.cleaned_data.get("reason", "")
            objections.extend(objection=row, reason=reason, actor=person, now=now)
        elif what in ("uphold", "reject"):
            answer = form.cleaned_data.get("answer", "")
            objections.decide(objection=row, uphold=what == "uphold", answer=answer, actor=person, now=now)
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        if what == "assign":
            messages.error(request, str(refusal))
            return redirect("office-result-objection", row.pk)
        name, shown = ("extend", extend) if what == "extend" else ("form", form)
        show_refusal(shown, refusal)
        return _page(request, *_found(request, objection_id), status=422, given={name: shown})
    messages.success(request, _("적었습니다."))
    return redirect("office-result-objection", row.pk)


urlpatterns = [
    path("oversight/result-objections/", listing, name="office-result-objections"),
    path("oversight/result-objections/<uuid:objection_id>/", one, name="office-result-objection"),
    path("oversight/result-objections/<uuid:objection_id>/act/", act, name="office-result-objection-act"),
]
