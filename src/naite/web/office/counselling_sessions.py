"""Counselling sessions at the office: offering times, the day's list, and the record of one session."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from naite.branches.counselling import policies, session_queries
from naite.branches.counselling.models import Appointment, SessionRecord, Slot
from naite.branches.counselling.services import sessions
from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_span
from naite.roots.errors import NotAllowed, Refused
from naite.web.excel import excel
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of
from naite.web.office.counselling import me, office_of

PAGE = 40
TIME_INPUT = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class OfferForm(forms.Form):
    """A span of one day, cut into slots, repeated by weeks."""

    mode = forms.ChoiceField(label=gettext_lazy("방법"), choices=Slot.Mode.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label=gettext_lazy("곳"),
        required=False,
        help_text=gettext_lazy("방이나 주소. 화상이면 접속 주소이며 예약한 분께만 보입니다."),
    )
    day = forms.DateField(label=gettext_lazy("날"), widget=DATE_INPUT)
    start = forms.TimeField(label=gettext_lazy("몇 시부터"), widget=TIME_INPUT)
    end = forms.TimeField(label=gettext_lazy("몇 시까지"), widget=TIME_INPUT)
    minutes = forms.IntegerField(label=gettext_lazy("한 번에 몇 분"), initial=50)
    weeks = forms.IntegerField(
        label=gettext_lazy("몇 주 되풀이"), initial=1, help_text=gettext_lazy("공휴일은 건너뜁니다.")
    )


class RecordForm(forms.Form):
    """What was talked about; each part with whether the person reads it."""

    goal = forms.CharField(
        label=gettext_lazy("바라는 것"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    advice = forms.CharField(
        label=gettext_lazy("나눈 이야기와 권한 것"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    share_advice = forms.BooleanField(label=gettext_lazy("나눈 이야기를 본인에게 보이기"), required=False)
    next_step = forms.CharField(
        label=gettext_lazy("다음에 할 일"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_on = forms.DateField(label=gettext_lazy("언제까지"), required=False, widget=DATE_INPUT)
    share_next = forms.BooleanField(label=gettext_lazy("다음에 할 일을 본인에게 보이기"), required=False)
    share_courses = forms.BooleanField(label=gettext_lazy("권한 강좌를 본인에게 보이기"), required=False)
    internal = forms.CharField(
        label=gettext_lazy("내부 메모"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("본인에게 보이지 않습니다."),
    )
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("취소하는 까닭"),
        required=False,
        help_text=gettext_lazy("본인에게 그대로 알립니다."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slot_list(request: HttpRequest) -> HttpResponse:
    """List the office's times with who comes, and offer more."""
    office, person, now = office_of(request), me(request), now_of(request)
    show = request.GET.get("show", "coming")
    show = show if show in {"coming", "mine", "past"} else "coming"
    form = OfferForm(request.POST or None, initial={"mode": Slot.Mode.DESK})
    if request.method == "POST" and form.is_valid():
        try:
            made = sessions.offer(
                office=office, plan=sessions.SlotPlan(**form.cleaned_data), actor=person, now=now
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("상담 시간 %(n)d개를 내놓았습니다.") % {"n": len(made)})
            return redirect("office-sessions")
    rows = session_queries.office_slots(
        office, now=now, counsellor=person if show == "mine" else None, past=show == "past"
    )
    today = day_of(now)
    if request.GET.get("format") == "xlsx":
        audit.record("counselling.export_sessions", actor=person, now=now, subject=office, show=show)
        header = [_("시작"), _("끝"), _("방법"), _("상담사"), _("상태"), _("기록")]
        table = ([s.starts_at, s.ends_at, s.get_mode_display(), s.counsellor.name, *_state(s)] for s in rows)
        return excel(f"{office.name}-{_('학습설계 상담')}-{today:%Y%m%d}", header, table)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "sessions",
        "office": office,
        "page": page,
        "rows": [
            {
                "slot": slot,
                "when": show_span(slot.starts_at, slot.ends_at, today=today),
                "appointment": _live(slot),
            }
            for slot in page
        ],
        "show": show,
        "query": f"show={show}",
        "form": form,
    }
    return render(request, "counselling/office_sessions.html", context, status=422 if form.errors else 200)


def _live(slot: Slot) -> Appointment | None:
    found: list[Appointment] = getattr(slot, "live", [])
    return found[0] if found else None


