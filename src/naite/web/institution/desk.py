"""The desk: what is on today, and which runs want something done."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.dates import day_of, start_of
from naite.roots.errors import NotAllowed
from naite.trunk.assessment.queries import runs_to_decide
from naite.trunk.delivery import queries
from naite.trunk.delivery.services.mails import run_title
from naite.trunk.people.models import Organisation, Role
from naite.trunk.people.policies import can_run_courses, has_role
from naite.trunk.recognition.models import Application
from naite.web.case_page import due_of
from naite.web.desk import Desk
from naite.web.desk import institution as recognition_work
from naite.web.desk.asked import Asked, chosen
from naite.web.institution.access import person_of
from naite.web.middleware import now_of
from naite.web.roles import current_organisation, current_seat

MOST_SHOWN = 12


def with_offices(organisation: Organisation) -> int:
    """Return how many applications of an institution the offices are working on."""
    states = Application.OPEN - {
        Application.State.DRAFT,
        Application.State.SUPPLEMENT,
        Application.State.PROVISIONAL,
    }
    return Application.objects.filter(organisation=organisation, state__in=states).count()


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show today's sessions and what is to do. Instructors see the sessions, with the code to project."""
    organisation, person, now = current_organisation(request), person_of(request), now_of(request)
    runs_courses = organisation is not None and can_run_courses(person, organisation, now=now)
    if organisation is None or not (runs_courses or has_role(person, organisation, Role.INSTRUCTOR, now=now)):
        raise NotAllowed(_("강좌를 운영하는 기관 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    today = day_of(now)
    sessions = [
        {
            "session": session,
            "title": run_title(session.run),
            "on": bool(session.ends_at and session.ends_at > now),
        }
        for session in queries.sessions_between(
            organisation, start_of(today), start_of(today + timedelta(days=1))
        )
    ]
    context: dict[str, Any] = {
        "sessions": sessions,
        "today": today,
        "runs_courses": runs_courses,
        "section": "desk",
    }
    if runs_courses:
        seat = current_seat(request)
        at = Desk(person, organisation, seat.role if seat else "", now)
        works = chosen(
            (work for source in recognition_work.SOURCES for work in source(at)),
            Asked(),
            me=person.pk,
            today=today,
        )
        context |= {
            "recognition": [(work, due_of(work.due_on, today)) for work in works[:MOST_SHOWN]],
            "recognition_more": max(len(works) - MOST_SHOWN, 0),
            "with_offices": with_offices(organisation),
            "unpaid": queries.runs_unpaid(organisation),
            "standing": queries.runs_with_line_and_seats(organisation),
            "undated": queries.runs_undated(organisation),
            "deciding": runs_to_decide(organisation, now=now),
            "week": queries.sessions_between(
                organisation, start_of(today + timedelta(days=1)), start_of(today + timedelta(days=7))
            )[:10],
        }
    return render(request, "institution/desk.html", context)


urlpatterns = [path("", desk, name="work-desk")]
