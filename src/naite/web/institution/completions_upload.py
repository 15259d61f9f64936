"""Handing in completions by file: choose a file, look at the preview, apply, see the sum, take it back."""

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

from naite.flows import upload_completions as flow
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation
from naite.trunk.records.models import CompletionUpload, UploadRow
from naite.trunk.records.uploads import applying, policies, queries
from naite.trunk.records.uploads import columns as col
from naite.web.excel import Sheet, excel, excel_form
from naite.web.institution.access import institution_of, person_of
from naite.web.middleware import now_of

PAGE = 50
HISTORY = 20
SHOWN = (col.NAME, col.BIRTH, col.EMAIL, col.PHONE, col.TITLE, col.COMPLETED, col.HOURS)
_NARROW = frozenset({col.BIRTH, col.STARTED, col.COMPLETED, col.PHONE})
State = CompletionUpload.State
Outcome = UploadRow.Outcome
_BUSY = (State.READING, State.APPLYING, State.UNDOING)
# What a reader may ask to see, and the rows that belong to it before and after applying.
_GROUPS: dict[str, tuple[str, ...]] = {
    "new": (Outcome.NEW, Outcome.ADDED, Outcome.UNDONE),
    "waiting": (Outcome.WAITING, Outcome.EXPIRED),
    "already": (Outcome.ALREADY,),
    "rejected": (Outcome.REJECTED,),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview; with reasons it is boxed and explained beneath."""

    value: str
    reasons: tuple[str, ...]
    narrow: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row under Excel's number; ``reasons`` belong to the row as a whole."""

    number: int
    outcome: str
    label: str
    section: int | None
    cells: tuple[Cell, ...]
    reasons: tuple[str, ...]


def _upload(request: HttpRequest, upload_id: UUID) -> CompletionUpload:
    upload = get_object_or_404(
        CompletionUpload.objects.select_related("organisation", "uploaded_by", "undone_by", "same_as"),
        pk=upload_id,
    )
    if not policies.can_hand_in(person_of(request), upload.organisation, now=now_of(request)):
        raise NotAllowed(_("이 기관의 강좌 담당자만 볼 수 있습니다."))
    return upload


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Take a file in and go to its preview; below, the uploads so far."""
    home = institution_of(request)
    if request.method != "POST":
        return _uploads_page(request, home)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _uploads_page(request, home, _("올릴 파일을 골라 주세요. CSV나 엑셀(.xlsx) 파일입니다."))
    try:
        upload = flow.receive(
            organisation=home,
            # A byte more than allowed is enough to refuse a file, however large it is.
            content=file.read(settings.UPLOAD_MAX_BYTES + 1),
            file_name=file.name or "",
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _uploads_page(request, home, refusal.message, name=file.name or "")
    return redirect("work-completions-upload", upload.pk)


def _uploads_page(
    request: HttpRequest, home: Organisation, error: str | Promise = "", *, name: str = ""
) -> HttpResponse:
    context = {
        "home": home,
        "error": error,
        "file_name": name,
        "limit_mb": settings.UPLOAD_MAX_BYTES // 1048576,
        "page": Paginator(queries.uploads_of(home), HISTORY).get_page(request.GET.get("page")),
        "open_objections": queries.objections_of(home).filter(state="open").count(),
        "section": "completions",
    }
    return render(request, "institution/completions.html", context, status=422 if error else 200)


@login_required
@require_safe
def upload_page(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Show an upload: its preview, how far it is, or what came of it."""
    return _upload_page(request, _upload(request, upload_id))


def _upload_page(
    request: HttpRequest, upload: CompletionUpload, refusal: Refused | None = None, *, reason: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "upload": upload,
        "busy": upload.state in _BUSY,
        "good": upload.new_count + upload.waiting_count,
        "others": upload.new_count - upload.recognised_count,
        "percent": round(100 * upload.done_rows / upload.row_count) if upload.row_count else 0,
        "refusal": refusal,
        "reason": reason,
        "section": "completions",
    }
    if upload.state not in {*_BUSY, State.FAILED, State.DROPPED}:
        context |= _rows_context(request, upload)
    return render(
        request, "institution/completions_upload.html", context, status=refusal.status if refusal else 200
    )


def _rows_context(request: HttpRequest, upload: CompletionUpload) -> dict[str, Any]:
    """Return the rows to show: first those that need somebody."""
    counts = {
        "new": upload.new_count,
        "waiting": upload.waiting_count,
        "already": upload.already_count,
        "rejected": upload.rejected_count,
    }
    wanted = request.GET.get("show", "")
    if wanted not in {*counts, "all"}:
        wanted = next((name for name in ("rejected", "new", "waiting") if counts[name]), "all")
    outcomes = list(Outcome.values) if wanted == "all" else _GROUPS[wanted]
    page = Paginator(queries.rows_of(upload, outcomes), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    heads = _heads(rows)
    audit.record(
        "records.see_upload", actor=person_of(request), now=now_of(request), subject=upload, rows=len(rows)
    )
    return {
        "show": wanted,
        "keep": f"show={wanted}&",
        "page": page,
        "heads": heads,
        "lines": [_line(row, heads) for row in rows],
        "counts": counts,
    }


def _heads(rows: Sequence[UploadRow]) -> list[str]:
    wrong = {column for row in rows for column, _why in row.problems}
    filled = {name for row in rows for name, cell in zip(col.COLUMNS, row.cells, strict=False) if cell}
    faulty = [name for name in col.COLUMNS[1:] if name in wrong]
    return [col.NAME, *faulty, *(name for name in SHOWN[1:] if name in filled and name not in wrong)]


def _line(row: UploadRow, heads: Sequence[str]) -> Line:
    reasons: dict[str, list[str]] = {}
    for column, why in row.problems:
        reasons.setdefault(column, []).append(why)
    cells = dict(zip(col.COLUMNS, row.cells, strict=False))
    return Line(
        row.number,
        row.outcome,
        str(Outcome(row.outcome).label),
        row.section,
        tuple(Cell(cells.get(name, ""), tuple(reasons.get(name, ())), name in _NARROW) for name in heads),
        tuple(reasons.get("", ())),
    )


@login_required
@require_POST
def apply(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Put the good rows into the accounts."""
    upload = _upload(request, upload_id)
    try:
        flow.apply(upload_id=upload.pk, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _upload_page(request, _upload(request, upload_id), refusal)
    return redirect("work-completions-upload", upload.pk)


@login_required
@require_POST
def drop(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Give an upload up."""
    upload = _upload(request, upload_id)
    try:
        applying.drop(upload_id=upload.pk, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _upload_page(request, _upload(request, upload_id), refusal)
    return redirect("work-completions")


@login_required
@require_POST
def undo(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Take an upload back with its reason."""
    upload = _upload(request, upload_id)
    reason = request.POST.get("reason", "")
    try:
        flow.undo(upload_id=upload.pk, reason=reason, actor=person_of(request), now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        return _upload_page(request, _upload(request, upload_id), refusal, reason=reason)
    return redirect("work-completions-upload", upload.pk)


@login_required
@require_safe
def rejected(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Give the rejected rows back as Excel: the columns as they were, and what to correct."""
    upload = _upload(request, upload_id)
    audit.record("records.export_upload", actor=person_of(request), now=now_of(request), subject=upload)
    return excel(
        name=str(_("고칠 행_%(name)s") % {"name": upload.file_name.rsplit(".", 1)[0]}),
        title=str(_("고칠 행")),
        heads=[*col.COLUMNS, str(_("고칠 곳")), str(_("올린 파일의 행"))],
        rows=[
            [*(row.cells or [""] * len(col.COLUMNS)), _told(row), row.number]
            for row in queries.rows_of(upload, [Outcome.REJECTED]).iterator(chunk_size=1000)
        ],
    )


def _told(row: UploadRow) -> str:
    return "\n".join(f"{column}: {why}" if column else why for column, why in row.problems)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Give the empty form, how each column is written, and the institution's courses with their numbers."""
    home = institution_of(request)
    own = Course.objects.filter(organisation=home, current__isnull=False).select_related("current")
    courses = Sheet(
        _("우리 과정"),
        [col.CODE, col.TITLE, _("총 시간")],
        (
            [course.pk, course.current.title, course.current.total_hours]
            for course in own.order_by("current__title")
            if course.current is not None
        ),
    )
    return excel_form(
        name=_("이수실적 올리기 양식"),
        title=_("이수실적"),
        columns=col.COLUMNS,
        examples=col.EXAMPLES,
        more=[courses],
    )


urlpatterns = [
    path("completions/", uploads, name="work-completions"),
    path("completions/template/", template, name="work-completions-template"),
    path("completions/<uuid:upload_id>/", upload_page, name="work-completions-upload"),
    path("completions/<uuid:upload_id>/apply/", apply, name="work-completions-apply"),
    path("completions/<uuid:upload_id>/drop/", drop, name="work-completions-drop"),
    path("completions/<uuid:upload_id>/undo/", undo, name="work-completions-undo"),
    path("completions/<uuid:upload_id>/rejected/", rejected, name="work-completions-rejected"),
]