def _state(slot: Slot) -> tuple[str, str]:
    row = _live(slot)
    if row is None:
        return _("비어 있음"), ""
    return str(row.get_state_display()), _("있음") if hasattr(row, "record") else _("없음")


@login_required
@require_POST
def withdraw(request: HttpRequest, slot_id: UUID) -> HttpResponse:
    """Take a free time back."""
    slot = get_object_or_404(Slot.objects.select_related("office"), pk=slot_id)
    try:
        sessions.withdraw_slot(slot=slot, actor=me(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("상담 시간을 거두었습니다."))
    return redirect("office-sessions")


def _appointment(request: HttpRequest, appointment_id: UUID) -> Appointment:
    row = session_queries.appointment(appointment_id)
    if row is None:
        raise Http404
    if not policies.can_handle_for(me(request), row.slot.office, now=now_of(request)):
        raise NotAllowed(_("이 곳의 상담 담당자만 할 수 있습니다."))
    return row


def _initial(record: SessionRecord | None, row: Appointment) -> dict[str, Any]:
    if record is None:
        return {
            "goal": row.wish,
            "edition": 0,
            "share_advice": True,
            "share_next": True,
            "share_courses": True,
        }
    return {name: getattr(record, name) for name in RecordForm.base_fields}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_page(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Show one appointment and write its record; ``act=search`` looks for courses to recommend."""
    row, person, now = _appointment(request, appointment_id), me(request), now_of(request)
    record = session_queries.record_of(row)
    form = RecordForm(request.POST or None, initial=_initial(record, row))
    chosen = (
        session_queries.courses_of(request.POST.getlist("courses"))
        if request.method == "POST"
        else list(record.courses.select_related("current", "organisation"))
        if record
        else []
    )
    words = request.POST.get("words", "")[:100]
    if request.method == "POST" and request.POST.get("act") != "search" and form.is_valid():
        data = dict(form.cleaned_data)
        edition = data.pop("edition") or 0
        try:
            sessions.write_record(
                appointment=row,
                text=sessions.RecordText(**data, courses=tuple(chosen)),
                edition=edition,
                actor=person,
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("상담 기록을 저장했습니다."))
            return redirect("office-session", row.pk)
    if request.method != "POST":
        sessions.look(appointment=row, actor=person, now=now)
    return _page(request, row, form, chosen=chosen, words=words)


def _page(
    request: HttpRequest,
    row: Appointment,
    form: RecordForm,
    *,
    chosen: list[Any],
    words: str = "",
    reason: ReasonForm | None = None,
) -> HttpResponse:
    now = now_of(request)
    searching = request.POST.get("act") == "search"
    known = {course.pk for course in chosen}
    context = {
        "section": "sessions",
        "row": row,
        "when": show_span(row.slot.starts_at, row.slot.ends_at, today=day_of(now)),
        "begun": now >= row.slot.starts_at,
        "form": form,
        "reason": reason or ReasonForm(),
        "chosen": chosen,
        "words": words,
        "found": [c for c in session_queries.courses_named(words) if c.pk not in known],
        "searching": searching,
    }
    failed = not searching and bool(form.errors or (reason and reason.errors))
    return render(request, "counselling/office_session.html", context, status=422 if failed else 200)


@login_required
@require_POST
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Cancel an appointment with a reason that the person reads."""
    row = _appointment(request, appointment_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            sessions.cancel(appointment=row, actor=me(request), now=now_of(request), **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("예약을 취소하고 알렸습니다."))
            return redirect("office-sessions")
    record = session_queries.record_of(row)
    return _page(request, row, RecordForm(initial=_initial(record, row)), chosen=[], reason=form)


@login_required
@require_POST
def miss(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Note that nobody came."""
    row = _appointment(request, appointment_id)
    try:
        sessions.miss(appointment=row, actor=me(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office-session", row.pk)


urlpatterns = [
    path("sessions/", slot_list, name="office-sessions"),
    path("sessions/slots/<uuid:slot_id>/withdraw/", withdraw, name="office-slot-withdraw"),
    path("sessions/<uuid:appointment_id>/", session_page, name="office-session"),
    path("sessions/<uuid:appointment_id>/cancel/", cancel, name="office-session-cancel"),
    path("sessions/<uuid:appointment_id>/miss/", miss, name="office-session-miss"),
]
