"""Half an hour with one person at the desk: card, courses, papers, letters."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.roots.ids import new_id
from naite.roots.notices import services as notices
from naite.trunk.delivery import queries as delivery
from naite.trunk.delivery import services as delivery_services
from naite.trunk.delivery.open_runs import open_to_apply
from naite.trunk.people import cards, desk
from naite.trunk.people.models import DeskVisit, Person
from naite.trunk.records import queries as records
from naite.trunk.records.certificates import services as certificates
from naite.trunk.records.certificates.choices import may_hold
from naite.trunk.records.models import CertificateKind
from naite.web.learner.account_card import PinForm, card_qr
from naite.web.middleware import now_of
from naite.web.office.desk_access import visit_of


def _staff(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _page(
    request: HttpRequest,
    visit: DeskVisit,
    *,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    now, person = now_of(request), visit.person
    account = records.account_of(person)
    words = request.GET.get("q", "").strip()
    entries = list(records.entries_of(account)) if account else []
    context: dict[str, Any] = {
        "section": "counter",
        "visit": visit,
        "person": person,
        "account": account,
        "card": cards.live_card(person),
        "form": form or PinForm(),
        "problem": problem,
        "minutes": max(1, int((visit.ends_at - now).total_seconds()) // 60),
        "letters": notices.letters_of(person.pk),
        "channel": notices.channel_of(person),
        "entries": entries,
        "statement": [entry for entry in entries if may_hold(CertificateKind.STATEMENT, entry)],
        "enrolments": list(delivery.enrolments_of(person)[:10]),
        "words": words,
        "key": new_id(),
        "runs": list(open_to_apply(words, home=visit.organisation, now=now)[:12]) if words else [],
    }
    return render(request, "office/desk_visit.html", context, status=status)


@login_required
@never_cache
@require_safe
def visit_page(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Show the person at the desk and what can be done for them; the look is logged."""
    visit = visit_of(request, visit_id)
    audit.record(
        "people.view_at_desk",
        actor=_staff(request),
        now=now_of(request),
        subject=visit,
        about=visit.person_id,
        reason=visit.reason,
        organisation=str(visit.organisation_id),
    )
    return _page(request, visit)


