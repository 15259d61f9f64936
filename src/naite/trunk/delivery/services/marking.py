"""Attendance recorded by staff: one person, or a whole session as from a paper list (row K7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, Refused
from naite.roots.text import tidy
from naite.trunk.delivery import policies
from naite.trunk.delivery.models import Attendance, CourseRun, Enrolment, Session
from naite.trunk.delivery.rules import Window
from naite.trunk.delivery.services.attending import window_of
from naite.trunk.people.models import Person


@dataclass
class Marked:
    """What became of a session's marks, by enrolment: what now stands, what changed of it, what was refused."""

    standing: dict[UUID, Attendance] = field(default_factory=dict)
    changed: set[UUID] = field(default_factory=set)
    refused: dict[UUID, Refused] = field(default_factory=dict)


def mark_attendance(
    *,
    session: Session,
    enrolment: Enrolment,
    state: str,
    actor: Person | None,
    now: datetime,
    reason: str = "",
) -> Attendance:
    """Record or change how one person attended: ``mark_session`` that raises what it refuses."""
    policies.require_staff(actor, session.run, now=now)
    if enrolment.run_id != session.run_id:
        raise Invalid(_("이 강좌의 수강생이 아닙니다."), code="not_enrolled")
    marked = mark_session(session=session, states={enrolment.pk: state}, actor=actor, now=now, reason=reason)
    if refusal := marked.refused.get(enrolment.pk):
        raise refusal
    return marked.standing[enrolment.pk]


def mark_session(
    *, session: Session, states: Mapping[UUID, str], actor: Person | None, now: datetime, reason: str = ""
) -> Marked:
    """Record or change how people attended, by staff of the institution: ``states`` by enrolment.

    On the day of the session a slip of the hand can be put right without a word; from the next day on a
    change (also a first entry) needs a reason. Refuses, for each alone, people without a seat in the run,
    unknown states, and anything but an excused absence before check-in opens; for all, undated sessions.
    Every change is in the audit log with what stood before. Repeating changes nothing. The number of
    statements does not grow with first entries.
    """
    policies.require_staff(actor, session.run, now=now)
    reason = tidy(reason)
    if len(reason) > 200:
        raise Invalid(
            _("까닭은 200자까지 적을 수 있습니다."), fields={"reason": _("200자까지 적을 수 있습니다.")}
        )
    window = window_of(session)
    marked = Marked()
    with transaction.atomic():
        cancelled = CourseRun.objects.filter(pk=session.run_id, state=CourseRun.State.CANCELLED).exists()
        seats = {
            seat.pk: seat
            for seat in Enrolment.objects.select_for_update(of=("self",))
            .filter(run=session.run_id, pk__in=states)
            .order_by("pk")
        }
        there = {
            item.enrolment_id: item
            for item in Attendance.objects.filter(session=session, enrolment__in=seats)
        }
        fresh: list[Attendance] = []
        events = []
        for key, state in states.items():
            before = there.get(key)
            seat = seats.get(key)
            if before is not None and before.state == state and reason in ("", before.reason):
                marked.standing[key] = before
                continue
            if refusal := _refusal(None if cancelled else seat, state, window, now, reason):
                marked.refused[key] = refusal
                continue
            assert seat is not None
            old = before.state if before is not None else ""
            attendance = before or Attendance(session=session, enrolment=seat)
            attendance.state = state
            attendance.method = Attendance.Method.STAFF
            attendance.recorded_at = now
            attendance.recorded_by = actor
            attendance.reason = reason
            if before is None:
                fresh.append(attendance)
            else:
                attendance.save()
            marked.standing[key] = attendance
            marked.changed.add(key)
            events.append((attendance, seat.person_id, {"before": old, "after": state, "reason": reason}))
        Attendance.objects.bulk_create(fresh)
        audit.record_many("delivery.mark_attendance", events, actor=actor, now=now)
    return marked


def _refusal(
    seat: Enrolment | None, state: str, window: Window, now: datetime, reason: str
) -> Refused | None:
    """Return why one mark cannot stand; ``seat`` is None where there is none to speak of."""
    if state not in Attendance.State.values:
        return Invalid(_("출석 상태를 고르세요."), fields={"state": _("출석 상태를 고르세요.")})
    if now < window.opens_at and state != Attendance.State.EXCUSED:
        return Refused(
            _("아직 시작하지 않은 차시입니다. 미리 적을 수 있는 것은 공가뿐입니다."), code="too_early"
        )
    if seat is None or seat.state not in Enrolment.HOLDS_SEAT:
        return Refused(_("자리가 없거나 취소한 사람입니다. 화면을 새로 고쳐 주세요."), code="no_seat")
    if day_of(now) > day_of(window.closes_at) and not reason:
        return Invalid(
            _("지난 차시의 출석을 고치려면 까닭을 적어 주세요. 누가 왜 바꾸었는지 남습니다."),
            code="reason_needed",
            fields={"reason": _("까닭을 적어 주세요.")},
        )
    return None
