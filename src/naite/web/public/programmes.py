"""Programmes: several lectures announced together, some without a date yet (row M1)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from naite.trunk.catalogue.rules import TAKES_APPLICATIONS, RegistrationState, registration_state
from naite.trunk.delivery import queries
from naite.trunk.people.models import Person
from naite.web.middleware import now_of


@require_safe
def programme(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Show the lectures of a programme with their dates, or that these will be announced."""
    row = queries.programme_of(programme_id)
    if row is None:
        raise Http404
    now = now_of(request)
    lectures = list(queries.lectures_of(row))
    person = request.user if isinstance(request.user, Person) else None
    mine = queries.live_enrolments(lectures, person) if person else {}
    told = queries.interested_in(lectures, person) if person else set()
    shown: list[dict[str, Any]] = []
    for run in lectures:
        state = registration_state(
            opens_at=run.registration_opens_at,
            closes_at=run.registration_closes_at,
            always_open=False,
            capacity=run.capacity,
            seats_taken=run.seats_taken,
            takes_waiting=run.waiting < run.waitlist_capacity,
            ends_on=run.ends_on,
            now=now,
        )
        shown.append(
            {
                "run": run,
                "sessions": list(run.sessions.all()),
                "dated": run.starts_on is not None,
                "state": state,
                "takes": state in TAKES_APPLICATIONS,
                "waits": state == RegistrationState.FULL_WAITING,
                "enrolment": mine.get(run.pk),
                "interested": run.pk in told,
                "over": run.ends_on is not None and state == RegistrationState.CLOSED,
            }
        )
    context = {
        "programme": row,
        "lectures": shown,
        "undated": sum(1 for each in shown if not each["dated"]),
        "takes_any": any(each["takes"] and each["enrolment"] is None for each in shown),
        "section": "courses",
    }
    return render(request, "public/programme.html", context)


urlpatterns = [path("programmes/<uuid:programme_id>/", programme, name="programme")]
