"""Applying for a run, paying, withdrawing, moving up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_deadline
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.delivery import policies, rules
from naite.trunk.delivery.models import CourseRun, Enrolment, Programme, Session
from naite.trunk.delivery.services import mails, seats
from naite.trunk.delivery.workflow import ENROLMENT
from naite.trunk.people.models import Person
from naite.trunk.people.standing import manner


def enrol(*, run_id: UUID, person: Person, now: datetime, actor: Person | None = None) -> Enrolment:
    """Apply for a run, first come first served (row K6): a seat, a seat to be paid, or a place in line.

    ``actor`` is who applies for the person, at a desk or as representative. Refuses who may not do that, before opening and from closing time on, a second application, a cancelled run, and when seats
    and line are full; then nothing is written. Writes the enrolment, the run's numbers, a mail. Never gives
    more seats than the capacity however many apply at once; who waits keeps the order of application.
    """
    policies.require_self(person)
    if not manner(actor or person, person.pk, scope="courses", now=now):
        raise NotAllowed(_("이 분을 대신해 강좌를 신청할 권한이 없습니다."))
    with transaction.atomic():
        run = seats.lock_run(run_id)
        already = (
            Enrolment.objects.filter(run=run, person=person).exclude(state=Enrolment.State.CANCELLED).exists()
        )
        door = rules.Door(
            state=run.state,
            opens_at=run.registration_opens_at,
            closes_at=run.registration_closes_at,
            capacity=run.capacity,
            seats_taken=run.seats_taken,
            waiting=run.waiting,
            waitlist_capacity=run.waitlist_capacity,
        )
        rules.refuse_application(door, already=already, now=now)
        state = rules.first_state(door, fee=run.fee)
        waits = state == Enrolment.State.WAITING
        enrolment = Enrolment.objects.create(
            run=run,
            person=person,
            number=run.applications + 1,
            state=state,
            applied_at=now,
            confirmed_at=now if state == Enrolment.State.CONFIRMED else None,
            payment_due_at=seats.due_for(run, now=now) if state == Enrolment.State.AWAITING_PAYMENT else None,
        )
        seats.put_numbers(run, applications=1, seats=0 if waits else 1, waiting=1 if waits else 0)
        audit.record(
            "delivery.enrol",
            actor=actor or person,
            now=now,
            subject=enrolment,
            about=person.pk,
            state=state.value,
        )
        mails.applied(run, enrolment, position=run.waiting, now=now)
    return enrolment


def enrol_in_programme(
    *, programme_id: UUID, person: Person, now: datetime
) -> list[tuple[CourseRun, Enrolment | Refused]]:
    """Apply for every lecture of a programme; each lecture says for itself what came of it (row M2).

    A lecture that refuses (no date yet, full, applied before) does not hinder the others, so repeating is
    safe. Refuses a programme that does not exist.
    """
    policies.require_self(person)
    programme = Programme.objects.filter(pk=programme_id).first()
    if programme is None:
        raise Refused(_("프로그램을 찾을 수 없습니다."), code="programme_not_found")
    came: list[tuple[CourseRun, Enrolment | Refused]] = []
    runs = CourseRun.objects.filter(programme=programme).select_related("version")
    for run in runs.order_by("programme_order", "id"):
        try:
            came.append((run, enrol(run_id=run.pk, person=person, now=now)))
        except Refused as refused:
            came.append((run, refused))
    return came


def cancel_enrolment(
    *, enrolment: Enrolment, actor: Person | None, now: datetime, reason: str = ""
) -> Enrolment:
    """Withdraw a place; a seat that comes free goes to the first in line in the same transaction.

    The person may withdraw until the last dated session ended; staff of the institution too, with a reason,
    which the person is told. Repeating returns the cancelled enrolment and changes nothing.
    """
    if not policies.can_cancel(actor, enrolment, now=now):
        raise NotAllowed(_("본인이나 이 기관의 담당자만 취소할 수 있습니다."))
    by_staff = actor is not None and actor.pk != enrolment.person_id
    reason = tidy(reason)
    if by_staff and not reason:
        raise Invalid(
            _("취소하는 까닭을 적어 주세요. 수강생에게 그대로 알립니다."),
            fields={"reason": _("까닭을 적어 주세요.")},
        )
    if len(reason) > 200:
        raise Invalid(
            _("까닭은 200자까지 적을 수 있습니다."), fields={"reason": _("200자까지 적을 수 있습니다.")}
        )
    with transaction.atomic():
        run = seats.lock_run(enrolment.run_id)
        current = Enrolment.objects.select_related("person").get(pk=enrolment.pk)
        if current.state == Enrolment.State.CANCELLED:
            return current
        ends = Session.objects.filter(run=run).values_list("ends_at", flat=True)
        if ends and all(end is not None and end <= now for end in ends):
            raise Refused(
                _("이미 끝난 강좌라 취소할 수 없습니다. 바로잡을 것이 있으면 운영기관에 말씀해 주세요."),
                code="run_finished",
            )
        held_seat = current.state in Enrolment.HOLDS_SEAT
        ENROLMENT.move(
            current,
            "cancel",
            cancelled_at=now,
            cancel_reason=reason or _("본인 취소"),
        )
        seats.put_numbers(run, seats=-1 if held_seat else 0, waiting=0 if held_seat else -1)
        audit.record(
            "delivery.cancel_enrolment",
            actor=actor,
            now=now,
            subject=current,
            about=current.person_id,
            by_staff=by_staff,
        )
        if by_staff:
            mails.withdrawn(run, current, why=reason, now=now)
        seats.fill_seats(run, now=now)
    return current


def mark_paid(*, enrolment: Enrolment, actor: Person | None, now: datetime) -> Enrolment:
    """Confirm a seat whose fee has been paid. Only staff. Repeating changes nothing.

    Refuses a seat that was already released: then the person has to apply again.
    """
    policies.require_staff(actor, enrolment.run, now=now)
    return _settle(enrolment, "pay", actor=actor, now=now, paid_at=now)


def exempt_fee(*, enrolment: Enrolment, actor: Person | None, now: datetime, reason: str) -> Enrolment:
    """Confirm a seat without payment, with the reason on record. Only staff. Repeating changes nothing."""
    policies.require_staff(actor, enrolment.run, now=now)
    reason = tidy(reason)
    if not 1 <= len(reason) <= 200:
        raise Invalid(
            _("수강료를 면제하는 까닭을 200자 안으로 적어 주세요."),
            fields={"reason": _("까닭을 200자 안으로 적어 주세요.")},
        )
    return _settle(enrolment, "exempt", actor=actor, now=now, exempt_reason=reason)


def _settle(
    enrolment: Enrolment, step: str, *, actor: Person | None, now: datetime, **fields: object
) -> Enrolment:
    with transaction.atomic():
        seats.lock_run(enrolment.run_id)
        current = Enrolment.objects.select_related("person", "run").get(pk=enrolment.pk)
        if current.state == Enrolment.State.CONFIRMED:
            return current
        if current.state == Enrolment.State.CANCELLED:
            raise Refused(
                _("이미 취소된 신청입니다. 자리가 있으면 다시 신청하도록 안내해 주세요."), code="cancelled"
            )
        ENROLMENT.move(current, step, confirmed_at=now, **fields)
        audit.record(f"delivery.{step}", actor=actor, now=now, subject=current, about=current.person_id)
        mails.applied(current.run, current, position=0, now=now)
    return current


def release_unpaid(*, now: datetime, limit: int = 500) -> int:
    """Give back the seats whose fee was not paid by its deadline, and move the line up; return how many.

    Called every few minutes by the worker; each seat is its own transaction, so repeating and running twice
    at once are safe.
    """
    due = Enrolment.objects.filter(state=Enrolment.State.AWAITING_PAYMENT, payment_due_at__lte=now)
    released = 0
    for pk, run_id in due.order_by("payment_due_at").values_list("pk", "run_id")[:limit]:
        with transaction.atomic():
            run = seats.lock_run(run_id)
            current = (
                Enrolment.objects.select_related("person")
                .filter(pk=pk, state=Enrolment.State.AWAITING_PAYMENT, payment_due_at__lte=now)
                .first()
            )
            if current is None or current.payment_due_at is None:
                continue
            why = _("수강료를 %(due)s까지 내지 않았습니다.") % {
                "due": show_deadline(current.payment_due_at, today=day_of(now))
            }
            ENROLMENT.move(current, "release", cancelled_at=now, cancel_reason=why)
            seats.put_numbers(run, seats=-1)
            audit.record("delivery.release", actor=None, now=now, subject=current, about=current.person_id)
            mails.withdrawn(run, current, why=why, now=now)
            seats.fill_seats(run, now=now)
            released += 1
    return released


def move_up_next(*, run: CourseRun, actor: Person | None, now: datetime) -> Enrolment:
    """Give one free seat to the first in line by hand, for a course that has begun. Only staff.

    Refuses when no seat is free or nobody waits.
    """
    policies.require_staff(actor, run, now=now)
    with transaction.atomic():
        locked = seats.lock_run(run.pk)
        if locked.state != CourseRun.State.OPEN:
            raise Refused(_("폐강되거나 끝난 강좌입니다."), code="run_closed")
        if locked.seats_taken >= locked.capacity:
            raise Refused(_("빈자리가 없습니다. 정원을 늘리거나 취소를 기다려 주세요."), code="full")
        moved = seats.move_up(locked, now=now)
        if moved is None:
            raise Refused(_("기다리는 사람이 없습니다."), code="nobody_waits")
    return moved
