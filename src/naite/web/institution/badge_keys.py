"""The keys with which an institution signs its badges: rotate one, or declare one stolen (row B5)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.flows import lost_keys as flow
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import lost_keys, names, policies, services
from naite.trunk.badges.models import IssuerKey
from naite.trunk.people.models import Organisation, Person
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

PAGE = 50


class _KeyField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: IssuerKey) -> str:
        return obj.fragment


class RevokeForm(forms.Form):
    """Which key fell into wrong hands, and since when."""

    key = _KeyField(label=gettext_lazy("열쇠"), queryset=IssuerKey.objects.none())
    since = forms.DateTimeField(
        label=gettext_lazy("언제부터 믿을 수 없나요"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=gettext_lazy(
            "이때부터 이 열쇠로 서명한 배지는 맞지 않는 배지로 보입니다. 새로 주어야 합니다."
        ),
    )

    reason = forms.CharField(
        label=gettext_lazy("무슨 일이 있었나요"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("열쇠의 기록으로 공개됩니다. 개인정보를 적지 마세요."),
    )

    def __init__(self, *args: object, organisation: Organisation, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["key"]
        assert isinstance(field, _KeyField)
        field.queryset = _keys(organisation).filter(revoked_at=None)


@login_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    _person, organisation = _keeper(request)
    return _page(request, organisation, RevokeForm(organisation=organisation))


@login_required
@require_POST
def rotate(request: HttpRequest) -> HttpResponse:
    """Sign with a new key from now on."""
    person, organisation = _keeper(request)
    services.rotate_key(organisation=organisation, actor=person, now=now_of(request))
    messages.success(request, _("새 열쇠로 바꾸었습니다. 전에 준 배지는 그대로 유효합니다."))
    return redirect("work-badge-keys")


@login_required
@require_http_methods(["POST"])
def revoke(request: HttpRequest) -> HttpResponse:
    """Declare a key stolen: first what that would do, then, said to be sure, done."""
    person, organisation = _keeper(request)
    now = now_of(request)
    form = RevokeForm(request.POST, organisation=organisation)
    if form.is_valid():
        key, since = form.cleaned_data["key"], form.cleaned_data["since"]
        if since <= now and "sure" not in request.POST:
            would = lost_keys.damage(key, since, now=now)
            return _page(request, organisation, form, sure={"key": key, "since": since, "would": would})
        try:
            flow.declare(key=key, since=since, reason=form.cleaned_data["reason"], actor=person, now=now)
        except Refused as refusal:
            form.add_error("since", str(refusal))
        else:
            messages.success(request, _("열쇠를 폐기했습니다. 그때부터 서명한 배지는 새로 주어야 합니다."))
            return redirect("work-badge-key", key.pk)
    return _page(request, organisation, form, status=422)


@login_required
@require_safe
def key_one(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One key: its time, and of a stolen one what it signed since, who holds that, and how much is given anew."""
    person, organisation = _keeper(request)
    key = get_object_or_404(_keys(organisation), pk=key_id)
    now = now_of(request)
    context: dict[str, Any] = {"key": key, "organisation": organisation, "section": "badges"}
    if key.revoked_at is not None:
        rows = (
            lost_keys.signed_since(key, key.revoked_at)
            .select_related("achievement", "account__person")
            .defer("credential")
            .order_by("-issued_at", "account_id")
        )
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        people = [str(row.account.person_id) for row in page]
        if people:
            audit.record("badges.view_lost_badges", actor=person, now=now, subject=key, people=people)
        context |= {
            "damage": lost_keys.damage(key, key.revoked_at, now=now),
            "by_badge": lost_keys.by_badge(key, key.revoked_at),
            "page": page,
        }
    return render(request, "institution/badge_key.html", context)


@login_required
@require_POST
def key_replace(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Give anew what a stolen key signed."""
    person, organisation = _keeper(request)
    key = get_object_or_404(_keys(organisation).select_related("organisation"), pk=key_id)
    try:
        flow.give_anew(key=key, actor=person, now=now_of(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("새로 주기 시작했습니다. 이 화면을 새로 고치면 남은 수가 줄어듭니다."))
    return redirect("work-badge-key", key.pk)


def _page(
    request: HttpRequest,
    organisation: Organisation,
    form: RevokeForm,
    status: int = 200,
    sure: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "keys": _keys(organisation).order_by("-valid_from"),
        "did": names.issuer_did(organisation.slug),
        "form": form,
        "sure": sure,
        "section": "badges",
    }
    return render(request, "institution/badge_keys.html", context, status=status)


def _keys(organisation: Organisation) -> QuerySet[IssuerKey]:
    return IssuerKey.objects.filter(organisation=organisation).defer("sealed_private")


def _keeper(request: HttpRequest) -> tuple[Person, Organisation]:
    assert isinstance(request.user, Person)
    organisation = current_organisation(request)
    if organisation is None or not policies.can_keep_keys(request.user, organisation, now=now_of(request)):
        raise NotAllowed(_("서명 열쇠는 기관 담당자만 다룹니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return request.user, organisation


urlpatterns = [
    path("badges/keys/", keys, name="work-badge-keys"),
    path("badges/keys/rotate/", rotate, name="work-badge-key-rotate"),
    path("badges/keys/revoke/", revoke, name="work-badge-key-revoke"),
    path("badges/keys/<uuid:key_id>/", key_one, name="work-badge-key"),
    path("badges/keys/<uuid:key_id>/replace/", key_replace, name="work-badge-key-replace"),
]
