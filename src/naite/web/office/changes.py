"""Change reports that wait for the national institute."""

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
from naite.trunk.recognition import changes, policies
from naite.trunk.recognition.models import ChangeReport
from naite.web.middleware import now_of

SECTION = "recognition"


def _officer(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    if policies.granting_institute(request.user, now=now_of(request)) is None:
        raise NotAllowed(
            _("국가평생교육진흥원 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요.")
        )
    return request.user


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what waits, oldest first, and what was decided lately."""
    _officer(request)
    done = ChangeReport.objects.exclude(state=ChangeReport.State.SUBMITTED).select_related(
        "recognition__course__current", "recognition__course__organisation", "decided_by"
    )
    context = {"section": SECTION, "rows": list(changes.waiting()[:200]), "done": list(done[:30])}
    return render(request, "office/changes.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Accept or refuse one."""
    person = _officer(request)
    row = get_object_or_404(ChangeReport.objects.select_related("recognition__granted_by"), pk=change_id)
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
