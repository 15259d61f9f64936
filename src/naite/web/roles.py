"""The seat a person sits in: which of their roles the staff pages are shown for."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.people.queries import roles_of
from naite.web.middleware import now_of

SESSION_KEY = "naite_role"
OPERATOR_KEY = "operator"


@dataclass(frozen=True)
class Seat:
    """One role in one organisation, or the operator's seat, which has no organisation."""

    key: str
    label: str | Promise
    role: str
    organisation: Organisation | None
    assignment: RoleAssignment | None

    @property
    def organisation_name(self) -> str | Promise:
        return self.organisation.name if self.organisation else _("시스템")


def seats_of(request: HttpRequest) -> list[Seat]:
    """Return every seat the signed-in person may take now; read once a request."""
    known: list[Seat] | None = getattr(request, "_naite_seats", None)
    if known is not None:
        return known
    seats: list[Seat] = []
    if isinstance(request.user, Person):
        seats = [
            Seat(str(held.pk), Role(held.role).label, held.role, held.organisation, held)
            for held in roles_of(request.user, now=now_of(request))
        ]
        if request.user.is_operator:
            seats.append(Seat(OPERATOR_KEY, _("운영자"), OPERATOR_KEY, None, None))
    request._naite_seats = seats  # type: ignore[attr-defined]
    return seats


def current_seat(request: HttpRequest) -> Seat | None:
    """Return the seat chosen in the header, else the first, else None."""
    seats = seats_of(request)
    chosen = request.session.get(SESSION_KEY) if seats else None
    return next((seat for seat in seats if seat.key == chosen), seats[0] if seats else None)


def current_role(request: HttpRequest) -> RoleAssignment | None:
    """Return the role chosen in the header; None for learners and in the operator's seat."""
    seat = current_seat(request)
    return seat.assignment if seat else None


def current_organisation(request: HttpRequest) -> Organisation | None:
    """Return the organisation of the role chosen in the header."""
    seat = current_seat(request)
    return seat.organisation if seat else None


def choose(request: HttpRequest, key: str) -> Seat | None:
    """Remember a seat for the session; a seat the person does not hold is ignored and None returned."""
    seat = next((seat for seat in seats_of(request) if seat.key == key), None)
    if seat is not None:
        request.session[SESSION_KEY] = seat.key
    return seat


def forget(request: HttpRequest) -> None:
    """Read the seats anew on the next question, after a role was given or ended in this request."""
    if hasattr(request, "_naite_seats"):
        del request._naite_seats
