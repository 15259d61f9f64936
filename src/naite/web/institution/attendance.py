"""Attendance: the board by name, the code on the big screen, the sheet."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day, show_span
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.delivery import codes, policies, queries, services
from naite.trunk.delivery.models import Attendance, Enrolment, Session
from naite.trunk.delivery.services.mails import run_title
from naite.web.excel import excel
from naite.web.institution.access import person_of, run_for, session_for
from naite.web.middleware import now_of

STATES = list(Attendance.State)
TONES = {"present": "g", "late": "a", "early_leave": "a", "excused": "b", "absent": "r"}
OVERLAP = timedelta(seconds=3)


def _minutes(session: Session) -> dict[str, Any]:
    if session.starts_at is None:
        return {}
    return {"late_at": session.starts_at + timedelta(minutes=settings.LATE_AFTER_MINUTES)}


def _cards(session: Session, *, only: set[UUID] | None = None) -> list[dict[str, Any]]:
    cards = []
    for enrolment, mark in queries.board_of(session):
        if only is None or enrolment.pk in only:
            cards.append(_card(session, enrolment, mark))
    return cards


def _card(session: Session, enrolment: Enrolment, mark: Attendance | None) -> dict[str, Any]:
    return {
        "enrolment": enrolment,
        "mark": mark,
        "tone": TONES[mark.state] if mark else "",
        "kind": mark.state if mark else "none",
        "choices": [(state.value, state.label, number) for number, state in enumerate(STATES, start=1)],
        "session": session,
    }


def _counts(cards: list[dict[str, Any]]) -> dict[str, int]:
    kinds = [card["kind"] for card in cards]
    return {
        "all": len(cards),
        "came": sum(kinds.count(state) for state in queries.IN_THE_ROOM),
        "none": kinds.count("none"),
        **{state.value: kinds.count(state.value) for state in STATES},
    }


def _recent(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    recorded = [card for card in cards if card["mark"] is not None]
    return sorted(recorded, key=lambda card: card["mark"].recorded_at, reverse=True)[:6]


def _phase(session: Session, now: datetime) -> tuple[str, str]:
    if session.starts_at is None or session.ends_at is None:
        return "undated", _("날짜 미정")
    if now < session.starts_at - timedelta(minutes=settings.CHECK_IN_EARLY_MINUTES):
        return "before", _("아직 열리지 않음")
    if now < session.ends_at:
        return "open", _("열림 · 입실")
    return "over", _("끝남")


def _base(request: HttpRequest, session: Session) -> dict[str, Any]:
    now = now_of(request)
    phase, phase_words = _phase(session, now)
    return {
        "session": session,
        "run": session.run,
        "title": run_title(session.run),
        "when": show_span(session.starts_at, session.ends_at) if session.starts_at else _("날짜 미정"),
        "phase": phase,
        "phase_words": phase_words,
        "late_entry": session.ends_at is not None and day_of(now) > day_of(session.ends_at),
        "since": (now - OVERLAP).isoformat(),
        "states": [(state.value, state.label, number) for number, state in enumerate(STATES, start=1)],
        "section": "runs",
    } | _minutes(session)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show the board of a session; a POST marks one person and answers htmx with that person's card."""
    session = session_for(request, session_id)
    if request.method == "POST":
        return _mark(request, session)
    return _board(request, session)


def _board(
    request: HttpRequest,
    session: Session,
    *,
    refusal: Refused | None = None,
    at: UUID | None = None,
    tried: str = "",
) -> HttpResponse:
    cards = _cards(session)
    audit.record(
        "delivery.view_attendance",
        actor=person_of(request),
        now=now_of(request),
        subject=session,
        people=[card["enrolment"].person_id for card in cards],
    )
    for card in cards:
        if refusal is not None and card["enrolment"].pk == at:
            card["refusal"], card["tried"] = refusal, tried
    show = request.GET.get("show", "")
    context = _base(request, session) | {
        "cards": cards,
        "shown": show if show in {"none", *Attendance.State.values} else "",
        "counts": _counts(cards),
        "recent": _recent(cards),
        "sessions": list(queries.sessions_of(session.run)),
        "qr": _qr(session, now_of(request)) if session.starts_at else "",
        "code": codes.code_at(bytes(session.code_secret), now_of(request)),
        "refusal": refusal if at is None else None,
    }
    return render(request, "institution/attendance.html", context, status=refusal.status if refusal else 200)


