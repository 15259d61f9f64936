"""What staff fill in to open a run, before anything is written."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from naite.trunk.catalogue.classification import DeliveryMode, SelectionMethod
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.delivery.models import Programme
from naite.trunk.people.models import Region


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """One meeting; without ``starts_at`` its date is announced later (row M1)."""

    title: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    hours: Decimal = Decimal("2")
    place: str = ""


@dataclass(frozen=True, slots=True)
class RunDraft:
    """One offering of a course version. ``listing_id`` names an imported listing that becomes this run.

    ``fee`` is in won, ``min_attendance`` in percent, ``pass_mark`` of 100 (none asked when None).
    ``registration_closes_at`` is exclusive.
    """

    version: CourseVersion
    capacity: int
    sessions: tuple[SessionDraft, ...]
    name: str = ""
    instructor: str = ""
    mode: str = DeliveryMode.OFFLINE
    region: Region | None = None
    place: str = ""
    address: str = ""
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    waitlist_capacity: int = 0
    fee: int = 0
    selection: str = SelectionMethod.FIRST_COME
    min_attendance: int = 80
    pass_mark: Decimal | None = None
    programme: Programme | None = None
    programme_order: int = 0
    listing_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RunChanges:
    """What of a run can change after it opened: the whole new state of these facts."""

    capacity: int
    waitlist_capacity: int
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    name: str = ""
    instructor: str = ""
    place: str = ""
    address: str = ""
