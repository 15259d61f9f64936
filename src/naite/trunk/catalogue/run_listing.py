"""The row by which a course run of Naite is found in search; ``delivery`` keeps it up to date."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils.translation import gettext as _

from naite.roots.errors import Refused
from naite.trunk.catalogue.models import CourseVersion, Listing
from naite.trunk.catalogue.search_index import index_listings, touch_run
from naite.trunk.people.models import Organisation, Region


@dataclass(frozen=True, slots=True)
class RunListing:
    """What search shows of one course run. ``weekdays`` has bit 0 for Monday to bit 6 for Sunday."""

    run_id: UUID
    organisation: Organisation
    course_version: CourseVersion
    title: str
    instructor: str
    mode: str
    region: Region | None
    place: str
    address: str
    starts_on: date | None
    ends_on: date | None
    start_time: time | None
    end_time: time | None
    weekdays: int
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    capacity: int
    seats_taken: int
    waiting: int
    takes_waiting: bool
    fee: int
    selection: str
    recognised: bool


def put_run_listing(*, listing: RunListing, now: datetime, taking_over: UUID | None = None) -> Listing:
    """Make or update the listing of a course run, found by its run; return the row.

    ``taking_over`` names a listing from a file that becomes this run; it keeps its source, supplier and key,
    so that the next import still finds it. Refuses a listing that another run took over before. Repeating
    with the same facts changes nothing but ``updated_at``. Must run in the transaction that wrote the run.
    """
    version, organisation = listing.course_version, listing.organisation
    facts = {
        "supplier": organisation,
        "provider_name": organisation.name,
        "provider_phone": organisation.phone,
        "course_id": version.course_id,
        "title": listing.title,
        "description": version.description or version.summary,
        "instructor": listing.instructor,
        "audience": version.audience,
        "category": version.category,
        "area": version.area,
        "sub_area": version.sub_area,
        "mode": listing.mode,
        "region": listing.region,
        "place": listing.place,
        "address": listing.address,
        "starts_on": listing.starts_on,
        "ends_on": listing.ends_on,
        "start_time": listing.start_time,
        "end_time": listing.end_time,
        "weekdays": listing.weekdays,
        "registration_opens_at": listing.registration_opens_at,
        "registration_closes_at": listing.registration_closes_at,
        "always_open": False,
        "capacity": listing.capacity,
        "seats_taken": listing.seats_taken,
        "waiting": listing.waiting,
        "takes_waiting": listing.takes_waiting,
        "fee": listing.fee,
        "selection": listing.selection,
        "recognised": listing.recognised,
        "updated_at": now,
    }
    if taking_over is not None:
        taken = Listing.objects.filter(pk=taking_over, run_id=None, withdrawn_at=None).update(
            run_id=listing.run_id
        )
        if not taken:
            raise Refused(
                _("이 안내 강좌는 이미 강좌로 열었습니다. 강좌 목록에서 찾아보세요."), code="listing_taken"
            )
    row = Listing.objects.filter(run_id=listing.run_id).first()
    if row is None:
        row = Listing.objects.create(
            run_id=listing.run_id,
            source=Listing.Source.NAITE,
            source_key=hashlib.sha256(f"run:{listing.run_id}".encode()).hexdigest(),
            created_at=now,
            **facts,
        )
    else:
        if row.source != Listing.Source.NAITE:
            del facts["supplier"]
        for name, value in facts.items():
            setattr(row, name, value)
        row.save(update_fields=list(facts))
    index_listings([row.id])
    return row


def listing_of_run(run_id: UUID) -> UUID | None:
    """Return the listing under which a run is found, unless it was withdrawn."""
    found: UUID | None = (
        Listing.objects.filter(run_id=run_id, withdrawn_at=None).values_list("id", flat=True).first()
    )
    return found


def put_run_seats(*, run_id: UUID, seats_taken: int, waiting: int) -> None:
    """Bring the seat numbers of a run's listing up to date. Repeating is safe."""
    Listing.objects.filter(run_id=run_id).update(seats_taken=seats_taken, waiting=waiting)
    touch_run(run_id)


def withdraw_run_listing(*, run_id: UUID, now: datetime) -> None:
    """Take the listing of a cancelled run out of search. Repeating keeps the first time."""
    Listing.objects.filter(run_id=run_id, withdrawn_at=None).update(withdrawn_at=now, updated_at=now)
    index_listings(Listing.objects.filter(run_id=run_id).values_list("id", flat=True))


def put_course_recognised(*, course_id: UUID, recognised: bool, now: datetime) -> None:
    """Say at all listings of a course whether it is recognised now. Repeating is safe."""
    changed = list(
        Listing.objects.filter(course_id=course_id)
        .exclude(recognised=recognised)
        .values_list("id", flat=True)
    )
    Listing.objects.filter(id__in=changed).update(recognised=recognised, updated_at=now)
    index_listings(changed)
