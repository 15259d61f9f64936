"""An institution makes a badge framework of its own (rows B1, B2)."""

from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import framework as kinds
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import FrameworkVersion
from naite.trunk.badges.services import frameworks
from naite.trunk.people.models import Organisation
from naite.web.fields import show_refusal
from naite.web.institution.access import institution_of, person_of
from naite.web.institution.framework_forms import DEMANDS, FrameworkForms
from naite.web.middleware import now_of


@login_required
@require_safe
def framework_list(request: HttpRequest) -> HttpResponse:
    """The frameworks that the institution may use, and its own with their versions."""
    return _list_page(request, institution_of(request))


def _list_page(
    request: HttpRequest, organisation: Organisation, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "offered": kinds.offered(organisation),
        "own": FrameworkVersion.objects.filter(owner=organisation).order_by("code", "-version"),
        "error": error,
        "section": "badges",
    }
    return render(request, "institution/frameworks.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def framework_new(request: HttpRequest) -> HttpResponse:
    """Make a framework, from nothing or after the example of another."""
    organisation = institution_of(request)
    like = next((item for item in kinds.offered(organisation) if item.code == request.GET.get("like")), None)
    return _edit(request, organisation, None, like=like)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def framework_one(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """Edit a draft; look at a published version."""
    organisation = institution_of(request)
    row = _row(organisation, framework_id)
    if row.published_at is None:
        return _edit(request, organisation, row)
    return render(
        request,
        "institution/framework.html",
        {"row": row, "kind": kinds.parse(row.data), "demands": dict(DEMANDS), "section": "badges"},
    )


@login_required
@require_POST
def framework_publish(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """Publish a draft as it was last saved."""
    organisation = institution_of(request)
    row = _row(organisation, framework_id)
    revision = request.POST.get("revision", "")
    try:
        frameworks.publish(
            draft=row,
            revision=int(revision) if revision.isdecimal() else 0,
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _edit(request, organisation, _row(organisation, framework_id), refusal=refusal)
    messages.success(request, _("체계를 공개했습니다. 새로 만드는 배지부터 이 판을 씁니다."))
    return redirect("work-framework", row.pk)


@login_required
@require_POST
def framework_next(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """Start the next version of a published framework."""
    row = _row(institution_of(request), framework_id)
    made = frameworks.next_version(of=row, actor=person_of(request), now=now_of(request))
    return redirect("work-framework", made.pk)


@login_required
@require_POST
def framework_import(request: HttpRequest) -> HttpResponse:
    """Take a framework in from a file."""
    organisation = institution_of(request)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _list_page(request, organisation, _("체계 파일(JSON)을 골라 주세요."), 422)
    try:
        made = frameworks.take_in(
            owner=organisation,
            content=file.read(frameworks.MAX_BYTES + 1),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _list_page(request, organisation, str(refusal), refusal.status)
    return redirect("work-framework", made.pk)


@login_required
@require_safe
def framework_export(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A framework as the JSON that can be taken in elsewhere."""
    organisation = institution_of(request)
    draft = FrameworkVersion.objects.filter(owner=organisation, code=code, version=version).first()
    found = draft.data if draft else None
    if found is None:
        kind = next(
            (item for item in kinds.offered(organisation) if (item.code, item.version) == (code, version)),
            None,
        )
        if kind is None:
            raise Http404
        found = kinds.as_data(kind)
    return HttpResponse(
        orjson.dumps(found, option=orjson.OPT_INDENT_2),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{code}-{version}.json"'},
    )


def _row(organisation: Organisation, framework_id: UUID) -> FrameworkVersion:
    return get_object_or_404(
        FrameworkVersion.objects.select_related("owner"), pk=framework_id, owner=organisation
    )


def _edit(
    request: HttpRequest,
    organisation: Organisation,
    row: FrameworkVersion | None,
    *,
    like: Framework | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    if request.method != "POST" or refusal is not None:
        data: dict[str, Any] | None = row.data if row else None
        if like is not None:
            data = {**kinds.as_data(like), "code": ""}
        forms = FrameworkForms(data=data, revision=row.revision if row else None)
        return _edit_page(request, row, forms, refusal.status if refusal else 200, refusal)
    forms = FrameworkForms(request.POST)
    if forms.is_valid():
        try:
            saved = frameworks.save_draft(
                owner=organisation,
                data=forms.data(),
                draft=row,
                revision=forms.head.cleaned_data["revision"],
                actor=person_of(request),
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refused:
            show_refusal(forms.head, refused)
        else:
            messages.success(request, _("저장했습니다. 아직 공개하지 않았습니다."))
            return redirect("work-framework", saved.pk)
    return _edit_page(request, row, forms, 422)


def _edit_page(
    request: HttpRequest,
    row: FrameworkVersion | None,
    forms: FrameworkForms,
    status: int,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {
        "row": row,
        "kind": kinds.parse(row.data) if row else None,
        "forms": forms,
        "form": forms.head,
        "refusal": refusal,
        "section": "badges",
    }
    return render(request, "institution/framework_edit.html", context, status=status)


urlpatterns = [
    path("frameworks/", framework_list, name="work-frameworks"),
    path("frameworks/new/", framework_new, name="work-framework-new"),
    path("frameworks/import/", framework_import, name="work-framework-import"),
    path("frameworks/<uuid:framework_id>/", framework_one, name="work-framework"),
    path("frameworks/<uuid:framework_id>/publish/", framework_publish, name="work-framework-publish"),
    path("frameworks/<uuid:framework_id>/next/", framework_next, name="work-framework-next"),
    path("frameworks/<slug:code>/<int:version>/export/", framework_export, name="work-framework-export"),
]
