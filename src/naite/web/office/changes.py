"""Change reports that wait for the national institute."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition import changes, delegations, policies
from naite.trunk.recognition.models import ChangeReport, Delegation
from naite.web.middleware import now_of

SECTION = "recognition"


def _officer(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    if not _provinces(request) and policies.granting_institute(request.user, now=now_of(request)) is None:
        raise NotAllowed(
            _("국가평생교육진흥원 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요.")
        )
    return request.user


def _provinces(request: HttpRequest) -> set[str]:
    """Return the provinces for which a provincial officer decides by delegation."""
    assert isinstance(request.user, Person)
    return delegations.provinces_of(request.user, Delegation.Power.CHANGES, now=now_of(request))


def _in_reach(request: HttpRequest, rows: "QuerySet[ChangeReport]") -> "QuerySet[ChangeReport]":
    """Leave a delegated province what it decides on; the national institute everything."""
    assert isinstance(request.user, Person)
    if policies.granting_institute(request.user, now=now_of(request)) is not None:
        return rows
    mine = Q(pk__in=[])
    for province in _provinces(request):
        mine |= Q(recognition__course__organisation__region__code__startswith=province)
    return rows.filter(mine)


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what waits, oldest first, and what was decided lately."""
    _officer(request)
    done = ChangeReport.objects.exclude(state=ChangeReport.State.SUBMITTED).select_related(
        "recognition__course__current", "recognition__course__organisation", "decided_by"
    )
    context = {
        "section": SECTION,
        "rows": list(_in_reach(request, changes.waiting())[:200]),
        "done": list(_in_reach(request, done)[:30]),
    }
    return render(request, "office/changes.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Accept or refuse one."""
    person = _officer(request)
    rows = ChangeReport.objects.select_related(
        "recognition__granted_by", "recognition__course__organisation__region"
    )
    row = get_object_or_404(_in_reach(request, rows), pk=change_id)
    accepts = request.POST.get("act") == "accept"
    try:
        changes.decide(
            change=row,
            accepts=accepts,
            reason=request.POST.get("reason", ""),
            actor=person,
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("받아들였습니다.") if accepts else _("받아들이지 않았습니다."))
    return redirect("office-changes")


urlpatterns = [
    path("changes/", listing, name="office-changes"),
    path("changes/<uuid:change_id>/", decide, name="office-changes-decide"),
]
