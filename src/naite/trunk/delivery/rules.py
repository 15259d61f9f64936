"""Decisions about opening, applying and attending, on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.dates import day_of, show_deadline, show_moment, start_of
from naite.roots.errors import Refused
from naite.trunk.catalogue.classification import DeliveryMode, SelectionMethod
from naite.trunk.delivery.drafts import RunDraft, SessionDraft
from naite.trunk.delivery.models import CourseRun, Enrolment

MAX_CAPACITY = 100_000
MAX_FEE = 100_000_000
MAX_SESSIONS = 400


def is_sane(moment: datetime) -> bool:
    """Whether a time lies where courses take place; others are slips of the hand, such as the year 0026."""
    return 2000 <= moment.year <= 2100


def check_numbers(*, capacity: int, waitlist_capacity: int) -> dict[str, str]:
    """Return what is wrong with the seats, by field."""
    wrong: dict[str, str] = {}
    if not 1 <= capacity <= MAX_CAPACITY:
        wrong["capacity"] = _("정원은 1명에서 100,000명 사이로 적어 주세요.")
    if not 0 <= waitlist_capacity <= MAX_CAPACITY:
        wrong["waitlist_capacity"] = _(
            "대기 정원은 0명에서 100,000명 사이로 적어 주세요. 받지 않으면 0입니다."
        )
    return wrong


def check_registration(
    opens_at: datetime | None, closes_at: datetime | None, *, last_end: datetime | None
) -> dict[str, str]:
    """Return what is wrong with a registration period, by field. Both ends or neither are given."""
    if opens_at is None and closes_at is None:
        return {}
    if opens_at is None:
        return {"registration_opens_at": _("신청을 여는 때를 적어 주세요. 아직 모르면 두 칸 다 비워 두세요.")}
    if closes_at is None:
        return {
            "registration_closes_at": _("신청을 마감하는 때를 적어 주세요. 아직 모르면 두 칸 다 비워 두세요.")
        }
    for name, moment in (("registration_opens_at", opens_at), ("registration_closes_at", closes_at)):
        if not is_sane(moment):
            return {name: _("연도를 확인해 주세요. 2000년에서 2100년 사이여야 합니다.")}
    if closes_at <= opens_at:
        return {"registration_closes_at": _("신청 마감은 신청 시작보다 뒤여야 합니다.")}
    if last_end is not None and closes_at > last_end:
        return {
            "registration_closes_at": _("신청 마감은 마지막 차시가 끝나는 %(end)s 이전이어야 합니다.")
            % {"end": show_moment(last_end)}
        }
    return {}


def check_sessions(sessions: Sequence[SessionDraft]) -> dict[str, str]:
    """Return what is wrong with the meetings; keys are ``sessions`` or ``sessions.N`` (N counts from 1)."""
    if not sessions:
        return {"sessions": _("차시를 한 번 이상 적어 주세요. 날짜는 나중에 정해도 됩니다.")}
    if len(sessions) > MAX_SESSIONS:
        return {"sessions": _("차시는 400번까지 만들 수 있습니다.")}
    wrong: dict[str, str] = {}
    previous_end: datetime | None = None
    for number, session in enumerate(sessions, start=1):
        key = f"sessions.{number}"
        if not Decimal(0) < session.hours <= Decimal(24):
            wrong[key] = _("%(number)d차시의 시간은 0보다 크고 24시간 이하여야 합니다.") % {"number": number}
        if (session.starts_at is None) != (session.ends_at is None):
            wrong[key] = _("%(number)d차시의 시작과 끝을 함께 적거나 함께 비워 두세요.") % {"number": number}
        elif session.starts_at is not None and session.ends_at is not None:
            if not is_sane(session.starts_at) or not is_sane(session.ends_at):
                wrong[key] = _(
                    "%(number)d차시의 연도를 확인해 주세요. 2000년에서 2100년 사이여야 합니다."
                ) % {"number": number}
                continue
            if session.ends_at <= session.starts_at:
                wrong[key] = _("%(number)d차시가 시작하기 전에 끝납니다. 시각을 확인해 주세요.") % {
                    "number": number
                }
            elif previous_end is not None and session.starts_at < previous_end:
                wrong[key] = _("%(number)d차시가 앞 차시와 겹치거나 앞섭니다. 날짜 순서대로 적어 주세요.") % {
                    "number": number
                }
            previous_end = max(session.ends_at, previous_end or session.ends_at)
    return wrong


def check_draft(draft: RunDraft) -> dict[str, str]:
    """Return everything wrong with a draft, by field; empty when a run can be opened from it."""
    wrong = check_numbers(capacity=draft.capacity, waitlist_capacity=draft.waitlist_capacity)
    wrong |= check_sessions(draft.sessions)
    last_end = max((s.ends_at for s in draft.sessions if s.ends_at is not None), default=None)
    dated = all(s.ends_at is not None for s in draft.sessions)
    wrong |= check_registration(
        draft.registration_opens_at, draft.registration_closes_at, last_end=last_end if dated else None
    )
    if not 0 <= draft.fee <= MAX_FEE:
        wrong["fee"] = _("수강료는 0원에서 1억 원 사이로 적어 주세요. 무료면 0입니다.")
    if draft.selection != SelectionMethod.FIRST_COME:
        wrong["selection"] = _("지금은 먼저 신청한 순서로만 뽑을 수 있습니다.")
    if draft.mode not in DeliveryMode.values:
        wrong["mode"] = _("교육 방법을 고르세요.")
    if not 1 <= draft.min_attendance <= 100:
        wrong["min_attendance"] = _("수료 출석률은 1%에서 100% 사이로 적어 주세요.")
    if draft.pass_mark is not None and not 0 <= draft.pass_mark <= 100:
        wrong["pass_mark"] = _("합격 점수는 0점에서 100점 사이로 적어 주세요.")
    return wrong


def weekly_sessions(
    *,
    first_day: date,
    weekdays: frozenset[int],
    start: time,
    end: time,
    count: int,
    hours: Decimal,
    skipped: frozenset[date] = frozenset(),
) -> tuple[SessionDraft, ...]:
    """Return ``count`` meetings on the given weekdays (Monday is 0) from ``first_day`` on.

    Days in ``skipped`` are passed over, so the course ends later instead of meeting less often. Returns
    nothing when no weekday is given.
    """
    if not weekdays or not weekdays <= frozenset(range(7)):
        return ()
    found: list[SessionDraft] = []
    day = first_day
    while len(found) < min(count, MAX_SESSIONS):
        if day.weekday() in weekdays and day not in skipped:
            starts_at = timezone.make_aware(datetime.combine(day, start))
            ends_at = timezone.make_aware(datetime.combine(day, end))
            found.append(SessionDraft(starts_at=starts_at, ends_at=ends_at, hours=hours))
        day += timedelta(days=1)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Door:
    """What decides whether a run takes one more application."""

    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    capacity: int
    seats_taken: int
    waiting: int
    waitlist_capacity: int


def refuse_application(door: Door, *, already: bool, now: datetime) -> None:
    """Raise the reason why nobody can apply now; return when one more can. Closing time itself is closed."""
    today = day_of(now)
    if door.state == CourseRun.State.CANCELLED:
        raise Refused(_("폐강된 강좌입니다. 다른 강좌를 찾아보세요."), code="run_cancelled")
    if already:
        raise Refused(_("이미 신청한 강좌입니다. ‘나의 강좌’에서 확인하세요."), code="already_enrolled")
    if door.state == CourseRun.State.FINISHED:
        raise Refused(_("끝난 강좌입니다. 다른 강좌를 찾아보세요."), code="run_finished")
    if door.opens_at is None or door.closes_at is None:
        raise Refused(
            _("신청 기간이 아직 정해지지 않았습니다. 알림을 신청하면 정해질 때 알려 드립니다."),
            code="registration_not_set",
        )
    if now < door.opens_at:
        raise Refused(
            _("아직 신청 기간이 아닙니다. %(opens)s에 열립니다.")
            % {"opens": show_moment(door.opens_at, today=today)},
            code="not_open_yet",
        )
    if now >= door.closes_at:
        raise Refused(
            _("신청이 %(closes)s에 마감되었습니다. 문의는 운영기관에 해 주세요.")
            % {"closes": show_deadline(door.closes_at, today=today)},
            code="registration_closed",
        )
    if has_free_seat(door):
        return
    if door.waitlist_capacity == 0:
        raise Refused(_("정원이 모두 찼습니다. 이 강좌는 대기를 받지 않습니다."), code="full")
    if door.waiting >= door.waitlist_capacity:
        raise Refused(_("정원과 대기가 모두 찼습니다. 다른 강좌를 찾아보세요."), code="waitlist_full")


def has_free_seat(door: Door) -> bool:
    """Whether the next applicant gets a seat: one is free and nobody stands in line before."""
    return door.seats_taken < door.capacity and door.waiting == 0


def first_state(door: Door, *, fee: int) -> Enrolment.State:
    """Return the state in which an application that was not refused begins."""
    if not has_free_seat(door):
        return Enrolment.State.WAITING
    return Enrolment.State.AWAITING_PAYMENT if fee else Enrolment.State.CONFIRMED


def payment_due(now: datetime, *, days: int, first_start: datetime | None) -> datetime:
    """Return the deadline (exclusive) for a fee: the end of the ``days``-th day from now.

    When the course begins before that, its beginning, as long as that is still an hour away.
    """
    due = start_of(day_of(now) + timedelta(days=days + 1))
    if first_start is not None and now + timedelta(hours=1) <= first_start < due:
        return first_start
    return due


def may_move_up(*, first_day: date | None, today: date) -> bool:
    """Whether a free seat still goes to the waiting by itself: until the day of the first meeting is over."""
    return first_day is None or today <= first_day


@dataclass(frozen=True, slots=True)
class Window:
    """When a session takes check-ins: from ``opens_at`` until ``closes_at``, late from ``late_at`` on."""

    opens_at: datetime
    late_at: datetime
    closes_at: datetime


def check_in_window(
    starts_at: datetime, ends_at: datetime, *, early_minutes: int, late_minutes: int
) -> Window:
    """Return the window of a session. Arriving exactly ``late_minutes`` after the start is late."""
    return Window(
        opens_at=starts_at - timedelta(minutes=early_minutes),
        late_at=starts_at + timedelta(minutes=late_minutes),
        closes_at=ends_at,
    )


def sessions_needed(counted: int, min_attendance: int) -> int:
    """Return how many of ``counted`` sessions must be attended: the smallest whole number not below."""
    return -(-counted * min_attendance // 100)


def waiting_note(position: int) -> str:
    """Say what happens to somebody in line."""
    return _("대기 %(position)d번째입니다. 자리가 나면 차례대로 올라가고, 전자우편으로 알려 드립니다.") % {
        "position": position
    }