def _mark(request: HttpRequest, session: Session) -> HttpResponse:
    given = _uuid(request.POST.get("enrolment"))
    enrolment = Enrolment.objects.filter(run=session.run_id, pk=given).first() if given else None
    if enrolment is None:
        raise Http404
    reason = request.POST.get("reason", "")
    refusal: Refused | None = None
    try:
        services.mark_attendance(
            session=session,
            enrolment=enrolment,
            state=request.POST.get("state", ""),
            actor=person_of(request),
            now=now_of(request),
            reason=reason,
        )
    except Refused as error:
        refusal = error
    if not getattr(request, "htmx", False):
        if refusal is not None:
            return _board(request, session, refusal=refusal, at=enrolment.pk, tried=reason)
        return redirect(reverse("work-attendance", args=[session.pk]) + f"#p-{enrolment.pk}")
    cards = _cards(session)
    card = next((each for each in cards if each["enrolment"].pk == enrolment.pk), None)
    if card is None:
        raise Http404
    if refusal is not None:
        card["refusal"], card["tried"] = refusal, reason
    context = _base(request, session) | {
        "card": card,
        "counts": _counts(cards),
        "recent": _recent(cards),
        "swap": True,
    }
    return render(
        request,
        "institution/parts/attendance_marked.html",
        context,
        status=refusal.status if refusal else 200,
    )


def _uuid(given: str | None) -> UUID | None:
    try:
        return UUID(given or "")
    except ValueError:
        return None


