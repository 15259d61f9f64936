"""Changes that institutions ask for: what waits, one with its proof, and the decision."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import InstitutionProposal
from naite.trunk.people.registry import access, proposals, rules
from naite.web import registry_words as words
from naite.web.middleware import now_of
from naite.web.office.registry import SECTION, me

ACTS = {"accept": proposals.accept, "send_back": proposals.send_back, "refuse": proposals.refuse}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Show what shall change beside what it is, with the documents; accept, send back or refuse it."""
    row = (
        InstitutionProposal.objects.exclude(state=InstitutionProposal.State.DRAFT)
        .select_related("organisation__registry__office", "organisation__region", "office", "decided_by")
        .filter(pk=proposal_id)
        .first()
    )
    if row is None:
        raise Http404
    person, now = me(request), now_of(request)
    if not access.can_see(person, row.organisation, now=now):
        raise NotAllowed(_("이 기관의 변경 신청을 볼 권한이 없습니다."))
    problem, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        try:
            act(
                proposal=row,
                reason=reason,
                actor=person,
                now=now,
                seen=parse_datetime(request.POST.get("seen", "")),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("결정했습니다. 기관에 알렸습니다."))
            return redirect("office-registry-page", row.organisation_id)
    return render(
        request,
        "office/registry_proposal.html",
        {
            "section": SECTION,
            "row": row,
            "seen": row.submitted_at.isoformat() if row.submitted_at else "",
            "organisation": row.organisation,
            "changes": words.Words([row.changes]).changes(row.changes),
            "documents": list(row.documents.select_related("file")),
            "clause": rules.clause(
                row.changes.get("kind", ["", row.organisation.kind])[1],
                row.changes.get("legal_basis", ["", row.organisation.legal_basis])[1],
                row.changes.get("other_law", ["", row.organisation.registry.other_law])[1],
            ),
            "may_decide": row.state == InstitutionProposal.State.SUBMITTED
            and access.can_decide(person, row.organisation, now=now),
            "problem": problem,
            "reason": reason,
        },
        status=400 if problem else 200,
    )


urlpatterns = [
    path("registry/proposals/<uuid:proposal_id>/", proposal, name="office-registry-proposal"),
]
