"""Reading listings."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.rules import SEOUL, RegistrationState, registration_state


def state_of(listing: Listing, *, now: datetime) -> RegistrationState:
    """Return the state of registration for one listing at ``now``."""
    return registration_state(
        opens_at=listing.registration_opens_at,
        closes_at=listing.registration_closes_at,
        always_open=listing.always_open,
        capacity=listing.capacity,
        seats_taken=listing.seats_taken,
        takes_waiting=listing.takes_waiting,
        ends_on=listing.ends_on,
        now=now,
    )


def state_expression(now: datetime) -> Case:
    """Return ``rules.registration_state`` as an expression over listings, line by line the same table."""
    full = Q(capacity__isnull=False, seats_taken__gte=F("capacity"))
    return Case(
        When(ends_on__lt=now.astimezone(SEOUL).date(), then=Value(RegistrationState.CLOSED)),
        When(
            registration_closes_at__lte=F("registration_opens_at"),
            then=Value(RegistrationState.UNKNOWN),
        ),
        When(registration_closes_at__lte=now, then=Value(RegistrationState.CLOSED)),
        When(registration_opens_at__gt=now, then=Value(RegistrationState.UPCOMING)),
        When(
            Q(always_open=False)
            & (Q(registration_opens_at__isnull=True) | Q(registration_closes_at__isnull=True)),
            then=Value(RegistrationState.UNKNOWN),
        ),
        When(full & Q(takes_waiting=True), then=Value(RegistrationState.FULL_WAITING)),
        When(full, then=Value(RegistrationState.FULL)),
        When(always_open=True, then=Value(RegistrationState.ALWAYS)),
        default=Value(RegistrationState.OPEN),
        output_field=CharField(),
    )


def listing_of(listing_id: UUID) -> Listing | None:
    """Return a listing that can be found, with its region, supplier and course."""
    return (
        Listing.objects.filter(pk=listing_id, withdrawn_at=None)
        .select_related("region__parent", "supplier", "course__current")
        .first()
    )


def listings_of_course(course_id: UUID) -> QuerySet[Listing]:
    """Return the findable listings of a course: those to come first, undated ones next, past ones last."""
    return (
        Listing.objects.filter(course_id=course_id, withdrawn_at=None)
        .select_related("region__parent")
        .order_by(F("starts_on").asc(nulls_last=True), "id")
    )


def opening_between(start: datetime, end: datetime, *, region_codes: Iterable[str] | None) -> int:
    """Count the findable listings whose registration opens after ``start`` and before ``end``."""
    rows = Listing.objects.filter(
        withdrawn_at=None, registration_opens_at__gt=start, registration_opens_at__lt=end
    )
    if region_codes is not None:
        rows = rows.filter(region_id__in=list(region_codes))
    return rows.annotate(state=state_expression(start)).filter(state=RegistrationState.UPCOMING).count()
