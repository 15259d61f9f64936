"""Certificates: choosing what is printed, preview, issuing, and what was issued (row A20)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import Refused
from naite.roots.ids import new_id
from naite.trunk.records import queries as records
from naite.trunk.records.certificates import numbers, queries, services
from naite.trunk.records.certificates.choices import Group, choices_of, choose, chosen_total
from naite.trunk.records.certificates.content import plain_hours
from naite.trunk.records.certificates.services import Wishes
from naite.trunk.records.course_certificates import batches
from naite.trunk.records.course_certificates import services as course_certificates
from naite.trunk.records.models import Certificate, CertificateKind, CertificateLanguage, LearningAccount
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.middleware import now_of

PER_PAGE = 20
GIVEN = 100


@dataclass(frozen=True)
class Asked:
    """What the address or the form says besides the entries."""

    kind: CertificateKind
    wishes: Wishes
    replaces: UUID | None = None

    @classmethod
    def of(cls, given: QueryDict) -> "Asked":
        kind = given.get("kind", "")
        language = given.get("lang", "")
        english_page = (get_language() or "ko").startswith("en")
        return cls(
            CertificateKind(kind) if kind in CertificateKind.values else CertificateKind.STATEMENT,
            Wishes(
                language=CertificateLanguage(language)
                if language in CertificateLanguage.values
                else CertificateLanguage.ENGLISH
                if english_page
                else CertificateLanguage.KOREAN,
                purpose=given.get("purpose", "").strip(),
                roman_name=given.get("roman", "").strip(),
                hide_birth_day=given.get("birth", "hidden") != "full",
            ),
            _uuid(given.get("replaces", "")),
        )

    def query(self, **more: str) -> str:
        """The same as the query of an address; what is as usual is left out."""
        wishes = self.wishes
        values = {
            "kind": str(self.kind),
            "lang": str(wishes.language),
            "purpose": wishes.purpose,
            "roman": wishes.roman_name,
            "birth": "" if wishes.hide_birth_day else "full",
            "replaces": str(self.replaces or ""),
            **more,
        }
        return urlencode({name: value for name, value in values.items() if value})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    """The maker and what was issued. A POST keeps the choice; it issues where that button was pressed.

    Of htmx, which sends the form after every change, only the side with count and preview comes back.
    """
    account = records.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    if request.method != "POST":
        asked = Asked.of(request.GET)
        return _page(request, account, asked, choices_of(account, asked.kind))
    asked = Asked.of(request.POST)
    groups = choose(
        account=account,
        kind=asked.kind,
        chosen=_picked(request.POST, choices_of(account, asked.kind)),
        seen_until=parse_datetime(request.POST.get("seen", "")),
        actor=person_of(request),
        now=now_of(request),
    )
    if request.htmx:  # type: ignore[attr-defined]
        return _private(
            render(request, "learner/_certificate_side.html", {**_side(asked, groups), "swapped": True})
        )
    if request.POST.get("do") != "issue":
        return HttpResponseRedirect(f"{reverse('my-certificates')}?{asked.query()}#preview")
    try:
        made = services.issue_certificate(
            account=account,
            kind=asked.kind,
            entry_ids={each for group in groups for each in group.chosen},
            wishes=asked.wishes,
            request_key=request.POST.get("request_key", "")[:64] or str(new_id()),
            replaces=asked.replaces,
            actor=person_of(request),
            now=now_of(request),
        )
    except Refused as refusal:
        return _page(request, account, asked, groups, refusal)
    messages.success(request, _("발급했습니다. 이제 내려받을 수 있습니다."))
    return HttpResponseRedirect(reverse("my-certificate", args=[made.id]))


@login_required
@require_safe
def preview(request: HttpRequest, form: str) -> HttpResponse:
    """The first page as a picture, or the whole as PDF; of what is chosen now, watermarked, without number."""
    account, asked = account_or_404(request), Asked.of(request.GET)
    entry_ids = {each for group in choices_of(account, asked.kind) for each in group.chosen}
    how: dict[str, Any] = {
        "account": account,
        "kind": asked.kind,
        "entry_ids": entry_ids,
        "wishes": asked.wishes,
        "actor": person_of(request),
    }
    try:
        return _preview(form, how)
    except Refused as refusal:
        if "roman_name" not in refusal.fields:
            raise
        # Half a name is being typed; the form says what is wrong when it is sent.
        return _preview(form, {**how, "wishes": replace(asked.wishes, roman_name="")})


def _preview(form: str, how: dict[str, Any]) -> HttpResponse:
    if form == "pdf":
        return _private(HttpResponse(services.preview_pdf(**how), content_type="application/pdf"))
    picture, _pages = services.preview(**how)
    return _private(HttpResponse(picture, content_type="image/png"))


@login_required
@require_safe
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """One issued document: number, state, file, and how to take it back."""
    found = _certificate_or_404(request, certificate_id)
    return render(
        request,
        "learner/certificate.html",
        {
            "section": "account",
            "certificate": found,
            "number": numbers.printed_number(found.number),
            "hours": plain_hours(found.hours),
            "look_up": found.check_until > now_of(request),
            "check_url": services.check_address(),
            "again": f"{reverse('my-certificates')}?"
            + urlencode({"kind": found.kind, "lang": found.language, "replaces": str(found.id)}),
        },
    )


@login_required
@require_safe
def document(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The signed PDF."""
    found = _certificate_or_404(request, certificate_id)
    pdf = services.file_of(certificate=found, actor=person_of(request), now=now_of(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = (
        f'attachment; filename="{found.kind}-{numbers.printed_number(found.number)}.pdf"'
    )
    return _private(response)


@login_required
@require_safe
def course_document(request: HttpRequest, certificate_id: UUID) -> FileResponse:
    """The signed PDF of a 수료증 that an institution gave to the person who asks."""
    found = course_certificates.certificate_of(certificate_id)
    if found is None or found.person_id != person_of(request).pk:
        raise Http404
    file = course_certificates.open_certificate(
        certificate=found, actor=person_of(request), now=now_of(request)
    )
    response = FileResponse(file, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(batches.file_name(found)[4:])}"
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@require_POST
def withdraw(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """Take a document back."""
    found = _certificate_or_404(request, certificate_id)
    services.withdraw(
        certificate=found,
        reason=request.POST.get("reason", ""),
        actor=person_of(request),
        now=now_of(request),
    )
    messages.success(request, _("문서를 거두었습니다. 이 문서를 확인하는 사람에게 거둔 문서라고 나옵니다."))
    return HttpResponseRedirect(reverse("my-certificate", args=[found.id]))


def _page(
    request: HttpRequest,
    account: LearningAccount,
    asked: Asked,
    groups: list[Group],
    refusal: Refused | None = None,
) -> HttpResponse:
    issued = Paginator(queries.certificates_of(account), PER_PAGE).get_page(request.GET.get("page"))
    added = [entry.added_at for group in groups for entry in group.entries]
    context = {
        **_side(asked, groups),
        "section": "account",
        "kinds": [(kind, Asked(kind, asked.wishes).query(), kind == asked.kind) for kind in CertificateKind],
        "groups": groups,
        "seen": max(added).isoformat() if added else "",
        "request_key": str(new_id()),
        "languages": CertificateLanguage.choices,
        "refusal": refusal,
        "issued": issued,
        "given": course_certificates.given_to(person_of(request))[:GIVEN],
        "now": now_of(request),
    }
    return _private(
        render(request, "learner/certificates.html", context, status=refusal.status if refusal else 200)
    )


def _side(asked: Asked, groups: list[Group]) -> dict[str, Any]:
    """What the side with count and preview shows."""
    count, hours = chosen_total(groups)
    chosen = sorted(str(each) for group in groups for each in group.chosen)
    version = hashlib.sha256("".join(chosen).encode()).hexdigest()[:12]
    return {
        "asked": asked,
        "wishes": asked.wishes,
        "count": count,
        "hours": plain_hours(hours),
        "all": sum(len(group.entries) for group in groups),
        "preview_query": asked.query(v=version),
    }


def _picked(form: QueryDict, groups: list[Group]) -> Collection[UUID]:
    """The entries ticked; a section's own button ticks or clears the whole section."""
    picked = {each for text in form.getlist("entry") if (each := _uuid(text))}
    what, _colon, key = form.get("do", "").partition(":")
    for group in groups:
        if group.key == key and what in ("all", "none"):
            ids = {entry.id for entry in group.entries}
            picked = picked | ids if what == "all" else picked - ids
    return picked


def _certificate_or_404(request: HttpRequest, certificate_id: UUID) -> Certificate:
    found = queries.certificate_of(account_or_404(request), certificate_id)
    if found is None:
        raise Http404
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response


urlpatterns = [
    path("certificates/", certificates, name="my-certificates"),
    path("certificates/preview.<str:form>", preview, name="my-certificate-preview"),
    path("certificates/<uuid:certificate_id>/", certificate, name="my-certificate"),
    path("certificates/<uuid:certificate_id>/document.pdf", document, name="my-certificate-file"),
    path("certificates/given/<uuid:certificate_id>.pdf", course_document, name="my-course-certificate-file"),
    path("certificates/<uuid:certificate_id>/withdraw/", withdraw, name="my-certificate-withdraw"),
]
