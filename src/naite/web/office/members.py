"""Who works in an organisation: members, invitations, and how roles were given and ended."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people import policies, queries, services
from naite.trunk.people.models import Invitation, Organisation, Role, RoleAssignment
from naite.web import roles
from naite.web.excel import excel
from naite.web.fields import show_refusal
from naite.web.middleware import now_of
from naite.web.office.organisations import find, me

HISTORY = 100


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("전자우편"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=gettext_lazy("역할"))

    def __init__(self, *args: object, offered: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        order = [role for role in Role if role in offered]
        self.fields["role"].choices = [(role.value, role.label) for role in order]  # type: ignore[attr-defined]


def _page(
    request: HttpRequest, organisation: Organisation, form: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    person, now = me(request), now_of(request)
    sees = policies.can_see_members(person, organisation, now=now)
    offered = policies.roles_to_invite(person, organisation, now=now)
    staff = list(queries.staff_of(organisation, now=now)) if sees else []
    if sees:
        audit.record("people.view_members", actor=person, now=now, subject=organisation)
    return render(
        request,
        "office/organisation.html",
        {
            "organisation": organisation,
            "sees_members": sees,
            "staff": [
                {
                    "role": item,
                    "label": Role(item.role).label,
                    "may_end": item.role in offered or item.person_id == person.pk,
                }
                for item in staff
            ],
            "invitations": [
                {"row": item, "label": Role(item.role).label, "may_withdraw": item.role in offered}
                for item in (queries.open_invitations(organisation, now=now) if sees else [])
            ],
            "history": [
                {"row": item, "label": Role(item.role).label}
                for item in (queries.role_history(organisation)[:HISTORY] if sees else [])
            ],
            "form": form or (InviteForm(offered=offered) if offered else None),
            "may_change": policies.can_change_organisation(person, organisation, now=now),
            "may_close": organisation.closed_on is None
            and organisation.kind in policies.kinds_to_found(person, organisation.parent, now=now),
            "section": "members" if _own(request, organisation) else "organisations",
        },
        status=status,
    )


def _own(request: HttpRequest, organisation: Organisation) -> bool:
    seat = roles.current_seat(request)
    return bool(seat and seat.organisation and seat.organisation.pk == organisation.pk)


@login_required
@require_safe
def detail(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show an organisation with its members, open invitations and the history of its roles."""
    return _page(request, find(request, organisation_id))


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Go to the organisation of the seat one sits in; operators go to the list."""
    organisation = roles.current_organisation(request)
    if organisation is None:
        return redirect("office-organisations")
    return redirect("office-organisation", organisation.pk)


@login_required
@require_POST
def invite(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Send an invitation; a refusal is shown at its field with what was typed."""
    organisation = find(request, organisation_id)
    offered = policies.roles_to_invite(me(request), organisation, now=now_of(request))
    if not offered:
        raise NotAllowed(_("이 기관에 사람을 초대할 권한이 없습니다."))
    form = InviteForm(request.POST, offered=offered)
    if form.is_valid():
        try:
            sent = services.invite_staff(
                email=form.cleaned_data["email"],
                organisation=organisation,
                role=form.cleaned_data["role"],
                link=lambda token: settings.BASE_URL + reverse("invitation", args=[token]),
                actor=me(request),
                now=now_of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("%(email)s 앞으로 초대를 보냈습니다. 14일 안에 받아들일 수 있습니다.")
                % {"email": sent.email},
            )
            return redirect("office-organisation", organisation.pk)
    return _page(request, organisation, form, status=400)


@login_required
@require_POST
def withdraw(request: HttpRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    organisation = find(request, organisation_id)
    invitation = get_object_or_404(Invitation, pk=invitation_id, organisation=organisation)
    services.withdraw_invitation(invitation=invitation, actor=me(request), now=now_of(request))
    messages.success(request, _("초대를 거두었습니다. 보낸 주소는 이제 열리지 않습니다."))
    return redirect("office-organisation", organisation.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, organisation_id: UUID, role_id: UUID) -> HttpResponse:
    """End a role after saying what follows from it."""
    organisation = find(request, organisation_id)
    assignment = get_object_or_404(
        RoleAssignment.objects.select_related("person"), pk=role_id, organisation=organisation
    )
    if request.method == "POST":
        services.end_role(assignment=assignment, actor=me(request), now=now_of(request))
        messages.success(request, _("역할을 끝냈습니다. 기록은 남습니다."))
        left = assignment.person_id == me(request).pk
        return redirect("home") if left else redirect("office-organisation", organisation.pk)
    return render(
        request,
        "office/role_end.html",
        {
            "organisation": organisation,
            "assignment": assignment,
            "label": Role(assignment.role).label,
            "own": assignment.person_id == me(request).pk,
            "section": "members" if _own(request, organisation) else "organisations",
        },
    )


@login_required
@require_safe
def export(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Take the members and the history of their roles away as Excel; the taking is logged."""
    organisation = find(request, organisation_id)
    if not policies.can_see_members(me(request), organisation, now=now_of(request)):
        raise NotAllowed(_("이 기관의 구성원을 볼 권한이 없습니다."))
    audit.record("people.export_members", actor=me(request), now=now_of(request), subject=organisation)
    return excel(
        _("%(organisation)s 구성원") % {"organisation": organisation.name},
        [_("이름"), _("전자우편"), _("역할"), _("시작"), _("끝"), _("준 사람"), _("끝낸 사람")],
        (
            (
                item.person.name,
                item.person.email or "",
                Role(item.role).label,
                item.valid_from,
                item.valid_until,
                item.granted_by.name if item.granted_by else "",
                item.ended_by.name if item.ended_by else "",
            )
            for item in queries.role_history(organisation)
        ),
    )


urlpatterns = [
    path("members/", own, name="office-members"),
    path("organisations/<uuid:organisation_id>/", detail, name="office-organisation"),
    path("organisations/<uuid:organisation_id>/invite/", invite, name="office-invite"),
    path("organisations/<uuid:organisation_id>/members.xlsx", export, name="office-members-export"),
    path(
        "organisations/<uuid:organisation_id>/invitations/<uuid:invitation_id>/withdraw/",
        withdraw,
        name="office-invitation-withdraw",
    ),
    path("organisations/<uuid:organisation_id>/roles/<uuid:role_id>/end/", end, name="office-role-end"),
]
