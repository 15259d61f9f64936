"""Decisions about listings on plain values: can one apply now?"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

SEOUL = ZoneInfo("Asia/Seoul")


class RegistrationState(models.TextChoices):
    """Whether one can apply, in the words of row A22."""

    OPEN = "open", _("신청중")
    FULL_WAITING = "full_waiting", _("정원마감(대기 가능)")
    ALWAYS = "always", _("상시")
    UPCOMING = "upcoming", _("신청예정")
    UNKNOWN = "unknown", _("확인필요")
    FULL = "full", _("정원마감")
    CLOSED = "closed", _("신청마감")


# One can hand in an application now, if only for the waiting list.
TAKES_APPLICATIONS = frozenset(
    {RegistrationState.OPEN, RegistrationState.ALWAYS, RegistrationState.FULL_WAITING}
)


def registration_state(
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    always_open: bool,
    capacity: int | None,
    seats_taken: int,
    takes_waiting: bool,
    ends_on: date | None,
    now: datetime,
) -> RegistrationState:
    """Say whether one can apply at ``now``; what the dates do not tell is 확인필요, never guessed.

    The first line that fits decides (``closes_at`` is exclusive, ``ends_on`` inclusive, days are Seoul's):

    ====================================================  ================================
    what is known                                         state
    ====================================================  ================================
    the last day of the course is past                    신청마감
    registration would close before or as it opens        확인필요 (the source contradicts itself)
    registration has closed                               신청마감
    registration has yet to open                          신청예정
    always open                                           상시, or full (see below)
    opening and closing known, now between them           신청중, or full (see below)
    the opening or the closing is missing                 확인필요
    ====================================================  ================================

    Full is decided only where one could otherwise apply: seats taken reach the capacity, which must be
    known. Then it is 정원마감(대기 가능) while the waiting list takes people, else 정원마감. That a course
    has begun closes nothing: many take people later.
    """
    if ends_on is not None and ends_on < now.astimezone(SEOUL).date():
        return RegistrationState.CLOSED
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        return RegistrationState.UNKNOWN
    if closes_at is not None and closes_at <= now:
        return RegistrationState.CLOSED
    if opens_at is not None and opens_at > now:
        return RegistrationState.UPCOMING
    if not always_open and (opens_at is None or closes_at is None):
        return RegistrationState.UNKNOWN
    if capacity is not None and seats_taken >= capacity:
        return RegistrationState.FULL_WAITING if takes_waiting else RegistrationState.FULL
    return RegistrationState.ALWAYS if always_open else RegistrationState.OPEN