@login_required
@require_safe
def attendance_live(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Answer the board's polling: the counts, and the cards that changed since it last asked, in place."""
    session = session_for(request, session_id)
    cards = _cards(session)
    since = parse_datetime(request.GET.get("since", "").replace(" ", "+"))
    if since is None or timezone.is_naive(since):
        since = now_of(request) - OVERLAP
    changed = [card for card in cards if card["mark"] is not None and card["mark"].recorded_at >= since]
    context = _base(request, session) | {
        "counts": _counts(cards),
        "recent": _recent(cards),
        "changed": changed,
        "swap": True,
    }
    return render(request, "institution/parts/attendance_live.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_table(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Take a whole session at once, as from a paper list: one row of choices a person, one button."""
    session = session_for(request, session_id)
    cards = _cards(session)
    reason = request.POST.get("reason", "")
    refusals: list[tuple[str, Refused]] = []
    if request.method == "POST":
        people = {card["enrolment"].pk: card for card in cards}
        chosen = {key: request.POST.get(f"state-{key}", "") for key in people}
        states = {key: state for key, state in chosen.items() if state and state != people[key]["kind"]}
        done = 0
        try:
            marked = services.mark_session(
                session=session, states=states, actor=person_of(request), now=now_of(request), reason=reason
            )
            done, refused = len(marked.changed), marked.refused
        except Refused as refusal:
            refused = dict.fromkeys(states, refusal)
        for key, why in refused.items():
            refusals.append((people[key]["enrolment"].person.name, why))
            people[key]["kind"] = chosen[key]
        if not refusals:
            messages.success(request, _("%(done)d명의 출석을 적었습니다.") % {"done": done})
            return redirect("work-attendance", session.pk)
    context = _base(request, session) | {"cards": cards, "refusals": refusals, "reason": reason}
    return render(
        request,
        "institution/attendance_table.html",
        context,
        status=refusals[0][1].status if refusals else 200,
    )


def _qr(session: Session, now: datetime) -> SafeString:
    """Return the QR that leads to the check-in page with the code of this half minute."""
    code = codes.code_at(bytes(session.code_secret), now)
    url = f"{settings.BASE_URL}{reverse('my-attend', args=[session.pk])}?c={quote(code.qr)}"
    svg = segno.make(url, error="m", micro=False).svg_inline(
        border=0, dark="#1e2124", light=None, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # noqa: S308 - drawn by us from our own address


def _projected(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    session = queries.session_of(session_id)
    if session is None:
        raise Http404
    now = now_of(request)
    if not policies.can_show_code(person_of(request), session.run, now=now):
        raise NotAllowed(_("이 강좌를 운영하는 기관의 담당자나 강사만 띄울 수 있습니다."))
    seats = queries.seat_holders(session.run).count()
    came = session.attendances.filter(state__in=queries.IN_THE_ROOM).count()
    code = codes.code_at(bytes(session.code_secret), now)
    return _base(request, session) | {
        "code": code,
        "number": f"{code.number[:3]} {code.number[3:]}",
        "qr": _qr(session, now),
        "clock": timezone.localtime(now),
        "seats": seats,
        "came": came,
        "percent": round(100 * came / seats) if seats else 0,
        "dash": round(301.6 * code.seconds_left / codes.PERIOD_SECONDS, 1),
        "period": codes.PERIOD_SECONDS,
    }


@login_required
@require_safe
def projector(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show the code for the big screen: QR, number, how many came; no names."""
    context = _projected(request, session_id)
    part = getattr(request, "htmx", False)
    template = "institution/parts/projected.html" if part else "institution/projector.html"
    answer = render(request, template, context)
    answer["Cache-Control"] = "no-store"
    return answer


def _sheet(request: HttpRequest, run_id: UUID, act: str) -> dict[str, Any]:
    run = run_for(request, run_id)
    sessions = list(queries.sessions_of(run))
    seats = list(queries.seat_holders(run))
    progress = queries.progress_of(run, now=now_of(request))
    marks = {
        (mark.enrolment_id, mark.session_id): mark
        for mark in Attendance.objects.filter(session__run=run).select_related("session")
    }
    audit.record(
        act,
        actor=person_of(request),
        now=now_of(request),
        subject=run,
        people=[seat.person_id for seat in seats],
    )
    return {
        "run": run,
        "title": run_title(run),
        "sessions": sessions,
        "rows": [
            {
                "enrolment": seat,
                "marks": [marks.get((seat.pk, session.pk)) for session in sessions],
                "progress": progress[seat.pk],
            }
            for seat in seats
        ],
        "now": now_of(request),
        "section": "runs",
    }


@login_required
@require_safe
def sheet(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show the attendance of all sessions on a page made for paper."""
    return render(request, "institution/sheet.html", _sheet(request, run_id, "delivery.view_attendance"))


@login_required
@require_safe
def sheet_excel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give the attendance of all sessions as an Excel file."""
    found = _sheet(request, run_id, "delivery.export_attendance")
    heads = [_("이름")]
    for session in found["sessions"]:
        day = show_day(day_of(session.starts_at)) if session.starts_at else _("날짜 미정")
        heads.append(_("%(number)d차시") % {"number": session.number} + f" {day}")
    heads += [_("출석"), _("전체"), _("시간")]
    rows = [
        [
            row["enrolment"].person.name,
            *[mark.get_state_display() if mark else "" for mark in row["marks"]],
            row["progress"].attended,
            row["progress"].counted,
            row["progress"].hours,
        ]
        for row in found["rows"]
    ]
    name = _("%(title)s 출석부") % {"title": found["title"]}
    return excel(name=name, title=_("출석부"), heads=heads, rows=rows)


urlpatterns = [
    path("sessions/<uuid:session_id>/attendance/", attendance, name="work-attendance"),
    path("sessions/<uuid:session_id>/attendance/live/", attendance_live, name="work-attendance-live"),
    path("sessions/<uuid:session_id>/attendance/table/", attendance_table, name="work-attendance-table"),
    path("sessions/<uuid:session_id>/projector/", projector, name="work-projector"),
    path("runs/<uuid:run_id>/sheet/", sheet, name="work-sheet"),
    path("runs/<uuid:run_id>/sheet.xlsx", sheet_excel, name="work-sheet-excel"),
]
