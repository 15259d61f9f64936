"""What may move between sections of one's own account, and the learner's decision."""

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
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.records import queries as records
from naite.trunk.records.models import SectionTransfer
from naite.trunk.records.transfers import queries
from naite.trunk.records.transfers import services as transfers
from naite.trunk.records.uploads import claims
from naite.web.institution.access import person_of
from naite.web.middleware import now_of

PAGE = 20


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List what waits for the learner, and what was decided."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    account = records.account_of(person_of(request))
    if account is None:
        return redirect("my-home")
    page = Paginator(queries.of_account(account), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "account",
        "page": page,
        "proposals": queries.with_entries(list(page.object_list)),
        "refusal": refusal,
    }
    return render(request, "learner/proposals.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def decide(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Confirm or decline one proposal."""
    person = person_of(request)
    transfer = get_object_or_404(SectionTransfer, account__person=person, id=transfer_id)
    act = recognised_later.confirm if request.POST.get("decision") == "confirm" else transfers.decline
    try:
        act(account_id=transfer.account_id, transfer_id=transfer.id, actor=person, now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, refusal)
    if act is transfers.decline:
        messages.success(request, _("기록을 그대로 두었습니다."))
    else:
        messages.success(request, _("기록을 4. 이수실적으로 옮겼습니다."))
    return redirect("my-proposals")


@login_required
@require_POST
def gather(request: HttpRequest) -> HttpResponse:
    """Look once more for completions that institutions handed in for this person."""
    account = records.account_of(person_of(request))
    if account is None:
        return redirect("my-home")
    found = claims.gather(account=account, now=now_of(request))
    if found:
        messages.success(request, _("기관이 올린 이수실적 %(count)s건을 찾아 담았습니다.") % {"count": found})
    else:
        messages.info(
            request,
            _("새로 찾은 이수실적이 없습니다. 이름, 생년월일, 연락처가 기관에 낸 것과 같은지 확인해 주세요."),
        )
    return redirect("my-proposals")


urlpatterns = [
    path("proposals/", proposals, name="my-proposals"),
    path("proposals/gather/", gather, name="my-proposals-gather"),
    path("proposals/<uuid:transfer_id>/", decide, name="my-proposal-decide"),
]
