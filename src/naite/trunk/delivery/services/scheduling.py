"""Setting and moving the dates of sessions."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, Refused
from naite.roots.text import tidy
from naite.trunk.delivery import policies, rules
from naite.trunk.delivery.drafts import SessionDraft
from naite.trunk.delivery.models import CourseRun, Enrolment, Interest, Session
from naite.trunk.delivery.services import mails, seats
from naite.trunk.delivery.services.running import put_listing, put_period
from naite.trunk.people.models import Person


def announce_session_date(
    *,
    session: Session,
    starts_at: datetime,
    ends_at: datetime,
    actor: Person | None,
    now: datetime,
    place: str | None = None,
) -> Session:
    """Set the date of a session that had none and tell the enrolled and the interested, once (row M1).

    Only staff. Refuses a session that has a date (``reschedule_session`` moves it) and dates out of order.
    """
    if session.starts_at is not None:
        raise Refused(
            _("이미 날짜가 있는 차시입니다. 날짜를 옮기려면 ‘날짜 바꾸기’를 쓰세요."), code="already_dated"
        )
    return _set_date(session, starts_at, ends_at, place=place, actor=actor, now=now)


def reschedule_session(
    *,
    session: Session,
    starts_at: datetime,
    ends_at: datetime,
    actor: Person | None,
    now: datetime,
    place: str | None = None,
) -> Session:
    """Move a session to another time and tell the enrolled and the interested, once per new date.

    Only staff. Refuses when attendance is already recorded, and dates out of order with its neighbours.
    Repeating with the same date changes nothing and tells nobody.
    """
    return _set_date(session, starts_at, ends_at, place=place, actor=actor, now=now)


def drop_session(*, session: Session, actor: Person | None, now: datetime) -> None:
    """Take an announced but undated session out of a run, so that it no longer counts for completion.

    Only staff. Refuses a session with a date or with attendance, and the only session of a run.
    """
    policies.require_staff(actor, session.run, now=now)
    with transaction.atomic():
        run = _lock_open(session)
        current = Session.objects.get(pk=session.pk)
        if current.starts_at is not None or current.attendances.exists():
            raise Refused(_("날짜가 있거나 출석을 적은 차시는 지울 수 없습니다."), code="session_in_use")
        if run.sessions.count() == 1:
            raise Refused(_("차시가 하나뿐인 강좌입니다. 열지 않으려면 폐강하세요."), code="only_session")
        current.delete()
        audit.record("delivery.drop_session", actor=actor, now=now, subject=run, number=session.number)


def _lock_open(session: Session) -> CourseRun:
    run = seats.lock_run(session.run_id)
    if run.state != CourseRun.State.OPEN:
        raise Refused(_("폐강되거나 끝난 강좌는 고칠 수 없습니다."), code="run_closed")
    return run


def _set_date(
    session: Session,
    starts_at: datetime,
    ends_at: datetime,
    *,
    place: str | None,
    actor: Person | None,
    now: datetime,
) -> Session:
    policies.require_staff(actor, session.run, now=now)
    with transaction.atomic():
        run = _lock_open(session)
        sessions = list(run.sessions.order_by("number"))
        current = next((each for each in sessions if each.pk == session.pk), None)
        if current is None:
            raise Refused(_("차시를 찾을 수 없습니다. 화면을 새로 고쳐 주세요."), code="session_not_found")
        moved = current.starts_at is not None
        old_place = current.place
        if (current.starts_at, current.ends_at) == (starts_at, ends_at) and place in (None, old_place):
            return current
        if current.attendances.exists():
            raise Refused(_("출석을 적은 차시는 날짜를 바꿀 수 없습니다."), code="session_in_use")
        current.starts_at, current.ends_at = starts_at, ends_at
        if place is not None:
            current.place = tidy(place)[:200]
        wrong = rules.check_sessions(
            [SessionDraft(starts_at=s.starts_at, ends_at=s.ends_at, hours=Decimal(s.hours)) for s in sessions]
        )
        if wrong:
            raise Invalid(next(iter(wrong.values())), fields={"starts_at": next(iter(wrong.values()))})
        current.save(update_fields=["starts_at", "ends_at", "place"])
        put_period(run)
        put_listing(run, now=now)
        current.run = run
        audit.record(
            "delivery.reschedule_session" if moved else "delivery.announce_session_date",
            actor=actor,
            now=now,
            subject=current,
            starts_at=starts_at.isoformat(),
        )
        for person in _concerned(run):
            mails.session_dated(current, person, moved=moved, now=now)
    return current


def _concerned(run: CourseRun) -> list[Person]:
    live = Enrolment.objects.filter(run=run).exclude(state=Enrolment.State.CANCELLED).values("person_id")
    interested = Interest.objects.filter(run=run).values("person_id")
    return list(
        (Person.objects.filter(pk__in=live) | Person.objects.filter(pk__in=interested)).order_by("pk")
    )
