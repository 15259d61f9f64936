"""Taking over a listing: what a file only announced becomes a run in which people enrol."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue import policies
from naite.trunk.catalogue import services as catalogue
from naite.trunk.catalogue.content import CourseContent
from naite.trunk.catalogue.models import Course, CourseVersion, Listing
from naite.trunk.delivery import services as delivery
from naite.trunk.delivery.drafts import RunDraft, SessionDraft
from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Person

MAX_SESSIONS = 400


@dataclass(frozen=True, slots=True)
class TakeOver:
    """What staff say when they take a listing over: which course it is, and the run.

    ``content`` describes a new course; ``course_id`` names one of the institution's own instead. Exactly one
    of them is given. ``registration_closes_at`` is exclusive.
    """

    capacity: int
    sessions: tuple[SessionDraft, ...]
    content: CourseContent | None = None
    course_id: UUID | None = None
    name: str = ""
    instructor: str = ""
    mode: str = ""
    place: str = ""
    address: str = ""
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    waitlist_capacity: int = 0
    fee: int = 0
    min_attendance: int = 80


def take_over(*, listing_id: UUID, given: TakeOver, actor: Person, now: datetime) -> CourseRun:
    """Open the run that a listing announced; the listing, under its own id, becomes the run's.

    Only staff of the institution that supplied the listing. Writes course, version and run, or nothing.
    Refuses a listing that was taken over before, so repeating does not open a second run; the next import
    leaves it alone.
    """
    with transaction.atomic():
        listing = (
            Listing.objects.select_for_update(of=("self",))
            .select_related("supplier", "region")
            .get(pk=listing_id)
        )
        if not policies.can_change_listing(actor, listing, now=now):
            raise NotAllowed(_("이 안내 강좌를 올린 기관의 담당자만 넘겨받을 수 있습니다."))
        if listing.run_id is not None:
            raise Refused(_("이미 넘겨받아 강좌로 열었습니다."), code="listing_taken")
        return delivery.open_run(
            draft=RunDraft(
                version=_version(listing, given, actor, now),
                capacity=given.capacity,
                sessions=given.sessions,
                name=given.name,
                instructor=given.instructor,
                mode=given.mode,
                region=listing.region,
                place=given.place,
                address=given.address,
                registration_opens_at=given.registration_opens_at,
                registration_closes_at=given.registration_closes_at,
                waitlist_capacity=given.waitlist_capacity,
                fee=given.fee,
                min_attendance=given.min_attendance,
                listing_id=listing.pk,
            ),
            actor=actor,
            now=now,
        )


def _version(listing: Listing, given: TakeOver, actor: Person, now: datetime) -> CourseVersion:
    if given.content is not None:
        return catalogue.create_course(
            organisation=listing.supplier, content=given.content, actor=actor, now=now
        )
    course = given.course_id and (
        Course.objects.filter(pk=given.course_id, organisation=listing.supplier, retired_at=None)
        .select_related("current__course__organisation")
        .first()
    )
    if not course or course.current is None:
        wrong = _("이 기관의 과정을 골라 주세요.")
        raise Invalid(wrong, fields={"course": wrong})
    return course.current


def meeting_days(
    starts_on: date, ends_on: date, weekdays: Collection[int], skipped: Collection[date] = ()
) -> list[date]:
    """Return the days of a period that fall on the weekdays (Monday is 0), without those left out.

    A period of one day needs no weekday.
    """
    if starts_on == ends_on and not weekdays:
        return [starts_on]
    count = (ends_on - starts_on).days + 1
    days = (starts_on + timedelta(days=step) for step in range(max(count, 0)))
    return [day for day in days if day.weekday() in weekdays and day not in skipped]


def share_hours(total: Decimal, count: int) -> list[Decimal]:
    """Share a course's hours among its meetings in tenths, as evenly as they go; earlier ones get more."""
    each, more = divmod(int(total * 10), count)
    return [Decimal(each + (number < more)) / 10 for number in range(count)]


def sessions_of(days: Collection[date], start: time, end: time, total: Decimal) -> tuple[SessionDraft, ...]:
    """Return one meeting for each day, at the same hours, with the course's hours shared among them."""
    hours = share_hours(total, len(days)) if days else []
    return tuple(
        SessionDraft(
            starts_at=timezone.make_aware(datetime.combine(day, start)),
            ends_at=timezone.make_aware(datetime.combine(day, end)),
            hours=share,
        )
        for day, share in zip(days, hours, strict=True)
    )


def hours_between(start: time, end: time) -> Decimal:
    """Return the hours of one meeting, to a tenth."""
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
