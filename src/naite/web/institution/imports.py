"""Uploading files of listings: choose a file, look at what it would change, apply, see the sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows.import_listings import apply_import
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue import imports, policies
from naite.trunk.catalogue.models import ImportBatch
from naite.trunk.catalogue.standard_file import COLUMNS
from naite.trunk.catalogue.standard_file.columns import EXAMPLES
from naite.trunk.people.models import Organisation
from naite.web.excel import excel, excel_form
from naite.web.institution.access import person_of
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

PAGE = 50
HISTORY = 20
# What tells rows apart, after the title; columns with something wrong stand before it.
SHOWN = ("교육시작일자", "교육시작시각", "운영요일", "교육장소")
State = ImportBatch.State


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview; with a reason it is boxed and explained beneath."""

    value: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the preview under Excel's number; ``reasons`` belong to the row as a whole."""

    number: int
    outcome: str
    cells: tuple[Cell, ...]
    reasons: tuple[str, ...]


def _supplier(request: HttpRequest) -> Organisation:
    organisation = current_organisation(request)
    if organisation is None or not policies.can_supply(person_of(request), organisation, now=now_of(request)):
        raise NotAllowed(_("강좌를 올리는 기관 담당자의 화면입니다. 위에서 역할을 바꾸어 들어와 주세요."))
    return organisation


def _batch(request: HttpRequest, batch_id: UUID) -> ImportBatch:
    batch = get_object_or_404(ImportBatch.objects.select_related("supplier", "uploaded_by"), pk=batch_id)
    if not policies.can_handle_batch(person_of(request), batch, now=now_of(request)):
        raise NotAllowed(_("이 기관의 담당자만 볼 수 있습니다."))
    return batch


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and go to its preview; below, the uploads so far."""
    supplier = _supplier(request)
    if request.method != "POST":
        return _upload_page(request, supplier)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _upload_page(request, supplier, _("올릴 파일을 골라 주세요. CSV나 엑셀(.xlsx) 파일입니다."))
    try:
        batch = imports.receive(
            supplier=supplier,
            # A byte more than allowed is enough to refuse a file, however large it is.
            content=file.read(settings.UPLOAD_MAX_BYTES + 1),
            file_name=file.name or "",
            actor=person_of(request),
            now=now_of(request),
        )
    except Refused as refusal:
        return _upload_page(request, supplier, refusal.message, name=file.name or "")
    return redirect("work-import-batch", batch.pk)


def _upload_page(
    request: HttpRequest, supplier: Organisation, error: str | Promise = "", *, name: str = ""
) -> HttpResponse:
    history = (
        ImportBatch.objects.filter(supplier=supplier)
        .select_related("uploaded_by")
        .defer("rejected")
        .order_by("-uploaded_at", "-id")
    )
    context = {
        "supplier": supplier,
        "error": error,
        "file_name": name,
        "limit_mb": settings.UPLOAD_MAX_BYTES // 1048576,
        "page": Paginator(history, HISTORY).get_page(request.GET.get("page")),
        "section": "import",
    }
    return render(request, "institution/import_upload.html", context, status=422 if error else 200)


@login_required
@require_safe
def batch_page(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show an upload: its preview, how far it is, or what came of it."""
    return _batch_page(request, _batch(request, batch_id))


def _batch_page(request: HttpRequest, batch: ImportBatch, refusal: Refused | None = None) -> HttpResponse:
    counts = {
        imports.CREATED: batch.created_count,
        imports.UPDATED: batch.updated_count,
        imports.UNCHANGED: batch.unchanged_count,
        imports.REJECTED: batch.rejected_count,
    }
    context: dict[str, Any] = {
        "batch": batch,
        "counts": counts,
        "good": batch.row_count - batch.rejected_count,
        "sum": sum(counts.values()),
        "percent": round(100 * batch.done_rows / batch.row_count) if batch.row_count else 0,
        "refusal": refusal,
        "may_author": policies.can_author(person_of(request), batch.supplier, now=now_of(request)),
        "section": "import",
    }
    if batch.state not in {State.FAILED, State.APPLYING}:
        context |= _rows_context(request, batch, counts)
        context["ignored"] = imports.ignored_columns(batch)
    return render(
        request, "institution/import_batch.html", context, status=refusal.status if refusal else 200
    )


