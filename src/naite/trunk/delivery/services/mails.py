"""The mails of delivery, in the words people read."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from naite.roots.dates import day_of, show_deadline, show_span
from naite.roots.notices import services as notices
from naite.trunk.delivery import rules
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.people.models import Person


def run_title(run: CourseRun) -> str:
    """Return the course title with the name of the class: 마을 기록가 되기 (목요일 저녁반)."""
    return f"{run.version.title} ({run.name})" if run.name else run.version.title


def _send(
    person: Person, subject: str, lines: list[str], *, now: datetime, dedupe_key: str | None = None
) -> bool:
    """Queue one message in the way that reaches the person. True when it was queued."""
    short = f"[{settings.OPERATOR_NAME}] " + " ".join([subject, *lines[1:]])
    lines = [
        _("%(name)s 님, 안녕하세요.") % {"name": person.name},
        "",
        *lines,
        "",
        _("나의 강좌: %(url)s") % {"url": f"{settings.BASE_URL}/my/courses/"},
    ]
    sent = notices.tell(
        to=person,
        subject=f"[{settings.OPERATOR_NAME}] {subject}",
        body="\n".join(lines),
        short=short,
        now=now,
        dedupe_key=dedupe_key,
    )
    return sent is not None


def _payment_line(run: CourseRun, enrolment: Enrolment, *, now: datetime) -> str:
    assert enrolment.payment_due_at is not None
    return _(
        "수강료 %(fee)s원을 %(due)s까지 내면 확정됩니다. 그때까지 내지 않으면 자리가 다음 분께 넘어갑니다."
    ) % {"fee": f"{run.fee:,}", "due": show_deadline(enrolment.payment_due_at, today=day_of(now))}


def applied(run: CourseRun, enrolment: Enrolment, *, position: int, now: datetime) -> None:
    """Confirm an application."""
    title = run_title(run)
    if enrolment.state == Enrolment.State.WAITING:
        subject = _("대기로 신청했습니다: %(title)s") % {"title": title}
        lines = [rules.waiting_note(position)]
    elif enrolment.state == Enrolment.State.AWAITING_PAYMENT:
        subject = _("수강료를 내 주세요: %(title)s") % {"title": title}
        lines = [_payment_line(run, enrolment, now=now)]
    else:
        subject = _("수강 신청이 확정되었습니다: %(title)s") % {"title": title}
        lines = [_("%(title)s 수강이 확정되었습니다. 첫 모임에 만나요.") % {"title": title}]
    _send(enrolment.person, subject, lines, now=now)


def moved_up(run: CourseRun, enrolment: Enrolment, *, now: datetime) -> None:
    """Tell somebody from the waiting list that a seat is theirs."""
    title = run_title(run)
    lines = [_("기다리시던 강좌에 자리가 났습니다: %(title)s") % {"title": title}]
    if enrolment.state == Enrolment.State.AWAITING_PAYMENT:
        lines.append(_payment_line(run, enrolment, now=now))
    else:
        lines.append(
            _("수강이 확정되었습니다. 나오기 어려우면 ‘나의 강좌’에서 취소해 다음 분께 넘겨 주세요.")
        )
    _send(enrolment.person, _("자리가 났습니다: %(title)s") % {"title": title}, lines, now=now)


def withdrawn(run: CourseRun, enrolment: Enrolment, *, why: str, now: datetime) -> None:
    """Tell somebody that their place was taken back by staff, by the deadline, or with the whole run."""
    title = run_title(run)
    lines = [
        _("수강 신청이 취소되었습니다: %(title)s") % {"title": title},
        _("까닭: %(why)s") % {"why": why},
    ]
    _send(enrolment.person, _("수강 신청 취소: %(title)s") % {"title": title}, lines, now=now)


def session_dated(session: Session, person: Person, *, moved: bool, now: datetime) -> bool:
    """Tell one person the date of a session, once per date."""
    assert session.starts_at is not None
    run = session.run
    title = run_title(run)
    span = show_span(session.starts_at, session.ends_at, today=day_of(now))
    subject = (_("날짜가 바뀌었습니다: %(title)s") if moved else _("날짜가 정해졌습니다: %(title)s")) % {
        "title": title
    }
    place = session.place or run.place
    lines = [
        _("%(title)s %(number)d차시 %(topic)s")
        % {"title": title, "number": session.number, "topic": session.title},
        _("언제: %(span)s") % {"span": span},
    ]
    if place:
        lines.append(_("어디서: %(place)s") % {"place": place})
    key = f"session-date:{session.pk}:{session.starts_at.isoformat()}:{person.pk}"
    return _send(person, subject, lines, now=now, dedupe_key=key)


def registration_open(run: CourseRun, person: Person, *, now: datetime) -> bool:
    """Tell one interested person that one can apply now, once per run."""
    assert run.registration_closes_at is not None
    title = run_title(run)
    lines = [
        _("기다리시던 강좌의 신청이 열렸습니다: %(title)s") % {"title": title},
        _("신청 마감: %(closes)s") % {"closes": show_deadline(run.registration_closes_at, today=day_of(now))},
    ]
    return _send(
        person,
        _("신청이 열렸습니다: %(title)s") % {"title": title},
        lines,
        now=now,
        dedupe_key=f"registration-open:{run.pk}:{person.pk}",
    )
