"""What every page knows. What costs a query is worked out only when a template asks for it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from naite.roots.notices import sms
from naite.trunk.records.confirmations import queries as confirmations
from naite.web import menu, roles
from naite.web.display import Display


def site(request: HttpRequest) -> dict[str, Any]:
    display = Display.of(request)
    return {
        "operator_name": settings.OPERATOR_NAME,
        "operator_address": settings.OPERATOR_ADDRESS,
        "operator_phone": settings.OPERATOR_PHONE,
        "government_banner": settings.GOVERNMENT_BANNER,
        "demo_mode": settings.DEMO,
        "sms_offered": sms.offered(),
        "helping": getattr(request, "helping", None),
        "display": display,
        "plain": display.plain,
        "menu": menu.citizen_menu(),
        "seats": SimpleLazyObject(lambda: roles.seats_of(request)),
        "seat": SimpleLazyObject(lambda: roles.current_seat(request)),
        "has_seat": SimpleLazyObject(lambda: bool(roles.seats_of(request))),
        "staff_menu": SimpleLazyObject(lambda: _staff_menu(request)),
        "requests_waiting": SimpleLazyObject(lambda: _requests_waiting(request)),
        "desk_url": SimpleLazyObject(lambda: desk_url(request)),
    }


def _staff_menu(request: HttpRequest) -> list[menu.Group]:
    seat = roles.current_seat(request)
    return menu.staff_menu([seat.role]) if seat else []


def _requests_waiting(request: HttpRequest) -> int:
    """How many requests for confirmation wait for the seat's organisation."""
    organisation = roles.current_organisation(request)
    return confirmations.waiting_count(organisation) if organisation else 0


def desk_url(request: HttpRequest) -> str:
    """Return where the chosen seat starts: the first page of its menu, else the front page."""
    groups = _staff_menu(request)
    if groups:
        return groups[0].items[0].url
    try:
        return reverse("home")
    except NoReverseMatch:
        return "/"


def start_url(request: HttpRequest) -> str:
    """Return where a person starts after signing in: staff at their desk, learners at their account."""
    if roles.seats_of(request):
        return desk_url(request)
    try:
        return reverse("my-home")
    except NoReverseMatch:
        return "/"
