"""Submission packages: choosing what goes into one, seeing it as its recipient will, and what became of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import packages as flow
from naite.roots.drawing.qr import draw_qr
from naite.roots.errors import Refused
from naite.roots.ids import new_id
from naite.trunk.records import queries as records
from naite.trunk.records.certificates.queries import certificates_of
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.wallet import queries as wallet
from naite.trunk.wallet.models import Package
from naite.trunk.wallet.packages import queries, rules, services
from naite.trunk.wallet.packages.rules import PackageDraft
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.learner.entries import account_or_404
from naite.web.learner.home import person_of
from naite.web.middleware import now_of
from naite.web.package_page import package_context, pdf_response

NEW_LINK = "naite_new_package_link"
PER_PAGE = 20
LINES_PER_PAGE = 50
_LOOKS = {
    1: gettext_lazy("한 번"),
    3: gettext_lazy("세 번"),
    5: gettext_lazy("다섯 번"),
    10: gettext_lazy("열 번"),
    None: gettext_lazy("끝나는 날까지 여러 번"),
}
STATES = {
    "open": ("ok", gettext_lazy("열 수 있음")),
    "expired": ("end", gettext_lazy("기간 끝남")),
    "withdrawn": ("end", gettext_lazy("거둠")),
    "used_up": ("end", gettext_lazy("횟수 다 씀")),
}


class PackageForm(forms.Form):
    """To whom, for what, how long; what goes in is chosen beside it."""

    recipient = forms.CharField(
        label=gettext_lazy("받는 곳"),
        max_length=rules.RECIPIENT_LENGTH,
        help_text=gettext_lazy("예: 가온고등학교 교무실"),
    )
    purpose = forms.CharField(
        label=gettext_lazy("쓰는 곳"),
        max_length=rules.PURPOSE_LENGTH,
        help_text=gettext_lazy("받는 곳에서 봅니다. 예: 편입학 서류, 입사 지원"),
    )
    message = forms.CharField(
        label=gettext_lazy("전하는 말"),
        max_length=rules.MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    until = forms.DateField(
        label=gettext_lazy("언제까지 열 수 있나요"),
        widget=DATE_INPUT,
        help_text=gettext_lazy("고른 날 24시까지 열립니다. 1년 안에서 고르세요."),
    )
    most_looks = forms.TypedChoiceField(
        label=gettext_lazy("몇 번 열 수 있나요"),
        choices=[(str(looks or ""), _LOOKS[looks]) for looks in rules.LOOKS],
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("한 번 열면 한 시간 동안 보고 내려받을 수 있습니다."),
    )
    shows_birth = forms.BooleanField(label=gettext_lazy("생년월일도 보여 주기"), required=False)
    shows_email = forms.BooleanField(label=gettext_lazy("내 전자우편 주소도 보여 주기"), required=False)


def draft_of(form: PackageForm, given: QueryDict | MultiValueDict[str, str]) -> PackageDraft:
    """Return what the form says as a draft."""
    values = form.cleaned_data
    return PackageDraft(
        recipient=values.get("recipient", ""),
        purpose=values.get("purpose", ""),
        message=values.get("message", ""),
        until=values.get("until"),
        most_looks=values.get("most_looks"),
        shows_birth=values.get("shows_birth", False),
        shows_email=values.get("shows_email", False),
        entry_ids=ids_in(given, "entry"),
        certificate_ids=ids_in(given, "certificate"),
        holding_ids=ids_in(given, "badge"),
    )


def ids_in(given: QueryDict | MultiValueDict[str, str], name: str) -> tuple[UUID, ...]:
    """The ids that a form or an address names, each once; what is no id is passed over."""
    found: dict[UUID, None] = {}
    for text in given.getlist(name):
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return tuple(found)


@login_required
@never_cache
@require_safe
def packages(request: HttpRequest) -> HttpResponse:
    """Everything that was sent, with its state; the number of queries does not depend on how much."""
    account = records.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    page = Paginator(queries.packages_of(account), PER_PAGE).get_page(request.GET.get("page"))
    now = now_of(request)
    rows = [{"package": each, "tag": STATES[services.state_at(each, now)]} for each in page.object_list]
    context = {"rows": rows, "page": page, "section": "account"}
    return render(request, "learner/packages.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_package(request: HttpRequest) -> HttpResponse:
    """Choose, then look at it as the recipient will, then send. Nothing is written before the last step."""
    account = records.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    account.person = person_of(request)
    if request.method != "POST":
        form = PackageForm(
            initial={"until": timezone.localdate(now_of(request)) + timedelta(days=30), "most_looks": ""}
        )
        return maker(request, account, form, request.GET)
    form = PackageForm(request.POST)
    do = request.POST.get("do", "preview")
    valid = form.is_valid()
    if do == "edit":
        form = PackageForm(initial=typed(request.POST))
        return maker(request, account, form, request.POST)
    draft = draft_of(form, request.POST)
    try:
        if not valid:
            return maker(request, account, form, request.POST)
        if do == "send":
            return _send(request, account, draft)
        planned = services.plan(account=account, draft=draft, actor=account.person, now=now_of(request))
    except Refused as refusal:
        if set(refusal.fields) == {"password"}:
            return _preview(request, account, draft, refusal)
        show_refusal(form, refusal)
        return maker(request, account, form, request.POST)
    return _preview(request, account, draft, None, planned)


def _send(request: HttpRequest, account: LearningAccount, draft: PackageDraft) -> HttpResponse:
    package, token = services.send(
        account=account,
        draft=draft,
        password=request.POST.get("password", ""),
        password_again=request.POST.get("password_again", ""),
        request_key=request.POST.get("request_key", "")[:64] or str(new_id()),
        actor=account.person,
        now=now_of(request),
    )
    if token:
        request.session[NEW_LINK] = {"package": str(package.id), "token": token}
    return HttpResponseRedirect(reverse("my-package", args=[package.id]))


def _preview(
    request: HttpRequest,
    account: LearningAccount,
    draft: PackageDraft,
    refusal: Refused | None,
    planned: services.Planned | None = None,
) -> HttpResponse:
    """The recipient's page with what was chosen, and the last step: a password, and sending."""
    planned = planned or services.plan(
        account=account, draft=draft, actor=account.person, now=now_of(request)
    )
    context = {
        **package_context(planned.package, planned.items, now=now_of(request)),
        "preview": True,
        "hidden": kept(request.POST),
        "request_key": request.POST.get("request_key", "")[:64] or str(new_id()),
        "refusal": refusal,
        "least": rules.PASSWORD_LEAST,
        "action": reverse("my-package-new"),
        "section": "account",
    }
    status = refusal.status if refusal else 200
    return render(request, "learner/package_preview.html", context, status=status)


