"""Scanning learning cards at the door of a class: one field, one card after the other."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from naite.roots.errors import Refused
from naite.trunk.delivery import queries
from naite.trunk.delivery.models import Attendance
from naite.trunk.delivery.services.carding import mark_by_card
from naite.trunk.delivery.services.mails import run_title
from naite.web.institution.access import person_of, session_for
from naite.web.middleware import now_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_card(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Mark the holder of a scanned card; the field is ready for the next one at once."""
    session = session_for(request, session_id)
    marked: Attendance | None = None
    problem, status, text = "", 200, request.POST.get("card", "")[:200]
    if request.method == "POST":
        try:
            marked = mark_by_card(session=session, text=text, actor=person_of(request), now=now_of(request))
        except Refused as refusal:
            problem, status = str(refusal), refusal.status
    return render(
        request,
        "institution/attendance_card.html",
        {
            "section": "runs",
            "session": session,
            "title": run_title(session.run),
            "marked": marked,
            "problem": problem,
            "text": text if problem else "",
            "came": session.attendances.filter(state__in=queries.IN_THE_ROOM).count(),
            "seats": queries.seat_holders(session.run).count(),
        },
        status=status,
    )


urlpatterns = [path("sessions/<uuid:session_id>/attendance/card/", by_card, name="work-attendance-card")]
