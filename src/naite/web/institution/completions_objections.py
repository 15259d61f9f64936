"""What learners object to in their entries, and the institution's answers."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from naite.flows.upload_completions import answer_objection
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.records.models import Entry
from naite.trunk.records.uploads import queries
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

PAGE = 20


@login_required
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """List objections, open ones first, with the entries they speak of."""
    return _page(request)


def _page(
    request: HttpRequest, refusal: Refused | None = None, *, at: str = "", words: str = ""
) -> HttpResponse:
    home = institution_of(request)
    page = Paginator(queries.objections_of(home), PAGE).get_page(request.GET.get("page"))
    entries = {
        entry.id: entry
        for entry in Entry.objects.filter(
            account_id__in={each.account_id for each in page}, id__in=[each.entry_id for each in page]
        )
    }
    rows = [{"objection": each, "entry": entries.get(each.entry_id)} for each in page]
    for each in page:
        audit.record(
            "records.see_objection",
            actor=person_of(request),
            now=now_of(request),
            subject=each,
            about=each.account.person_id,
        )
    context = {
        "page": page,
        "rows": rows,
        "refusal": refusal,
        "at": at,
        "words": words,
        "section": "completions",
    }
    return render(
        request, "institution/completions_objections.html", context, status=refusal.status if refusal else 200
    )


@login_required
@require_POST
def answer(request: HttpRequest, account_id: UUID, objection_id: UUID) -> HttpResponse:
    """Answer one objection: take the entry out, or keep it."""
    words = request.POST.get("words", "")
    try:
        answer_objection(
            account_id=account_id,
            objection_id=objection_id,
            uphold=request.POST.get("decision") == "uphold",
            words=words,
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, refusal, at=str(objection_id), words=words)
    messages.success(request, _("답을 보냈습니다."))
    return redirect("work-completions-objections")


urlpatterns = [
    path("completions/objections/", objections, name="work-completions-objections"),
    path(
        "completions/objections/<uuid:account_id>/<uuid:objection_id>/",
        answer,
        name="work-completions-objection-answer",
    ),
]
