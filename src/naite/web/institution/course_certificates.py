"""수료증 for a class: who gets one, how it looks, how far the making is, and what was handed out."""

from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, TypeVar
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows.course_certificates import order_certificates
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import CourseRun
from naite.trunk.delivery.services.mails import run_title
from naite.trunk.records.course_certificates import batches, looks, services
from naite.trunk.records.course_certificates.batches import Order
from naite.trunk.records.models import (
    CertificateBatch,
    CertificateLanguage,
    CertificateLook,
    CourseCertificate,
)
from naite.web.institution.access import institution_of, person_of, run_for
from naite.web.middleware import now_of

SHOWN_BATCHES = 10
Answer = TypeVar("Answer", bound=HttpResponseBase)


@dataclass(frozen=True, slots=True)
class Row:
    """A person who completed the class, and the latest 수료증 given to them."""

    completion: Completion
    given: CourseCertificate | None
    chosen: bool


def _order(given: QueryDict) -> Order:
    language, birth = given.get("lang", ""), given.get("birth", "")
    return Order(
        language=CertificateLanguage(language)
        if language in CertificateLanguage.values
        else CertificateLanguage.KOREAN,
        birth=CertificateBatch.Birth(birth)
        if birth in CertificateBatch.Birth.values
        else CertificateBatch.Birth.FULL,
    )


