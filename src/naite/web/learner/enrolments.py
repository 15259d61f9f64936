"""Applying for courses and one's own courses."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.dates import day_of, show_deadline
from naite.roots.errors import Refused
from naite.roots.korean import josa
from naite.trunk.assessment.models import Completion
from naite.trunk.assessment.queries import completions_of
from naite.trunk.catalogue.run_listing import listing_of_run
from naite.trunk.delivery import queries, rules, services
from naite.trunk.delivery.calendar import run_calendar
from naite.trunk.delivery.models import Attendance, Enrolment, Session
from naite.trunk.delivery.services.mails import run_title
from naite.trunk.people.models import Person
from naite.web.middleware import now_of


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; for views behind ``login_required``."""
    assert isinstance(request.user, Person)
    return request.user


def course_page(run_id: UUID) -> str:
    """Return the address of the public page of a run's course."""
    listing_id = listing_of_run(run_id)
    if listing_id is not None:
        try:
            return reverse("listing", args=[listing_id])
        except NoReverseMatch:
            pass
    return "/courses/"


def sign_in_first(request: HttpRequest, back: str) -> HttpResponse:
    """Send an unknown visitor to the sign-in page and from there back to a page (not to the POST)."""
    return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}")


@dataclass(frozen=True)
class Mine:
    """One of a person's courses as the pages show it."""

    enrolment: Enrolment
    title: str
    sessions: list[Session]
    upcoming: Session | None
    position: int
    marks: dict[UUID, Attendance]
    completion: Completion | None
    now: datetime
    dots: list[dict[str, Any]] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return bool(self.sessions) and all(
            s.ends_at is not None and s.ends_at <= self.now for s in self.sessions
        )

    @property
    def attended(self) -> int:
        return sum(1 for mark in self.marks.values() if mark.state in queries.ATTENDED)

    @property
    def needed(self) -> int:
        return rules.sessions_needed(len(self.sessions), self.enrolment.run.min_attendance)

    @property
    def has_dates(self) -> bool:
        return any(session.starts_at for session in self.sessions)

    @property
    def checks_in(self) -> Session | None:
        """Return the session in whose room one can check in now, unless one has."""
        early = timedelta(minutes=settings.CHECK_IN_EARLY_MINUTES)
        for session in self.sessions:
            if session.starts_at is None or session.ends_at is None or session.pk in self.marks:
                continue
            if session.starts_at - early <= self.now < session.ends_at and not self.is_waiting:
                return session
        return None

    @property
    def is_waiting(self) -> bool:
        return self.enrolment.state == Enrolment.State.WAITING

    @property
    def is_awaiting_payment(self) -> bool:
        return self.enrolment.state == Enrolment.State.AWAITING_PAYMENT

    @property
    def fact(self) -> str:
        """Say in one or two sentences where the application stands."""
        enrolment = self.enrolment
        if self.is_waiting:
            return rules.waiting_note(self.position)
        if self.is_awaiting_payment and enrolment.payment_due_at is not None:
            return _(
                "수강료 %(fee)s원을 %(due)s까지 내면 확정됩니다. 그때까지 내지 않으면 자리가 다음 분께 넘어갑니다."
            ) % {
                "fee": f"{enrolment.run.fee:,}",
                "due": show_deadline(enrolment.payment_due_at, today=day_of(self.now)),
            }
        if self.over:
            return ""
        if not self.has_dates:
            return _("자리가 확정되었습니다. 날짜가 정해지면 전자우편으로 알려 드립니다.")
        return _("자리가 확정되었습니다.")


def _mine(enrolments: list[Enrolment], *, now: datetime) -> list[Mine]:
    positions = queries.positions_of(enrolments)
    done = completions_of(enrolments)
    marks: dict[UUID, dict[UUID, Attendance]] = defaultdict(dict)
    for mark in Attendance.objects.filter(enrolment__in=enrolments):
        marks[mark.enrolment_id][mark.session_id] = mark
    found = []
    for enrolment in enrolments:
        sessions = list(enrolment.run.sessions.all())
        ahead = [s for s in sessions if s.ends_at is not None and s.ends_at > now]
        own = marks[enrolment.pk]
        found.append(
            Mine(
                enrolment=enrolment,
                title=run_title(enrolment.run),
                sessions=sessions,
                upcoming=min(ahead, key=lambda s: s.starts_at or now, default=None),
                position=positions.get(enrolment.pk, 0),
                marks=own,
                completion=done.get(enrolment.pk),
                now=now,
                dots=session_dots(sessions, own, now=now),
            )
        )
    return found


def session_dots(
    sessions: list[Session], marks: dict[UUID, Attendance], *, now: datetime
) -> list[dict[str, Any]]:
    """Return one mark per session for the row of circles: attended, missed, or still to come."""
    dots = []
    for session in sessions:
        mark = marks.get(session.pk)
        if mark is not None and mark.state in queries.ATTENDED:
            kind = "on"
        elif session.ends_at is not None and session.ends_at <= now:
            kind = "missed"
        else:
            kind = "ahead"
        label = mark.get_state_display() if mark is not None else ""
        dots.append({"session": session, "mark": mark, "kind": kind, "label": label})
    return dots


