"""Changing the seat in the header."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from naite.web import context, roles


@require_POST
@login_required
def switch_role(request: HttpRequest) -> HttpResponse:
    """Take another seat and go to its desk."""
    roles.choose(request, request.POST.get("role", ""))
    return redirect(context.desk_url(request))