def _ids(given: list[str]) -> set[UUID]:
    found = set()
    for each in given:
        try:
            found.add(UUID(each))
        except ValueError:
            continue
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course_certificates(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show who completed the class and what they were given; a POST orders 수료증 for those ticked."""
    run = run_for(request, run_id)
    if request.method != "POST":
        return _page(request, run)
    chosen = _ids(request.POST.getlist("completion"))
    try:
        order_certificates(
            run=run,
            completion_ids=chosen,
            order=_order(request.POST),
            request_key=request.POST.get("request_key", "")[:64] or str(new_id()),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, run, refusal=refusal, chosen=chosen)
    return redirect("work-course-certificates", run.pk)


def _page(
    request: HttpRequest, run: CourseRun, *, refusal: Refused | None = None, chosen: set[UUID] | None = None
) -> HttpResponse:
    latest = services.latest_of(run)
    rows = []
    for completion in batches.completed(run):
        given = latest.get(completion.pk)
        without = given is None or given.state in {"withdrawn", "failed"}
        rows.append(Row(completion, given, completion.pk in chosen if chosen is not None else without))
    if not request.htmx:  # type: ignore[attr-defined]
        # The page that asks how far the making is was written down when it was opened.
        audit.record(
            "records.view_course_certificates",
            actor=person_of(request),
            now=now_of(request),
            subject=run,
            people=[row.completion.enrolment.person_id for row in rows],
        )
    order = _order(request.POST if request.method == "POST" else request.GET)
    found = [(batch, batches.progress(batch)) for batch in services.batches_of(run)[:SHOWN_BATCHES]]
    context = {
        "run": run,
        "title": run_title(run),
        "rows": rows,
        "valid": [row for row in rows if row.given is not None and row.given.state == "valid"],
        "look": looks.look_of(run.organisation),
        "order": order,
        "languages": CertificateLanguage.choices,
        "births": CertificateBatch.Birth.choices,
        "batches": found,
        "making": any(batch.state == CertificateBatch.State.MAKING for batch, _progress in found),
        "request_key": str(new_id()),
        "refusal": refusal,
        "section": "runs",
    }
    response = render(
        request,
        "institution/course_certificates.html",
        context,
        status=refusal.status if refusal else 200,
    )
    return _private(response)


@login_required
@require_safe
def preview(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The first 수료증 of the class as it would be, as a watermarked picture."""
    run = run_for(request, run_id)
    first = next(iter(batches.completed(run)), None)
    if first is None:
        raise Http404
    completion = Completion.objects.select_related(
        "enrolment__person", "enrolment__run__version", "enrolment__run__organisation"
    ).get(pk=first.pk)
    picture = batches.preview(
        completion=completion, order=_order(request.GET), actor=person_of(request), now=now_of(request)
    )
    return _private(HttpResponse(picture, content_type="image/png"))


@login_required
@require_POST
def stop(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Stop making a batch."""
    batch = _batch(request, batch_id)
    batches.stop(batch=batch, actor=person_of(request), now=now_of(request))
    messages.success(request, _("그만두었습니다. 이미 만든 수료증은 그대로 있습니다."))
    return redirect("work-course-certificates", batch.run_id)


@login_required
@require_safe
def bundle(request: HttpRequest, batch_id: UUID, what: Literal["zip", "print"]) -> FileResponse:
    """All documents of a batch: as a ZIP of signed files, or as one file for the printer."""
    batch = _batch(request, batch_id)
    file = services.open_bundle(batch=batch, what=what, actor=person_of(request), now=now_of(request))
    ending = "zip" if what == "zip" else "pdf"
    name = _("%(title)s 수료증") % {"title": run_title(batch.run)}
    return _file(file, f"{name}.{ending}", "application/zip" if what == "zip" else "application/pdf")


@login_required
@require_safe
def document(request: HttpRequest, certificate_id: UUID) -> FileResponse:
    """One signed PDF, again."""
    certificate = _certificate(request, certificate_id)
    file = services.open_certificate(certificate=certificate, actor=person_of(request), now=now_of(request))
    return _file(file, batches.file_name(certificate), "application/pdf")


@login_required
@require_POST
def withdraw(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """Take one 수료증 back."""
    certificate = _certificate(request, certificate_id)
    run = certificate.batch.run
    try:
        services.withdraw(
            certificate=certificate,
            reason=request.POST.get("reason", ""),
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, run, refusal=refusal)
    messages.success(request, _("수료증을 거두었습니다. 이 문서를 확인하는 사람에게 거둔 문서라고 나옵니다."))
    return redirect("work-course-certificates", run.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """How the institution's 수료증 look: name, representative, sentence, seal; with a preview."""
    organisation = institution_of(request)
    found = looks.look_of(organisation)
    back = request.GET.get("run", "")
    if request.method != "POST":
        return _look_page(request, organisation.name, found, back=back)
    seal = request.FILES.get("seal")
    version = request.POST.get("version", "0")
    try:
        looks.change_look(
            organisation=organisation,
            issuer=request.POST.get("issuer", ""),
            representative=request.POST.get("representative", ""),
            sentence=request.POST.get("sentence", ""),
            seal=seal if isinstance(seal, UploadedFile) else None,
            seal_name=seal.name or "" if isinstance(seal, UploadedFile) else "",
            drop_seal=request.POST.get("drop_seal") == "1",
            seen_version=int(version) if version.isascii() and version.isdigit() else 0,
            actor=person_of(request),
            now=now_of(request),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _look_page(request, organisation.name, looks.look_of(organisation), refusal, back=back)
    messages.success(request, _("수료증 모양을 저장했습니다. 이미 만든 수료증은 그대로입니다."))
    if _ids([back]):
        return redirect("work-course-certificates", back)
    return redirect("work-certificate-look")


def _look_page(
    request: HttpRequest,
    name: str,
    found: CertificateLook | None,
    refusal: Refused | None = None,
    *,
    back: str = "",
) -> HttpResponse:
    typed: dict[str, Any] = {
        "issuer": found.issuer if found else name,
        "representative": found.representative if found else "",
        "sentence": found.sentence if found else "",
    }
    if refusal is not None:
        typed = {key: request.POST.get(key, "") for key in typed}
    context = {
        "typed": typed,
        "look": found,
        "version": found.version if found else 0,
        "refusal": refusal,
        "back": back if _ids([back]) else "",
        "section": "runs",
    }
    return render(
        request, "institution/certificate_look.html", context, status=refusal.status if refusal else 200
    )


@login_required
@require_safe
def look_preview(request: HttpRequest) -> HttpResponse:
    """The saved look with an invented person, as a watermarked picture."""
    organisation = institution_of(request)
    found = looks.look_of(organisation)
    picture = looks.preview(
        snapshot_of=looks.snapshot(found, organisation), seal=found.seal if found else None
    )
    return _private(HttpResponse(picture, content_type="image/png"))


def _batch(request: HttpRequest, batch_id: UUID) -> CertificateBatch:
    batch = get_object_or_404(
        CertificateBatch.objects.select_related("run__organisation", "run__version"), pk=batch_id
    )
    run_for(request, batch.run_id)
    return batch


def _certificate(request: HttpRequest, certificate_id: UUID) -> CourseCertificate:
    certificate = services.certificate_of(certificate_id)
    if certificate is None:
        raise Http404
    run_for(request, certificate.batch.run_id)
    return certificate


def _file(file: BinaryIO, name: str, media_type: str) -> FileResponse:
    response = FileResponse(file, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return _private(response)


def _private(response: Answer) -> Answer:
    patch_cache_control(response, private=True, no_store=True)
    return response


urlpatterns = [
    path("runs/<uuid:run_id>/certificates/", course_certificates, name="work-course-certificates"),
    path("runs/<uuid:run_id>/certificates/preview.png", preview, name="work-course-certificate-preview"),
    path("certificate-batches/<uuid:batch_id>/stop/", stop, name="work-certificate-batch-stop"),
    path(
        "certificate-batches/<uuid:batch_id>/all.zip",
        bundle,
        {"what": "zip"},
        name="work-certificate-batch-zip",
    ),
    path(
        "certificate-batches/<uuid:batch_id>/print.pdf",
        bundle,
        {"what": "print"},
        name="work-certificate-batch-print",
    ),
    path(
        "course-certificates/<uuid:certificate_id>/document.pdf",
        document,
        name="work-course-certificate-file",
    ),
    path(
        "course-certificates/<uuid:certificate_id>/withdraw/",
        withdraw,
        name="work-course-certificate-withdraw",
    ),
    path("certificate-look/", look, name="work-certificate-look"),
    path("certificate-look/preview.png", look_preview, name="work-certificate-look-preview"),
]
