"""Services of others that look into one's wallet: seen, and cut off (row X8)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.trunk.people import connections
from naite.web.institution.access import person_of
from naite.web.middleware import now_of


@login_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    found = connections.connections_of(person_of(request), now=now_of(request))
    return render(request, "learner/connections.html", {"found": found, "section": "account"})


@login_required
@require_POST
def disconnect(request: HttpRequest, client_id: str) -> HttpResponse:
    """Cut a service off at once. Safe to repeat."""
    if connections.disconnect(client_id=client_id, actor=person_of(request), now=now_of(request)):
        messages.success(request, _("연결을 끊었습니다. 이제 그 서비스는 지갑을 볼 수 없습니다."))
    return redirect("my-connections")


urlpatterns = [
    path("account/services/", services, name="my-connections"),
    path("account/services/<str:client_id>/disconnect/", disconnect, name="my-disconnect"),
]