@sensitive_post_parameters("pin", "again")
@login_required
@require_POST
def card(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Make a card, give it a new PIN, or end a lost one."""
    visit, staff, now = visit_of(request, visit_id), _staff(request), now_of(request)
    if "lost" in request.POST:
        desk.end_card(visit=visit, actor=staff, now=now)
        messages.success(request, _("카드를 멈추었습니다. 누가 주워도 쓸 수 없습니다."))
        return redirect("desk-visit", visit.pk)
    form = PinForm(request.POST)
    if form.is_valid():
        try:
            if "change" in request.POST:
                desk.set_pin(visit=visit, pin=form.cleaned_data["pin"], actor=staff, now=now)
                messages.success(request, _("비밀번호를 바꾸고 잠긴 것을 풀었습니다."))
                return redirect("desk-visit", visit.pk)
            desk.issue_card(visit=visit, pin=form.cleaned_data["pin"], actor=staff, now=now)
            return redirect("desk-card-print", visit.pk)
        except Refused as refusal:
            form.add_error("pin" if "pin" in refusal.fields else None, str(refusal))
    return _page(request, visit, form=form, status=422)


@login_required
@never_cache
@require_safe
def card_print(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Show the card of the person at the desk, to be printed."""
    visit = visit_of(request, visit_id)
    live = cards.live_card(visit.person)
    if live is None:
        return redirect("desk-visit", visit.pk)
    return render(
        request,
        "office/desk_card.html",
        {"section": "counter", "visit": visit, "card": live, "holder": visit.person, "qr": card_qr(live)},
    )


@login_required
@require_POST
def enrol(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Apply for a course for the person at the desk."""
    visit, now = visit_of(request, visit_id), now_of(request)
    try:
        made = delivery_services.enrol(
            run_id=forms.UUIDField().clean(request.POST.get("run")),
            person=visit.person,
            actor=_staff(request),
            now=now,
        )
    except Refused as refusal:
        return _page(request, visit, problem=str(refusal), status=refusal.status)
    messages.success(request, _("신청했습니다: %(state)s") % {"state": made.get_state_display()})
    return redirect("desk-visit", visit.pk)


@login_required
@require_POST
def certificate(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Issue a certificate with everything that belongs on it, and hand the PDF to the printer."""
    visit, now = visit_of(request, visit_id), now_of(request)
    account = records.account_of(visit.person)
    wanted = request.POST.get("kind", "")
    kind = CertificateKind(wanted) if wanted in CertificateKind.values else CertificateKind.STATEMENT
    if account is None:
        return _page(request, visit, problem=_("아직 학습계좌가 없습니다."), status=409)
    try:
        made = certificates.issue_certificate(
            account=account,
            kind=kind,
            entry_ids=[entry.id for entry in records.entries_of(account) if may_hold(kind, entry)],
            request_key=f"desk-{request.POST.get('key') or new_id()}"[:64],
            actor=_staff(request),
            now=now,
        )
        pdf = certificates.file_of(certificate=made, actor=_staff(request), now=now)
    except Refused as refusal:
        return _page(request, visit, problem=str(refusal), status=refusal.status)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{visit.person.name}.pdf") or ""
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@never_cache
@require_safe
def record(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Show the whole record in large type, to be printed and taken home."""
    visit, now = visit_of(request, visit_id), now_of(request)
    account = records.account_of(visit.person)
    entries = list(records.entries_of(account)) if account else []
    audit.record(
        "records.print_record",
        actor=_staff(request),
        now=now,
        subject=visit,
        about=visit.person_id,
        organisation=str(visit.organisation_id),
    )
    return render(
        request,
        "office/desk_record.html",
        {
            "section": "counter",
            "visit": visit,
            "holder": visit.person,
            "entries": entries,
            "hours": sum(entry.hours for entry in entries),
            "on": timezone.localdate(now),
        },
    )


@login_required
@never_cache
@require_safe
def letters(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Show what the person has yet to be told, to be printed or read out."""
    visit = visit_of(request, visit_id)
    return render(
        request,
        "office/desk_letters.html",
        {"section": "counter", "visit": visit, "letters": notices.letters_of(visit.person_id)},
    )


@login_required
@require_POST
def told(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Mark the letters as handed over or read out."""
    visit, now = visit_of(request, visit_id), now_of(request)
    count = notices.handed_over(person_id=visit.person_id, now=now)
    if count:
        audit.record(
            "people.hand_letters",
            actor=_staff(request),
            now=now,
            subject=visit,
            about=visit.person_id,
            count=count,
        )
        messages.success(request, _("알린 것으로 적었습니다."))
    return redirect("desk-visit", visit.pk)


@login_required
@require_POST
def end(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """End the visit, so that the next person does not see this one's data."""
    visit = visit_of(request, visit_id)
    desk.end(visit=visit, actor=_staff(request), now=now_of(request))
    messages.success(request, _("마쳤습니다. 다음 분을 도와 드리세요."))
    return redirect("office-counter")


urlpatterns = [
    path("counter/<uuid:visit_id>/", visit_page, name="desk-visit"),
    path("counter/<uuid:visit_id>/card/", card, name="desk-card"),
    path("counter/<uuid:visit_id>/card/print/", card_print, name="desk-card-print"),
    path("counter/<uuid:visit_id>/enrol/", enrol, name="desk-enrol"),
    path("counter/<uuid:visit_id>/certificate/", certificate, name="desk-certificate"),
    path("counter/<uuid:visit_id>/record/", record, name="desk-record"),
    path("counter/<uuid:visit_id>/letters/", letters, name="desk-letters"),
    path("counter/<uuid:visit_id>/told/", told, name="desk-told"),
    path("counter/<uuid:visit_id>/end/", end, name="desk-end"),
]
