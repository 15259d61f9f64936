"""Taking and giving seats under the run's lock: the only place that writes the numbers of a run."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F, Min
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Refused
from naite.trunk.catalogue.run_listing import put_run_seats
from naite.trunk.delivery import rules
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.delivery.services import mails
from naite.trunk.delivery.workflow import ENROLMENT


def lock_run(run_id: UUID) -> CourseRun:
    """Return the run with its row locked until the transaction ends.

    On PostgreSQL this is the row lock; on SQLite the transaction is IMMEDIATE and holds the only write lock
    already. Either way applications for one run pass one by one, in the order in which they came.
    """
    run = (
        CourseRun.objects.select_for_update(of=("self",))
        .select_related("version__course", "organisation")
        .filter(pk=run_id)
        .first()
    )
    if run is None:
        raise Refused(_("강좌를 찾을 수 없습니다. 주소를 확인해 주세요."), code="run_not_found")
    return run


def put_numbers(run: CourseRun, *, seats: int = 0, waiting: int = 0, applications: int = 0) -> None:
    """Add to the run's numbers and carry them to its listing."""
    CourseRun.objects.filter(pk=run.pk).update(
        seats_taken=F("seats_taken") + seats,
        waiting=F("waiting") + waiting,
        applications=F("applications") + applications,
    )
    run.seats_taken += seats
    run.waiting += waiting
    run.applications += applications
    put_run_seats(run_id=run.pk, seats_taken=run.seats_taken, waiting=run.waiting)


def first_start(run: CourseRun) -> datetime | None:
    """Return when the first dated session begins."""
    found: datetime | None = Session.objects.filter(run=run).aggregate(first=Min("starts_at"))["first"]
    return found


def due_for(run: CourseRun, *, now: datetime) -> datetime:
    """Return until when somebody who gets a seat now has to pay."""
    return rules.payment_due(now, days=settings.PAYMENT_DUE_DAYS, first_start=first_start(run))


def move_up(run: CourseRun, *, now: datetime) -> Enrolment | None:
    """Give one free seat of a locked run to the first in line, and tell them; None when there is none."""
    if run.seats_taken >= run.capacity:
        return None
    first = (
        Enrolment.objects.filter(run=run, state=Enrolment.State.WAITING)
        .select_related("person")
        .order_by("number")
        .first()
    )
    if first is None:
        return None
    if run.fee:
        ENROLMENT.move(first, "move_up_to_pay", payment_due_at=due_for(run, now=now))
    else:
        ENROLMENT.move(first, "move_up", confirmed_at=now)
    put_numbers(run, seats=1, waiting=-1)
    audit.record("delivery.move_up", actor=None, now=now, subject=first, about=first.person_id)
    mails.moved_up(run, first, now=now)
    return first


def fill_seats(run: CourseRun, *, now: datetime) -> list[Enrolment]:
    """Give all free seats of a locked run to the waiting, in the order of application.

    Stops once the day of the first meeting is over: after that staff decide whether joining makes sense.
    """
    moved: list[Enrolment] = []
    if run.state != CourseRun.State.OPEN or not rules.may_move_up(first_day=run.starts_on, today=day_of(now)):
        return moved
    while (next_one := move_up(run, now=now)) is not None:
        moved.append(next_one)
    return moved
