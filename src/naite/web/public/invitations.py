"""The page an invitation's link opens."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from naite.roots.errors import Refused
from naite.trunk.people import queries, services
from naite.trunk.people.models import Person, Role
from naite.web import context, roles
from naite.web.middleware import now_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to what; accept by POST. Without an account, lead to sign-up and back here."""
    found = queries.invitation_by_token(token)
    if found is None:
        raise Http404
    person = request.user if isinstance(request.user, Person) else None
    problem, status = "", 200
    over = bool(
        found.withdrawn_at
        or found.expires_at <= now_of(request)
        or (found.accepted_at and (person is None or found.accepted_by_id != person.pk))
    )
    if request.method == "POST" and person is not None:
        try:
            given = services.accept_invitation(invitation=found, person=person, now=now_of(request))
        except Refused as refusal:
            problem, status = str(refusal), refusal.status
        else:
            messages.success(
                request,
                _("%(organisation)s에서 역할을 맡았습니다.") % {"organisation": found.organisation.name},
            )
            roles.forget(request)
            roles.choose(request, str(given.pk))
            return redirect(context.desk_url(request))
    here = reverse("invitation", args=[token])
    return render(
        request,
        "public/invitation.html",
        {
            "invitation": found,
            "label": Role(found.role).label,
            "over": over,
            "problem": problem,
            "fits": person is not None and (person.email or "").lower() == found.email,
            "login_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
            "signup_url": f"{reverse('account_signup')}?{urlencode({'next': here, 'email': found.email})}",
        },
        status=status,
    )


urlpatterns = [path("invitation/<str:token>/", invitation, name="invitation")]
