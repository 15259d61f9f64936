"""Checking in to a session: where the QR on the screen leads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from naite.roots.dates import show_span
from naite.roots.errors import Refused
from naite.trunk.delivery import queries, rules, services
from naite.trunk.delivery.models import Attendance, Enrolment, Session
from naite.trunk.delivery.services.mails import run_title
from naite.trunk.people.models import Person
from naite.web.learner.enrolments import person_of, session_dots
from naite.web.middleware import now_of


def _context(session: Session, person: Person, *, now: datetime) -> dict[str, Any]:
    run = session.run
    enrolment = queries.live_enrolment(run.pk, person)
    sessions = list(queries.sessions_of(run))
    marks: dict[UUID, Attendance] = {}
    if enrolment is not None and enrolment.state in Enrolment.HOLDS_SEAT:
        marks = queries.attendance_by_session(enrolment)
    mark = marks.get(session.pk)
    return {
        "session": session,
        "title": run_title(run),
        "area": run.version.area,
        "when": show_span(session.starts_at, session.ends_at) if session.starts_at else "",
        "place": session.place or run.place,
        "dots": session_dots(sessions, marks, now=now),
        "attended": sum(1 for each in marks.values() if each.state in queries.ATTENDED),
        "counted": len(sessions),
        "needed": rules.sessions_needed(len(sessions), run.min_attendance),
        "mark": mark,
        "came": mark is not None and mark.state in queries.ATTENDED,
        "enrolment": enrolment,
        "section": "account",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attend(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show the check-in page of a session; a POST with the code checks in.

    The QR leads here with the code in the address. Looking at a page must not change anything, so the page
    carries the code in a form, which script sends at once and which is one tap without script.
    """
    session = (
        Session.objects.select_related("run__version", "run__organisation").filter(pk=session_id).first()
    )
    if session is None:
        raise Http404
    person, now = person_of(request), now_of(request)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            services.check_in(session=session, person=person, code=request.POST.get("code", "")[:64], now=now)
        except Refused as error:
            refused = error
        else:
            return redirect("my-attend", session.pk)
    context = _context(session, person, now=now)
    context["refused"] = refused
    context["code"] = request.GET.get("c", "")[:64] if request.method != "POST" else ""
    return render(request, "learner/attend.html", context, status=refused.status if refused else 200)


urlpatterns = [path("attend/<uuid:session_id>/", attend, name="my-attend")]
