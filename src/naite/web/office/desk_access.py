"""What every desk page asks first: at whose desk is this, and is the visit still on?"""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from naite.roots.errors import NotAllowed
from naite.trunk.people import desk
from naite.trunk.people.models import DeskVisit, Organisation, Person, Role
from naite.trunk.people.queries import roles_of
from naite.web.middleware import now_of
from naite.web.roles import current_role


def desk_of(request: HttpRequest) -> tuple[Person, Organisation]:
    """Return who serves and at which organisation: that of the seat, else the first desk they hold."""
    person, now = request.user, now_of(request)
    assert isinstance(person, Person)
    seat = current_role(request)
    if seat is not None and seat.role == Role.DESK_STAFF:
        return person, seat.organisation
    held = roles_of(person, now=now).filter(role=Role.DESK_STAFF).first()
    if held is None:
        raise NotAllowed(_("창구 담당자의 화면입니다. 기관에 창구 담당자 역할을 부탁해 주세요."))
    return person, held.organisation


def visit_of(request: HttpRequest, visit_id: UUID) -> DeskVisit:
    """Return a visit that is on and the asker's own; others are refused."""
    person = request.user
    assert isinstance(person, Person)
    visit = get_object_or_404(
        DeskVisit.objects.select_related("person__region__parent", "organisation__region", "staff"),
        pk=visit_id,
    )
    return desk.require_on(visit, actor=person, now=now_of(request))