def _own(request: HttpRequest, enrolment_id: UUID) -> Enrolment:
    enrolment = queries.enrolments_of(person_of(request), cancelled_too=True).filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404
    return enrolment


@require_POST
def enrol(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Apply for a run and show what came of it."""
    back = course_page(run_id)
    if not request.user.is_authenticated:
        return sign_in_first(request, back)
    try:
        enrolment = services.enrol(run_id=run_id, person=person_of(request), now=now_of(request))
    except Refused as refused:
        live = queries.live_enrolment(run_id, person_of(request))
        return render(
            request,
            "learner/enrol_refused.html",
            {"refused": refused, "back": back, "live": live, "run_id": run_id, "section": "courses"},
            status=refused.status,
        )
    return redirect("my-course", enrolment.pk)


@login_required
@require_safe
def my_courses(request: HttpRequest) -> HttpResponse:
    """List one's courses: those going on or ahead, and those behind."""
    now = now_of(request)
    mine = _mine(list(queries.enrolments_of(person_of(request))), now=now)
    ahead = [each for each in mine if not each.over]
    ahead.sort(key=lambda each: (each.upcoming is None, each.upcoming.starts_at if each.upcoming else now))
    context = {
        "ahead": ahead,
        "behind": [each for each in mine if each.over],
        "interests": queries.interests_of(person_of(request)),
        "section": "account",
    }
    return render(request, "learner/courses.html", context)


@login_required
@require_safe
def my_course(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Show one course with where the application stands, its sessions and one's attendance."""
    enrolment = _own(request, enrolment_id)
    [mine] = _mine([enrolment], now=now_of(request))
    context = {"mine": mine, "back": course_page(enrolment.run_id), "section": "account"}
    return render(request, "learner/course.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Ask whether to withdraw, saying what follows; a POST withdraws."""
    enrolment = _own(request, enrolment_id)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            services.cancel_enrolment(enrolment=enrolment, actor=person_of(request), now=now_of(request))
        except Refused as error:
            refused = error
        else:
            messages.success(
                request,
                _("%(title)s 신청을 취소했습니다.") % {"title": run_title(enrolment.run)},
            )
            return redirect("my-courses")
    [mine] = _mine([enrolment], now=now_of(request))
    return render(
        request,
        "learner/course_cancel.html",
        {"mine": mine, "refused": refused, "section": "account"},
        status=refused.status if refused else 200,
    )


@login_required
@require_safe
def calendar(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Give one's course as a calendar file."""
    enrolment = _own(request, enrolment_id)
    run = enrolment.run
    if not any(session.starts_at for session in run.sessions.all()):
        raise Http404
    text = run_calendar(
        title=run_title(run),
        run=run,
        sessions=run.sessions.all(),
        url=settings.BASE_URL + reverse("my-course", args=[enrolment.pk]),
        host=urlsplit(settings.BASE_URL).hostname or "naite",
        now=now_of(request),
    )
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="course.ics"'},
    )


@require_POST
def interest(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask to be told about a run, or with ``stop`` no longer; back to the page it was asked on."""
    back = request.POST.get("next", "")
    if not back.startswith("/") or back.startswith("//") or "\\" in back:
        back = course_page(run_id)
    if not request.user.is_authenticated:
        return sign_in_first(request, back)
    person, now = person_of(request), now_of(request)
    try:
        if request.POST.get("stop"):
            services.withdraw_interest(run_id=run_id, person=person, now=now)
            messages.success(request, _("더 알리지 않겠습니다."))
        else:
            services.express_interest(run_id=run_id, person=person, now=now)
            messages.success(
                request,
                _("정해지면 %(email)s 알려 드립니다.")
                % {"email": josa(person.email or _("전자우편"), "으로/로")},
            )
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect(back)


@require_POST
def programme_enrol(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Apply for every lecture of a programme and show what came of each."""
    back = reverse("programme", args=[programme_id])
    if not request.user.is_authenticated:
        return sign_in_first(request, back)
    came = services.enrol_in_programme(
        programme_id=programme_id, person=person_of(request), now=now_of(request)
    )
    context = {
        "came": [
            {
                "run": run,
                "enrolment": what if isinstance(what, Enrolment) else None,
                "refused": what if isinstance(what, Refused) else None,
                "position": queries.position_of(what) if isinstance(what, Enrolment) else 0,
            }
            for run, what in came
        ],
        "back": back,
        "section": "courses",
    }
    return render(request, "learner/programme_enrolled.html", context)


urlpatterns = [
    path("enrol/<uuid:run_id>/", enrol, name="enrol"),
    path("interest/<uuid:run_id>/", interest, name="interest"),
    path("programmes/<uuid:programme_id>/enrol/", programme_enrol, name="programme-enrol"),
    path("courses/", my_courses, name="my-courses"),
    path("courses/<uuid:enrolment_id>/", my_course, name="my-course"),
    path("courses/<uuid:enrolment_id>/cancel/", cancel, name="my-course-cancel"),
    path("courses/<uuid:enrolment_id>/calendar.ics", calendar, name="my-course-calendar"),
]
