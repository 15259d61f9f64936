"""Attendance by learning card: staff scan what the learner shows."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, Refused
from naite.trunk.delivery import policies, rules
from naite.trunk.delivery.models import Attendance, Enrolment, Session
from naite.trunk.delivery.services.marking import mark_attendance
from naite.trunk.people import cards
from naite.trunk.people.models import Person


def mark_by_card(*, session: Session, text: str, actor: Person | None, now: datetime) -> Attendance:
    """Record that the holder of a scanned card is here: present, or late.

    Refuses who may not mark attendance, a card that is unknown, ended or of nobody in this class, and times
    outside the session. Repeating returns what is recorded; what staff recorded stays, but for an absence.
    """
    policies.require_staff(actor, session.run, now=now)
    card = cards.by_number(text)
    if card is None:
        message = _("쓸 수 없는 카드입니다. 번호를 다시 보거나 이름으로 출석을 적어 주세요.")
        raise Invalid(message, code="no_card", fields={"card": message})
    enrolment = (
        Enrolment.objects.filter(run=session.run_id, person=card.person, state__in=Enrolment.HOLDS_SEAT)
        .select_related("run", "person")
        .first()
    )
    audit.record(
        "delivery.scan_card",
        actor=actor,
        now=now,
        subject=session,
        about=card.person_id,
        here=bool(enrolment),
    )
    if enrolment is None:
        message = _("이 강좌의 수강생이 아닌 분의 카드입니다.")
        raise Invalid(message, code="not_enrolled", fields={"card": message})
    there = Attendance.objects.filter(session=session, enrolment=enrolment).first()
    if there is not None and there.state != Attendance.State.ABSENT:
        return there
    if session.starts_at is None or session.ends_at is None or now >= session.ends_at:
        raise Refused(
            _("끝났거나 날짜가 없는 차시입니다. 이름을 골라 까닭과 함께 적어 주세요."), code="too_late"
        )
    window = rules.check_in_window(
        session.starts_at,
        session.ends_at,
        early_minutes=settings.CHECK_IN_EARLY_MINUTES,
        late_minutes=settings.LATE_AFTER_MINUTES,
    )
    state = Attendance.State.LATE if now >= window.late_at else Attendance.State.PRESENT
    return mark_attendance(session=session, enrolment=enrolment, state=state, actor=actor, now=now)
