"""확인 요청: what learners ask an institution (or an education office) to stand by."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naite.flows import proofs
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Organisation
from naite.trunk.records import policies
from naite.trunk.records import queries as records
from naite.trunk.records.confirmations import queries
from naite.trunk.records.evidence import queries as evidence
from naite.trunk.records.models import ConfirmationRequest
from naite.trunk.records.sections.kinds import facts_of, kind_of
from naite.web.files import download
from naite.web.institution.access import person_of
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

State = ConfirmationRequest.State
PAGE = 30
# What an office sees of its own requests; what was withdrawn is the learner's again.
_SHOWN = (State.WAITING, State.CONFIRMED, State.DECLINED)


def _asked(request: HttpRequest) -> Organisation:
    organisation = current_organisation(request)
    if organisation is None or not policies.can_answer(person_of(request), organisation, now=now_of(request)):
        raise NotAllowed(_("확인 요청에 답하는 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    return organisation


def _request_for(request: HttpRequest, account_id: UUID, request_id: UUID) -> ConfirmationRequest:
    found = queries.request_of(account_id, request_id)
    if found is None or found.state == State.WITHDRAWN:
        raise Http404
    if not policies.can_answer(person_of(request), found.organisation, now=now_of(request)):
        raise NotAllowed(_("이 요청을 받은 기관의 담당자만 볼 수 있습니다."))
    return found


@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List what waits, the nearest day first; or what was answered."""
    organisation = _asked(request)
    state = request.GET.get("state", State.WAITING)
    state = state if state in _SHOWN else State.WAITING
    page = Paginator(queries.asked_of(organisation, state=state), PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    entries = queries.entries_for(shown)
    today = timezone.localdate(now_of(request))
    rows = [
        {
            "request": each,
            "entry": entry,
            "kind": kind_of(entry),
            "late": state == State.WAITING and each.due_on < today,
        }
        for each in shown
        if (entry := entries.get(each.entry_id)) is not None
    ]
    context = {
        "rows": rows,
        "page": page,
        "state": state,
        "states": [(each, each.label) for each in _SHOWN],
        "section": "requests",
    }
    return render(request, "institution/confirmations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, account_id: UUID, request_id: UUID) -> HttpResponse:
    """Show one request with the papers while it waits; a POST confirms or declines it."""
    found = _request_for(request, account_id, request_id)
    if request.method != "POST":
        return _page(request, found)
    confirmed = request.POST.get("act") == "confirm"
    try:
        proofs.answer_confirmation(
            request=found,
            confirmed=confirmed,
            reason=request.POST.get("reason", ""),
            actor=person_of(request),
            now=now_of(request),
        )
    except Refused as refusal:
        found.refresh_from_db()
        return _page(request, found, refusal=refusal)
    messages.success(
        request,
        _("확인했습니다. 학습자에게 알렸습니다.")
        if confirmed
        else _("확인하지 못한다고 답했습니다. 학습자에게 까닭을 알렸습니다."),
    )
    return redirect("work-requests")


@login_required
@require_safe
def paper(request: HttpRequest, account_id: UUID, request_id: UUID, evidence_id: UUID) -> FileResponse:
    """Hand out one paper of a request that waits; the look is recorded."""
    found = _request_for(request, account_id, request_id)
    piece = evidence.one(account_id, evidence_id)
    if piece is None or piece.entry_id != found.entry_id or found.state != State.WAITING:
        raise Http404
    audit.record(
        "records.view_evidence",
        actor=person_of(request),
        now=now_of(request),
        subject=piece,
        about=found.account.person_id,
        entry=found.entry_id,
    )
    return download(piece.file, inline="save" not in request.GET)


def _page(
    request: HttpRequest, found: ConfirmationRequest, *, refusal: Refused | None = None
) -> HttpResponse:
    entry = records.entry_of(found.account, found.entry_id)
    if entry is None:
        raise Http404
    waiting = found.state == State.WAITING
    audit.record(
        "records.view_confirmation",
        actor=person_of(request),
        now=now_of(request),
        subject=found,
        about=found.account.person_id,
    )
    context: dict[str, Any] = {
        "found": found,
        "entry": entry,
        "kind": kind_of(entry),
        "facts": facts_of(entry, sensitive=waiting),
        "papers": evidence.evidence_of(entry) if waiting else [],
        "waiting": waiting,
        "own": found.account.person_id == person_of(request).pk,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "section": "requests",
    }
    return render(
        request, "institution/confirmation.html", context, status=refusal.status if refusal else 200
    )


urlpatterns = [
    path("requests/", requests, name="work-requests"),
    path("requests/<uuid:account_id>/<uuid:request_id>/", one, name="work-request"),
    path(
        "requests/<uuid:account_id>/<uuid:request_id>/papers/<uuid:evidence_id>/",
        paper,
        name="work-request-paper",
    ),
]
