"""Wanting to hear about a run: its date, its registration."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.trunk.delivery import policies
from naite.trunk.delivery.models import CourseRun, Interest
from naite.trunk.delivery.services import mails
from naite.trunk.people.models import Person


def express_interest(*, run_id: UUID, person: Person, now: datetime) -> Interest:
    """Note that a person wants to hear when a date is set or registration opens (row M1).

    Refuses a cancelled run. Repeating keeps the first.
    """
    policies.require_self(person)
    run = CourseRun.objects.filter(pk=run_id).first()
    if run is None:
        raise Refused(_("강좌를 찾을 수 없습니다. 주소를 확인해 주세요."), code="run_not_found")
    if run.state != CourseRun.State.OPEN:
        raise Refused(_("폐강되거나 끝난 강좌입니다. 다른 강좌를 찾아보세요."), code="run_closed")
    interest, made = Interest.objects.get_or_create(run=run, person=person, defaults={"created_at": now})
    if made:
        audit.record("delivery.express_interest", actor=person, now=now, subject=run, about=person.pk)
    return interest


def withdraw_interest(*, run_id: UUID, person: Person, now: datetime) -> None:
    """Stop telling a person about a run. Repeating is safe."""
    policies.require_self(person)
    gone, _rows = Interest.objects.filter(run_id=run_id, person=person).delete()
    if gone:
        audit.record("delivery.withdraw_interest", actor=person, now=now, about=person.pk, run=str(run_id))


def tell_registration_open(*, now: datetime, limit: int = 500) -> int:
    """Tell the interested whose run takes applications now; return how many mails were queued.

    Called by the worker. Nobody is told twice, however often it runs.
    """
    told = 0
    waiting = (
        Interest.objects.filter(
            told_at=None,
            run__state=CourseRun.State.OPEN,
            run__registration_opens_at__lte=now,
            run__registration_closes_at__gt=now,
        )
        .select_related("run__version", "person")
        .order_by("created_at")
    )
    for interest in waiting[:limit]:
        if not Interest.objects.filter(pk=interest.pk, told_at=None).update(told_at=now):
            continue
        told += mails.registration_open(interest.run, interest.person, now=now)
    return told
