"""What a learner was asked to send: looking at it, choosing, sending in answer, or saying no."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import Refused
from naite.trunk.records import queries as records
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.wallet.models import EvidenceRequest, Holding
from naite.trunk.wallet.packages import queries, rules
from naite.trunk.wallet.packages import requests as services
from naite.trunk.wallet.packages import services as packages
from naite.web.fields import show_refusal
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.learner.packages import NEW_LINK, PackageForm, draft_of, kept, maker, typed
from naite.web.middleware import now_of
from naite.web.package_page import package_context
from naite.web.public.requests import wanted_words

_SECTIONS = {
    Entry.Section.RECOGNISED: EvidenceRequest.Wanted.RECOGNISED,
    Entry.Section.SCHOOLING: EvidenceRequest.Wanted.SCHOOLING,
    Entry.Section.CERTIFICATES: EvidenceRequest.Wanted.QUALIFICATION,
    Entry.Section.OTHER: EvidenceRequest.Wanted.OTHER,
}


@login_required
@never_cache
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """All requests that the learner keeps or dealt with."""
    account = records.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    now = now_of(request)
    rows = [{"row": row, "waiting": services.answerable(row, now)} for row in services.requests_of(account)]
    return render(request, "learner/requests.html", {"rows": rows, "section": "account"})


@login_required
@never_cache
@require_safe
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request with what can be done about it."""
    account, row = _mine(request, request_id)
    package = queries.package_of(account, row.package_id) if row.package_id else None
    context = {
        "row": row,
        "wanted": wanted_words(row),
        "waiting": services.answerable(row, now_of(request)),
        "package": package,
        "section": "account",
    }
    return render(request, "learner/request.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Choose, look, send. Nothing is ticked beforehand; what fits the request is only marked."""
    account, row = _mine(request, request_id)
    if not services.answerable(row, now_of(request)):
        return HttpResponseRedirect(reverse("my-request", args=[row.pk]))
    account.person = person_of(request)
    more: dict[str, Any] = {"ask": row, "action": reverse("my-request-answer", args=[row.pk])}

    def choose(form: PackageForm) -> HttpResponse:
        return maker(request, account, form, request.POST, why=_reasons(row), **more)

    if request.method != "POST":
        last = timezone.localdate(row.closes_at)
        return choose(
            PackageForm(
                initial={
                    "recipient": row.asker,
                    "purpose": row.purpose,
                    "until": last,
                    "most_looks": "",
                }
            )
        )
    if request.POST.get("do") == "edit":
        return choose(PackageForm(initial=typed(request.POST)))
    form = PackageForm(request.POST)
    if not form.is_valid():
        return choose(form)
    draft = draft_of(form, request.POST)
    refused: Refused | None = None
    try:
        if request.POST.get("do") == "send":
            _package, token = services.answer(
                request=row,
                account=account,
                draft=draft,
                password=request.POST.get("password", ""),
                password_again=request.POST.get("password_again", ""),
                link=lambda token: settings.BASE_URL + reverse("package", args=[token]),
                actor=account.person,
                now=now_of(request),
            )
            if token:
                request.session[NEW_LINK] = {"package": str(_package.id), "token": token}
            messages.success(request, _("보냈습니다. 요청한 곳에 편지로 알렸습니다."))
            return HttpResponseRedirect(reverse("my-package", args=[_package.id]))
        planned = packages.plan(account=account, draft=draft, actor=account.person, now=now_of(request))
    except Refused as refusal:
        if set(refusal.fields) != {"password"}:
            show_refusal(form, refusal)
            return choose(form)
        refused = refusal
        planned = packages.plan(account=account, draft=draft, actor=account.person, now=now_of(request))
    context = {
        **package_context(planned.package, planned.items, now=now_of(request)),
        **more,
        "preview": True,
        "hidden": kept(request.POST),
        "request_key": "",
        "refusal": refused,
        "least": rules.PASSWORD_LEAST,
        "section": "account",
    }
    status = refused.status if refused else 200
    return render(request, "learner/package_preview.html", context, status=status)


@login_required
@require_POST
def decline(request: HttpRequest, request_id: UUID) -> HttpResponse:
    account, row = _mine(request, request_id)
    services.decline(
        request=row,
        account=account,
        note=request.POST.get("note", ""),
        actor=person_of(request),
        now=now_of(request),
    )
    messages.success(request, _("보내지 않겠다고 알렸습니다. 누구인지는 알리지 않았습니다."))
    return HttpResponseRedirect(reverse("my-requests"))


def _reasons(row: EvidenceRequest) -> "Reasons":
    return Reasons(row)


class Reasons:
    """Why a thing may be what was asked for; empty where nothing speaks for it."""

    def __init__(self, row: EvidenceRequest) -> None:
        self.wanted = frozenset(row.wanted)
        self.words = frozenset(_words([row.details, row.purpose]))

    def __call__(self, thing: object) -> str:
        if isinstance(thing, Entry):
            kind = _SECTIONS[Entry.Section(thing.section)]
            if kind in self.wanted:
                return _("부탁한 종류")
            return _("부탁한 말과 맞음") if self._named(thing.title) else ""
        if isinstance(thing, Holding):
            return _("부탁한 말과 맞음") if self._named(thing.title) else ""
        return ""

    def _named(self, title: str) -> bool:
        return any(word in title for word in self.words)


_COMMON = frozenset({"관련", "증명", "증명서", "기록", "서류", "심사", "직무", "필요", "제출", "지원"})


def _words(texts: Iterable[str]) -> list[str]:
    found = re.findall(r"[가-힣A-Za-z0-9]{2,}", " ".join(texts))
    return [word for word in found if word not in _COMMON]


def _mine(request: HttpRequest, request_id: UUID) -> tuple[LearningAccount, EvidenceRequest]:
    account = account_or_404(request)
    row = services.request_of(account, request_id)
    if row is None:
        raise Http404
    return account, row


urlpatterns = [
    path("requests/", requests, name="my-requests"),
    path("requests/<uuid:request_id>/", request_page, name="my-request"),
    path("requests/<uuid:request_id>/answer/", answer, name="my-request-answer"),
    path("requests/<uuid:request_id>/decline/", decline, name="my-request-decline"),
]