def _rows_context(request: HttpRequest, batch: ImportBatch, counts: dict[str, int]) -> dict[str, Any]:
    """Return the rows to show: first those that need somebody, as the reviewers' eyes should go there."""
    wanted = request.GET.get("show", "")
    if wanted not in {*counts, "all"}:
        order = (imports.REJECTED, imports.UPDATED, imports.CREATED, imports.UNCHANGED)
        wanted = next((outcome for outcome in order if counts[outcome]), "all")
    outcomes = list(counts) if wanted == "all" else [wanted]
    total = sum(counts[outcome] for outcome in outcomes)
    page = Paginator(range(total), PAGE).get_page(request.GET.get("page"))
    rows, _total = imports.rows_of(batch, outcomes=outcomes, start=(page.number - 1) * PAGE, count=PAGE)
    heads = _heads(rows)
    return {
        "show": wanted,
        "keep": f"show={wanted}&",
        "page": page,
        "heads": heads,
        "lines": [_line(row, heads) for row in rows],
        "changed": rows if wanted == imports.UPDATED else [],
    }


def _heads(rows: Sequence[imports.PlannedRow]) -> list[str]:
    wrong = {problem["column"] for row in rows for problem in row.problems}
    faulty = [name for name in COLUMNS[1:] if name in wrong]
    return [COLUMNS[0], *faulty, *(name for name in SHOWN if name not in wrong)]


def _line(row: imports.PlannedRow, heads: Sequence[str]) -> Line:
    reasons: dict[str, list[str]] = {}
    for problem in row.problems:
        reasons.setdefault(problem["column"], []).append(problem["reason"])
    return Line(
        row.number,
        row.outcome,
        tuple(Cell(row.cells[COLUMNS.index(name)], tuple(reasons.get(name, ()))) for name in heads),
        tuple(reasons.get("", ())),
    )


@login_required
@require_POST
def apply(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Apply the good rows of an upload."""
    batch = _batch(request, batch_id)
    try:
        apply_import(batch_id=batch.pk, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _batch_page(request, _batch(request, batch_id), refusal)
    return redirect("work-import-batch", batch.pk)


@login_required
@require_POST
def drop(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Give an upload up."""
    batch = _batch(request, batch_id)
    try:
        imports.drop(batch_id=batch.pk, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _batch_page(request, _batch(request, batch_id), refusal)
    return redirect("work-import")


@login_required
@require_safe
def rejected(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Give the rejected rows back as Excel: the file's columns as they were, and what to correct."""
    batch = _batch(request, batch_id)
    rows: list[imports.PlannedRow] = []
    if batch.state != State.FAILED:
        rows, _total = imports.rows_of(batch, outcomes=[imports.REJECTED])
    return excel(
        name=str(_("고칠 행_%(name)s") % {"name": batch.file_name.rsplit(".", 1)[0]}),
        title=str(_("고칠 행")),
        heads=[*COLUMNS, str(_("고칠 곳")), str(_("올린 파일의 행"))],
        rows=[[*row.cells, _told(row), row.number] for row in rows],
    )


def _told(row: imports.PlannedRow) -> str:
    return "\n".join(
        f"{problem['column']}: {problem['reason']}" if problem["column"] else problem["reason"]
        for problem in row.problems
    )


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Give the empty form: the 25 columns, and on a second sheet how each is written."""
    _supplier(request)
    return excel_form(name=_("강좌 올리기 양식"), title=_("강좌"), columns=COLUMNS, examples=EXAMPLES)


urlpatterns = [
    path("import/", upload, name="work-import"),
    path("import/template/", template, name="work-import-template"),
    path("import/<uuid:batch_id>/", batch_page, name="work-import-batch"),
    path("import/<uuid:batch_id>/apply/", apply, name="work-import-apply"),
    path("import/<uuid:batch_id>/drop/", drop, name="work-import-drop"),
    path("import/<uuid:batch_id>/rejected/", rejected, name="work-import-rejected"),
]
