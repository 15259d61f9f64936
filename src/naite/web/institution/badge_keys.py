"""The keys with which an institution signs its badges: rotate one, or declare one stolen (row B5)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import names, policies, services
from naite.trunk.badges.models import IssuerKey
from naite.trunk.people.models import Organisation, Person
from naite.web.middleware import now_of
from naite.web.roles import current_organisation


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
    """Declare a key compromised."""
    person, organisation = _keeper(request)
    form = RevokeForm(request.POST, organisation=organisation)
    if form.is_valid():
        try:
            services.revoke_key(
                key=form.cleaned_data["key"],
                since=form.cleaned_data["since"],
                actor=person,
                now=now_of(request),
            )
        except Refused as refusal:
            form.add_error("since", str(refusal))
        else:
            messages.success(request, _("열쇠를 폐기했습니다. 그때부터 서명한 배지는 새로 주어야 합니다."))
            return redirect("work-badge-keys")
    return _page(request, organisation, form, status=422)


def _page(
    request: HttpRequest, organisation: Organisation, form: RevokeForm, status: int = 200
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "keys": _keys(organisation).order_by("-valid_from"),
        "did": names.issuer_did(organisation.slug),
        "form": form,
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
]
