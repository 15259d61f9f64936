"""The registry of institutions (기관 대장) at the office: list, page, opening and correcting it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import InstitutionDocument, Organisation, Person
from naite.trunk.people.registry import access, pages, queries, rules
from naite.web import registry_words as words
from naite.web.fields import show_refusal
from naite.web.files import download
from naite.web.middleware import now_of
from naite.web.registry_forms import PageForm
from naite.web.roles import seats_of

PAGE = 30
SECTION = "registry"
STANDINGS = {
    "open": gettext_lazy("운영 중"),
    "waits": gettext_lazy("변경 신청 있음"),
    "expiring": gettext_lazy("서류 만료 임박"),
    "no_page": gettext_lazy("대장 없음"),
    "closed": gettext_lazy("문을 닫음"),
    "all": gettext_lazy("모두"),
}


def me(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def reach(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the institutions in the officer's reach; refuse who has none."""
    roles = {seat.role for seat in seats_of(request)}
    if not me(request).is_operator and not roles & {*access.OFFICER_ROLES, *access.NATION}:
        raise NotAllowed(_("기관 대장은 지자체, 교육청, 진흥원, 교육부 담당자의 화면입니다."))
    return queries.listed(me(request), now=now_of(request))


def filtered(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the institutions that the filters of the list leave."""
    rows = reach(request)
    text = tidy(request.GET.get("q", ""))[:100]
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(registry__number__icontains=text) | Q(address__icontains=text)
        )
    for field, allowed in (("kind", set(rules.KINDS)), ("legal_basis", set(Organisation.LegalBasis.values))):
        if (value := request.GET.get(field, "")) in allowed:
            rows = rows.filter(**{field: value})
    standing = request.GET.get("standing", "open")
    if standing == "closed":
        return rows.exclude(closed_on=None)
    if standing != "all":
        rows = rows.filter(closed_on=None)
    if standing == "no_page":
        rows = rows.filter(registry=None)
    if standing in {"waits", "expiring"}:
        rows = rows.filter(**{standing: True})
    return rows


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the institutions of the office's reach with filters and counts; a fixed number of queries."""
    page = Paginator(filtered(request).order_by("name", "id"), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "office/registry.html",
        {
            "section": SECTION,
            "page": page,
            "query": query.urlencode(),
            "counts": queries.counts(reach(request)),
            "kinds": [(k, label) for k, label in Organisation.Kind.choices if k in rules.KINDS],
            "bases": Organisation.LegalBasis.choices,
            "standings": STANDINGS.items(),
            "standing": request.GET.get("standing", "open"),
        },
    )


def find(request: HttpRequest, organisation_id: UUID) -> Organisation:
    """Return an institution in the officer's reach, else 404."""
    return get_object_or_404(reach(request), pk=organisation_id)


@login_required
@require_safe
def detail(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show an institution's page: facts with the clause, documents in all versions, what waits, history."""
    organisation = find(request, organisation_id)
    person, now = me(request), now_of(request)
    page = getattr(organisation, "registry", None)
    audit.record("people.view_registry_page", actor=person, now=now, subject=organisation)
    decides = access.can_decide(person, organisation, now=now)
    return render(
        request,
        "office/registry_page.html",
        {
            "section": SECTION,
            "organisation": organisation,
            "page": page,
            "facts": words.facts(organisation, page),
            "documents": list(queries.current_documents(organisation)),
            "open": organisation.proposals.filter(state__in=["submitted", "sent_back", "accepted"]).first(),
            "lines": words.lines(queries.history(organisation)[:200], with_people=True),
            "may_decide": decides and organisation.closed_on is None,
            "office": page.office if page else access.responsible_office(organisation, now=now),
        },
    )


@login_required
@require_POST
def open_page(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Open an institution's page."""
    organisation = find(request, organisation_id)
    pages.open_page(organisation=organisation, actor=me(request), now=now_of(request))
    messages.success(request, _("기관 대장을 열었습니다. 이제 등록 정보를 적어 주세요."))
    return redirect("office-registry-correct", organisation.pk)


def initial_of(organisation: Organisation) -> dict[str, Any]:
    """Return what a form about an institution begins with."""
    page = getattr(organisation, "registry", None)
    values: dict[str, Any] = dict(pages.values_of(organisation, page))
    values["revision"] = page.revision if page else 0
    values["teaches_school_subjects"] = False if organisation.legal_basis == "na" else None
    return values


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Set a page right by the office (직권 정정)."""
    organisation = find(request, organisation_id)
    now = now_of(request)
    if not access.can_decide(me(request), organisation, now=now):
        raise NotAllowed(_("기관 대장은 담당 지자체·교육청과 상위 기관의 담당자가 고칩니다."))
    form = PageForm(
        request.POST if request.method == "POST" else None, now=now, initial=initial_of(organisation)
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = pages.correct(
                organisation=organisation,
                values=form.values(),
                reason=form.cleaned_data["reason"],
                revision=form.cleaned_data["revision"],
                teaches_school_subjects=form.cleaned_data["teaches_school_subjects"],
                actor=me(request),
                now=now,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            if changed:
                messages.success(request, _("기관 대장을 정정했습니다."))
            else:
                messages.info(request, _("바뀐 것이 없습니다."))
            return redirect("office-registry-page", organisation.pk)
    return render(
        request,
        "office/registry_correct.html",
        {"section": SECTION, "organisation": organisation, "form": form},
        status=400 if form.errors else 200,
    )


@login_required
@require_safe
def document(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """Hand out a document to the institution and the offices of its region; each look is logged."""
    found = get_object_or_404(
        InstitutionDocument.objects.select_related("file", "organisation"), pk=document_id
    )
    if not access.can_see(me(request), found.organisation, now=now_of(request)):
        raise NotAllowed(_("이 기관의 서류를 볼 권한이 없습니다."))
    audit.record("people.view_document", actor=me(request), now=now_of(request), subject=found)
    return download(found.file, inline="inline" in request.GET)


urlpatterns = [
    path("registry/", listing, name="office-registry"),
    path("registry/<uuid:organisation_id>/", detail, name="office-registry-page"),
    path("registry/<uuid:organisation_id>/open/", open_page, name="office-registry-open"),
    path("registry/<uuid:organisation_id>/correct/", correct, name="office-registry-correct"),
    path("registry/documents/<uuid:document_id>/", document, name="registry-document"),
]
