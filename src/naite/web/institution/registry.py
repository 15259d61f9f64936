"""An institution's own page in the registry: what it says, and asking for changes with proof."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import InstitutionDocument, InstitutionProposal
from naite.trunk.people.registry import access, documents, proposals, queries
from naite.web import registry_words as words
from naite.web.fields import show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of
from naite.web.office.registry import initial_of
from naite.web.registry_forms import DocumentForm, ProposalForm

SECTION = "registry"


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Show what the registry says of one's institution, its documents, and what one has asked for."""
    organisation = institution_of(request)
    now = now_of(request)
    page = getattr(organisation, "registry", None)
    asked = list(organisation.proposals.select_related("office", "decided_by")[:20])
    return render(
        request,
        "institution/registry.html",
        {
            "section": SECTION,
            "organisation": organisation,
            "page": page,
            "facts": words.facts(organisation, page),
            "documents": list(queries.current_documents(organisation)),
            "open": next((row for row in asked if row.state in InstitutionProposal.OPEN), None),
            "asked": asked,
            "lines": words.lines(queries.history(organisation)[:200], with_people=True),
            "may_propose": access.can_propose(person_of(request), organisation, now=now),
            "office": page.office if page else access.responsible_office(organisation, now=now),
        },
    )


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to ask for changes, or go on with what is begun."""
    organisation = institution_of(request)
    try:
        row = proposals.begin(organisation=organisation, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("work-registry")
    return redirect("work-registry-change", row.pk)


def _find(request: HttpRequest, proposal_id: UUID) -> InstitutionProposal:
    organisation = institution_of(request)
    if not access.can_propose(person_of(request), organisation, now=now_of(request)):
        raise NotAllowed(_("기관 대장의 변경은 그 기관의 담당자만 신청합니다."))
    rows = InstitutionProposal.objects.select_related("organisation__registry", "organisation__region")
    return get_object_or_404(rows, pk=proposal_id, organisation=organisation)


def _page(
    request: HttpRequest,
    row: InstitutionProposal,
    form: ProposalForm | None = None,
    document_form: DocumentForm | None = None,
    problem: str = "",
) -> HttpResponse:
    now = now_of(request)
    writable = row.state in InstitutionProposal.WRITABLE
    initial = {
        **initial_of(row.organisation),
        **{field: after for field, (_before, after) in row.changes.items()},
        "reason": row.reason,
        "effective_on": row.effective_on,
        "revision": row.revision,
    }
    bad = bool(problem or (form and form.errors) or (document_form and document_form.errors))
    return render(
        request,
        "institution/registry_change.html",
        {
            "section": SECTION,
            "row": row,
            "organisation": row.organisation,
            "form": form or ProposalForm(now=now, initial=initial),
            "document_form": document_form or DocumentForm(auto_id="doc_%s"),
            "changes": words.Words([row.changes]).changes(row.changes),
            "documents": list(row.documents.select_related("file")),
            "lacks": proposals.lacks(row) if writable else [],
            "writable": writable,
            "ahead": row.state == InstitutionProposal.State.ACCEPTED and row.effective_on > day_of(now),
            "problem": problem,
        },
        status=400 if bad else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Write what shall change; nothing is handed in by saving."""
    row = _find(request, proposal_id)
    if request.method != "POST":
        return _page(request, row)
    form = ProposalForm(request.POST, now=now_of(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            proposals.save(
                proposal=row,
                values=form.values(),
                reason=data["reason"],
                effective_on=data["effective_on"],
                revision=data["revision"],
                teaches_school_subjects=data["teaches_school_subjects"],
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("저장했습니다. 아직 내지 않았습니다."))
            return redirect("work-registry-change", row.pk)
    return _page(request, row, form)


@login_required
@require_POST
def add_document(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Lay a document under the proposal; a refused one changes nothing."""
    row = _find(request, proposal_id)
    form = DocumentForm(request.POST, request.FILES, auto_id="doc_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            documents.add(
                proposal=row,
                kind=data["kind"],
                stream=data["file"],
                name=data["file"].name,
                issued_on=data["issued_on"],
                expires_on=data["expires_on"],
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("서류를 붙였습니다."))
            return redirect("work-registry-change", row.pk)
    return _page(request, row, document_form=form)


@login_required
@require_POST
def remove_document(request: HttpRequest, proposal_id: UUID, document_id: UUID) -> HttpResponse:
    """Take a document out again."""
    row = _find(request, proposal_id)
    found = get_object_or_404(InstitutionDocument, pk=document_id, proposal=row)
    documents.remove(document=found, actor=person_of(request), now=now_of(request))
    messages.success(request, _("서류를 뺐습니다."))
    return redirect("work-registry-change", row.pk)


@login_required
@require_POST
def act(request: HttpRequest, proposal_id: UUID, act: str) -> HttpResponse:
    """Hand the proposal in, or take it back."""
    row = _find(request, proposal_id)
    service = proposals.submit if act == "submit" else proposals.withdraw
    try:
        service(proposal=row, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, row, problem=str(refusal))
    messages.success(
        request,
        _("변경 신청을 냈습니다. 결정이 나면 알려 드립니다.")
        if act == "submit"
        else _("변경 신청을 거두었습니다."),
    )
    return redirect("work-registry")


urlpatterns = [
    path("registry/", own, name="work-registry"),
    path("registry/changes/", begin, name="work-registry-begin"),
    path("registry/changes/<uuid:proposal_id>/", change, name="work-registry-change"),
    path("registry/changes/<uuid:proposal_id>/documents/", add_document, name="work-registry-document"),
    path(
        "registry/changes/<uuid:proposal_id>/documents/<uuid:document_id>/remove/",
        remove_document,
        name="work-registry-document-remove",
    ),
    path("registry/changes/<uuid:proposal_id>/submit/", act, {"act": "submit"}, name="work-registry-submit"),
    path(
        "registry/changes/<uuid:proposal_id>/withdraw/",
        act,
        {"act": "withdraw"},
        name="work-registry-withdraw",
    ),
]
