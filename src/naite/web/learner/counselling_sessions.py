"""Booking a learning-design counselling session, changing it, and reading what was agreed."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.branches.counselling import rules, session_queries
from naite.branches.counselling.models import Appointment, Slot
from naite.branches.counselling.services import sessions
from naite.roots.dates import day_of, show_span
from naite.roots.errors import NotAllowed, Refused
from naite.roots.icalendar import Event, calendar
from naite.web.fields import show_refusal
from naite.web.learner.counselling import person_of
from naite.web.middleware import now_of

MOST = 60


class BookForm(forms.Form):
    wish = forms.CharField(
        label=gettext_lazy("무엇을 이야기하고 싶은가요"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("예: 사회복지 쪽으로 옮기고 싶은데 무엇부터 배울지 모르겠어요."),
    )
    phone = forms.CharField(
        label=gettext_lazy("전화번호"), required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )

    def __init__(self, *args: Any, mode: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if mode == Slot.Mode.PHONE:
            self.fields["phone"].help_text = _("약속한 시간에 이 번호로 전화드립니다.")
        else:
            self.fields["phone"].help_text = _("적지 않아도 됩니다. 급히 알릴 일이 있을 때만 씁니다.")


class CancelForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("까닭"), required=False)


def _when(slot: Slot, request: HttpRequest) -> str:
    return show_span(slot.starts_at, slot.ends_at, today=day_of(now_of(request)))


@login_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """List one's own appointments and the times one may book."""
    person, now = person_of(request), now_of(request)
    mode = request.GET.get("mode", "")
    mode = mode if mode in Slot.Mode.values else ""
    changing = _changing(request)
    offices = session_queries.offices_for(person.region, now=now)
    slots = session_queries.free_slots(offices, now=now, mode=mode)[:MOST]
    days: dict[Any, list[Slot]] = {}
    for slot in slots:
        days.setdefault(day_of(slot.starts_at), []).append(slot)
    mine = [(row, _when(row.slot, request)) for row in session_queries.appointments_of(person)[:20]]
    context = {
        "section": "help",
        "mine": mine,
        "days": list(days.items()),
        "modes": Slot.Mode.choices,
        "mode": mode,
        "office": offices[0] if offices else None,
        "wished": bool(offices) and session_queries.has_wish(person, offices[0]),
        "changing": changing,
    }
    return render(request, "counselling/sessions.html", context)


def _mine(request: HttpRequest, appointment_id: UUID) -> Appointment:
    row = session_queries.appointment(appointment_id)
    if row is None or row.person_id != person_of(request).pk:
        raise Http404
    return row


def _changing(request: HttpRequest) -> Appointment | None:
    """Return the appointment that another time is to replace."""
    try:
        wanted = UUID(request.GET.get("instead", "") or request.POST.get("instead", ""))
    except ValueError:
        return None
    row = session_queries.appointment(wanted)
    if row is None or row.person_id != person_of(request).pk or row.state != Appointment.State.BOOKED:
        return None
    return row


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slot_id: UUID) -> HttpResponse:
    """Book one time, perhaps instead of an earlier one."""
    slot = session_queries.slot(slot_id)
    if slot is None or slot.withdrawn_at is not None:
        raise Http404
    changing = _changing(request)
    initial = {"wish": changing.wish, "phone": changing.phone} if changing else None
    form = BookForm(request.POST or None, mode=slot.mode, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = sessions.book(
                slot=slot,
                actor=person_of(request),
                now=now_of(request),
                instead=changing,
                **form.cleaned_data,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("상담을 예약했습니다."))
            return redirect("my-session", made.pk)
    context = {
        "section": "help",
        "slot": slot,
        "when": _when(slot, request),
        "form": form,
        "changing": changing,
        "changing_when": _when(changing.slot, request) if changing else "",
    }
    return render(request, "counselling/session_book.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def session_page(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Show one's own appointment, and of its record what the counsellor shares."""
    return _page(request, _mine(request, appointment_id))


def _page(
    request: HttpRequest, row: Appointment, *, form: CancelForm | None = None, status: int = 200
) -> HttpResponse:
    now = now_of(request)
    record = session_queries.record_of(row)
    shares = record is not None and (record.share_advice or record.share_next or record.share_courses)
    context = {
        "section": "help",
        "row": row,
        "when": _when(row.slot, request),
        "record": record if shares else None,
        "courses": list(record.courses.select_related("current", "organisation"))
        if record and record.share_courses
        else [],
        "can_change": row.state == Appointment.State.BOOKED and rules.can_change(row.slot.starts_at, now),
        "coming": row.state == Appointment.State.BOOKED and row.slot.ends_at > now,
        "cancel": form or CancelForm(),
    }
    return render(request, "counselling/session.html", context, status=status)


@login_required
@require_POST
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Cancel one's own appointment."""
    row = _mine(request, appointment_id)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            sessions.cancel(
                appointment=row, actor=person_of(request), now=now_of(request), **form.cleaned_data
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("예약을 취소했습니다. 상담사에게 알렸습니다."))
            return redirect("my-sessions")
    return _page(request, row, form=form, status=422)


@login_required
@require_safe
def ics(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Give the appointment as a calendar file."""
    row = _mine(request, appointment_id)
    if row.state == Appointment.State.CANCELLED:
        raise Http404
    host = settings.BASE_URL.split("//", 1)[-1]
    event = Event(
        uid=f"{row.pk}@{host}",
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at,
        summary=_("학습설계 상담 (%(mode)s)") % {"mode": row.slot.get_mode_display()},
        location=row.slot.place,
        url=settings.BASE_URL + reverse("my-session", args=[row.pk]),
    )
    response = HttpResponse(
        calendar([event], now=now_of(request)), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="counselling.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def wait(request: HttpRequest) -> HttpResponse:
    """Ask to hear when the office in charge has a free time."""
    person, now = person_of(request), now_of(request)
    offices = session_queries.offices_for(person.region, now=now)
    if not offices:
        raise Http404
    sessions.wait_for_slot(office=offices[0], actor=person, now=now)
    messages.success(request, _("빈 시간이 나면 전자우편으로 알려 드립니다."))
    return redirect("my-sessions")


urlpatterns = [
    path("counselling/sessions/", session_list, name="my-sessions"),
    path("counselling/sessions/wait/", wait, name="my-session-wait"),
    path("counselling/sessions/slots/<uuid:slot_id>/", book, name="my-session-book"),
    path("counselling/sessions/<uuid:appointment_id>/", session_page, name="my-session"),
    path("counselling/sessions/<uuid:appointment_id>/cancel/", cancel, name="my-session-cancel"),
    path("counselling/sessions/<uuid:appointment_id>/calendar.ics", ics, name="my-session-ics"),
]
