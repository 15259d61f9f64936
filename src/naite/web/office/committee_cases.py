"""The paper of each case before the committee: what was found, what is decided, who stays out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.committee import agenda, policies, queries
from naite.trunk.recognition.models import AgendaItem, Application, Recusal
from naite.trunk.recognition.results import queries as results
from naite.web.fields import show_refusal
from naite.web.history import Audience, lines_of
from naite.web.middleware import now_of
from naite.web.office.committee import SECTION, back_to, meeting_of, meeting_page, someone
from naite.web.office.committee_forms import DecisionForm, RecusalForm


def _item(request: HttpRequest, item_id: UUID) -> AgendaItem:
    item = get_object_or_404(
        AgendaItem.objects.select_related(
            "meeting__institute",
            "application__organisation__region__parent",
            "application__round",
            "application__version",
            "decided_by",
        ),
        pk=item_id,
    )
    if not policies.can_see(someone(request), item.meeting, now=now_of(request)):
        raise NotAllowed(_("이 회의의 자료를 볼 수 있는 사람이 아닙니다."))
    return item


def open_sheets(case: Application, person: Person, now: datetime) -> list[results.Sheet]:
    """Return the score sheets of a case that a person may read; none while they are sealed."""
    try:
        return results.sheets(application=case, reader=person, now=now)
    except Refused:
        return []


def _paper(request: HttpRequest, item: AgendaItem, **more: Any) -> HttpResponse:
    person, now = someone(request), now_of(request)
    prepares = policies.can_prepare(person, item.meeting.institute, now=now)
    own = policies.membership(person, item.meeting.institute, now=now)
    recusals = list(item.recusals.select_related("member__person", "noted_by"))
    appointed, present = queries.strength(item)
    place, count, before, after = queries.neighbours(item)
    status = more.pop("status", 200)
    context: dict[str, Any] = {
        "section": SECTION,
        "item": item,
        "case": item.application,
        "meeting": item.meeting,
        "prepares": prepares,
        "own": own,
        "withdrawn": any(own and recusal.member_id == own.pk for recusal in recusals),
        "recusals": recusals,
        "appointed": appointed,
        "present": present,
        "items_said": list(item.application.items.select_related("item").order_by("item__position")),
        "evidence": list(item.application.evidence.filter(removed_at=None).select_related("item")),
        "sheets": open_sheets(item.application, person, now),
        "lines": lines_of(item.application, audience=Audience.OFFICES),
        "place": place,
        "count": count,
        "before": before,
        "after": after,
        "decision": more.pop("decision", None) or DecisionForm(item=item),
        "recusal": more.pop("recusal", None) or RecusalForm(meeting=item.meeting),
        **more,
    }
    return render(request, "office/committee_paper.html", context, status=status)


@login_required
@require_safe
def paper(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The paper of one case: what was applied for, what the panel found, what is decided."""
    return _paper(request, _item(request, item_id))


@login_required
@require_POST
def decide(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Write the decision on one case and go on to the next."""
    item = _item(request, item_id)
    form = DecisionForm(request.POST, item=item)
    if form.is_valid():
        try:
            agenda.decide(
                item=item,
                decision=form.decision(),
                revision=form.cleaned_data["revision"],
                actor=someone(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(case)s: 결정을 적었습니다.") % {"case": item.application.number})
            following = item.meeting.items.filter(outcome="", position__gt=item.position).first()
            if following is not None:
                return redirect("office-committee-paper", following.pk)
            return redirect("office-committee-meeting", item.meeting_id)
    return _paper(request, item, decision=form, status=422)


@login_required
@require_POST
def item_act(request: HttpRequest, item_id: UUID, act: str) -> HttpResponse:
    """Take a case off the agenda, move it up or down, take its decision back."""
    item = _item(request, item_id)
    person, now = someone(request), now_of(request)
    try:
        if act == "remove":
            agenda.remove(item=item, actor=person, now=now)
        elif act == "undo":
            agenda.undo(item=item, actor=person, now=now)
            return redirect("office-committee-paper", item.pk)
        else:
            agenda.shift(item=item, up=act == "up", actor=person, now=now)
    except NotAllowed:
        raise
    except Refused as refusal:
        return meeting_page(
            request, meeting_of(request, item.meeting_id), refusal=refusal, status=refusal.status
        )
    return back_to(request, item.meeting_id)


@login_required
@require_POST
def recuse(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Keep a member out of one case: themselves, or one whom the institution challenged."""
    item = _item(request, item_id)
    person, now = someone(request), now_of(request)
    own = policies.membership(person, item.meeting.institute, now=now)
    form = RecusalForm(request.POST, meeting=item.meeting, own=own)
    if form.is_valid():
        try:
            agenda.recuse(
                item=item,
                member=own or form.cleaned_data["member"],
                ground=form.cleaned_data["ground"] or Recusal.Ground.WITHDREW,
                reason=form.cleaned_data["reason"],
                actor=person,
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("적었습니다. 이 안건의 재적과 출석에서 뺍니다."))
            return redirect("office-committee-paper", item.pk)
    return _paper(request, item, recusal=form, status=422)


urlpatterns = [
    path("committee/cases/<uuid:item_id>/", paper, name="office-committee-paper"),
    path("committee/cases/<uuid:item_id>/decide/", decide, name="office-committee-decide"),
    path("committee/cases/<uuid:item_id>/recuse/", recuse, name="office-committee-recuse"),
    *(
        path(
            f"committee/cases/<uuid:item_id>/{name}/",
            item_act,
            {"act": name},
            name=f"office-committee-{name}",
        )
        for name in ("remove", "up", "down", "undo")
    ),
]
