"""Entries of learners that may move to section 4 because a course was recognised: one by one or all at once."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from naite.flows import recognised_later
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.records.models import SectionTransfer
from naite.trunk.records.transfers import queries
from naite.trunk.records.transfers import services as transfers
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

PAGE = 50
State = SectionTransfer.State


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """List proposals; those that wait unless others are asked for."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    home = institution_of(request)
    every = queries.of_institution(home)
    show = "done" if request.GET.get("show") == "done" else "open"
    waiting = [State.PROPOSED, State.CONFIRMING]
    found = every.exclude(state__in=waiting) if show == "done" else every.filter(state__in=waiting)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = queries.with_entries(list(shown.object_list))
    audit.record_many(
        "records.see_transfer",
        [(row.transfer, row.transfer.account.person_id, {}) for row in rows],
        actor=person_of(request),
        now=now_of(request),
    )
    context = {
        "page": shown,
        "rows": rows,
        "show": show,
        "keep": f"show={show}&",
        "open_count": every.filter(state=State.PROPOSED).count(),
        "moving": every.filter(state=State.CONFIRMING).count(),
        "refusal": refusal,
        "section": "transfers",
    }
    return render(request, "institution/transfers.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the ticked proposals, or all."""
    home = institution_of(request)
    every = request.POST.get("which") == "all"
    ids = []
    for text in request.POST.getlist("transfer")[:PAGE]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    if not every and not ids:
        return _page(request, Refused(_("옮길 기록을 골라 주세요."), code="nothing_chosen"))
    count = recognised_later.confirm_many(
        organisation=home, transfer_ids=None if every else ids, actor=person_of(request), now=now_of(request)
    )
    messages.success(request, _("%(count)s건을 4. 이수실적으로 옮깁니다.") % {"count": count})
    return redirect("work-transfers")


@login_required
@require_POST
def decline(request: HttpRequest, account_id: UUID, transfer_id: UUID) -> HttpResponse:
    """Decline a proposal that rests on a learner's own words."""
    institution_of(request)
    transfer = get_object_or_404(SectionTransfer, account_id=account_id, id=transfer_id)
    try:
        transfers.decline(
            account_id=transfer.account_id,
            transfer_id=transfer.id,
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, _("기록을 그대로 두었습니다."))
    return redirect("work-transfers")


urlpatterns = [
    path("transfers/", page, name="work-transfers"),
    path("transfers/confirm/", confirm, name="work-transfers-confirm"),
    path(
        "transfers/<uuid:account_id>/<uuid:transfer_id>/decline/",
        decline,
        name="work-transfer-decline",
    ),
]
