"""Asking somebody for evidence without an account: the form, the code by mail, the link, and its progress."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots import limits
from naite.roots.drawing.qr import draw_qr
from naite.roots.errors import Refused
from naite.trunk.people.models import Person
from naite.trunk.records.queries import account_of
from naite.trunk.wallet.models import EvidenceRequest
from naite.trunk.wallet.packages import requests as services
from naite.trunk.wallet.packages.requests import RequestDraft
from naite.web.fields import DATE_INPUT, show_refusal
from naite.web.middleware import now_of

MADE = "naite_evidence_made"
LOOKS, LOOKS_SECONDS = 60, 60


class AskForm(forms.Form):
    """Who asks, what for, and what is wanted."""

    asker = forms.CharField(
        label=gettext_lazy("요청하는 곳"), max_length=120, help_text=gettext_lazy("예: 나루소프트 인사팀")
    )
    asker_person = forms.CharField(label=gettext_lazy("담당자 이름"), max_length=60)
    asker_email = forms.EmailField(
        label=gettext_lazy("담당자 전자우편"),
        help_text=gettext_lazy("확인 번호를 보냅니다. 증빙이 오면 이 주소로 알립니다."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("왜 필요한가요"),
        max_length=200,
        help_text=gettext_lazy("예: 데이터 분석 직무 서류 심사"),
    )
    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("무엇이 필요한가요"),
        choices=EvidenceRequest.Wanted.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("꼭 필요한 것만 고르세요. 무엇을 보낼지는 받은 분이 정합니다."),
    )
    details = forms.CharField(
        label=gettext_lazy("자세히"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    until = forms.DateField(label=gettext_lazy("언제까지 필요한가요"), widget=DATE_INPUT)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("확인 번호 6자리"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form of the request. Nothing goes out but a code to the asker's own address."""
    now = now_of(request)
    form = AskForm(request.POST or None, initial={"until": timezone.localdate(now) + timedelta(days=14)})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        draft = RequestDraft(**{**values, "wanted": tuple(values["wanted"])})
        try:
            row = services.ask(draft=draft, place=request.META.get("REMOTE_ADDR", ""), now=now)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("evidence-code", args=[row.pk]))
    context = {"form": form, "section": "verify"}
    return render(request, "public/request_ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Where the asker types the code; the right one makes the links, shown once."""
    row = get_object_or_404(EvidenceRequest, pk=request_id, state=EvidenceRequest.State.UNCONFIRMED)
    form = CodeForm(request.POST if request.method == "POST" and "again" not in request.POST else None)
    if request.method == "POST" and "again" in request.POST:
        services.send_code_again(request=row, now=now_of(request))
        messages.success(request, _("새 번호를 보냈습니다. 전에 보낸 번호는 쓸 수 없습니다."))
        return HttpResponseRedirect(reverse("evidence-code", args=[row.pk]))
    if request.method == "POST" and form.is_valid():
        try:
            token, asker_token = services.confirm(
                request=row, typed=form.cleaned_data["code"], now=now_of(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            status = reverse("evidence-status", args=[asker_token])
            services.tell_status_link(request=row, link=settings.BASE_URL + status, now=now_of(request))
            request.session[MADE] = {"request": str(row.pk), "token": token}
            return HttpResponseRedirect(status)
    context = {"form": form, "request_row": row, "section": "verify"}
    return render(request, "public/request_code.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    """How the request stands, for the asker: never who the person is before something was sent."""
    _slow_down(request)
    row = services.by_asker_token(token)
    if row is None:
        return _closed(render(request, "public/request_ended.html", {"row": None}, status=404))
    made = request.session.pop(MADE, None)
    url = qr = ""
    if made and made["request"] == str(row.pk):
        url = settings.BASE_URL + reverse("evidence-request", args=[made["token"]])
        qr = draw_qr(url, label=_("증빙 요청 링크를 담은 QR 코드"))
    context = {
        "row": row,
        "token": token,
        "url": url,
        "qr": qr,
        "waiting": services.answerable(row, now_of(request)),
        "wanted": wanted_words(row),
        "section": "verify",
    }
    return _closed(render(request, "public/request_status.html", context))


@require_POST
def close(request: HttpRequest, token: str) -> HttpResponse:
    _slow_down(request)
    row = services.by_asker_token(token)
    if row is not None:
        services.close(request=row, now=now_of(request))
        messages.success(request, _("요청을 거두었습니다. 링크를 열어도 보낼 수 없습니다."))
    return HttpResponseRedirect(reverse("evidence-status", args=[token]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_request(request: HttpRequest, token: str) -> HttpResponse:
    """What the person who was asked sees: who asks, what for. Keeping it needs a signed-in account."""
    _slow_down(request)
    row = services.by_token(token)
    if row is None:
        return _closed(render(request, "public/request_ended.html", {"row": None}, status=404))
    viewer = request.user if isinstance(request.user, Person) else None
    account = account_of(viewer) if viewer else None
    if request.method == "POST" and account is not None:
        services.keep(request=row, account=account, actor=viewer, now=now_of(request))
        return HttpResponseRedirect(reverse("my-request", args=[row.pk]))
    mine = account is not None and row.account_id == account.pk
    if mine:
        return HttpResponseRedirect(reverse("my-request", args=[row.pk]))
    if not services.answerable(row, now_of(request)) or row.account_id is not None:
        context: dict[str, object] = {"row": row, "taken": row.account_id is not None, "section": "account"}
        return _closed(render(request, "public/request_ended.html", context, status=410))
    context = {
        "row": row,
        "token": token,
        "wanted": wanted_words(row),
        "viewer": viewer,
        "account": account,
        "section": "account",
    }
    return _closed(render(request, "public/request.html", context))


def wanted_words(row: EvidenceRequest) -> list[str]:
    """The kinds that are wanted, in words."""
    return [str(EvidenceRequest.Wanted(each).label) for each in row.wanted]


def _slow_down(request: HttpRequest) -> None:
    who = request.META.get("REMOTE_ADDR", "")
    if not limits.allowed("evidence", who, most=LOOKS, seconds=LOOKS_SECONDS, now=now_of(request)):
        raise services.TooOften(_("잠깐 사이에 너무 많이 열었습니다. 1분 뒤에 다시 해 주세요."))


def _closed(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


urlpatterns = [
    path("evidence/", ask, name="evidence-ask"),
    path("evidence/<uuid:request_id>/", code, name="evidence-code"),
    path("r/<slug:token>/", evidence_request, name="evidence-request"),
    path("r/<slug:token>/status/", status, name="evidence-status"),
    path("r/<slug:token>/close/", close, name="evidence-close"),
]
