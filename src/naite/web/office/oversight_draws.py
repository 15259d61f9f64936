"""The draw of the spot checks at the office: commit, draw, and where its visits stand."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.oversight import draw_queries
from naite.branches.oversight.models import Draw
from naite.branches.oversight.services import draws as services
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.recognition.models import Round
from naite.web.middleware import now_of
from naite.web.office.oversight_access import SECTION, TABS, officer_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draw_list(request: HttpRequest) -> HttpResponse:
    """List draws and what could be drawn; a POST commits a seed."""
    person, now = officer_of(request), now_of(request)
    if request.method == "POST":
        chosen, year = request.POST.get("round", ""), request.POST.get("year", "")
        try:
            row = services.commit(
                of=get_object_or_404(Round, pk=UUID(chosen)) if chosen else None,
                year=int(year) if year.isdecimal() and not chosen else None,
                actor=person,
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("office-draws")
        except ValueError:
            raise Http404 from None
        messages.success(request, _("씨앗값을 봉인하고 해시를 공개했습니다. 하루 뒤부터 추첨할 수 있습니다."))
        return redirect("office-draw", row.pk)
    context = {
        "section": SECTION,
        "tabs": TABS,
        "tab": "draws",
        "draws": list(draw_queries.draws()[:100]),
        "choices": draw_queries.choices(on=day_of(now)),
    }
    return render(request, "office/oversight/draws.html", context)


def _found(draw_id: UUID) -> Draw:
    row = draw_queries.draw(draw_id)
    if row is None:
        raise Http404
    return row


@never_cache
@login_required
@require_safe
def draw_page(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """One draw with its visits."""
    person, now, row = officer_of(request), now_of(request), _found(draw_id)
    visits, done = draw_queries.visits_of(row, person)
    context = {
        "section": SECTION,
        "row": row,
        "visits": visits,
        "done": done,
        "may_draw": row.state == Draw.State.COMMITTED and now >= row.committed_at + services.PUBLIC_BEFORE,
        "from": row.committed_at + services.PUBLIC_BEFORE,
    }
    return render(request, "office/oversight/draw.html", context)


@login_required
@require_POST
def draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """Draw."""
    row, person = _found(draw_id), officer_of(request)
    try:
        services.draw(committed=row, actor=person, now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("추첨했습니다. 뽑힌 과정은 마지막 방문을 마칠 때까지 공개되지 않습니다."))
    return redirect("office-draw", row.pk)


urlpatterns = [
    path("oversight/draws/", draw_list, name="office-draws"),
    path("oversight/draws/<uuid:draw_id>/", draw_page, name="office-draw"),
    path("oversight/draws/<uuid:draw_id>/draw/", draw, name="office-draw-draw"),
]
