"""Acting for somebody else: what a representative or guardian may see and do, each step logged."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.delivery import queries as delivery
from naite.trunk.delivery import services as delivery_services
from naite.trunk.delivery.models import Enrolment
from naite.trunk.delivery.open_runs import open_to_apply
from naite.trunk.people import cards, representation
from naite.trunk.people.models import Representation
from naite.trunk.people.standing import represents
from naite.trunk.records import queries as records
from naite.trunk.records.certificates import services as certificates
from naite.trunk.records.certificates.choices import may_hold
from naite.trunk.records.models import CertificateKind, Entry
from naite.trunk.wallet import queries as wallet
from naite.web.learner.account_card import PinForm, card_qr
from naite.web.learner.account_people import SECTIONS
from naite.web.learner.home import person_of
from naite.web.middleware import now_of


def _standing(request: HttpRequest, row_id: UUID) -> Representation:
    """Return the representation behind the page; refuses one that ended, ran out or is somebody else's."""
    person = person_of(request)
    row = Representation.objects.filter(pk=row_id, representative=person).first()
    if row is None:
        raise Http404
    live = represents(person, row.principal_id, now=now_of(request))
    if live is None or live.pk != row.pk:
        raise NotAllowed(_("맡은 기간이 끝났거나 본인이 거두었습니다. 더 필요하면 본인께 부탁해 주세요."))
    return live


def _guards(row: Representation) -> bool:
    return row.kind == Representation.Kind.GUARDIAN


def _seen(row: Representation) -> list[Entry]:
    """The entries in the sections that were opened to the representative."""
    account = records.account_of(row.principal)
    if account is None:
        return []
    found = records.entries_of(account)
    if not _guards(row):
        found = found.filter(section__in=row.sections)
    return list(found)


def _page(
    request: HttpRequest,
    row: Representation,
    *,
    problem: str = "",
    form: PinForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now, who = now_of(request), row.principal
    guards = _guards(row)
    account = records.account_of(who)
    words = request.GET.get("q", "").strip()
    entries = _seen(row)
    context: dict[str, Any] = {
        "section": "account",
        "row": row,
        "who": who,
        "guards": guards,
        "words": words,
        "covers": representation.words_of(row, SECTIONS),
        "entries": entries if guards or row.sections else None,
        "statement": [entry for entry in entries if may_hold(CertificateKind.STATEMENT, entry)],
        "may_print": guards or row.certificates,
        "may_apply": guards or row.courses,
        "enrolments": list(delivery.enrolments_of(who)[:20]) if guards or row.courses else [],
        "runs": list(open_to_apply(words, home=None, now=now)[:12])
        if words and (guards or row.courses)
        else [],
        "badges": list(wallet.holdings_of(account.pk)[:50]) if account and (guards or row.badges) else None,
        "card": cards.live_card(who) if guards else None,
        "form": form or PinForm(),
        "problem": problem,
        "key": new_id(),
    }
    return render(request, "learner/acting.html", context, status=status)


@login_required
@never_cache
@require_safe
def acting(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Show what one may see of somebody's account; the look is logged for them."""
    row = _standing(request, row_id)
    with audit.in_manner(row.kind):
        audit.record(
            "records.view_account",
            actor=person_of(request),
            now=now_of(request),
            subject=row,
            about=row.principal_id,
        )
    return _page(request, row)


@login_required
@require_POST
def enrol(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Apply for a course for somebody."""
    row = _standing(request, row_id)
    try:
        with audit.in_manner(row.kind):
            made = delivery_services.enrol(
                run_id=forms.UUIDField().clean(request.POST.get("run")),
                person=row.principal,
                actor=person_of(request),
                now=now_of(request),
            )
    except Refused as refusal:
        return _page(request, row, problem=str(refusal), status=refusal.status)
    messages.success(request, _("신청했습니다: %(state)s") % {"state": made.get_state_display()})
    return redirect("acting", row.pk)


@login_required
@require_POST
def cancel(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Withdraw somebody's place in a course; they are told."""
    row = _standing(request, row_id)
    enrolment = (
        Enrolment.objects.filter(
            pk=forms.UUIDField().clean(request.POST.get("enrolment")), person=row.principal
        )
        .select_related("run__organisation", "run__version", "person")
        .first()
    )
    if enrolment is None:
        raise Http404
    try:
        with audit.in_manner(row.kind):
            delivery_services.cancel_enrolment(
                enrolment=enrolment,
                actor=person_of(request),
                now=now_of(request),
                reason=_("%(relation)s 대신 취소") % {"relation": row.relation},
            )
    except Refused as refusal:
        return _page(request, row, problem=str(refusal), status=refusal.status)
    messages.success(request, _("신청을 취소했습니다."))
    return redirect("acting", row.pk)


@login_required
@require_POST
def certificate(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Issue a certificate with what one may see, and hand it over."""
    row, now = _standing(request, row_id), now_of(request)
    account = records.account_of(row.principal)
    wanted = request.POST.get("kind", "")
    kind = CertificateKind(wanted) if wanted in CertificateKind.values else CertificateKind.STATEMENT
    if account is None:
        return _page(request, row, problem=_("아직 학습계좌가 없습니다."), status=409)
    try:
        with audit.in_manner(row.kind):
            made = certificates.issue_certificate(
                account=account,
                kind=kind,
                entry_ids=[entry.id for entry in _seen(row) if may_hold(kind, entry)],
                request_key=f"for-{request.POST.get('key') or new_id()}"[:64],
                actor=person_of(request),
                now=now,
            )
            pdf = certificates.file_of(certificate=made, actor=person_of(request), now=now)
    except Refused as refusal:
        return _page(request, row, problem=str(refusal), status=refusal.status)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{row.principal.name}.pdf") or ""
    answer["Cache-Control"] = "private, no-store"
    return answer


@sensitive_post_parameters("pin", "again")
@login_required
@never_cache
def child_card(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Make a card for one's child (POST), and show it to be printed."""
    row = _standing(request, row_id)
    if not _guards(row):
        raise NotAllowed(_("학습카드는 본인이나 법정대리인, 창구에서만 만듭니다."))
    if request.method == "POST":
        form = PinForm(request.POST)
        if not form.is_valid():
            return _page(request, row, form=form, status=422)
        try:
            with audit.in_manner(row.kind):
                cards.issue(
                    person=row.principal,
                    pin=form.cleaned_data["pin"],
                    organisation=None,
                    actor=person_of(request),
                    now=now_of(request),
                )
        except Refused as refusal:
            form.add_error("pin" if "pin" in refusal.fields else None, str(refusal))
            return _page(request, row, form=form, status=refusal.status)
        return redirect("acting-card", row.pk)
    live = cards.live_card(row.principal)
    if live is None:
        return redirect("acting", row.pk)
    return render(
        request,
        "learner/account_card_print.html",
        {"section": "account", "card": live, "holder": row.principal, "qr": card_qr(live)},
    )


urlpatterns = [
    path("for/<uuid:row_id>/", acting, name="acting"),
    path("for/<uuid:row_id>/enrol/", enrol, name="acting-enrol"),
    path("for/<uuid:row_id>/cancel/", cancel, name="acting-cancel"),
    path("for/<uuid:row_id>/certificate/", certificate, name="acting-certificate"),
    path("for/<uuid:row_id>/card/", child_card, name="acting-card"),
]
