"""Changing the seat in the header."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.roots.errors import NotAllowed
from naite.web import context, roles


@require_POST
@login_required
def switch_role(request: HttpRequest) -> HttpResponse:
    """Take another seat and go to its desk."""
    roles.choose(request, request.POST.get("role", ""))
    return redirect(context.desk_url(request))


@login_required
@require_safe
def to_desk(request: HttpRequest) -> HttpResponse:
    """Lead from the bare address of the office to where the chosen seat starts."""
    if roles.current_seat(request) is None:
        raise NotAllowed(
            _("기관 담당자와 운영자의 화면입니다. 초대를 받았다면 초대 편지의 주소를 열어 주세요.")
        )
    return redirect(context.desk_url(request))
