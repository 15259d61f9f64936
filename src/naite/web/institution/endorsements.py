"""Endorsements: asked for one's own badges, answered for others'."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import policies
from naite.trunk.badges.models import Achievement, BadgeEndorsement
from naite.trunk.badges.services import endorsements as services
from naite.trunk.people.models import Organisation, Person
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.roles import current_organisation

SHOWN = 200


class AskForm(forms.Form):
    endorser = forms.ModelChoiceField(
        label=gettext_lazy("보증을 부탁할 기관"), queryset=Organisation.objects.none()
    )
    message = forms.CharField(
        label=gettext_lazy("부탁하는 말"),
        required=False,
        max_length=services.MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    comment = forms.CharField(
        label=gettext_lazy("보증하는 말"),
        required=False,
        max_length=services.COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "누구나 읽고, 우리 기관의 열쇠로 서명합니다. 예: 채용할 때 이 배지를 경력 6개월로 봅니다."
        ),
    )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("까닭"),
        max_length=services.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@login_required
@require_safe
def endorsements(request: HttpRequest) -> HttpResponse:
    """What was asked of this organisation and what it asked others."""
    _person, organisation = _seat(request)
    rows = BadgeEndorsement.objects.select_related("achievement__organisation", "endorser", "asked_by").defer(
        "credential"
    )
    context = {
        "asked_of_us": rows.filter(endorser=organisation).order_by("-asked_at")[:SHOWN],
        "asked_by_us": rows.filter(achievement__organisation=organisation).order_by("-asked_at")[:SHOWN],
        "section": "badges",
    }
    return render(request, "institution/endorsements.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, achievement_id: UUID) -> HttpResponse:
    """Ask another organisation to endorse one of the institution's badges."""
    person, organisation = _seat(request)
    achievement = get_object_or_404(
        Achievement.objects.select_related("organisation"), pk=achievement_id, organisation=organisation
    )
    if not policies.can_design(person, organisation, now=now_of(request)):
        raise NotAllowed(_("이 기관의 배지에 보증을 부탁할 권한이 없습니다."))
    form = AskForm(request.POST or None)
    form.fields["endorser"].queryset = (  # type: ignore[attr-defined]
        Organisation.objects.filter(closed_on=None).exclude(pk=organisation.pk).order_by("name")
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.ask(
                achievement=achievement,
                endorser=form.cleaned_data["endorser"],
                message=form.cleaned_data["message"],
                actor=person,
                now=now_of(request),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("보증을 부탁했습니다. 그 기관의 담당자가 답합니다."))
            return redirect("work-endorsements")
    context = {"achievement": achievement, "form": form, "section": "badges"}
    return render(request, "institution/endorsement_ask.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Endorse, decline, or take an endorsement back."""
    person, organisation = _seat(request)
    found = (
        BadgeEndorsement.objects.select_related("achievement__organisation", "endorser", "asked_by")
        .filter(pk=endorsement_id, endorser=organisation)
        .first()
    )
    if found is None:
        raise Http404
    if not policies.can_endorse(person, organisation, now=now_of(request)):
        raise NotAllowed(_("이 기관의 이름으로 보증할 권한이 없습니다."))
    signed = found.state == BadgeEndorsement.State.ACCEPTED
    form: forms.Form = RevokeForm(request.POST or None) if signed else AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _act(request.POST.get("do", ""), found, form, person, request)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("work-endorsements")
    context = {"endorsement": found, "form": form, "signed": signed, "section": "badges"}
    return render(request, "institution/endorsement_answer.html", context, status=422 if form.errors else 200)


def _act(do: str, found: BadgeEndorsement, form: forms.Form, person: Person, request: HttpRequest) -> None:
    now = now_of(request)
    if do == "accept":
        services.accept(
            endorsement=found, comment=form.cleaned_data.get("comment", ""), actor=person, now=now
        )
        messages.success(request, _("보증에 서명했습니다. 배지 쪽에 보입니다."))
    elif do == "decline":
        services.decline(endorsement=found, actor=person, now=now)
        messages.success(request, _("보증하지 않는다고 답했습니다."))
    elif do == "revoke":
        services.revoke(endorsement=found, reason=form.cleaned_data.get("reason", ""), actor=person, now=now)
        messages.success(request, _("보증을 거두었습니다. 확인하는 사람에게 곧바로 그렇게 보입니다."))
    else:
        raise Http404


def _seat(request: HttpRequest) -> tuple[Person, Organisation]:
    assert isinstance(request.user, Person)
    organisation = current_organisation(request)
    if organisation is None or not policies.can_endorse(request.user, organisation, now=now_of(request)):
        raise NotAllowed(_("기관 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요."))
    return request.user, organisation


urlpatterns = [
    path("endorsements/", endorsements, name="work-endorsements"),
    path("endorsements/ask/<uuid:achievement_id>/", ask, name="work-endorsement-ask"),
    path("endorsements/<uuid:endorsement_id>/", answer, name="work-endorsement"),
]
