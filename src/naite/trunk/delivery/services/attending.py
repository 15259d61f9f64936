"""Attendance by the rotating code that the room shows (row K7)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_moment
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.delivery import codes, policies, rules
from naite.trunk.delivery.models import Attendance, Enrolment, FailedCheckIn, Session
from naite.trunk.people.models import Person

NUMBER_TRIES = 5
NUMBER_PAUSE = timedelta(minutes=5)


def check_in(*, session: Session, person: Person, code: str, now: datetime) -> Attendance:
    """Record that an enrolled person is here, proven by the code on the screen: present, or late.

    Refuses whoever has no seat in the run, outside the session's time window, an old code, a wrong code; and
    after five wrong numbers for five minutes every number. A wrong number is counted outside the
    transaction, so call this outside of one. Repeating returns what is recorded. What staff recorded stays,
    but for an absence of somebody who came after all.
    """
    policies.require_self(person)
    enrolment = (
        Enrolment.objects.filter(run=session.run_id, person=person, state__in=Enrolment.HOLDS_SEAT)
        .select_related("run")
        .first()
    )
    if enrolment is None:
        raise NotAllowed(
            _("이 강좌의 수강생이 아닙니다. 다른 계정으로 신청했는지 확인하거나 강사에게 말씀하세요."),
            code="not_enrolled",
        )
    there = Attendance.objects.filter(session=session, enrolment=enrolment).first()
    if there is not None and there.state != Attendance.State.ABSENT:
        return there
    window = window_of(session)
    if now < window.opens_at:
        raise Refused(
            _("아직 출석할 때가 아닙니다. %(opens)s부터 출석할 수 있습니다.")
            % {"opens": show_moment(window.opens_at, today=day_of(now))},
            code="too_early",
        )
    if now >= window.closes_at:
        raise Refused(
            _("이 차시는 끝났습니다. 출석을 바로잡으려면 강사나 운영기관에 말씀하세요."), code="too_late"
        )
    method = _proven(session, person, code, now=now)
    state = Attendance.State.LATE if now >= window.late_at else Attendance.State.PRESENT
    with transaction.atomic():
        attendance, made = Attendance.objects.select_for_update().get_or_create(
            session=session,
            enrolment=enrolment,
            defaults={"state": state, "method": method, "checked_in_at": now, "recorded_at": now},
        )
        if not made:
            if attendance.state != Attendance.State.ABSENT:
                return attendance
            attendance.state, attendance.method = state, method
            attendance.checked_in_at = attendance.recorded_at = now
            attendance.recorded_by = None
            attendance.save()
        audit.record(
            "delivery.check_in",
            actor=person,
            now=now,
            subject=attendance,
            about=person.pk,
            state=str(state),
            method=str(method),
        )
    return attendance


def window_of(session: Session) -> rules.Window:
    """Return when a session can be checked in to; refuses one without a date."""
    if session.starts_at is None or session.ends_at is None:
        raise Refused(_("아직 날짜가 정해지지 않은 차시입니다."), code="session_undated")
    return rules.check_in_window(
        session.starts_at,
        session.ends_at,
        early_minutes=settings.CHECK_IN_EARLY_MINUTES,
        late_minutes=settings.LATE_AFTER_MINUTES,
    )


def _proven(session: Session, person: Person, code: str, *, now: datetime) -> Attendance.Method:
    failures = FailedCheckIn.objects.filter(session=session, person=person, failed_at__gt=now - NUMBER_PAUSE)
    match = codes.match(bytes(session.code_secret), code, now)
    if match is codes.Match.QR:
        return Attendance.Method.QR
    if match is codes.Match.OLD_QR:
        raise Refused(
            _("시간이 지난 QR입니다. 찍어 둔 사진이 아니라 화면에 지금 보이는 QR을 찍어 주세요."),
            code="old_code",
        )
    if failures.count() >= NUMBER_TRIES:
        raise Refused(
            _("번호를 여러 번 잘못 넣었습니다. 5분 뒤에 다시 넣거나 QR을 찍어 주세요."), code="too_many_tries"
        )
    if match is codes.Match.NUMBER:
        return Attendance.Method.CODE
    FailedCheckIn.objects.create(session=session, person=person, failed_at=now)
    if match is codes.Match.OLD_NUMBER:
        raise Refused(
            _("시간이 지난 번호입니다. 화면에 지금 보이는 번호 여섯 자리를 넣어 주세요."), code="old_code"
        )
    raise Refused(
        _("맞지 않는 번호나 QR입니다. 이 강의실 화면에 지금 보이는 것을 쓰세요."), code="wrong_code"
    )