_KEPT = frozenset({*PackageForm.base_fields, "entry", "certificate", "badge"})


def kept(given: QueryDict) -> list[tuple[str, str]]:
    """What the preview carries along so that nothing has to be chosen or typed again."""
    return [
        (name, value)
        for name, values in given.lists()
        for value in values
        if name in _KEPT and isinstance(value, str)
    ]


def typed(given: QueryDict) -> dict[str, Any]:
    """What was typed, as initial values: nothing is judged when somebody goes back to change it."""
    return {name: given.get(name, "") for name in PackageForm.base_fields}


def choices_for(
    account: LearningAccount, picked: set[UUID], why: Callable[[object], str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Everything that can be put in: documents, badges, records by section; each with whether it is picked.

    ``why`` says of a thing that it may be what somebody asked for.
    """
    documents = [
        {"row": row, "on": row.id in picked} for row in certificates_of(account) if row.state == "valid"
    ]
    badges = [{"row": row, "on": row.id in picked, "why": why(row)} for row in wallet.holdings_of(account.pk)]
    sections = []
    entries = list(records.entries_of(account))
    for number, label in Entry.Section.choices:
        rows = [
            {"row": row, "on": row.id in picked, "why": why(row)} for row in entries if row.section == number
        ]
        if rows:
            sections.append(
                {
                    "label": label,
                    "rows": rows,
                    "on": sum(bool(each["on"]) for each in rows),
                    "fits": any(each["why"] for each in rows),
                }
            )
    return documents, badges, sections


def maker(
    request: HttpRequest,
    account: LearningAccount,
    form: PackageForm,
    given: QueryDict,
    *,
    why: Callable[[object], str] = lambda _thing: "",
    **more: Any,
) -> HttpResponse:
    """The page on which one chooses."""
    picked = {
        *ids_in(given, "entry"),
        *ids_in(given, "certificate"),
        *ids_in(given, "badge"),
    }
    documents, badges, sections = choices_for(account, picked, why)
    context = {
        "form": form,
        "documents": documents,
        "badges": badges,
        "sections": sections,
        "nothing": not (documents or badges or sections),
        "request_key": given.get("request_key", "")[:64] or str(new_id()),
        "section": "account",
        "action": reverse("my-package-new"),
        **more,
    }
    return render(request, "learner/package_new.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def package(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """One package: its link while it is new, its state, what is in it, who looked."""
    _account, found = _mine(request, package_id)
    now = now_of(request)
    items = queries.items_of(found)
    fresh = request.session.pop(NEW_LINK, None)
    url = qr = ""
    if fresh and fresh["package"] == str(found.id):
        url = settings.BASE_URL + reverse("package", args=[fresh["token"]])
        qr = draw_qr(url, label=_("이 꾸러미의 링크를 담은 QR 코드"))
    state = services.state_at(found, now)
    context = {
        "package": found,
        "state": state,
        "tag": STATES[state],
        "things": flow.shown(found, items, now=now),
        "looks": Paginator(queries.looks_at(found), LINES_PER_PAGE).get_page(request.GET.get("page")),
        "left": None if found.most_looks is None else found.most_looks - found.look_count,
        "url": url,
        "qr": qr,
        "section": "account",
    }
    return render(request, "learner/package.html", context)


@login_required
@never_cache
@require_safe
def package_look(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """The package as its recipient sees it now."""
    _account, found = _mine(request, package_id)
    context = {
        **package_context(found, queries.items_of(found), now=now_of(request)),
        "preview": True,
        "section": "account",
    }
    return render(request, "learner/package_look.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, package_id: UUID) -> HttpResponse:
    _account, found = _mine(request, package_id)
    services.withdraw(package=found, actor=person_of(request), now=now_of(request))
    messages.success(request, _("꾸러미를 거두었습니다. 이제 링크를 열어도 아무것도 보이지 않습니다."))
    return HttpResponseRedirect(reverse("my-package", args=[package_id]))


@login_required
@require_POST
def renew(request: HttpRequest, package_id: UUID) -> HttpResponse:
    _account, found = _mine(request, package_id)
    token = services.renew_link(package=found, actor=person_of(request), now=now_of(request))
    request.session[NEW_LINK] = {"package": str(found.id), "token": token}
    return HttpResponseRedirect(reverse("my-package", args=[package_id]))


@login_required
@never_cache
@require_safe
def receipt(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """The receipt (접수증) to print."""
    _account, found = _mine(request, package_id)
    body = flow.receipt_pdf(found, queries.items_of(found), now=now_of(request))
    return pdf_response(body, _("접수증"))


def _mine(request: HttpRequest, package_id: UUID) -> tuple[LearningAccount, Package]:
    """The learner's own package; anybody else's is not found, so that nobody learns that it exists."""
    account = account_or_404(request)
    found = queries.package_of(account, package_id)
    if found is None:
        raise Http404
    return account, found


urlpatterns = [
    path("packages/", packages, name="my-packages"),
    path("packages/new/", new_package, name="my-package-new"),
    path("packages/<uuid:package_id>/", package, name="my-package"),
    path("packages/<uuid:package_id>/look/", package_look, name="my-package-look"),
    path("packages/<uuid:package_id>/withdraw/", withdraw, name="my-package-withdraw"),
    path("packages/<uuid:package_id>/link/", renew, name="my-package-renew"),
    path("packages/<uuid:package_id>/receipt.pdf", receipt, name="my-package-receipt"),
]
